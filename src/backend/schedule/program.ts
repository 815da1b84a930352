/**
 * The program of a schedule, as plain data: what the machine does, region after region. `lower.ts` makes it from decisions,
 * `schedule.mlir` spells it in the `sched` dialect, `execute/` runs it, `simulate/` times it. It says nothing about time.
 *
 * **Ranges.** Every loop of a region's nest has a range, at first its whole extent. `for` steps over its loop's range in tiles
 * of `step` (the last one may be smaller); inside, the loop's range is that tile. `spread` gives each PE of the grid a
 * contiguous share of ⌈size ÷ ways⌉ of each range that it names; a PE beyond the last share has nothing to do. The tile of an
 * operand is the box of the loops that it depends on (of a matrix nest's input also the window that slides over it).
 *
 * **Engines.** Each statement belongs to an engine: a transfer to the DMA engine of its buffer (one for tiles that come in, one
 * for tiles that go out), `pass` to the systolic array, `vector` to the vector unit, `wait` to the engine of the statement
 * behind it. Each engine walks the loops by itself, in order, and does its own statements; buffers hand tiles on.
 *
 * **Buffers** are queues of `slots` tiles. A transfer into a buffer is done once for every tile: where the tile is the one
 * that came last, nothing moves. It starts `ahead` tiles early: while a tile is used, the next `ahead` ones are on
 * their way, so a buffer needs `ahead` + 1 slots. A reader uses the tile that it waited for last and keeps it until it waits
 * for another one. A transfer out of a buffer is done when its tile is left for another one, or at the end; the next tile goes
 * into another slot, where there is one.
 *
 * **Sums.** The output's tile in L1 is the accumulator: it starts at zero. Where a tile is left before its whole reduction
 * is done, partial sums leave in accumulator width and come back with the tile (`when: "revisited"`). What is complete passes
 * the epilogue and leaves in operand width.
 */
import type { Static, TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";

const record = <P extends Record<string, TSchema>>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const words = <const W extends readonly string[]>(all: W, description: string) =>
  Type.Unsafe<W[number]>({ type: "string", enum: [...all], description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const positive = (description: string) => Type.Integer({ minimum: 1, description });
const amount = (description: string) => Type.Number({ minimum: 0, description });
const list = <T extends TSchema>(item: T, description: string) => Type.Array(item, { description });
const name = (description: string) => Type.String({ minLength: 1, description });
const loopSizes = (description: string) => Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { description });

/** Loops of matrix nests, then of vector nests. */
export const programLoops = ["g", "b", "p", "q", "k", "c", "row", "element", "sweep"] as const;
/** What a tile is a tile of. */
export const operandNames = ["input", "weight", "output"] as const;
export const memories = ["dram", "gm", "l2", "l1"] as const;
export const programDataflows = [
  "weight-stationary",
  "output-stationary",
  "input-stationary",
  "vector",
  "copy",
] as const;

const tensorSchema = record(
  {
    name: name("how statements call it"),
    value: record(
      { operation: count("operation of the frozen module; of an argument the function"), index: count("its result") },
      "the value of the frozen module",
    ),
    origin: words(["input", "weight", "activation"], "where it comes from"),
    isOutput: Type.Boolean({ description: "an output of the model" }),
    shape: list(count("extent"), "extents, outermost first; row-major, without gaps"),
    element: name("element type in the model"),
    words: count("operand words: elements, or as many words as elements of another width take"),
    memory: words(["dram", "gm"], "where regions read and write it"),
    offsetBytes: count("where it begins there"),
    sizeBytes: count("words × bytes of an operand word"),
    firstRegion: count("first region in which it occupies its place"),
    lastRegion: count("last region"),
    isPinned: Type.Boolean({
      description: "stays in global memory for all inferences: comes through DRAM in the first only",
    }),
  },
  "a tensor in DRAM or global memory",
);

const windowSchema = record(
  {
    kernel: positive("positions that one output reads"),
    stride: positive("input steps between outputs"),
    dilation: positive("input steps between kernel positions"),
    padBefore: Type.Integer({ description: "zeros before the first input element; never moved" }),
    inputExtent: positive("input elements along the axis"),
  },
  "how output positions p or q slide over the input: output i reads i·stride − padBefore + r·dilation",
);

const matrixNest = record(
  {
    kind: Type.Literal("matrix"),
    extents: loopSizes("of g, b, p, q, k, c: groups, streamed positions, output channels, reduction channels"),
    rows: windowSchema,
    columns: windowSchema,
    loopNames: Type.Record(Type.String(), Type.String(), { description: "the op's own loops behind each loop" }),
    prologueOps: amount("vector operations for every input element that enters L1"),
    epilogueOps: amount("vector operations for every output element"),
    extraWords: amount("operand words of the neighbours' further operands"),
  },
  "out[g,b,p,q,k] += in[g,b,p·,q·,c] × weight[g,k,c,r,s]",
);

const vectorNest = record(
  {
    kind: Type.Literal("vector"),
    extents: loopSizes("of row and element (points of a row), and of sweep where a cut row is read several times"),
    opsPerPoint: amount("vector operations"),
    inputWords: amount("operand words that come in, each once"),
    outputWords: amount("operand words that leave"),
  },
  "rows of points, streamed through the vector units; a row takes its even share of the words",
);

const bufferSchema = record(
  {
    name: name("level.operand, as l1.input"),
    memory: words(["gm", "l2", "l1"], "memory level"),
    operand: words(operandNames, "what it holds tiles of"),
    perPe: Type.Boolean({ description: "every PE has one" }),
    slots: positive("tiles that it holds at once"),
    slotBytes: positive("bytes of its largest tile"),
  },
  "a queue of tiles",
);

const transferSchema = record(
  {
    op: Type.Literal("dma"),
    from: list(name("buffer or tensor"), "several tensors: the parts of a vector nest's input"),
    to: list(name("buffer or tensor"), "several tensors: each gets the tile, or its part of a vector nest's output"),
    ahead: count("tiles that it starts early; 0 out of a buffer"),
    when: words(
      ["needed", "revisited", "left"],
      "needed: for each tile; revisited: partial sums that come back; left: out of a buffer",
    ),
    partialsTo: Type.Optional(
      name("buffer or tensor for sums that leave before they are complete; else they go to `to`"),
    ),
    multicast: Type.Boolean({ description: "PEs of a bus that need the same word take it at once" }),
    indexed: Type.Boolean({ description: "which words move depends on data (gather); their number does not" }),
  },
  "moves tiles",
);

const waitSchema = record({ op: Type.Literal("wait"), buffer: name("a buffer") }, "until the next tile is there");

const passSchema = record(
  {
    op: Type.Literal("pass"),
    input: name("buffer"),
    weight: name("buffer"),
    output: name("buffer of accumulators"),
    dataflow: words(["weight-stationary", "output-stationary", "input-stationary", "vector"], "vector: on the lanes"),
    groupsPerPass: positive("groups that share the array, block-diagonally"),
  },
  "all array passes of one tile: folds of the array over its reduction, channels, positions",
);

const vectorSchema = record(
  {
    op: Type.Literal("vector"),
    stage: words(
      ["prologue", "epilogue", "rows"],
      "on input tiles, on complete output tiles, or the whole work of a strip",
    ),
    operations: list(count("operation id"), "operations of the frozen module, in order"),
    reads: Type.Optional(name("buffer; absent where a nest reads nothing")),
    writes: Type.Optional(name("buffer; absent where nothing is kept")),
    streams: list(name("tensor"), "further operands, which pass the input bus without staying"),
    copies: list(name("tensor"), "further results of the output's size, which leave over the output bus"),
  },
  "what the vector unit does with a tile",
);

/** A `for` or `spread` holds statements. */
const statementSchema = Type.Recursive(
  (self) =>
    Type.Union([
      record(
        {
          op: Type.Literal("for"),
          loop: words(programLoops, "whose range is cut"),
          level: words(["gm", "l2", "l1"], "memory level whose tiles it steps over"),
          step: positive("elements of the loop in a tile"),
          body: Type.Array(self),
        },
        "steps over tiles",
      ),
      record(
        {
          op: Type.Literal("spread"),
          peRows: loopSizes("ways over the rows of the PE grid"),
          peColumns: loopSizes("ways over its columns"),
          body: Type.Array(self),
        },
        "every PE takes its share",
      ),
      transferSchema,
      waitSchema,
      passSchema,
      vectorSchema,
    ]),
  { $id: "statement" },
);

const regionSchema = record(
  {
    id: count("place in the schedule"),
    name: name("the anchor's ONNX node"),
    engine: words(["systolic-array", "vector-unit", "dma"], "what runs it"),
    dataflow: words(programDataflows, "how"),
    anchor: count("operation whose loops the others follow"),
    operations: list(count("operation id"), "operations of the frozen module, in order"),
    onnxNodes: list(Type.String(), "where it comes from"),
    nest: Type.Union([matrixNest, vectorNest]),
    buffers: list(bufferSchema, "outermost first"),
    body: Type.Array(statementSchema),
  },
  "operations that run as one",
);

/** JSON schema of a program. */
export const programSchema = record(
  {
    tensors: list(tensorSchema, "in the order in which they appear"),
    regions: list(regionSchema, "in schedule order"),
  },
  "what the machine does",
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type ProgramTensor = DeepReadonly<Static<typeof tensorSchema>>;
export type ProgramWindow = DeepReadonly<Static<typeof windowSchema>>;
export type MatrixNest = DeepReadonly<Static<typeof matrixNest>>;
export type VectorNest = DeepReadonly<Static<typeof vectorNest>>;
export type ProgramBuffer = DeepReadonly<Static<typeof bufferSchema>>;
export type Transfer = DeepReadonly<Static<typeof transferSchema>>;
export type Wait = DeepReadonly<Static<typeof waitSchema>>;
export type Pass = DeepReadonly<Static<typeof passSchema>>;
export type VectorWork = DeepReadonly<Static<typeof vectorSchema>>;
export type ProgramLoop = (typeof programLoops)[number];
export type ProgramOperand = (typeof operandNames)[number];

export interface ForLoop {
  readonly op: "for";
  readonly loop: ProgramLoop;
  readonly level: "gm" | "l2" | "l1";
  readonly step: number;
  readonly body: readonly Statement[];
}

export interface Spread {
  readonly op: "spread";
  readonly peRows: Readonly<Record<string, number>>;
  readonly peColumns: Readonly<Record<string, number>>;
  readonly body: readonly Statement[];
}

export type Statement = ForLoop | Spread | Transfer | Wait | Pass | VectorWork;

/** One region's program. */
export interface RegionProgram extends Omit<DeepReadonly<Static<typeof regionSchema>>, "body"> {
  readonly body: readonly Statement[];
}

export interface Program {
  readonly tensors: readonly ProgramTensor[];
  readonly regions: readonly RegionProgram[];
}
