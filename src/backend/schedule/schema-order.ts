/** Writes the fields of a value in the order in which its schema declares them, so that equal content gives equal text. */
import type { TSchema } from "@sinclair/typebox";

type Schema = TSchema & {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly $ref?: string;
};

/** The same value with the keys of every object in the schema's order; keys of maps are sorted. */
export function inSchemaOrder(schema: TSchema, value: unknown): unknown {
  return ordered(schema, value, new Map());
}

function ordered(schema: Schema | undefined, value: unknown, named: Map<string, Schema>): unknown {
  if (schema?.$id !== undefined) named.set(schema.$id, schema);
  const own = schema?.$ref === undefined ? schema : named.get(schema.$ref);
  if (Array.isArray(value)) return value.map((item: unknown) => ordered(own?.items, item, named));
  if (typeof value !== "object" || value === null) return value;
  const fields = new Map<string, unknown>(Object.entries(value));
  const shape = own?.anyOf === undefined ? own : own.anyOf.find((variant) => isOfVariant(variant, fields));
  const declared = shape?.properties ?? {};
  const others = Object.values(shape?.patternProperties ?? {})[0];
  const known = Object.keys(declared).filter((name) => fields.has(name));
  const rest = [...fields.keys()].filter((name) => !(name in declared)).sort();
  return Object.fromEntries(
    [...known, ...rest].map((name) => [name, ordered(declared[name] ?? others, fields.get(name), named)]),
  );
}

/** True when every field that the variant fixes to one value has that value. */
function isOfVariant(variant: Schema, fields: ReadonlyMap<string, unknown>): boolean {
  return Object.entries(variant.properties ?? {}).every(
    ([name, field]) => field.const === undefined || field.const === fields.get(name),
  );
}
