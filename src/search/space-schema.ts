/** `space.json`: the designs that a search may propose, as plain data with its JSON schema. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

const scalar = Type.Union([Type.String(), Type.Number()]);

const shared = {
  name: Type.String({ minLength: 1, description: "path of a design.json field, for example `peGrid.rows`" }),
  when: Type.Optional(
    record(
      {
        parameter: Type.String({ description: "an earlier categorical parameter" }),
        in: Type.Array(scalar, { minItems: 1, description: "its values for which this parameter exists" }),
      },
      "condition; where it does not hold the field is left out of the design",
    ),
  ),
};

const parameter = Type.Union(
  [
    record(
      {
        ...shared,
        kind: Type.Literal("categorical"),
        values: Type.Array(scalar, { minItems: 1, uniqueItems: true, description: "values without an order" }),
      },
      "one of a list",
    ),
    record(
      {
        ...shared,
        kind: Type.Literal("integer"),
        min: Type.Integer({ minimum: 0 }),
        max: Type.Integer({ minimum: 0 }),
        step: Type.Optional(Type.Integer({ minimum: 1, description: "default 1" })),
      },
      "min, min + step, … up to max",
    ),
    record(
      {
        ...shared,
        kind: Type.Literal("powerOfTwo"),
        min: Type.Integer({ minimum: 1, description: "a power of two" }),
        max: Type.Integer({ minimum: 1, description: "a power of two" }),
        zero: Type.Optional(Type.Boolean({ description: "true: 0 is a value too, below min" })),
      },
      "min, 2·min, … up to max",
    ),
  ],
  { description: "one dimension of the space" },
);

/** JSON schema of `space.json`, version 1; printed to `docs/schemas/space.schema.json`. */
export const spaceSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    name: Type.String({ minLength: 1 }),
    description: Type.Optional(Type.String()),
    parameters: Type.Array(parameter, { minItems: 1 }),
    fixed: Type.Record(Type.String(), Type.Unknown(), {
      description: "the part of design.json that every design of the space shares, without `name`",
    }),
  },
  { additionalProperties: false, title: "fastc search space" },
);

export type SpaceFile = Static<typeof spaceSchema>;
export type ParameterFile = SpaceFile["parameters"][number];
