/** What element-wise ops of one and of two operands share: element types, loop nest, and a loop over the elements. */
import {
  broadcastAccess,
  broadcastShape,
  broadcastShapes,
  dimensionAccess,
  dimensionLoops,
  shapeText,
} from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import type { LoopNest } from "../loop-nest.ts";
import { broadcastRuns } from "../numbers/indexing.ts";
import type { Trait } from "../op-kind.ts";
import type { TensorValue } from "../tensor-value.ts";
import { zeros } from "../tensor-value.ts";
import type { ScalarType, TensorType } from "../types.ts";
import { isFloat, scalar, tensorType } from "../types.ts";

/** Element types that an op takes. */
export type Domain = "floats" | "numbers" | "integers" | "truth-values";

/** What is wrong with an element type; undefined when it is in the domain. */
export function domainProblem(input: TensorType, domain: Domain): string | undefined {
  const { element } = input;
  if (domain === "floats")
    return isFloat(element) ? undefined : `element type is ${element.name} but should be a float type`;
  if (domain === "integers" && (isFloat(element) || element.name === "i1"))
    return `element type is ${element.name} but should be an integer type`;
  if (domain === "truth-values")
    return element.name === "i1" ? undefined : `element type is ${element.name} but should be i1`;
  return element.name === "i1" ? "element type is i1 but should be a number type" : undefined;
}

/** Every element read once and written once. */
export function pointwise(input: TensorType, opsPerPoint: number): LoopNest {
  const access = dimensionAccess(input.shape.length);
  return {
    extents: dimensionLoops(input.shape),
    access: { input: access, output: access },
    work: { kind: "vector", opsPerPoint },
  };
}

/** The function of each element. */
export function mapElements(input: TensorValue, type: TensorType, compute: (x: number) => number): TensorValue {
  const output = zeros(type);
  for (let at = 0; at < output.data.length; at++) output.data[at] = compute(input.data[at]!);
  return output;
}

/** What tells one op of one operand from another. */
export interface UnaryRecord {
  readonly name: string;
  readonly summary: string;
  readonly domain: Domain;
  /** Operations of a vector lane per element; 1 for an elementary function, transcendental ones too. */
  readonly opsPerPoint?: number;
  /** Truth values instead of numbers of the input's type. */
  readonly isTest?: true;
  readonly compute: (x: number, element: ScalarType) => number;
}

/** An element-wise op of one operand, without attributes. */
export function unary({ name, summary, domain, opsPerPoint = 1, isTest, compute }: UnaryRecord) {
  return defineOp({
    name,
    summary,
    operands: { input: {} },
    attributes: {},
    docs: {
      result: "as input, or truth values of its shape for a test",
    },
    traits: ["pure", "elementwise"],
    verify: ({ input }) => domainProblem(input, domain),
    inferTypes: ({ input }) => (isTest === true ? tensorType(input.shape, "i1") : input),
    loopNest: ({ input }) => pointwise(input, opsPerPoint),
    reference: ({ input }, _attributes, [type]) => mapElements(input, type!, (x) => compute(x, input.type.element)),
  });
}

/** `arithmetic` and `order` take numbers, `bits` integers, `logic` truth values; `order` and `equality` give truth values. */
export type Family = "arithmetic" | "bits" | "order" | "equality" | "logic";
/** The result of one pair of numbers of an element type. */
export type Compute = (a: number, b: number, element: ScalarType) => number;

/** What tells one op of two operands from another. */
export interface BinaryRecord {
  readonly name: string;
  readonly summary: string;
  readonly family: Family;
  readonly isCommutative?: true;
  readonly compute: Compute;
}

/** An element-wise op of two operands that broadcast, without attributes. */
export function binary(record: BinaryRecord) {
  const { name, summary, family, compute } = record;
  const traits: readonly Trait[] =
    record.isCommutative === true ? ["pure", "elementwise", "commutative"] : ["pure", "elementwise"];
  return defineOp({
    name,
    summary,
    operands: { lhs: {}, rhs: {} },
    attributes: {},
    docs: {
      result: "the shapes broadcast as NumPy's; truth values for a comparison, else as the operands",
    },
    traits,
    verify({ lhs, rhs }) {
      const { element } = lhs;
      if (element !== rhs.element) return `element types ${element.name} and ${rhs.element.name} differ`;
      if (family === "logic" && element.name !== "i1") return `element type is ${element.name} but should be i1`;
      if (family === "bits" && domainProblem(lhs, "integers") !== undefined) return domainProblem(lhs, "integers");
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
        let lhsAt = lhsStarts![run]!;
        let rhsAt = rhsStarts![run]!;
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
