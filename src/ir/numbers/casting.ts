/** Numbers cast to another scalar type as ONNX's Cast says. */
import type { ScalarType } from "../types.ts";
import { bitWidth, isFloat } from "../types.ts";
import { convertNumber, roundToFloat, smallFloats } from "./number-formats.ts";

/** How numbers become scales of the OCP Microscaling formats, which are powers of two. */
export type ScaleRounding = "up" | "down" | "nearest";

/**
 * What happens to numbers that a type does not have.
 *
 * @property saturate  what is too large for a small float becomes its largest number; else infinity or NaN
 * @property rounding  of `f8E8M0FNU` only
 */
export interface CastRules {
  readonly saturate: boolean;
  readonly rounding: ScaleRounding;
}

/**
 * The number in another type. What ONNX leaves undefined is defined here: NaN becomes the integer 0, and infinities the
 * ends of an integer type.
 *
 * @see the tables of ONNX's Cast, operator set 28
 */
export function castNumber(value: number, type: ScalarType, { saturate, rounding }: CastRules): number {
  if (type.name === "f8E8M0FNU") return scaleOf(value, saturate, rounding);
  if (!isFloat(type)) return Number.isFinite(value) ? convertNumber(value, type) : integerEnd(value, type);
  const format = smallFloats[type.name];
  if (format?.saturates !== true) return roundToFloat(value, type);
  if (saturate) return roundToFloat(Math.min(Math.max(value, -format.largest), format.largest), type);
  // Half a step above the largest number rounds to what would be the next one, or, where that is even, just above it.
  const step = 2 ** (Math.floor(Math.log2(format.largest)) - format.fractionBits);
  const isOdd = (format.largest / step) % 2 === 1;
  const [magnitude, limit] = [Math.abs(value), format.largest + step / 2];
  const isTooLarge = isOdd ? magnitude >= limit : magnitude > limit;
  if (!isTooLarge) return roundToFloat(value, type);
  if (format.specials === "ieee") return Math.sign(value) * Infinity;
  return format.specials === "finite" ? Math.sign(value) * format.largest : NaN;
}

function integerEnd(value: number, type: ScalarType): number {
  if (type.name === "i1") return 1;
  if (Number.isNaN(value)) return 0;
  const width = bitWidth(type);
  const [least, most] = type.name.startsWith("u") ? [0, 2 ** width - 1] : [-(2 ** (width - 1)), 2 ** (width - 1) - 1];
  return value < 0 ? least : most;
}

/** Exponents of the scales. */
const [leastScale, largestScale] = [-127, 127];

function scaleOf(value: number, saturate: boolean, rounding: ScaleRounding): number {
  if (!(value >= 0)) return NaN;
  const exponent = scaleExponent(value, rounding);
  const fitting = Math.min(Math.max(exponent, leastScale), largestScale);
  return saturate || exponent === fitting ? 2 ** fitting : NaN;
}

/** Of the power of two below, above, or nearest, halves up. */
function scaleExponent(value: number, rounding: ScaleRounding): number {
  if (value === 0 || value === Infinity) return value === 0 ? -Infinity : Infinity;
  // The logarithm may be off by one where it is nearly whole.
  const near = Math.round(Math.log2(value));
  const below = 2 ** near <= value ? near : near - 1;
  const rest = value / 2 ** below;
  switch (rounding) {
    case "down":
      return below;
    case "up":
      return rest === 1 ? below : below + 1;
    case "nearest":
      return rest >= 1.5 ? below + 1 : below;
  }
}
