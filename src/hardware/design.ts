/** The hardware design template of `design.json`: FAST's datapath as plain readonly data, with its JSON schema. */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";

/** Largest count that a design may name: generous, and small enough that no product of fields overflows. */
const maximumCount = 2 ** 30;

const positive = (description: string): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum: 1, maximum: maximumCount, description });
const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

const words = <const W extends readonly string[]>(all: W, description: string) =>
  Type.Unsafe<W[number]>({ type: "string", enum: [...all], description });

const grid = (what: string) =>
  record({ rows: positive(`rows of ${what}`), columns: positive(`columns of ${what}`) }, what);

const l1 = record(
  {
    config: words(["private", "shared"], "private: three scratchpads per PE; shared: one per PE of the summed size"),
    inputKiB: positive("KiB per PE for inputs"),
    weightKiB: positive("KiB per PE for weights"),
    outputKiB: positive("KiB per PE for outputs and partial sums"),
  },
  "L1 of a PE",
);

const l2Multipliers = {
  inputMultiplier: positive("input capacity in multiples of L1's"),
  weightMultiplier: positive("weight capacity in multiples of L1's"),
  outputMultiplier: positive("output capacity in multiples of L1's"),
};
const l2 = Type.Union(
  [
    record({ config: Type.Literal("disabled") }, "no L2"),
    record({ config: Type.Literal("private"), ...l2Multipliers }, "an L2 per PE"),
    record(
      { config: Type.Literal("shared"), ...l2Multipliers },
      "one L2 for the PE grid: L1's sizes × multiplier × PEs",
    ),
  ],
  { description: "optional second level" },
);

/** DRAM technologies that a design can name. */
export const dramKinds = ["ddr3", "gddr6", "hbm2", "hbm2e", "lpddr"] as const;

const dram = record(
  {
    kind: words(dramKinds, "DRAM technology"),
    channels: positive("channels (HBM: stacks)"),
    bandwidthGBpsPerChannel: Type.Optional(
      Type.Number({ minimum: 0.001, maximum: 1e6, description: "10⁹ bytes/s of one channel; default by kind" }),
    ),
  },
  "off-chip memory",
);

const overrides = record(
  {
    blockDiagonal: Type.Optional(
      Type.Boolean({ description: "grouped convolution packs groups into one pass; default true" }),
    ),
    pipelining: Type.Optional(
      words(["full", "none"], "none: weight load, streaming and drain of array passes do not overlap; default full"),
    ),
    dramEfficiency: Type.Optional(
      Type.Number({
        minimum: 0.001,
        maximum: 1,
        description: "delivered share of DRAM's peak bandwidth; default 1",
      }),
    ),
    inputBusBytesPerCycle: Type.Optional(positive("width of the input bus of a PE row")),
    weightBusBytesPerCycle: Type.Optional(positive("width of the weight bus of a PE column")),
    outputBusBytesPerCycle: Type.Optional(positive("width of the output bus of a PE column")),
    globalMemoryBytesPerCycle: Type.Optional(positive("global memory bandwidth, read and write together")),
    platformWatts: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1e6, description: "fixed power per chip added to TDP (host share, board)" }),
    ),
  },
  "optional departures from the template's defaults",
);

const interconnect = record(
  {
    links: Type.Integer({ minimum: 0, maximum: maximumCount, description: "chip-to-chip links; 0: none" }),
    gbpsPerLink: Type.Number({ minimum: 0.001, maximum: 1e6, description: "10⁹ bits/s of a link in one direction" }),
  },
  "chip-to-chip links, where the chip has them: they take area and power whether a model uses them or not",
);

/** Dataflows that a design's arrays can support: what stays in the array while the rest streams. */
export const arrayDataflows = ["weight-stationary", "output-stationary", "input-stationary"] as const;

/** JSON schema of `design.json`, version 1; printed to `docs/schemas/design.schema.json`. */
export const designSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1, { description: "version of this file format" }),
    name: Type.String({ minLength: 1, description: "what reports call the design" }),
    technologyNm: Type.Union([Type.Literal(7), Type.Literal(16), Type.Literal(28)], {
      description: "process node, nm",
    }),
    clockGhz: Type.Number({ minimum: 0.001, maximum: 100, description: "clock of the whole chip, 10⁹ cycles/s" }),
    datatypes: Type.Union(
      [
        record(
          {
            operand: Type.Literal("bf16"),
            accumulator: Type.Literal("fp32", { description: "what bf16 operands are summed in" }),
          },
          "bf16 operands, fp32 sums",
        ),
        record(
          {
            operand: Type.Literal("int8"),
            accumulator: Type.Literal("int32", { description: "what int8 operands are summed in" }),
          },
          "int8 operands, int32 sums",
        ),
      ],
      { description: "number types of the arrays" },
    ),
    cores: positive("equal cores; they share DRAM"),
    peGrid: grid("processing elements (PEs) of a core"),
    systolicArray: grid("MACs of the systolic array of a PE"),
    vectorMultiplier: positive("vector lanes of a PE = array columns × this"),
    l1,
    l2,
    globalMemoryMiB: Type.Integer({
      minimum: 0,
      maximum: maximumCount,
      description: "software-managed global memory of a core; 0: none",
    }),
    dram,
    interconnect: Type.Optional(interconnect),
    nativeBatch: positive("samples per run and core"),
    dataflows: Type.Array(words(arrayDataflows, "a dataflow"), {
      minItems: 1,
      uniqueItems: true,
      description: "dataflows that the arrays support",
    }),
    overrides,
  },
  {
    additionalProperties: false,
    title: "fastc hardware design",
    description: "an accelerator of FAST's datapath template",
  },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** An accelerator design, as validated. Derived numbers are free functions (`derived.ts`, `areaOf`, `tdpOf`). */
export type HardwareDesign = DeepReadonly<Static<typeof designSchema>>;
