/** What a simulation tells: cycles, stalls, traffic and occupancy of every region, with its JSON schema. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const amount = (description: string) => Type.Number({ minimum: 0, description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

const totals = record(
  {
    cycles: count("cycles of one core for its batch"),
    latencySeconds: amount("seconds of one core for its batch"),
    throughputPerSecond: amount("samples per second of the chip"),
    dramBytes: amount("bytes moved to and from DRAM, all cores"),
    gmBytes: amount("bytes moved into and out of global memory, all cores"),
  },
  "sums over the regions",
);

const occupancy = record(
  {
    buffer: Type.String({ description: "name in the program" }),
    slots: count("tiles that it holds"),
    slotBytes: count("bytes of its largest tile"),
    mostTiles: count("tiles that were in it at most"),
    samples: Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
      description:
        "[cycle, tiles] when a tile began and their number had changed; while iterations repeat, their first ones",
    }),
  },
  "a buffer over time",
);

const region = record(
  {
    id: count("place in the schedule"),
    name: Type.String({ description: "the anchor's ONNX node" }),
    engine: Type.String(),
    dataflow: Type.String(),
    onnxNodes: Type.Array(Type.String()),
    cycles: count("steady cycles"),
    coldCycles: count("cycles in the first inference"),
    analyticCycles: amount("steady cycles by the cost model"),
    dramBytes: amount("steady, one core"),
    gmBytes: amount("steady, one core"),
    busyCycles: Type.Record(Type.String(), amount("cycles"), {
      description: "of every resource; array: the busiest PE's array, or its lanes where they do the nest's work",
    }),
    stallCycles: Type.Record(Type.String(), amount("cycles"), {
      description:
        "in which the array stood still, by what it waited for last: input, weight: tiles; load: its stationary block; accumulator: " +
        "room for sums; sums: partial sums; lanes: other vector work",
    }),
    occupancy: Type.Array(occupancy),
    events: count("events that were walked through"),
    foldedIterations: count("iterations of loops that were not walked through because they repeat"),
  },
  "operations that run as one",
);

/** JSON schema of a simulation, version 1; printed to `docs/schemas/simulation.schema.json`. */
export const simulationSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    model: record(
      { name: Type.String(), sha256: Type.String(), batch: Type.Integer({ minimum: 1 }) },
      "the ONNX model",
    ),
    design: record({ name: Type.String(), technologyNm: Type.Integer() }, "the hardware design"),
    totals: record({ steady: totals, cold: totals }, "inferences after the first, and the first"),
    analyticCycles: record({ steady: amount("cycles"), cold: amount("cycles") }, "by the cost model"),
    regions: Type.Array(region),
  },
  { additionalProperties: false, title: "fastc simulation" },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type Simulation = DeepReadonly<Static<typeof simulationSchema>>;
export type SimulatedRegion = Simulation["regions"][number];
export type BufferOccupancy = SimulatedRegion["occupancy"][number];
