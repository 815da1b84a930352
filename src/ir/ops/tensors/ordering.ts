/** Where the largest and the smallest elements along an axis are. */
import { attr, withDefault } from "../../attribute-specs.ts";
import { dimensionAccess, dimensionLoops } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import type { LoopNest } from "../../loop-nest.ts";
import { idx } from "../../loop-nest.ts";
import { rowMajorStrides } from "../../numbers/indexing.ts";
import type { TensorValue } from "../../tensor-value.ts";
import { zeros } from "../../tensor-value.ts";
import type { TensorType } from "../../types.ts";
import { elementCount, tensorType } from "../../types.ts";

function axisProblem(input: TensorType, axis: number): string | undefined {
  const rank = input.shape.length;
  return axis >= 0 && axis < rank ? undefined : `axis ${axis} is not a dimension of a tensor of rank ${rank}`;
}

/** Calls `visit` for each line along the axis: where it starts, and how far its elements are apart. */
export function forEachLine(
  shape: readonly number[],
  axis: number,
  visit: (start: number, stride: number, line: number) => void,
): void {
  const stride = rowMajorStrides(shape)[axis]!;
  const block = stride * shape[axis]!;
  const outer = elementCount(shape.slice(0, axis));
  for (let line = 0; line < outer * stride; line++) {
    visit(Math.floor(line / stride) * block + (line % stride), stride, line);
  }
}

interface ArgReductionRecord {
  readonly name: string;
  readonly summary: string;
  /** Whether the first number goes before the second. */
  readonly isBefore: (a: number, b: number) => boolean;
}

/** A line of the reduced shape has the number of a line of the input, because the reduced dimension has extent 1. */
function argReduction({ name, summary, isBefore }: ArgReductionRecord) {
  return defineOp({
    name,
    summary,
    operands: { input: {} },
    attributes: { axis: attr.int, keepdims: withDefault(attr.bool, true), select_last: withDefault(attr.bool, false) },
    traits: ["pure", "reduction"],
    verify({ input }, { axis }) {
      const problem = axisProblem(input, axis);
      if (problem !== undefined) return problem;
      return input.shape[axis] === 0 ? `dimension ${axis} has no elements` : undefined;
    },
    inferTypes({ input: { shape } }, { axis, keepdims }) {
      return tensorType(
        keepdims ? shape.map((extent, dim) => (dim === axis ? 1 : extent)) : shape.filter((_e, dim) => dim !== axis),
        "i64",
      );
    },
    loopNest({ input: { shape } }, { axis, keepdims }): LoopNest {
      const full = dimensionAccess(shape.length);
      const output = keepdims
        ? full.map((index, dim) => (dim === axis ? idx({}) : index))
        : full.filter((_index, dim) => dim !== axis);
      // Compare, and keep the index.
      const work = { kind: "vector", opsPerPoint: 2 } as const;
      return { extents: dimensionLoops(shape), access: { input: full, output }, work };
    },
    reference({ input }, { axis, select_last }, [type]) {
      const output = zeros(type!);
      const { shape } = input.type;
      forEachLine(shape, axis, (start, stride, line) => {
        let best = 0;
        for (let index = 1; index < shape[axis]!; index++) {
          const [item, sofar] = [input.data[start + index * stride]!, input.data[start + best * stride]!];
          if (isBefore(item, sofar) || (select_last && item === sofar)) best = index;
        }
        output.data[line] = best;
      });
      return output;
    },
  });
}

export const argMax = argReduction({
  name: "nn.arg_max",
  summary: "Index of the largest element along the axis; of equal ones the first, or the last.",
  isBefore: (a, b) => a > b,
});
export const argMin = argReduction({
  name: "nn.arg_min",
  summary: "Index of the smallest element along the axis; of equal ones the first, or the last.",
  isBefore: (a, b) => a < b,
});

/** `nn.top_k_indices`: what it finds is then read with `nn.gather_elements`. */
export const topKIndices = defineOp({
  name: "nn.top_k_indices",
  summary: "Indices of the k largest (or smallest) elements along the axis, in order; of equal ones the first.",
  operands: { input: {} },
  attributes: { axis: attr.int, k: attr.int, largest: withDefault(attr.bool, true) },
  traits: ["pure", "reduction"],
  verify({ input }, { axis, k }) {
    const problem = axisProblem(input, axis);
    if (problem !== undefined) return problem;
    const extent = input.shape[axis]!;
    return k < 0 || k > extent ? `k is ${k} but the axis has ${extent} elements` : undefined;
  },
  inferTypes: ({ input }, { axis, k }) => tensorType(replaced(input.shape, axis, k), "i64"),
  loopNest({ input: { shape } }, { axis, k }) {
    const full = dimensionAccess(shape.length);
    return {
      extents: dimensionLoops(shape),
      // Points beyond k are outside of the result.
      access: { input: full, output: full },
      // Each element is compared with the k kept ones, in a heap.
      work: { kind: "vector", opsPerPoint: 1 + Math.ceil(Math.log2(Math.max(k, 1))) },
      rowLoops: [`d${axis}`],
    };
  },
  reference({ input }, { axis, k, largest }, [type]) {
    const output = zeros(type!);
    const { shape } = input.type;
    const outputStarts = lineStarts(type!.shape, axis);
    forEachLine(shape, axis, (start, stride, line) => {
      const order = sortedIndices(input, { start, stride, count: shape[axis]!, largest });
      for (let rank = 0; rank < k; rank++) output.data[outputStarts[line]! + rank * stride] = order[rank]!;
    });
    return output;
  },
});

function replaced(shape: readonly number[], axis: number, extent: number): readonly number[] {
  return shape.map((own, dim) => (dim === axis ? extent : own));
}

function lineStarts(shape: readonly number[], axis: number): readonly number[] {
  const starts: number[] = [];
  forEachLine(shape, axis, (start) => starts.push(start));
  return starts;
}

interface Line {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  readonly largest: boolean;
}

/** Indices of a line in order; not-a-number counts as the largest, as in NumPy. */
function sortedIndices(input: TensorValue, { start, stride, count, largest }: Line): readonly number[] {
  const items = Array.from({ length: count }, (_unused, index) => input.data[start + index * stride]!);
  const direction = largest ? -1 : 1;
  return items.map((_item, index) => index).sort((a, b) => direction * compare(items[a]!, items[b]!) || a - b);
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
