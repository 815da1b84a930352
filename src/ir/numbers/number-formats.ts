/** How numbers fit into scalar types: rounding of floating-point formats, wrapping of integers. */
import { bug } from "../../support/bug.ts";
import { fail } from "../../support/diagnostics.ts";
import type { ScalarName, ScalarType } from "../types.ts";
import { bitWidth, isFloat } from "../types.ts";

interface SmallFloat {
  /** Stored bits of the fraction. */
  readonly fractionBits: number;
  /** Exponent of the smallest normal number. */
  readonly leastExponent: number;
  readonly largest: number;
  /** Overflow gives the largest number instead of an infinity, which these formats have not or seldom use. */
  readonly saturates: boolean;
}

/**
 * IEEE 754-2019 binary16; bfloat16; and the 8-bit formats as in the ONNX specification, "Float stored in 8 bits"
 * (Cast with `saturate = 1`, its default).
 */
const smallFloats: Readonly<Partial<Record<ScalarName, SmallFloat>>> = {
  f16: { fractionBits: 10, leastExponent: -14, largest: 65504, saturates: false },
  bf16: { fractionBits: 7, leastExponent: -126, largest: 255 * 2 ** 120, saturates: false },
  f8E4M3FN: { fractionBits: 3, leastExponent: -6, largest: 448, saturates: true },
  f8E4M3FNUZ: { fractionBits: 3, leastExponent: -7, largest: 240, saturates: true },
  f8E5M2: { fractionBits: 2, leastExponent: -14, largest: 57344, saturates: true },
  f8E5M2FNUZ: { fractionBits: 2, leastExponent: -15, largest: 57344, saturates: true },
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
  const format = smallFloats[type.name] ?? bug(`${type.name} is not a floating-point type`);
  if (Number.isNaN(value) || value === 0) return value;
  const magnitude = Math.abs(value);
  const exponent = Math.max(floorLog2(magnitude), format.leastExponent);
  const step = 2 ** (exponent - format.fractionBits);
  const rounded = roundHalfEven(magnitude / step) * step;
  const fitting = rounded <= format.largest ? rounded : format.saturates ? format.largest : Infinity;
  return Math.sign(value) * fitting;
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
