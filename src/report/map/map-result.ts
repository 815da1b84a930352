/** The result of `fastc map` as JSON: what was asked, in full, what was answered, and what the answer is worth. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { mappingSchema } from "../../backend/evaluation.ts";
import type { DeepReadonly } from "../../backend/nest/nest-architecture.ts";
import { nestArchitectureSchema } from "../../backend/nest/nest-architecture.ts";
import { nestMappingSchema } from "../../backend/nest/nest-mapping.ts";
import { nestOperands, nestProblemSchema } from "../../backend/nest/nest-problem.ts";
import { designSchema } from "../../hardware/design.ts";

const amount = Type.Number({ minimum: 0 });
const parts = Type.Record(Type.String(), amount);
const words = <const W extends readonly string[]>(all: W) => Type.Unsafe<W[number]>({ type: "string", enum: [...all] });
const objective = words(["energy", "latency", "edp"]);

const figures = {
  energyPj: amount,
  cycles: amount,
  edp: Type.Number({ minimum: 0, description: "pJ × cycles" }),
  energyPjByLevel: parts,
  cyclesByLevel: parts,
};

const store = Type.Object(
  {
    level: Type.String(),
    operand: words(nestOperands),
    tileWords: amount,
    tileBytes: Type.Number({
      minimum: 0,
      description: "what the tile takes in its memory, twice if it is double-buffered",
    }),
    reads: amount,
    fills: Type.Number({ minimum: 0, description: "words written that come from the level above" }),
    updates: Type.Number({ minimum: 0, description: "words of outputs written that come from below" }),
  },
  { additionalProperties: false },
);

const certificate = Type.Object(
  {
    space: Type.String({ description: "what was searched, in words" }),
    objective,
    achieved: amount,
    bound: Type.Number({ minimum: 0, description: "no mapping of the space is below" }),
    gap: Type.Number({ minimum: 0, description: "achieved ÷ bound − 1" }),
    proof: words(["bound", "exhausted", "budget"]),
    nodes: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);

const common = {
  schemaVersion: Type.Literal(1),
  problem: nestProblemSchema,
  objective,
  cost: Type.Object(figures, { additionalProperties: false }),
  utilization: Type.Number({ minimum: 0, description: "MACs ÷ (MACs of the machine per cycle × cycles)" }),
  stores: Type.Array(store, { description: "each place where an operand stays, outermost first" }),
  bounds: Type.Object(figures, { additionalProperties: false, description: "what no mapping goes below, by level" }),
  certificate: Type.Optional(certificate),
};

/** Of a freely described machine. */
const ofArchitecture = Type.Object(
  {
    kind: Type.Literal("architecture"),
    architecture: nestArchitectureSchema,
    space: Type.Object(
      { factors: words(["perfect", "ragged"]), tiles: words(["per-level", "per-tensor"]) },
      { additionalProperties: false },
    ),
    mapping: nestMappingSchema,
    ...common,
  },
  { additionalProperties: false },
);

/** Of one core of a design of the template. */
const ofDesign = Type.Object(
  { kind: Type.Literal("design"), design: designSchema, mapping: Type.Omit(mappingSchema, ["region"]), ...common },
  { additionalProperties: false },
);

/** JSON schema of the result of `fastc map`, version 1; printed to `docs/schemas/nest-result.schema.json`. */
export const mapResultSchema = Type.Union([ofArchitecture, ofDesign], {
  title: "fastc map result",
  description: "a mapping with its cost, accesses, bounds and certificate",
});

/** A result, as it is written and read. */
export type MapResult = DeepReadonly<Static<typeof mapResultSchema>>;
/** One place of a result. */
export type MapStore = MapResult["stores"][number];
