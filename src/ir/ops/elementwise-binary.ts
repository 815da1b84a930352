/** Element-wise ops of two operands, with NumPy broadcasting. */
import { fail } from "../../support/diagnostics.ts";
import { wrapInteger } from "../numbers/number-formats.ts";
import type { ScalarType } from "../types.ts";
import { isFloat } from "../types.ts";
import { binary } from "./pointwise.ts";

function product(a: number, b: number, element: ScalarType): number {
  const quick = a * b;
  if (isFloat(element) || Number.isSafeInteger(quick)) return quick;
  return wrapInteger(BigInt(a) * BigInt(b), element);
}

function quotient(a: number, b: number, element: ScalarType): number {
  return isFloat(element) ? a / b : Math.trunc(a / nonZero(b));
}

/** Integers: the remainder has the sign of the divisor, as in Python. Floating point: that of the dividend, C's fmod. */
function remainder(a: number, b: number, element: ScalarType): number {
  if (isFloat(element)) return a % b;
  const rest = a % nonZero(b);
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

function nonZero(divisor: number): number {
  if (divisor === 0) fail({ code: "division-by-zero", message: "an integer is divided by zero" });
  return divisor;
}

function power(a: number, b: number, element: ScalarType): number {
  const quick = Math.pow(a, b);
  if (isFloat(element)) return quick;
  if (b < 0) return Math.trunc(1 / Math.pow(nonZero(a), -b));
  return Number.isSafeInteger(quick) ? quick : wrapInteger(BigInt(a) ** BigInt(b), element);
}

export const add = binary({
  name: "nn.add",
  summary: "lhs + rhs.",
  family: "arithmetic",
  isCommutative: true,
  compute: (a, b) => a + b,
});
export const sub = binary({ name: "nn.sub", summary: "lhs - rhs.", family: "arithmetic", compute: (a, b) => a - b });
export const mul = binary({
  name: "nn.mul",
  summary: "lhs * rhs.",
  family: "arithmetic",
  isCommutative: true,
  compute: product,
});
export const div = binary({
  name: "nn.div",
  summary: "lhs / rhs; integers are truncated towards zero.",
  family: "arithmetic",
  compute: quotient,
});
export const max = binary({
  name: "nn.max",
  summary: "The larger of two numbers.",
  family: "arithmetic",
  isCommutative: true,
  compute: (a, b) => Math.max(a, b),
});
export const min = binary({
  name: "nn.min",
  summary: "The smaller of two numbers.",
  family: "arithmetic",
  isCommutative: true,
  compute: (a, b) => Math.min(a, b),
});
export const pow = binary({ name: "nn.pow", summary: "lhs to the power rhs.", family: "arithmetic", compute: power });
export const mod = binary({
  name: "nn.mod",
  summary: "Remainder of lhs / rhs; integers: with the sign of rhs, floating point: with the sign of lhs.",
  family: "arithmetic",
  compute: remainder,
});
export const and = binary({
  name: "nn.and",
  summary: "True where both are.",
  family: "logic",
  isCommutative: true,
  compute: (a, b) => a * b,
});
export const or = binary({
  name: "nn.or",
  summary: "True where one or both are.",
  family: "logic",
  isCommutative: true,
  compute: (a, b) => Math.max(a, b),
});
export const xor = binary({
  name: "nn.xor",
  summary: "True where exactly one is.",
  family: "logic",
  isCommutative: true,
  compute: (a, b) => Math.abs(a - b),
});
export const equal = binary({
  name: "nn.equal",
  summary: "lhs = rhs.",
  family: "equality",
  isCommutative: true,
  compute: (a, b) => Number(a === b),
});
export const less = binary({
  name: "nn.less",
  summary: "lhs < rhs.",
  family: "order",
  compute: (a, b) => Number(a < b),
});
export const lessOrEqual = binary({
  name: "nn.less_or_equal",
  summary: "lhs <= rhs.",
  family: "order",
  compute: (a, b) => Number(a <= b),
});
export const greater = binary({
  name: "nn.greater",
  summary: "lhs > rhs.",
  family: "order",
  compute: (a, b) => Number(a > b),
});
export const greaterOrEqual = binary({
  name: "nn.greater_or_equal",
  summary: "lhs >= rhs.",
  family: "order",
  compute: (a, b) => Number(a >= b),
});
