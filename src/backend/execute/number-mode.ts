/** How numbers are kept in the machine: as they are, or operands rounded to bfloat16 as the hardware has them. */
import { convertNumber } from "../../ir/numbers/number-formats.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { isSinglePrecision, zeros } from "../../ir/tensor-value.ts";
import type { ScalarType, TensorType } from "../../ir/types.ts";
import { isFloat } from "../../ir/types.ts";

/** `f32`: tensors keep their type. `bf16`: floating-point tensors are rounded wherever they are written to memory. */
export const numberModes = ["f32", "bf16"] as const;
export type NumberMode = (typeof numberModes)[number];

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The nearest bfloat16, halves to even; infinities and NaN stay. */
export function roundToBfloat16(value: number): number {
  single[0] = value;
  const pattern = bits[0]!;
  // All ones in the exponent: infinity or NaN, which rounding could carry into the sign.
  if ((pattern & 0x7f800000) === 0x7f800000) return value;
  bits[0] = ((pattern + 0x7fff + ((pattern >>> 16) & 1)) & 0xffff0000) >>> 0;
  return single[0];
}

/** How a number is rounded when it is written as an element; undefined: storing it does that. */
export function roundingOf(element: ScalarType, mode: NumberMode): ((value: number) => number) | undefined {
  if (mode === "bf16" && isFloat(element)) return roundToBfloat16;
  if (element.name === "f32" || element.name === "f64") return undefined;
  return (value) => convertNumber(value, element);
}

/** The tensor as it stands in memory. */
export function stored(value: TensorValue, mode: NumberMode): TensorValue {
  if (mode === "f32" || !isFloat(value.type.element)) return value;
  return { type: value.type, data: value.data.map(roundToBfloat16) };
}

/** Numbers of an element type, all 0. */
export function emptyNumbers(type: TensorType): TensorValue["data"] {
  return zeros(type).data;
}

/** Accumulators for an element type: fp32, or wide integers kept exactly. */
export function accumulators(element: ScalarType, count: number): TensorValue["data"] {
  return isSinglePrecision(element.name) ? new Float32Array(count) : new Float64Array(count);
}
