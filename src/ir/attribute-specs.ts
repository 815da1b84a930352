/** Typed descriptions of op attributes: how a value of TypeScript becomes an attribute and back. */
import type { Attribute } from "./attributes.ts";
import {
  boolAttribute,
  floatAttribute,
  integerAttribute,
  integersAttribute,
  stringAttribute,
  typeAttribute,
} from "./attributes.ts";
import type { ScalarType } from "./types.ts";

/** One attribute of an op. With a `fallback`, the attribute may be absent, and is not stored when it equals it. */
export interface AttributeSpec<T, Optional extends boolean = boolean> {
  /** What a good value is, for messages: "2 integers". */
  readonly expects: string;
  readonly encode: (value: T) => Attribute;
  /** undefined: not a value of this attribute. */
  readonly decode: (attribute: Attribute) => T | undefined;
  readonly fallback: Optional extends true ? { readonly value: T } : undefined;
}

/** An attribute spec whose value type is not known. */
export interface AnyAttributeSpec {
  readonly expects: string;
  readonly encode: (value: never) => Attribute;
  readonly decode: (attribute: Attribute) => unknown;
  readonly fallback: { readonly value: unknown } | undefined;
}

export type AttributeSpecs = Readonly<Record<string, AnyAttributeSpec>>;

/** The type of an attribute's value. */
export type AttributeValue<S> = S extends { readonly decode: (attribute: Attribute) => infer T }
  ? Exclude<T, undefined>
  : never;

type Ints2 = readonly [number, number];
type Ints4 = readonly [number, number, number, number];

function required<T>(spec: Omit<AttributeSpec<T>, "fallback">): AttributeSpec<T, false> {
  return { ...spec, fallback: undefined };
}

/** The same attribute with a value to take when it is absent. */
export function withDefault<T>(spec: AttributeSpec<T, false>, value: T): AttributeSpec<T, true> {
  return { ...spec, fallback: { value } };
}

function decodeInts(attribute: Attribute): readonly number[] | undefined {
  if (attribute.kind !== "array") return undefined;
  const values: number[] = [];
  for (const item of attribute.items) {
    if (item.kind !== "integer") return undefined;
    values.push(Number(item.value));
  }
  return values;
}

const ints = required<readonly number[]>({
  expects: "an array of integers",
  encode: integersAttribute,
  decode: decodeInts,
});

const ints2 = required<Ints2>({
  expects: "2 integers",
  encode: integersAttribute,
  decode: (attribute) => {
    const [first, second, ...rest] = decodeInts(attribute) ?? [];
    return first === undefined || second === undefined || rest.length > 0 ? undefined : [first, second];
  },
});

const ints4 = required<Ints4>({
  expects: "4 integers",
  encode: integersAttribute,
  decode: (attribute) => {
    const [a, b, c, d, ...rest] = decodeInts(attribute) ?? [];
    if (a === undefined || b === undefined || c === undefined || d === undefined || rest.length > 0) return undefined;
    return [a, b, c, d];
  },
});

const int = required<number>({
  expects: "an integer",
  encode: (value) => integerAttribute(value),
  decode: (attribute) => (attribute.kind === "integer" ? Number(attribute.value) : undefined),
});

const float = required<number>({
  expects: "a float",
  encode: (value) => floatAttribute(value),
  decode: (attribute) => (attribute.kind === "float" ? attribute.value : undefined),
});

const bool = required<boolean>({
  expects: "true or false",
  encode: boolAttribute,
  decode: (attribute) => (attribute.kind === "bool" ? attribute.value : undefined),
});

const string = required<string>({
  expects: "a string",
  encode: stringAttribute,
  decode: (attribute) => (attribute.kind === "string" ? attribute.value : undefined),
});

const scalarType = required<ScalarType>({
  expects: "a scalar type",
  encode: typeAttribute,
  decode: (attribute) => (attribute.kind === "type" && attribute.type.kind === "scalar" ? attribute.type : undefined),
});

/** Any attribute, handed on as it is. */
const raw = required<Attribute>({ expects: "an attribute", encode: (value) => value, decode: (value) => value });

/** One of a closed set of words. */
function word<const W extends string>(...words: readonly W[]): AttributeSpec<W, false> {
  return required<W>({
    expects: words.map((known) => `"${known}"`).join(" or "),
    encode: stringAttribute,
    decode: (attribute) => (attribute.kind === "string" ? words.find((known) => known === attribute.value) : undefined),
  });
}

/** The attribute kinds that ops declare. */
export const attr = { int, ints, ints2, ints4, float, bool, string, scalarType, raw, word } as const;
