/** Recognises the exact Gaussian error linear unit, x * 0.5 * (1 + erf(x / sqrt 2)), in the order of any exporter. */
import type { Operation, Value } from "../ir/core.ts";
import { fusedLocation } from "../ir/location.ts";
import { add, div, mul } from "../ir/ops/elementwise-binary.ts";
import { erf, gelu } from "../ir/ops/elementwise-unary.ts";
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definingOp, noMatch, pattern } from "../ir/rewrite/pattern.ts";
import { definePass } from "./manager/pass.ts";
import { isNear, isSplatNear, splatOf } from "./patterns/constants.ts";

/** A value as a number times some values. */
interface Product {
  readonly factor: number;
  readonly values: readonly Value[];
  /** The multiplications and divisions it is made of, producers first. */
  readonly operations: readonly Operation[];
}

/** Takes a value apart at multiplications, and divisions by numbers, that nobody else reads; the root may have readers. */
function productOf(value: Value, isRoot = true): Product {
  const splat = splatOf(value);
  if (splat !== undefined) return { factor: splat, values: [], operations: [] };
  const whole: Product = { factor: 1, values: [value], operations: [] };
  if (!isRoot && !value.hasOneUse) return whole;
  const quotient = definingOp(value, div);
  const divisor = quotient === undefined ? undefined : splatOf(quotient.operands.rhs);
  if (quotient !== undefined && divisor !== undefined) {
    const inner = productOf(quotient.operands.lhs, false);
    return { ...inner, factor: inner.factor / divisor, operations: [...inner.operations, quotient.op] };
  }
  const product = definingOp(value, mul);
  if (product === undefined) return whole;
  const [lhs, rhs] = [productOf(product.operands.lhs, false), productOf(product.operands.rhs, false)];
  return {
    factor: lhs.factor * rhs.factor,
    values: [...lhs.values, ...rhs.values],
    operations: [...lhs.operations, ...rhs.operations, product.op],
  };
}

/** x and the operations of 1 + erf(x / sqrt 2). */
function normalDistribution(
  value: Value,
): { readonly input: Value; readonly operations: readonly Operation[] } | undefined {
  const sum = definingOp(value, add);
  if (sum === undefined) return undefined;
  const { lhs, rhs } = sum.operands;
  const error = definingOp(isSplatNear(rhs, 1) ? lhs : rhs, erf);
  if (error === undefined || !(isSplatNear(rhs, 1) || isSplatNear(lhs, 1))) return undefined;
  const { factor, values, operations } = productOf(error.operands.input);
  const [input, second] = values;
  if (input === undefined || second !== undefined || !isNear(factor, Math.SQRT1_2)) return undefined;
  return { input, operations: [...operations, error.op, sum.op] };
}

/** mul(x, 0.5, 1 + erf(x / sqrt 2)) -> gelu(x). Five vector ops that read x once and write nothing in between. */
export const matchGelu = pattern({
  name: "match-gelu",
  root: [mul, div],
  rewrite({ op, result }, rw) {
    const { factor, values, operations } = productOf(result);
    const [first, second, third] = values;
    if (first === undefined || second === undefined || third !== undefined)
      return noMatch(`it has ${values.length} factors, not 2`);
    const found = normalDistribution(second) ?? normalDistribution(first);
    const input = found === undefined ? undefined : normalDistribution(second) === undefined ? second : first;
    if (found === undefined || found.input !== input) return noMatch("no factor is 1 + erf(x / sqrt 2) of the other");
    if (!isNear(factor, 0.5)) return noMatch(`the constant factor is ${factor}, not 0.5`);
    if (input.type !== result.type) return noMatch("a constant stretches x");
    const location = fusedLocation([...found.operations, ...operations].map((part) => part.location));
    rw.replace(op, gelu.build({ input }, {}, location));
    return undefined;
  },
});

const patterns = [matchGelu];

/** See the file's comment. */
export const recognizeGelu = definePass({
  name: "recognize-gelu",
  summary: "Recognise nn.gelu in x * 0.5 * (1 + erf(x / sqrt 2)).",
  runsOn: "func.func",
  options: {},
  patterns,
  run: (fn, _options, context) => ({ counters: applyPatterns(fn, patterns, context) }),
});
