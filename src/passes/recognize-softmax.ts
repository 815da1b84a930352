/**
 * Recognises softmax written as exponentials divided by their sum, with or without the subtraction of the maximum. As one op
 * a row that stays on chip is read once; as five ops each reads and writes the whole tensor.
 */
import type { Operation, Value } from "../ir/core.ts";
import { fusedLocation } from "../ir/location.ts";
import { div, mul, sub } from "../ir/ops/elementwise-binary.ts";
import { exp, reciprocal } from "../ir/ops/elementwise-unary.ts";
import { softmax } from "../ir/ops/normalisation.ts";
import { reduceMax, reduceSum } from "../ir/ops/reduction.ts";
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definingOp, noMatch, pattern } from "../ir/rewrite/pattern.ts";
import { definePass } from "./manager/pass.ts";
import { keptReduction } from "./patterns/reductions.ts";

/** Numerator and denominator of a division, also one written as a product with a reciprocal. */
function quotientOf(
  op: Operation,
): { readonly top: Value; readonly bottom: Value; readonly operations: readonly Operation[] } | undefined {
  const quotient = div.match(op);
  if (quotient !== undefined) return { top: quotient.operands.lhs, bottom: quotient.operands.rhs, operations: [op] };
  const product = mul.match(op);
  if (product === undefined) return undefined;
  const { lhs, rhs } = product.operands;
  const right = definingOp(rhs, reciprocal);
  const inverse = right ?? definingOp(lhs, reciprocal);
  if (inverse === undefined) return undefined;
  return { top: right === undefined ? rhs : lhs, bottom: inverse.operands.input, operations: [inverse.op, op] };
}

/** x and the operations of x - max(x) along the axis; x itself when nothing is subtracted. */
function shiftedRow(value: Value, axis: number): { readonly input: Value; readonly operations: readonly Operation[] } {
  const shift = definingOp(value, sub);
  const largest = shift === undefined ? undefined : keptReduction(shift.operands.rhs, reduceMax);
  const isOwnMaximum =
    largest !== undefined &&
    largest.input === shift?.operands.lhs &&
    largest.axes.length === 1 &&
    largest.axes[0] === axis;
  if (shift === undefined || !isOwnMaximum) return { input: value, operations: [] };
  return { input: shift.operands.lhs, operations: [...largest.operations, shift.op] };
}

/**
 * div(e, reduce_sum(e)) with e = exp(x [- reduce_max(x)]) -> softmax(x). Three sweeps over a row that stays on chip, instead
 * of four ops that each read and write the whole tensor.
 */
export const matchSoftmax = pattern({
  name: "match-softmax",
  root: [div, mul],
  rewrite({ op }, rw) {
    const quotient = quotientOf(op);
    if (quotient === undefined) return noMatch("it does not divide");
    const exponentials = definingOp(quotient.top, exp);
    if (exponentials === undefined) return noMatch("the numerator is not an exponential");
    const sum = keptReduction(quotient.bottom, reduceSum);
    if (sum?.input !== exponentials.result) return noMatch("the denominator is not the sum of the numerator");
    const [axis, second] = sum.axes;
    if (axis === undefined || second !== undefined)
      return noMatch(`the sum is over ${sum.axes.length} dimensions, not 1`);
    // Computing them again would cost more than it saves.
    if (exponentials.result.users.length > 2) return noMatch("the exponentials have other readers");
    if (!quotient.bottom.hasOneUse) return noMatch("the sum has other readers");

    const row = shiftedRow(exponentials.operands.input, axis);
    const parts = [...row.operations, exponentials.op, ...sum.operations, ...quotient.operations];
    rw.replace(op, softmax.build({ input: row.input }, { axis }, fusedLocation(parts.map((part) => part.location))));
    return undefined;
  },
});

const patterns = [matchSoftmax];

/** See the file's comment. */
export const recognizeSoftmax = definePass({
  name: "recognize-softmax",
  summary: "Recognise nn.softmax in exponentials divided by their sum.",
  runsOn: "func.func",
  options: {},
  patterns,
  run: (fn, _options, context) => ({ counters: applyPatterns(fn, patterns, context) }),
});
