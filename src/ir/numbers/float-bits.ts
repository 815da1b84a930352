/** Bit patterns of floating-point numbers, as MLIR writes and reads them in hexadecimal. */
import type { ScalarType } from "../types.ts";
import type { FloatFormat } from "./number-formats.ts";
import { smallFloats } from "./number-formats.ts";

const view = new DataView(new ArrayBuffer(8));

/** Layouts of the formats that numbers of JavaScript and its typed arrays have. */
const largeFloats: Readonly<Record<string, Pick<FloatFormat, "exponentBits" | "fractionBits" | "specials">>> = {
  f64: { exponentBits: 11, fractionBits: 52, specials: "ieee" },
  f32: { exponentBits: 8, fractionBits: 23, specials: "ieee" },
};

/** Bits of a pattern of the type; undefined for types whose patterns fastc does not know (`f80`, `f128`, `f8E8M0FNU`). */
export function patternWidth(type: ScalarType): number | undefined {
  const format = largeFloats[type.name] ?? smallFloats[type.name];
  return format === undefined ? undefined : 1 + format.exponentBits + format.fractionBits;
}

/** The number that a bit pattern of a type with a `patternWidth` stands for. A NaN loses its payload. */
export function floatFromBits(bits: bigint, type: ScalarType): number {
  if (type.name === "f64") {
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
  }
  if (type.name === "f32") {
    view.setUint32(0, Number(bits));
    return view.getFloat32(0);
  }
  const format = smallFloats[type.name];
  return format === undefined ? NaN : decode(Number(bits), format);
}

/** The bit pattern of a number that a type with a `patternWidth` has. A NaN is a quiet one. */
export function floatToBits(value: number, type: ScalarType): bigint {
  if (type.name === "f64") {
    view.setFloat64(0, value);
    return view.getBigUint64(0);
  }
  if (type.name === "f32") {
    view.setFloat32(0, value);
    return BigInt(view.getUint32(0));
  }
  if (!Number.isFinite(value)) return BigInt(specialBitsText(value, type));
  const format = smallFloats[type.name];
  return format === undefined ? 0n : BigInt(encode(value, format));
}

function encode(value: number, { exponentBits, fractionBits, leastExponent, specials }: FloatFormat): number {
  const scale = 2 ** fractionBits;
  const isNegative = value < 0 || (Object.is(value, -0) && specials !== "unsigned-zero");
  const sign = isNegative ? scale * 2 ** exponentBits : 0;
  const magnitude = Math.abs(value);
  let exponent = leastExponent;
  while (magnitude >= 2 ** (exponent + 1)) exponent++;
  const units = (magnitude / 2 ** exponent) * scale;
  // Below the smallest normal number the leading bit is not set, and the exponent is stored as 0.
  return sign + (units < scale ? units : (exponent - leastExponent + 1) * scale + (units - scale));
}

function decode(bits: number, format: FloatFormat): number {
  const { exponentBits, fractionBits, leastExponent, specials } = format;
  const scale = 2 ** fractionBits;
  const fraction = bits % scale;
  const exponent = Math.floor(bits / scale) % 2 ** exponentBits;
  const isNegative = bits >= scale * 2 ** exponentBits;
  const sign = isNegative ? -1 : 1;
  const isHighest = exponent === 2 ** exponentBits - 1;
  if (specials === "ieee" && isHighest) return fraction === 0 ? sign * Infinity : NaN;
  if (specials === "nan" && isHighest && fraction === scale - 1) return NaN;
  if (specials === "unsigned-zero" && isNegative && exponent === 0 && fraction === 0) return NaN;
  if (exponent === 0) return sign * (fraction / scale) * 2 ** leastExponent;
  return sign * (1 + fraction / scale) * 2 ** (exponent - 1 + leastExponent);
}

/** The bit pattern of an infinity or of NaN; formats without infinities give NaN, those without NaN the largest number. */
export function specialBitsText(value: number, type: ScalarType): string {
  const { exponentBits, fractionBits, specials } = largeFloats[type.name] ??
    smallFloats[type.name] ?? { exponentBits: 8, fractionBits: 0, specials: "finite" };
  const width = BigInt(exponentBits + fractionBits);
  const isInfinite = specials === "ieee" && !Number.isNaN(value);
  const fraction = isInfinite
    ? 0n
    : specials === "ieee"
      ? 1n << BigInt(fractionBits - 1)
      : (1n << BigInt(fractionBits)) - 1n;
  const exponent = ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits);
  const sign = value < 0 ? 1n << width : 0n;
  const bits = specials === "unsigned-zero" ? 1n << width : sign | exponent | fraction;
  return `0x${bits
    .toString(16)
    .toUpperCase()
    .padStart(Math.ceil(Number(width + 1n) / 4), "0")}`;
}
