/** Tensors to the little-endian bytes in which ONNX stores them: the way back from `readRaw`. */
import type { TensorValue } from "../../../ir/tensor-value.ts";
import type { ScalarName } from "../../../ir/types.ts";
import { bitWidth, scalar, tensorType } from "../../../ir/types.ts";
import { bug } from "../../../support/bug.ts";
import { readRaw } from "../read/read-tensor.ts";

/** The bytes of a tensor's numbers, which must be numbers of its type. */
export function tensorBytes({ type, data }: TensorValue): Uint8Array {
  return bytesOf(storedArray(type.element.name, data));
}

type StoredArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array;

/** The numbers as they are stored: integers and floats themselves, small floats as bit patterns, 4-bit numbers in pairs. */
export function storedArray(name: ScalarName, data: TensorValue["data"]): StoredArray {
  switch (name) {
    case "f32":
      return data instanceof Float32Array ? data : new Float32Array(data);
    case "f64":
      return data instanceof Float64Array ? data : new Float64Array(data);
    case "i1":
    case "ui8":
      return Uint8Array.from(data);
    case "i8":
      return Int8Array.from(data);
    case "i16":
      return Int16Array.from(data);
    case "ui16":
      return Uint16Array.from(data);
    case "i32":
      return Int32Array.from(data);
    case "ui32":
      return Uint32Array.from(data);
    case "i64":
    case "index":
      return BigInt64Array.from(data, BigInt);
    case "ui64":
      return BigUint64Array.from(data, BigInt);
    case "i4":
    case "ui4":
      return pairs(data);
    case "f16":
    case "bf16":
      return Uint16Array.from(data, patternsOf(name));
    default:
      return Uint8Array.from(data, patternsOf(name));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: StoredArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Two 4-bit integers a byte, the lower half first. */
function pairs(data: TensorValue["data"]): Uint8Array {
  return Uint8Array.from({ length: Math.ceil(data.length / 2) }, (_unused, at) => {
    const [low, high] = [data[2 * at] ?? 0, data[2 * at + 1] ?? 0];
    return (low & 15) | ((high & 15) << 4);
  });
}

const patterns = new Map<ScalarName, ReadonlyMap<number, number>>();

/** The bit pattern of each number of a small float type: all patterns are read, and the table is turned round. */
function patternsOf(name: ScalarName): (value: number) => number {
  const known = patterns.get(name) ?? allPatterns(name);
  patterns.set(name, known);
  const negativeZero = negativeZeroOf(name);
  return (value) => {
    if (Object.is(value, -0)) return negativeZero;
    return known.get(value) ?? bug(`${value} is not a number of type ${name}`);
  };
}

function allPatterns(name: ScalarName): ReadonlyMap<number, number> {
  const count = 2 ** bitWidth(scalar(name));
  const all = Array.from({ length: count }, (_unused, pattern) => pattern);
  const stored = count > 256 ? Uint16Array.from(all) : Uint8Array.from(all);
  const { data } = readRaw(tensorType([count], name), bytesOf(stored));
  // Backwards, so that zero gets the pattern without a sign and NaN its lowest one.
  return new Map(Array.from(data, (value, pattern) => [value, pattern] as const).reverse());
}

/** The pattern of −0: the sign alone, or +0 in the formats without it, where that pattern is NaN. */
function negativeZeroOf(name: ScalarName): number {
  return name.endsWith("FNUZ") ? 0 : 2 ** (bitWidth(scalar(name)) - 1);
}

/** A tensor from the bytes in which ONNX stores its numbers. */
export function tensorFromBytes(shape: readonly number[], name: ScalarName, bytes: Uint8Array): TensorValue {
  return readRaw(tensorType(shape, name), bytes);
}
