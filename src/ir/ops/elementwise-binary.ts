/** Element-wise ops of two operands, with NumPy broadcasting. */
import { fail } from "../../support/diagnostics.ts";
import {
  broadcastAccess,
  broadcastShape,
  broadcastShapes,
  dimensionAccess,
  dimensionLoops,
  shapeText,
} from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import { broadcastRuns } from "../numbers/indexing.ts";
import { wrapInteger } from "../numbers/number-formats.ts";
import type { Trait } from "../op-kind.ts";
import { zeros } from "../tensor-value.ts";
import type { ScalarType } from "../types.ts";
import { isFloat, scalar, tensorType } from "../types.ts";

/** `arithmetic` and `order` take numbers and `logic` truth values; `order` and `equality` give truth values. */
type Family = "arithmetic" | "order" | "equality" | "logic";
type Compute = (a: number, b: number, element: ScalarType) => number;

interface BinaryRecord {
  readonly name: string;
  readonly summary: string;
  readonly family: Family;
  readonly isCommutative?: true;
  readonly compute: Compute;
}

/** One record for all of them: they differ in what they compute and in the element types they take and give. */
function binary(record: BinaryRecord) {
  const { name, summary, family, compute } = record;
  const traits: readonly Trait[] =
    record.isCommutative === true ? ["pure", "elementwise", "commutative"] : ["pure", "elementwise"];
  return defineOp({
    name,
    summary,
    operands: { lhs: {}, rhs: {} },
    attributes: {},
    traits,
    verify({ lhs, rhs }) {
      const { element } = lhs;
      if (element !== rhs.element) return `element types ${element.name} and ${rhs.element.name} differ`;
      if (family === "logic" && element.name !== "i1") return `element type is ${element.name} but should be i1`;
      if ((family === "arithmetic" || family === "order") && element.name === "i1") {
        return "element type is i1 but should be a number type";
      }
      if (broadcastShapes(lhs.shape, rhs.shape) !== undefined) return undefined;
      return `shapes ${shapeText(lhs.shape)} and ${shapeText(rhs.shape)} do not broadcast`;
    },
    inferTypes({ lhs, rhs }) {
      const element = family === "order" || family === "equality" ? scalar("i1") : lhs.element;
      return tensorType(broadcastShape(lhs.shape, rhs.shape), element);
    },
    loopNest({ lhs, rhs }) {
      const output = broadcastShape(lhs.shape, rhs.shape);
      return {
        extents: dimensionLoops(output),
        access: {
          lhs: broadcastAccess(lhs.shape, output),
          rhs: broadcastAccess(rhs.shape, output),
          output: dimensionAccess(output.length),
        },
        work: { kind: "vector", opsPerPoint: 1 },
      };
    },
    reference({ lhs, rhs }, _attributes, [type]) {
      const output = zeros(type!);
      const { element } = lhs.type;
      const { length, starts, steps } = broadcastRuns(type!.shape, [lhs.type.shape, rhs.type.shape]);
      const [lhsStarts, rhsStarts] = starts;
      const [lhsStep, rhsStep] = [steps[0]!, steps[1]!];
      let at = 0;
      for (let run = 0; at < output.data.length; run++) {
        let [lhsAt, rhsAt] = [lhsStarts![run]!, rhsStarts![run]!];
        for (const end = at + length; at < end; at++) {
          output.data[at] = compute(lhs.data[lhsAt]!, rhs.data[rhsAt]!, element);
          lhsAt += lhsStep;
          rhsAt += rhsStep;
        }
      }
      return output;
    },
  });
}

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
