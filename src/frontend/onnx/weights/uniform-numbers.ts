/** Pseudo-random numbers of a weight: each a function of the seed, the tensor's name and the element's index alone. */
import { convertNumber } from "../../../ir/numbers/number-formats.ts";
import type { TensorValue } from "../../../ir/tensor-value.ts";
import { isSinglePrecision } from "../../../ir/tensor-value.ts";
import { tensorType } from "../../../ir/types.ts";
import type { ScalarType } from "../../../ir/types.ts";

/** The numbers lie uniformly in [low, high). */
export interface UniformRange {
  readonly low: number;
  readonly high: number;
}

/** Numbers of one tensor. */
export interface UniformNumbers extends UniformRange {
  readonly name: string;
  readonly seed: number;
  readonly element: ScalarType;
}

/**
 * Elements `first` to `first + count` of a tensor, in row-major order:
 * x = hash32(i + base) in 32-bit arithmetic, number = low + (high − low) × ⌊x / 2⁸⌋ / 2²⁴ in double precision, then rounded
 * to the element type, with base = hash32(crc32(name in UTF-8) xor seed).
 */
export function uniformNumbers(numbers: UniformNumbers, first: number, count: number): TensorValue {
  const { name, seed, element, low, high } = numbers;
  const start = (hash32(crc32(new TextEncoder().encode(name)) ^ seed) + first) | 0;
  const data = isSinglePrecision(element.name) ? new Float32Array(count) : new Float64Array(count);
  const width = high - low;
  const isStored = element.name === "f32" || element.name === "f64";
  for (let at = 0; at < count; at++) {
    const number = low + width * ((hash32(start + at) >>> 8) / 2 ** 24);
    // Storing rounds to f32; small floats are rounded from double precision, so that they are not rounded twice.
    data[at] = isStored ? number : convertNumber(number, element);
  }
  return { type: tensorType([count], element), data };
}

/** A 32-bit mixing function with low bias: Chris Wellons, "Prospecting for Hash Functions", nullprogram.com, 2018. */
function hash32(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** CRC-32 as in zlib (reflected polynomial 0xEDB88320). */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}
