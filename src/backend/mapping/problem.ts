/** What the mapper is asked: a region's loop nest reduced to the loops that matter to reuse. Independent of hardware. */
import type { LoopNest } from "../../ir/loop-nest.ts";
import { isRelevant } from "../../ir/loop-nest.ts";
import { bug } from "../../support/bug.ts";

/** Loops of a matrix problem, in this order in every tile: groups, streamed positions (b, p, q), output channels, reduction. */
export const matrixLoops = ["g", "b", "p", "q", "k", "c"] as const;
export type MatrixLoop = (typeof matrixLoops)[number];
/** Position of each loop in a tile. */
export const at = { g: 0, b: 1, p: 2, q: 3, k: 4, c: 5 } as const;

/** One extent per loop of `matrixLoops`. */
export type Tile = readonly number[];

/** A sliding window along one axis of the input; `kernel` 1, `stride` 1 where nothing slides. */
export interface SlidingWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the first input element; they are never moved. */
  readonly padBefore: number;
  readonly inputExtent: number;
}

/**
 * A convolution or matrix product: out[g, b, p, q, k] += in[g, b, p·stride + r·dilation, q·…, c] · weight[g, k, c, r, s].
 * For a matrix product b is the streamed dimension and p, q, r, s are 1. The kernel's positions are never tiled.
 */
export interface MatrixProblem {
  readonly kind: "matrix";
  readonly extents: Tile;
  readonly rows: SlidingWindow;
  readonly columns: SlidingWindow;
  /** Vector operations per input element as it enters L1, and per output element as it leaves. */
  readonly prologueOps: number;
  readonly epilogueOps: number;
  /** Elements of further operands of the fused neighbours (residual, bias, gate), each read once. */
  readonly extraElements: number;
  /** How many tensors of the output's size are written. */
  readonly outputCopies: number;
  /** Names of the op's own loops behind each canonical loop, for reports. */
  readonly loopNames: readonly string[];
  /** True when every group has one input and one output channel. */
  readonly isDepthwise: boolean;
}

/** Element-wise work, reductions, normalisations: streams through the vector units. `kind: copy`: moves data only. */
export interface VectorProblem {
  readonly kind: "vector";
  readonly points: number;
  /** Independent rows that can run on different PEs. */
  readonly rows: number;
  readonly opsPerPoint: number;
  /** Elements read and written. */
  readonly inputElements: number;
  readonly outputElements: number;
  /** How often the input is read when a row does not stay on chip. */
  readonly sweeps: number;
  readonly isCopy: boolean;
}

export type Problem = MatrixProblem | VectorProblem;

const unitWindow: SlidingWindow = { kernel: 1, stride: 1, dilation: 1, padBefore: 0, inputExtent: 1 };

/** Shapes of the anchor's two operands and what its neighbours add. */
export interface MatrixContext {
  readonly inputShape: readonly number[];
  readonly operandNames: readonly [string, string];
  readonly prologueOps: number;
  readonly epilogueOps: number;
  readonly extraElements: number;
  readonly outputCopies: number;
}

/**
 * The matrix problem of a loop nest of MACs, from its access functions alone: loops of input and output stream, loops of
 * weight and output are output channels, loops of input and weight reduce, loops of all three are groups.
 */
export function matrixProblem(nest: LoopNest, context: MatrixContext): MatrixProblem {
  const { slots, windows } = canonicalLoops(nest, context);
  const extents = slots.map((loops) => loops.reduce((product, loop) => product * (nest.extents[loop] ?? 1), 1));
  const names = slots.map((loops) => loops.filter((loop) => (nest.extents[loop] ?? 1) > 1));
  const [rows = unitWindow, columns = unitWindow] = windows.map((window) => window.window);
  return {
    kind: "matrix",
    extents,
    rows,
    columns,
    prologueOps: context.prologueOps,
    epilogueOps: context.epilogueOps,
    extraElements: context.extraElements,
    outputCopies: context.outputCopies,
    loopNames: names.map((parts, slot) => (parts.length > 0 ? parts.join("") : (matrixLoops[slot] ?? ""))),
    isDepthwise: (extents[at.g] ?? 1) > 1 && extents[at.k] === 1 && extents[at.c] === 1,
  };
}

/** An op's own loops behind each loop of a matrix problem, outermost first, and the windows that slide over its input. */
export interface CanonicalLoops {
  readonly slots: readonly (readonly string[])[];
  /** Of rows and of columns, at most. */
  readonly windows: readonly FoundWindow[];
}

/** Sorts the loops of a nest of MACs by what they do. */
export function canonicalLoops(
  nest: LoopNest,
  { operandNames, inputShape }: Pick<MatrixContext, "operandNames" | "inputShape">,
): CanonicalLoops {
  const [inputName, weightName] = operandNames;
  const input = nest.access[inputName] ?? bug(`no access to ${inputName}`);
  const weight = nest.access[weightName] ?? bug(`no access to ${weightName}`);
  const output = nest.access["output"] ?? bug("no access to output");
  const slots: string[][] = [[], [], [], [], [], []];
  const windows = slidingWindows(nest, { input, weight, shape: inputShape });
  for (const loop of Object.keys(nest.extents)) {
    const inI = isRelevant(input, loop);
    const inW = isRelevant(weight, loop);
    const inO = isRelevant(output, loop);
    const slides = windows.findIndex((window) => window.outputLoop === loop);
    if (windows.some((window) => window.kernelLoop === loop)) continue;
    if (slides >= 0) slots[slides === 0 ? at.p : at.q]?.push(loop);
    else if (inI && inW && inO) slots[at.g]?.push(loop);
    else if (inI && inO) slots[at.b]?.push(loop);
    else if (inO) slots[at.k]?.push(loop);
    else slots[at.c]?.push(loop);
  }
  return { slots, windows };
}

type Access = NonNullable<LoopNest["access"][string]>;

/** A window with the loops that move it. */
export interface FoundWindow {
  /** Empty where nothing slides. */
  readonly outputLoop: string;
  readonly kernelLoop: string;
  /** The input's dimension that it slides along. */
  readonly dimension: number;
  readonly window: SlidingWindow;
}

/** Input indices made of a streamed loop and a kernel loop. One that does not slide (1×1, stride 1) keeps a unit window. */
function slidingWindows(
  nest: LoopNest,
  operands: { readonly input: Access; readonly weight: Access; readonly shape: readonly number[] },
): readonly FoundWindow[] {
  const found: FoundWindow[] = [];
  const { input, weight, shape } = operands;
  input.forEach((index, dimension) => {
    const loops = Object.entries(index.terms).filter(([, coefficient]) => coefficient !== 0);
    const output = nest.access["output"] ?? [];
    const outputTerm = loops.find(([loop]) => isRelevant(output, loop) && !isRelevant(weight, loop));
    const kernelTerm = loops.find(([loop]) => !isRelevant(output, loop));
    if (outputTerm === undefined || kernelTerm === undefined) return;
    const window: SlidingWindow = {
      kernel: nest.extents[kernelTerm[0]] ?? 1,
      stride: outputTerm[1],
      dilation: kernelTerm[1],
      padBefore: -index.offset,
      inputExtent: shape[dimension] ?? 1,
    };
    const slides = window.kernel > 1 || window.stride > 1 || window.padBefore !== 0;
    found.push({
      outputLoop: slides ? outputTerm[0] : "",
      kernelLoop: kernelTerm[0],
      dimension,
      window: slides ? window : unitWindow,
    });
  });
  // The mapper slides along two axes: a third, the depth of a volume, streams and reduces as loops that do not slide.
  return found.length <= 2 ? found : found.filter(({ outputLoop }) => outputLoop !== "").slice(-2);
}
