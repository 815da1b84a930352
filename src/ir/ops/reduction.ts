/** Reductions over whole dimensions. */
import { attr, withDefault } from "../attribute-specs.ts";
import { dimensionAccess, dimensionLoops, shapeText } from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import { rowMajorStrides, stridedOffsets } from "../numbers/indexing.ts";
import type { AffineIndex } from "../loop-nest.ts";
import { idx } from "../loop-nest.ts";
import { zeros } from "../tensor-value.ts";
import type { ScalarType } from "../types.ts";
import { bitWidth, elementCount, isFloat, tensorType } from "../types.ts";

interface ReductionRecord {
  readonly name: string;
  readonly summary: string;
  /** Takes truth values too. */
  readonly isOrder?: true;
  /** The result over no elements. */
  readonly start: (element: ScalarType) => number;
  readonly step: (sum: number, x: number) => number;
  /** Applied at the end, with the number of elements that were put together. */
  readonly finish?: (sum: number, count: number) => number;
}

function keptShape(shape: readonly number[], axes: readonly number[]): readonly number[] {
  return shape.map((extent, dim) => (axes.includes(dim) ? 1 : extent));
}

function withoutAxes<T>(items: readonly T[], axes: readonly number[]): readonly T[] {
  return items.filter((_item, dim) => !axes.includes(dim));
}

/** One record for all of them: they differ in how two numbers become one. */
function reduction({ name, summary, isOrder, start, step, finish }: ReductionRecord) {
  return defineOp({
    name,
    summary,
    operands: { input: {} },
    attributes: { axes: attr.ints, keepdims: withDefault(attr.bool, true) },
    docs: {
      axes: "dimensions that are reduced, in increasing order",
      keepdims: "reduced dimensions stay, with extent 1",
      result: "the input's shape without the reduced dimensions, or with 1 in their place",
    },
    traits: ["pure", "reduction"],
    verify({ input }, { axes }) {
      const { shape, element } = input;
      if (element.name === "i1" && isOrder !== true) return "element type is i1 but should be a number type";
      const isSorted = axes.every((axis, at) => axis > (axes[at - 1] ?? -1));
      if (!isSorted || (axes.at(-1) ?? 0) >= Math.max(shape.length, 1)) {
        return `axes ${shapeText(axes)} are not increasing dimensions of a tensor of rank ${shape.length}`;
      }
      return undefined;
    },
    inferTypes({ input }, { axes, keepdims }) {
      return tensorType(keepdims ? keptShape(input.shape, axes) : withoutAxes(input.shape, axes), input.element);
    },
    loopNest({ input }, { axes, keepdims }) {
      const full = dimensionAccess(input.shape.length);
      const output: readonly AffineIndex[] = keepdims
        ? full.map((index, dim) => (axes.includes(dim) ? idx({}) : index))
        : withoutAxes(full, axes);
      return {
        extents: dimensionLoops(input.shape),
        access: { input: full, output },
        work: { kind: "vector", opsPerPoint: 1 },
      };
    },
    reference({ input }, { axes }, [type]) {
      const output = zeros(type!);
      const { shape } = input.type;
      const outputStrides = rowMajorStrides(keptShape(shape, axes)).map((s, dim) => (axes.includes(dim) ? 0 : s));
      const outputAt = stridedOffsets(shape, outputStrides);
      const sums = new Float64Array(output.data.length).fill(start(input.type.element));
      for (let at = 0; at < input.data.length; at++) {
        const out = outputAt[at]!;
        sums[out] = step(sums[out]!, input.data[at]!);
      }
      const count = elementCount(axes.map((axis) => shape[axis]!));
      output.data.set(finish === undefined ? sums : sums.map((sum) => finish(sum, count)));
      return output;
    },
  });
}

/** Least and largest number of a type: infinite where it has infinities. */
function rangeOf(element: ScalarType): readonly [least: number, largest: number] {
  if (isFloat(element)) return [-Infinity, Infinity];
  if (element.name === "i1") return [0, 1];
  const width = bitWidth(element);
  return element.name.startsWith("u") ? [0, 2 ** width - 1] : [-(2 ** (width - 1)), 2 ** (width - 1) - 1];
}

export const reduceSum = reduction({
  name: "nn.reduce_sum",
  summary: "Sum over the axes.",
  start: () => 0,
  step: (sum, x) => sum + x,
});
export const reduceMean = reduction({
  name: "nn.reduce_mean",
  summary: "Arithmetic mean over the axes; integers are truncated towards zero.",
  start: () => 0,
  step: (sum, x) => sum + x,
  finish: (sum, count) => sum / count,
});
export const reduceMax = reduction({
  name: "nn.reduce_max",
  summary: "Largest number over the axes; of no numbers, the least that the type has.",
  isOrder: true,
  start: (element) => rangeOf(element)[0],
  step: (largest, x) => Math.max(largest, x),
});
export const reduceMin = reduction({
  name: "nn.reduce_min",
  summary: "Smallest number over the axes; of no numbers, the largest that the type has.",
  isOrder: true,
  start: (element) => rangeOf(element)[1],
  step: (least, x) => Math.min(least, x),
});
export const reduceProd = reduction({
  name: "nn.reduce_prod",
  summary: "Product over the axes.",
  start: () => 1,
  step: (product, x) => product * x,
});
