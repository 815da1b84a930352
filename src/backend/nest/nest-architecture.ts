/** A freely described machine: memory levels outer to inner, spatial levels, and the MACs below them. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { nestDims, nestOperands } from "./nest-problem.ts";

const name = Type.String({ minLength: 1 });
const dims = Type.Union(nestDims.map((dim) => Type.Literal(dim)));
const operand = Type.Union(nestOperands.map((word) => Type.Literal(word)));
const energy = Type.Number({ minimum: 0 });
const rate = Type.Number({ exclusiveMinimum: 0 });
const unlimited = Type.Literal("unlimited");
const bits = Type.Integer({ minimum: 1, maximum: 256 });

const capacityBytes = Type.Union([unlimited, Type.Number({ exclusiveMinimum: 0 })], {
  description: "Bytes of one instance, shared by the operands that it keeps.",
});

const wordsPerCycle = Type.Union(
  [
    unlimited,
    Type.Object({ shared: rate }, { additionalProperties: false, description: "Reads and writes share one port." }),
    Type.Object({ read: rate, write: rate }, { additionalProperties: false }),
  ],
  { description: "Port of one instance." },
);

const memory = Type.Object(
  {
    name,
    capacityBytes,
    operandBytes: Type.Optional(
      Type.Object(
        { input: Type.Optional(rate), weight: Type.Optional(rate), output: Type.Optional(rate) },
        { additionalProperties: false, description: "Bytes of one instance that an operand may use at most." },
      ),
    ),
    keeps: Type.Array(operand, { minItems: 1, uniqueItems: true }),
    mayBypass: Type.Optional(
      Type.Array(operand, {
        uniqueItems: true,
        description: "Operands of `keeps` that the mapper may also leave out here; none where not given.",
      }),
    ),
    readPjPerWord: energy,
    writePjPerWord: energy,
    wordsPerCycle,
    isDoubleBuffered: Type.Boolean({ description: "A tile takes its bytes twice." }),
  },
  { additionalProperties: false },
);

const spatial = Type.Object(
  {
    name,
    fanout: Type.Integer({ minimum: 1, maximum: 2 ** 20 }),
    below: Type.Optional(
      Type.String({
        minLength: 1,
        description: "The innermost memory above the fan-out; the last but one memory where not given.",
      }),
    ),
    dims: Type.Array(dims, { uniqueItems: true, description: "Loops that may be unrolled here." }),
    multicast: Type.Array(Type.Union([Type.Literal("input"), Type.Literal("weight")]), {
      uniqueItems: true,
      description: "Operands of which one read serves all instances that want the same tile.",
    }),
    reducesOutputs: Type.Boolean({ description: "Partial sums are added on their way up." }),
  },
  { additionalProperties: false },
);

/** An `architecture.json` of `fastc map`. */
export const nestArchitectureSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    name,
    memories: Type.Array(memory, { minItems: 1, description: "Outer to inner; the first holds the whole problem." }),
    spatial: Type.Array(spatial),
    compute: Type.Object({ energyPj: energy, macsPerCycle: rate }, { additionalProperties: false }),
    wordBits: Type.Object({ input: bits, weight: bits, output: bits }, { additionalProperties: false }),
    accounting: Type.Object(
      {
        drainReads: Type.Boolean({
          description:
            "Whether reading a buffer to hand outputs to the level above is charged (AccelForge) or not (Timeloop).",
        }),
        halo: Type.Union([Type.Literal("reuse"), Type.Literal("refetch")], {
          description: "Whether a window that slides by one step of the loop directly above fetches only what is new.",
        }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false, title: "fastc map architecture" },
);

/** What was read from a file is not changed. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A machine. Energies in pJ per word, ports in words per cycle. */
export type NestArchitecture = DeepReadonly<Static<typeof nestArchitectureSchema>>;
/** One level of memory; an instance is what one branch of the spatial loops above sees. */
export type NestMemory = NestArchitecture["memories"][number];
/** One level of fan-out. */
export type NestSpatial = NestArchitecture["spatial"][number];

/** Index of the innermost memory above a fan-out: where nothing is said, the innermost memory has one instance per branch. */
export function memoryAbove({ memories }: NestArchitecture, { below }: NestSpatial): number {
  const named = memories.findIndex(({ name: word }) => word === below);
  return named >= 0 ? named : Math.max(0, memories.length - 2);
}
