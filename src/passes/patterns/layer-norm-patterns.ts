/** Patterns that find layer normalisation in means, squares and a square root, and its scale and bias behind it. */
import { isCompileTime } from "../../ir/compile-time.ts";
import type { Operation, Value } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import { fusedLocation } from "../../ir/location.ts";
import { add, div, mul, pow, sub } from "../../ir/ops/elementwise-binary.ts";
import { reciprocal, rsqrt, sqrt } from "../../ir/ops/elementwise-unary.ts";
import { layerNorm } from "../../ir/ops/normalisation.ts";
import { reduceMean } from "../../ir/ops/reduction.ts";
import { reshape } from "../../ir/ops/shape.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";
import type { Rewriter } from "../../ir/rewrite/rewriter.ts";
import { isSplatNear, sameIntegers, shapeOf, splatConstant, splatOf } from "./constants.ts";
import { keptReduction } from "./reductions.ts";

/** Something found in the graph, with the operations that make it, producers first. */
interface Found<T> {
  readonly value: T;
  readonly operations: readonly Operation[];
}

/** The two sides of centred / sqrt(v), centred * rsqrt(v) or centred * (1 / sqrt(v)): the centred rows and v. */
function standardised(op: Operation): Found<{ readonly centred: Value; readonly variance: Value }> | undefined {
  const quotient = div.match(op);
  if (quotient !== undefined) {
    const root = definingOp(quotient.operands.rhs, sqrt);
    if (root === undefined) return undefined;
    return { value: { centred: quotient.operands.lhs, variance: root.operands.input }, operations: [root.op, op] };
  }
  const product = mul.match(op);
  if (product === undefined) return undefined;
  const { lhs, rhs } = product.operands;
  const right = inverseRoot(rhs);
  const root = right ?? inverseRoot(lhs);
  if (root === undefined) return undefined;
  return {
    value: { centred: right === undefined ? rhs : lhs, variance: root.value },
    operations: [...root.operations, op],
  };
}

/** v of 1 / sqrt(v). */
function inverseRoot(value: Value): Found<Value> | undefined {
  const direct = definingOp(value, rsqrt);
  if (direct !== undefined) return { value: direct.operands.input, operations: [direct.op] };
  const quotient = definingOp(value, div);
  const inverse = definingOp(value, reciprocal);
  const isInverse = inverse !== undefined || (quotient !== undefined && isSplatNear(quotient.operands.lhs, 1));
  const root = definingOp(inverse?.operands.input ?? quotient?.operands.rhs ?? value, sqrt);
  const last = inverse?.op ?? quotient?.op;
  return isInverse && root !== undefined && last !== undefined
    ? { value: root.operands.input, operations: [root.op, last] }
    : undefined;
}

/** The mean over axes of the squares of `centred`, plus a number. */
function meanSquare(
  value: Value,
  centred: Value,
): Found<{ readonly axes: readonly number[]; readonly epsilon: number }> | undefined {
  const sum = definingOp(value, add);
  if (sum === undefined) return undefined;
  const { lhs, rhs } = sum.operands;
  const onRight = splatOf(rhs);
  const epsilon = onRight ?? splatOf(lhs);
  const mean = keptReduction(onRight === undefined ? rhs : lhs, reduceMean);
  if (epsilon === undefined || mean === undefined) return undefined;
  const product = definingOp(mean.input, mul);
  const isProduct = product?.operands.lhs === centred && product.operands.rhs === centred;
  const power = definingOp(mean.input, pow);
  const isPower = power?.operands.lhs === centred && splatOf(power.operands.rhs) === 2;
  const square = isProduct ? product.op : isPower ? power.op : undefined;
  return square === undefined
    ? undefined
    : { value: { axes: mean.axes, epsilon }, operations: [square, ...mean.operations, sum.op] };
}

/** x of x - mean(x) over the axes. */
function centredInput(value: Value, axes: readonly number[]): Found<Value> | undefined {
  const difference = definingOp(value, sub);
  const mean = difference === undefined ? undefined : keptReduction(difference.operands.rhs, reduceMean);
  if (difference === undefined || mean?.input !== difference.operands.lhs || !sameIntegers(mean.axes, axes))
    return undefined;
  return { value: difference.operands.lhs, operations: [...mean.operations, difference.op] };
}

/**
 * (x - mean(x)) / sqrt(mean((x - mean(x))²) + epsilon) -> layer_norm(x, 1). Two sweeps over a row that stays on chip,
 * instead of seven ops that each read and write the whole tensor.
 */
export const matchLayerNorm = pattern({
  name: "match-layer-norm",
  root: [div, mul],
  rewrite({ op }, rw) {
    const quotient = standardised(op);
    if (quotient === undefined) return noMatch("it does not divide by a square root");
    const { centred, variance } = quotient.value;
    const spread = meanSquare(variance, centred);
    if (spread === undefined) return noMatch("the divisor is not the deviation of the numerator");
    const { axes, epsilon } = spread.value;
    const source = centredInput(centred, axes);
    if (source === undefined) return noMatch("the numerator is not x less its mean over the same dimensions");
    const { shape, element } = tensorTypeOf(source.value);
    const axis = shape.length - axes.length;
    if (axes[0] !== axis) return noMatch(`dimensions ${axes.join(", ")} are not the last ones`);
    const readers = new Set(centred.users);
    if (readers.size > 2) return noMatch("the centred rows have other readers");

    const parts = [...source.operations, ...spread.operations, ...quotient.operations];
    const location = fusedLocation(parts.map((part) => part.location));
    const scale = rw.insertBefore(op, splatConstant({ value: 1, shape: shape.slice(axis), element, location })).result;
    rw.replace(op, layerNorm.build({ input: source.value, scale }, { axis, epsilon }, location));
    return undefined;
  },
});

/** The compile-time operand of a sum or product with a layer normalisation that only it reads, if it fits its rows. */
function rowOperand(lhs: Value, rhs: Value) {
  for (const [normalised, vector] of [
    [lhs, rhs],
    [rhs, lhs],
  ] as const) {
    const norm = definingOp(normalised, layerNorm);
    if (norm === undefined || !norm.result.hasOneUse || !isCompileTime(vector)) continue;
    const row = shapeOf(norm.result).slice(norm.attrs.axis);
    const outer = shapeOf(vector).slice(0, -row.length);
    const isRow = sameIntegers(shapeOf(vector).slice(-row.length), row) && outer.every((extent) => extent === 1);
    if (isRow) return { norm, vector, row };
  }
  return undefined;
}

/** A vector without leading dimensions of extent 1. */
function asRow(
  vector: Value,
  row: readonly number[],
  place: { readonly before: Operation; readonly rw: Rewriter },
): Value {
  if (shapeOf(vector).length === row.length) return vector;
  return place.rw.insertBefore(place.before, reshape.build({ input: vector }, { shape: row }, place.before.location))
    .result;
}

/** layer_norm(x, 1) * gamma -> layer_norm(x, gamma). Saves a vector op for each element. */
export const foldScaleIntoLayerNorm = pattern({
  name: "fold-scale-into-layer-norm",
  root: mul,
  rewrite({ op, operands, result }, rw) {
    const found = rowOperand(operands.lhs, operands.rhs);
    if (found === undefined) return noMatch("it does not scale the rows of a layer normalisation");
    const { norm, vector, row } = found;
    if (splatOf(norm.operands.scale) !== 1 || norm.operands.bias !== undefined)
      return noMatch("the normalisation has a scale or bias already");
    if (norm.result.type !== result.type) return noMatch("the scale stretches the tensor");
    const scale = asRow(vector, row, { before: op, rw });
    const location = fusedLocation([norm.op.location, op.location]);
    rw.replace(op, layerNorm.build({ input: norm.operands.input, scale }, norm.attrs, location));
    return undefined;
  },
});

/** layer_norm(x, gamma) + beta -> layer_norm(x, gamma, beta). Saves a vector op for each element. */
export const foldBiasIntoLayerNorm = pattern({
  name: "fold-bias-into-layer-norm",
  root: add,
  rewrite({ op, operands, result }, rw) {
    const found = rowOperand(operands.lhs, operands.rhs);
    if (found === undefined) return noMatch("it does not shift the rows of a layer normalisation");
    const { norm, vector, row } = found;
    if (norm.operands.bias !== undefined) return noMatch("the normalisation has a bias already");
    if (norm.result.type !== result.type) return noMatch("the bias stretches the tensor");
    const bias = asRow(vector, row, { before: op, rw });
    const { input, scale } = norm.operands;
    const location = fusedLocation([norm.op.location, op.location]);
    rw.replace(op, layerNorm.build({ input, scale, bias }, norm.attrs, location));
    return undefined;
  },
});
