/** Numbers of 16 bits and fewer from the bit patterns in which files store them. */
import { floatFromBits } from "../../../ir/numbers/float-bits.ts";
import type { ScalarName } from "../../../ir/types.ts";
import { isFloat, scalar } from "../../../ir/types.ts";
import { bug } from "../../../support/bug.ts";

/** f8E8M0: a power of two, without a sign; all ones are no number. OCP Microscaling Formats 1.0, section 5.4.1. */
function powerOfTwo(pattern: number): number {
  return pattern === 255 ? NaN : 2 ** (pattern - 127);
}

/** Widths of the types that are decoded here, in stored bits. */
const widths: Readonly<Partial<Record<ScalarName, number>>> = {
  f16: 16,
  bf16: 16,
  f8E5M2: 8,
  f8E4M3FN: 8,
  f8E4M3FNUZ: 8,
  f8E5M2FNUZ: 8,
  f8E8M0FNU: 8,
  f6E2M3FN: 6,
  f6E3M2FN: 6,
  f4E2M1FN: 4,
  i4: 4,
  ui4: 4,
  i2: 2,
  ui2: 2,
};

function numberOf(name: ScalarName, pattern: number): number {
  if (name === "f8E8M0FNU") return powerOfTwo(pattern);
  if (isFloat(scalar(name))) return floatFromBits(BigInt(pattern), scalar(name));
  const half = 2 ** (patternBits(name) - 1);
  return name.startsWith("u") ? pattern : (pattern ^ half) - half;
}

/** True when numbers of this type are stored as patterns of 16 bits or fewer that are not plain integers of the machine. */
export function hasPatterns(name: ScalarName): boolean {
  return name in widths;
}

function patternBits(name: ScalarName): number {
  return widths[name] ?? bug(`${name} is not stored as a bit pattern`);
}

/** How many elements of a type stand in one byte of a file; 1 also for types that bridge bytes. */
export function elementsPerByte(name: ScalarName): number {
  const bits = widths[name] ?? 8;
  return bits < 8 && 8 % bits === 0 ? 8 / bits : 1;
}

const tables = new Map<ScalarName, Float64Array>();

/** The number of every pattern of a type, made once. */
function tableOf(name: ScalarName): Float64Array {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = Float64Array.from({ length: 2 ** patternBits(name) }, (_unused, pattern) => numberOf(name, pattern));
  tables.set(name, table);
  return table;
}

/** Writes the numbers of patterns into `numbers`, one each; bits above the type's width are left out. */
export function readPatterns(
  name: ScalarName,
  patterns: ArrayLike<number>,
  numbers: Float32Array | Float64Array,
): void {
  const table = tableOf(name);
  const mask = table.length - 1;
  for (let index = 0; index < numbers.length; index++) {
    const pattern = patterns[index] ?? bug("a tensor holds less data than was checked");
    numbers[index] = table[pattern & mask] ?? bug("a pattern has no number");
  }
}

/** Patterns of `count` elements from the bytes of a file: little-endian, those below 8 bits packed from the lowest bit on. */
export function unpack(name: ScalarName, bytes: Uint8Array, count: number): ArrayLike<number> {
  const bits = patternBits(name);
  if (bits === 8) return bytes;
  const patterns = new Uint16Array(count);
  const mask = 2 ** bits - 1;
  for (let index = 0; index < count; index++) {
    const at = index * bits;
    const start = Math.floor(at / 8);
    patterns[index] = (((bytes[start] ?? 0) | ((bytes[start + 1] ?? 0) << 8)) >> (at % 8)) & mask;
  }
  return patterns;
}
