/** Simplifications of operations that only rename or move data. None of them looks at the numbers. */
import { reduceMax, reduceMean, reduceMin, reduceProd, reduceSum } from "../../ir/ops/reduction.ts";
import { pad, reshape, slice, transpose } from "../../ir/ops/shape.ts";
import type { Pattern } from "../../ir/rewrite/pattern.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";
import { fusedLocation } from "../../ir/location.ts";
import { sameIntegers, shapeOf } from "./constants.ts";

const isInOrder = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || (numbers[index - 1] ?? 0) < number);

/** reshape(reshape(x)) -> reshape(x). One view less to look through. */
export const mergeReshapes = pattern({
  name: "merge-reshapes",
  root: reshape,
  rewrite({ op, operands, attrs }, rw) {
    const inner = definingOp(operands.input, reshape);
    if (inner === undefined) return noMatch("input is not a reshape");
    rw.replace(
      op,
      reshape.build({ input: inner.operands.input }, attrs, fusedLocation([inner.op.location, op.location])),
    );
    return undefined;
  },
});

/** transpose(transpose(x, p), q) -> transpose(x, p ∘ q). Saves a copy of x. */
export const mergeTransposes = pattern({
  name: "merge-transposes",
  root: transpose,
  rewrite({ op, operands, attrs }, rw) {
    const inner = definingOp(operands.input, transpose);
    if (inner === undefined) return noMatch("input is not a transpose");
    const permutation = composePermutations(inner.attrs.permutation, attrs.permutation);
    const location = fusedLocation([inner.op.location, op.location]);
    rw.replace(op, transpose.build({ input: inner.operands.input }, { permutation }, location));
    return undefined;
  },
});

/** The permutation of a transpose by `inner` followed by one by `outer`. */
export function composePermutations(inner: readonly number[], outer: readonly number[]): readonly number[] {
  return outer.map((dim) => inner[dim] ?? dim);
}

/** transpose(x) -> reshape(x) where only dimensions of extent 1 change places. A view instead of a copy. */
export const transposeOfUnitDimensions = pattern({
  name: "transpose-of-unit-dimensions",
  root: transpose,
  rewrite({ op, operands: { input }, attrs, result }, rw) {
    if (isInOrder(attrs.permutation)) return noMatch("it is an identity");
    if (!isViewPermutation(shapeOf(input), attrs.permutation)) return noMatch("dimensions longer than 1 change places");
    rw.replace(op, reshape.build({ input }, { shape: shapeOf(result) }, op.location));
    return undefined;
  },
});

/** True when a transpose only moves dimensions of extent 1, so that the elements stay in order. */
export function isViewPermutation(shape: readonly number[], permutation: readonly number[]): boolean {
  return isInOrder(permutation.filter((dim) => shape[dim] !== 1));
}

/** slice(slice(x)) -> slice(x). Saves a copy of the inner slice. */
export const mergeSlices = pattern({
  name: "merge-slices",
  root: slice,
  rewrite({ op, operands, attrs }, rw) {
    const inner = definingOp(operands.input, slice);
    if (inner === undefined) return noMatch("input is not a slice");
    const starts = inner.attrs.starts.map(
      (start, dim) => start + (attrs.starts[dim] ?? 0) * (inner.attrs.steps[dim] ?? 1),
    );
    const steps = inner.attrs.steps.map((step, dim) => step * (attrs.steps[dim] ?? 1));
    const location = fusedLocation([inner.op.location, op.location]);
    rw.replace(op, slice.build({ input: inner.operands.input }, { starts, sizes: attrs.sizes, steps }, location));
    return undefined;
  },
});

/** pad(pad(x)) -> pad(x) with the amounts added. Saves a copy of x. */
export const mergePads = pattern({
  name: "merge-pads",
  root: pad,
  rewrite({ op, operands, attrs }, rw) {
    const inner = definingOp(operands.input, pad);
    if (inner === undefined) return noMatch("input is not a pad");
    if (attrs.mode !== "constant" || inner.attrs.mode !== "constant") return noMatch("the border is not constant");
    if (attrs.value !== inner.attrs.value) return noMatch("the borders have different values");
    const amounts = [...attrs.low, ...attrs.high, ...inner.attrs.low, ...inner.attrs.high];
    if (amounts.some((amount) => amount < 0)) return noMatch("one of them cuts");
    const sum = (a: readonly number[], b: readonly number[]): readonly number[] =>
      a.map((item, dim) => item + (b[dim] ?? 0));
    const [low, high] = [sum(attrs.low, inner.attrs.low), sum(attrs.high, inner.attrs.high)];
    const location = fusedLocation([inner.op.location, op.location]);
    rw.replace(op, pad.build({ input: inner.operands.input }, { ...attrs, low, high }, location));
    return undefined;
  },
});

/** reshape(reduce(x)) -> reduce(x, keepdims) where the reshape puts the reduced dimensions back. One form to match. */
function keepReducedDimensions(root: typeof reduceMean): Pattern {
  return pattern({
    name: `keep-dimensions-of-${root.name.replace("nn.", "").replace("_", "-")}`,
    root: reshape,
    rewrite({ op, operands, attrs }, rw) {
      const inner = definingOp(operands.input, root);
      if (inner === undefined || inner.attrs.keepdims) return noMatch("input is not a reduction that drops dimensions");
      const kept = keptShape(shapeOf(inner.operands.input), inner.attrs.axes);
      if (!sameIntegers(kept, attrs.shape)) return noMatch("the reshape does not put the reduced dimensions back");
      const location = fusedLocation([inner.op.location, op.location]);
      rw.replace(op, root.build({ input: inner.operands.input }, { axes: inner.attrs.axes, keepdims: true }, location));
      return undefined;
    },
  });
}

/** The shape of a reduction that keeps the reduced dimensions with extent 1. */
export function keptShape(shape: readonly number[], axes: readonly number[]): readonly number[] {
  return shape.map((extent, dim) => (axes.includes(dim) ? 1 : extent));
}

/** One pattern per reduction. */
export const keepReducedDimensionPatterns: readonly Pattern[] = [
  reduceMean,
  reduceSum,
  reduceMax,
  reduceMin,
  reduceProd,
].map(keepReducedDimensions);
