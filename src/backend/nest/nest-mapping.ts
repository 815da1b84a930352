/** A mapping of a problem: one flat nest, outer to inner, of temporal loops, spatial loops and tiles that stay in a memory. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import type { DeepReadonly } from "./nest-architecture.ts";
import { nestDims, nestOperands } from "./nest-problem.ts";

const dim = Type.Union(nestDims.map((word) => Type.Literal(word)));
const operand = Type.Union(nestOperands.map((word) => Type.Literal(word)));
const count = Type.Integer({ minimum: 1, maximum: 2 ** 31 });
const name = Type.String({ minLength: 1 });

const temporal = Type.Object(
  { kind: Type.Literal("temporal"), dim, tile: count },
  {
    additionalProperties: false,
    description: "Walks the tile above in steps of `tile`; the last step may be smaller.",
  },
);
const spatialLoop = Type.Object(
  { kind: Type.Literal("spatial"), level: name, dim, factor: count },
  { additionalProperties: false, description: "Deals the tile above to `factor` instances." },
);
const store = Type.Object(
  { kind: Type.Literal("store"), level: name, operand },
  { additionalProperties: false, description: "The tile of the operand at this place stays in the level." },
);

/** A `mapping.json`. The outermost memory holds all operands above the nest without being said. */
export const nestMappingSchema = Type.Object(
  { schemaVersion: Type.Literal(1), nest: Type.Array(Type.Union([temporal, spatialLoop, store])) },
  { additionalProperties: false, title: "fastc map mapping" },
);

/** A mapping as its file says it. */
export type NestMapping = DeepReadonly<Static<typeof nestMappingSchema>>;
/** One line of the nest. */
export type NestItem = NestMapping["nest"][number];
