/** The result of costing one model on one design: what `fastc compile --format json` prints, with its JSON schema. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const number = (description: string) => Type.Number({ minimum: 0, description });
const words = <const W extends readonly string[]>(all: W) => Type.Unsafe<W[number]>({ type: "string", enum: [...all] });

/** Resources that can bind a region's time. `fill`: start-up of the pipeline outweighs the steady state. */
export const bindingResources = [
  "compute",
  "vector",
  "dram",
  "gm",
  "l2",
  "input-bus",
  "weight-bus",
  "output-bus",
  "fill",
] as const;

/** Classes that time is summed by. */
export const opClasses = [
  "convolution",
  "depthwise-convolution",
  "matmul",
  "attention-matmul",
  "softmax",
  "normalisation",
  "pooling",
  "element-wise",
  "data-movement",
] as const;

const totals = record(
  {
    macs: number("multiply-accumulates of all cores"),
    cycles: number("cycles of one core for its batch"),
    latencySeconds: number("seconds of one core for its batch"),
    throughputPerSecond: number("samples per second of the chip"),
    utilization: number("achieved MACs over peak MACs of the chip in the same time"),
    dramBytes: number("bytes moved to and from DRAM, all cores"),
    compulsoryDramBytes: number("bytes of model inputs, outputs and weights, each moved once, all cores"),
    weightBytes: number("bytes of the constants that the compiled module reads, one copy"),
    energyJoules: number("energy of the chip for all cores' batches"),
    lowerBoundCycles: number("sum of the regions' lower bounds, under the chosen regions and residency"),
    gap: number("cycles ÷ lowerBoundCycles − 1"),
  },
  "sums over the model",
);

const certificate = record(
  {
    lowerBoundCycles: number("no mapping of the space is faster"),
    gap: number("cycles ÷ lowerBoundCycles − 1"),
    proof: words(["bound", "exhausted", "budget"]),
    space: Type.String({ description: "the mappings that were searched, in words" }),
    nodes: Type.Integer({ minimum: 0, description: "mappings evaluated" }),
  },
  "how good the mapping is",
);

const sizes = Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { description: "loop name → size" });

/** JSON form of `Mapping` in `ir/decisions.ts`. */
export const mappingSchema = record(
  {
    region: Type.Integer({ minimum: 0 }),
    dataflow: words(["weight-stationary", "output-stationary", "input-stationary", "vector", "copy"]),
    extents: sizes,
    spatial: record({ peRows: sizes, peColumns: sizes }, "unrolling over the PE grid"),
    groupsPerPass: Type.Integer({ minimum: 1 }),
    levels: Type.Array(
      record({ level: words(["gm", "l2", "l1"]), tile: sizes, order: Type.Array(Type.String()) }, "one memory level"),
    ),
  },
  "one region's loop nest placed on the design",
);

const region = record(
  {
    id: Type.Integer({ minimum: 0, description: "position in the schedule" }),
    name: Type.String({ description: "the anchor's ONNX node" }),
    kind: words(opClasses),
    engine: words(["systolic-array", "vector-unit", "dma"]),
    onnxNodes: Type.Array(Type.String()),
    macs: number("multiply-accumulates of all cores"),
    cycles: number("steady cycles"),
    boundBy: words(bindingResources),
    dramBytes: number("bytes moved to and from DRAM in the steady state, all cores"),
    energyJoules: number("energy of all cores, steady"),
    cold: record(
      { cycles: number("cycles"), dramBytes: number("bytes moved to and from DRAM, all cores") },
      "in the first inference, which fetches pinned weights where they are first read",
    ),
    mapping: mappingSchema,
    certificate,
  },
  "operations that run as one",
);

const parts = Type.Record(Type.String(), Type.Number({ minimum: 0 }));

/** JSON schema of an evaluation, version 1; printed to `docs/schemas/evaluation.schema.json`. */
export const evaluationSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    model: record({ name: Type.String(), sha256: Type.String() }, "the ONNX model"),
    design: record({ name: Type.String(), technologyNm: Type.Integer() }, "the hardware design"),
    batch: Type.Integer({ minimum: 1, description: "samples per run and core" }),
    totals: record(
      { cold: totals, steady: totals },
      "first inference, and those after it (pinned weights are not fetched again)",
    ),
    area: record({ totalMm2: number("mm²"), parts }, "estimated die area"),
    tdp: record({ totalWatts: number("W"), parts }, "estimated thermal design power: every unit at full activity"),
    perfPerTdp: number("samples per second and watt, steady"),
    opClasses: Type.Array(
      record(
        {
          kind: words(opClasses),
          regions: Type.Integer(),
          macs: number("MACs"),
          cycles: number("cycles"),
          share: number("of all cycles"),
        },
        "one class",
      ),
    ),
    regions: Type.Array(region),
  },
  { additionalProperties: false, title: "fastc evaluation" },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type Evaluation = DeepReadonly<Static<typeof evaluationSchema>>;
export type Totals = Evaluation["totals"]["steady"];
export type RegionEvaluation = Evaluation["regions"][number];
export type BindingResource = (typeof bindingResources)[number];
export type OpClass = (typeof opClasses)[number];

/** Why a design has no evaluation. `value` and `limit` in the reason's unit (mm², W, s; bytes for `no-mapping`). */
export interface Infeasible {
  readonly reason: "area" | "tdp" | "latency" | "no-mapping" | "invalid";
  readonly value: number;
  readonly limit: number;
  /** The region that has no mapping, and the memory level that is too small for it. */
  readonly region?: string;
  readonly level?: string;
}

/** True for the refusals among the results of `evaluate`. */
export function isInfeasible(result: object): result is Infeasible {
  return "reason" in result;
}
