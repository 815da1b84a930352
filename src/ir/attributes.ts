/** Attributes: immutable compile-time data on operations, interned where small. Printed as MLIR prints them. */
import type { AffineMap, AffineSet } from "./affine.ts";
import { affineMapText, affineSetText } from "./affine.ts";
import { specialBitsText } from "./numbers/float-bits.ts";
import type { TensorValue } from "./tensor-value.ts";
import { quoted } from "./text/quoted.ts";
import type { ScalarType, TensorType, Type } from "./types.ts";
import { isFloat, scalar, typeText } from "./types.ts";

export type Attribute =
  | { readonly kind: "integer"; readonly value: bigint; readonly type: ScalarType }
  | { readonly kind: "float"; readonly value: number; readonly type: ScalarType }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "unit" }
  | { readonly kind: "type"; readonly type: Type }
  /** `@outer::@inner`: a symbol, and below it the path into symbol tables inside of it. */
  | { readonly kind: "symbol"; readonly name: string; readonly nested: readonly string[] }
  | { readonly kind: "array"; readonly items: readonly Attribute[] }
  | { readonly kind: "dictionary"; readonly entries: ReadonlyMap<string, Attribute> }
  /** `array<i64: 1, 2>`: numbers of one type, truth values as 0 and 1. */
  | { readonly kind: "denseArray"; readonly element: ScalarType; readonly values: readonly (bigint | number)[] }
  | { readonly kind: "affineMap"; readonly map: AffineMap }
  | { readonly kind: "affineSet"; readonly set: AffineSet }
  | DenseAttribute
  | ResourceAttribute
  /** What fastc carries without looking into it, as it is spelled: attributes of foreign dialects and rare ones of MLIR. */
  | { readonly kind: "opaque"; readonly text: string };

/** Values written in the IR; kept small (shapes, indices, scalars). */
export interface DenseAttribute {
  readonly kind: "dense";
  readonly value: TensorValue;
}

/** Values kept outside the IR under a key (weights): read lazily by `WeightReader`, never by the compiler. */
export interface ResourceAttribute {
  readonly kind: "resource";
  readonly key: string;
  readonly type: TensorType;
}

const interned = new Map<string, Attribute>();
/** Attributes whose text is longer than this are not interned: spelling them costs more than a copy saves. */
const internLimit = 512;

function intern<A extends Attribute>(attribute: A): A {
  const key = attributeText(attribute);
  if (key.length > internLimit) return attribute;
  const known = interned.get(`${attribute.kind} ${key}`);
  // The key spells kind and content, so an entry under it has the same shape.
  if (known !== undefined) return known as A;
  interned.set(`${attribute.kind} ${key}`, attribute);
  return attribute;
}

export function integerAttribute(value: number | bigint, type: ScalarType = scalar("i64")): Attribute {
  return intern({ kind: "integer", value: BigInt(value), type });
}

export function floatAttribute(value: number, type: ScalarType = scalar("f64")): Attribute {
  return intern({ kind: "float", value, type });
}

export function boolAttribute(value: boolean): Attribute {
  return intern({ kind: "bool", value });
}

export function stringAttribute(value: string): Attribute {
  return intern({ kind: "string", value });
}

export const unitAttribute: Attribute = intern({ kind: "unit" });

export function typeAttribute(type: Type): Attribute {
  return intern({ kind: "type", type });
}

export function symbolAttribute(name: string, nested: readonly string[] = []): Attribute {
  return intern({ kind: "symbol", name, nested: Object.freeze([...nested]) });
}

export function opaqueAttribute(text: string): Attribute {
  return intern({ kind: "opaque", text });
}

export function arrayAttribute(items: readonly Attribute[]): Attribute {
  return intern({ kind: "array", items: Object.freeze([...items]) });
}

/** Integers as an array attribute of `i64`. */
export function integersAttribute(values: readonly number[]): Attribute {
  return arrayAttribute(values.map((value) => integerAttribute(value)));
}

/** A dictionary; its entries are kept sorted by name, as MLIR prints them. */
export function dictionaryAttribute(entries: Iterable<readonly [string, Attribute]>): Attribute {
  return intern({ kind: "dictionary", entries: new Map(sortedEntries(entries)) });
}

/** Attribute entries in the order of their names. */
export function sortedEntries(
  entries: Iterable<readonly [string, Attribute]>,
): readonly (readonly [string, Attribute])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

export function denseAttribute(value: TensorValue): DenseAttribute {
  return { kind: "dense", value };
}

export function resourceAttribute(key: string, type: TensorType): ResourceAttribute {
  return { kind: "resource", key, type };
}

/** MLIR text of an attribute. */
export function attributeText(attribute: Attribute): string {
  switch (attribute.kind) {
    case "integer":
      return attribute.type.name === "i64" ? `${attribute.value}` : `${attribute.value} : ${attribute.type.name}`;
    case "float":
      // A bit pattern in hexadecimal needs its type: alone it would be read as an integer.
      return attribute.type.name === "f64" && Number.isFinite(attribute.value)
        ? floatText(attribute.value, attribute.type)
        : `${floatText(attribute.value, attribute.type)} : ${attribute.type.name}`;
    case "bool":
      return `${attribute.value}`;
    case "string":
      return quoted(attribute.value);
    case "unit":
      return "unit";
    case "type":
      return typeText(attribute.type);
    case "symbol":
      return [attribute.name, ...attribute.nested].map((name) => `@${symbolText(name)}`).join("::");
    case "array":
      return `[${attribute.items.map(attributeText).join(", ")}]`;
    case "dictionary":
      return `{${entriesText(attribute.entries)}}`;
    case "denseArray":
      return denseArrayText(attribute.element, attribute.values);
    case "affineMap":
      return `affine_map<${affineMapText(attribute.map)}>`;
    case "affineSet":
      return `affine_set<${affineSetText(attribute.set)}>`;
    case "dense":
      return `dense<${denseText(attribute.value)}> : ${typeText(attribute.value.type)}`;
    case "resource":
      return `dense_resource<${symbolText(attribute.key)}> : ${typeText(attribute.type)}`;
    case "opaque":
      return attribute.text;
  }
}

/** Entries of an attribute dictionary without its braces; unit attributes are printed by their name alone. */
export function entriesText(entries: Iterable<readonly [string, Attribute]>): string {
  return [...entries]
    .map(([name, value]) =>
      value.kind === "unit" ? symbolText(name) : `${symbolText(name)} = ${attributeText(value)}`,
    )
    .join(", ");
}

/** The name of a symbol, a resource or a dictionary entry: bare where MLIR's grammar allows it, else quoted. */
export function symbolText(name: string): string {
  return /^[A-Za-z_][\w$.]*$/.test(name) ? name : quoted(name);
}

/**
 * A float literal that MLIR reads back to the same value of the type: decimal with a point, or the bit pattern in
 * hexadecimal for infinities and NaN.
 */
export function floatText(value: number, type: ScalarType): string {
  if (!Number.isFinite(value)) return specialBitsText(value, type);
  if (Object.is(value, -0)) return "-0.0";
  const shortest = `${value}`;
  if (!shortest.includes("e")) return shortest.includes(".") ? shortest : `${shortest}.0`;
  const [mantissa = "", exponent = ""] = shortest.split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}e${exponent}`;
}

function denseText(value: TensorValue): string {
  const { shape, element } = value.type;
  const texts = Array.from(value.data, (item) => scalarText(item, element));
  const [first] = texts;
  if (first === undefined) return "";
  if (shape.length === 0 || texts.every((text) => text === first)) return first;
  return nested(texts, shape);
}

function denseArrayText(element: ScalarType, values: readonly (bigint | number)[]): string {
  const texts = values.map((value) => (typeof value === "bigint" ? `${value}` : scalarText(value, element)));
  return `array<${element.name}${texts.length === 0 ? "" : `: ${texts.join(", ")}`}>`;
}

function scalarText(value: number, element: ScalarType): string {
  if (element.name === "i1") return value === 0 ? "false" : "true";
  return isFloat(element) ? floatText(value, element) : `${BigInt(value)}`;
}

function nested(texts: readonly string[], shape: readonly number[]): string {
  const [extent = 0, ...inner] = shape;
  if (inner.length === 0) return `[${texts.join(", ")}]`;
  const stride = texts.length / extent;
  const rows = Array.from({ length: extent }, (_unused, row) =>
    nested(texts.slice(row * stride, (row + 1) * stride), inner),
  );
  return `[${rows.join(", ")}]`;
}
