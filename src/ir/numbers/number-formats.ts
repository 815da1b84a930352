/** How numbers fit into scalar types: rounding of floating-point formats, wrapping of integers. */
import { bug } from "../../support/bug.ts";
import { fail } from "../../support/diagnostics.ts";
import type { ScalarName, ScalarType } from "../types.ts";
import { bitWidth, isFloat } from "../types.ts";

/**
 * What the bit patterns with the largest exponent stand for. `ieee`: infinities and NaNs. `nan`: numbers, and NaN when all
 * bits are set. `unsigned-zero`: numbers; negative zero is the only NaN. `finite`: numbers.
 */
export type FloatSpecials = "ieee" | "nan" | "unsigned-zero" | "finite";

/** A floating-point format: a sign (not in `f8E8M0FNU`), the exponent and the fraction, from the highest bit on. */
export interface FloatFormat {
  readonly exponentBits: number;
  /** Stored bits of the fraction. */
  readonly fractionBits: number;
  /** Exponent of the smallest normal number: one less the bias. */
  readonly leastExponent: number;
  readonly largest: number;
  readonly specials: FloatSpecials;
  /** Finite numbers that are too large become the largest one, not infinity, which these formats have not or seldom use. */
  readonly saturates: boolean;
}

function format(
  layout: readonly [exponentBits: number, fractionBits: number, leastExponent: number],
  specials: FloatSpecials,
  limits: { readonly largest: number; readonly saturates: boolean },
): FloatFormat {
  const [exponentBits, fractionBits, leastExponent] = layout;
  return { exponentBits, fractionBits, leastExponent, specials, ...limits };
}

/**
 * IEEE 754-2019 binary16; bfloat16; NVIDIA's TensorFloat-32; the 8-bit formats as in the ONNX specification, "Float stored
 * in 8 bits" (Cast with `saturate = 1`, its default), and as in LLVM's APFloat for those that ONNX has not; the formats of
 * the OCP Microscaling specification 1.0, section 5.3.
 */
export const smallFloats: Readonly<Partial<Record<ScalarName, FloatFormat>>> = {
  tf32: format([8, 10, -126], "ieee", { largest: 2047 * 2 ** 117, saturates: false }),
  f16: format([5, 10, -14], "ieee", { largest: 65504, saturates: false }),
  bf16: format([8, 7, -126], "ieee", { largest: 255 * 2 ** 120, saturates: false }),
  f8E3M4: format([3, 4, -2], "ieee", { largest: 15.5, saturates: true }),
  f8E4M3: format([4, 3, -6], "ieee", { largest: 240, saturates: true }),
  f8E4M3B11FNUZ: format([4, 3, -10], "unsigned-zero", { largest: 30, saturates: true }),
  f8E4M3FN: format([4, 3, -6], "nan", { largest: 448, saturates: true }),
  f8E4M3FNUZ: format([4, 3, -7], "unsigned-zero", { largest: 240, saturates: true }),
  f8E5M2: format([5, 2, -14], "ieee", { largest: 57344, saturates: true }),
  f8E5M2FNUZ: format([5, 2, -15], "unsigned-zero", { largest: 57344, saturates: true }),
  f6E2M3FN: format([2, 3, 0], "finite", { largest: 7.5, saturates: true }),
  f6E3M2FN: format([3, 2, -2], "finite", { largest: 28, saturates: true }),
  f4E2M1FN: format([2, 1, 0], "finite", { largest: 6, saturates: true }),
};

/** Nearest integer, halves to the even one (IEEE 754 roundTiesToEven, ONNX Round). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor;
  return floor + 1;
}

/** The number of a floating-point type that is nearest to `value`, ties to even. */
export function roundToFloat(value: number, type: ScalarType): number {
  if (type.name === "f64") return value;
  if (type.name === "f32") return Math.fround(value);
  if (type.name === "f8E8M0FNU") return powerOfTwoNear(value);
  const format = smallFloats[type.name] ?? bug(`${type.name} is not a floating-point type`);
  // ONNX's Cast makes 0 of a NaN where the format has none.
  if (Number.isNaN(value)) return format.specials === "finite" ? 0 : value;
  if (value === 0 || (!Number.isFinite(value) && format.specials === "ieee")) return value;
  const magnitude = Math.abs(value);
  const exponent = Math.max(floorLog2(magnitude), format.leastExponent);
  const step = 2 ** (exponent - format.fractionBits);
  const rounded = roundHalfEven(magnitude / step) * step;
  const fitting = rounded <= format.largest ? rounded : format.saturates ? format.largest : Infinity;
  return Math.sign(value) * fitting;
}

/** The nearest number of the scales of OCP Microscaling formats, halves up: powers of two and NaN, no sign and no zero. */
function powerOfTwoNear(value: number): number {
  if (!(value >= 0)) return NaN;
  const below = 2 ** Math.min(Math.max(floorLog2(value), -127), 127);
  return value >= 1.5 * below && below < 2 ** 127 ? 2 * below : below;
}

/** log2 rounds, so a number just below a power of two may count as that power: it is rounded to it in any case. */
function floorLog2(magnitude: number): number {
  return Number.isFinite(magnitude) ? Math.floor(Math.log2(magnitude)) : 1023;
}

/** An integer reduced to the width of an integer type, two's complement. */
export function wrapInteger(value: bigint, type: ScalarType): number {
  if (type.name === "i1") return value === 0n ? 0 : 1;
  const width = bitWidth(type);
  return Number(type.name.startsWith("u") ? BigInt.asUintN(width, value) : BigInt.asIntN(width, value));
}

/** A number that an integer computation gave, fitted to its type; exact integers within ±2⁵³ take no detour. */
export function fitInteger(value: number, type: ScalarType): number {
  if (!Number.isFinite(value)) {
    fail({ code: "integer-overflow", message: `${value} is not a number of type ${type.name}` });
  }
  if (type.name === "i1") return value === 0 ? 0 : 1;
  const whole = Math.trunc(value) + 0;
  const width = bitWidth(type);
  const isUnsigned = type.name.startsWith("u");
  const [least, most] = isUnsigned ? [0, 2 ** width] : [-(2 ** (width - 1)), 2 ** (width - 1)];
  return whole >= least && whole < most ? whole : wrapInteger(BigInt(whole), type);
}

/** A number converted to a scalar type: rounded for floating point, truncated towards zero and wrapped for integers. */
export function convertNumber(value: number, type: ScalarType): number {
  return isFloat(type) ? roundToFloat(value, type) : fitInteger(value, type);
}
