/** Numbers of a stored tensor, in every form in which ONNX stores them. Expects a little-endian machine. */
import type { TensorValue } from "../../../ir/tensor-value.ts";
import { tensorValue, zeros } from "../../../ir/tensor-value.ts";
import type { ScalarName, TensorType } from "../../../ir/types.ts";
import { elementCount, tensorType } from "../../../ir/types.ts";
import { bug } from "../../../support/bug.ts";
import { dataTypeName, scalarOfDataType, storedBytes } from "./data-types.ts";
import type { TensorProto } from "./schema.ts";

/** More elements than this cannot be counted exactly, let alone stored. */
const countLimit = Number.MAX_SAFE_INTEGER;

/** True when the tensor's numbers are in another file. */
export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === 1;
}

/** What is wrong with a tensor's type, shape or amount of data; undefined when it can be read. */
export function tensorProblem(tensor: TensorProto): string | undefined {
  const { dims, dataType = 0 } = tensor;
  if (scalarOfDataType(dataType) === undefined) return `element type ${dataTypeName(dataType)} is not supported`;
  if (dims.some((extent) => extent < 0)) return `shape [${dims.join(", ")}] has a negative extent`;
  const count = elementCount(dims);
  if (count > countLimit) return `shape [${dims.join(", ")}] has too many elements to count`;
  if (isExternal(tensor) || count === 0) return undefined;
  return dataProblem(tensor, count);
}

function dataProblem(tensor: TensorProto, count: number): string | undefined {
  const { rawData, dataType = 0 } = tensor;
  const fields = typedFields(tensor).filter(([, length]) => length > 0);
  if (rawData !== undefined && rawData.length > 0) {
    const want = storedBytes(dataType, count);
    if (fields.length > 0) return "data is given twice, as raw_data and as typed data";
    return rawData.length === want ? undefined : `raw_data holds ${rawData.length} bytes but the shape needs ${want}`;
  }
  const [given, second] = fields;
  if (given === undefined) return `no data is stored for its ${count} elements`;
  if (second !== undefined) return `data is given twice, as ${given[0]} and as ${second[0]}`;
  const [name, length] = given;
  if (name !== typedFieldOf(tensor)) return `data of type ${dataTypeName(dataType)} cannot stand in ${name}`;
  const want = packsTwo(dataType) ? Math.ceil(count / 2) : count;
  return length === want ? undefined : `${name} holds ${length} numbers but the shape needs ${want}`;
}

function typedFields(tensor: TensorProto): readonly (readonly [string, number])[] {
  return [
    ["float_data", tensor.floatData.length],
    ["int32_data", tensor.int32Data.length],
    ["int64_data", tensor.int64Data.length],
    ["double_data", tensor.doubleData.length],
    ["uint64_data", tensor.uint64Data.length],
  ];
}

function typedFieldOf(tensor: TensorProto): string {
  switch (scalarOfDataType(tensor.dataType ?? 0)) {
    case "f32":
      return "float_data";
    case "f64":
      return "double_data";
    case "i64":
      return "int64_data";
    case "ui32":
    case "ui64":
      return "uint64_data";
    default:
      return "int32_data";
  }
}

/** 4-bit types keep two elements in each byte, or in each number of `int32_data`. */
function packsTwo(dataType: number): boolean {
  const scalar = scalarOfDataType(dataType);
  return scalar === "i4" || scalar === "ui4";
}

/** The tensor's type; the tensor must have no `tensorProblem`. */
export function typeOfTensor(tensor: TensorProto): TensorType {
  const scalar = scalarOfDataType(tensor.dataType ?? 0) ?? bug("a tensor of an unknown element type is read");
  return tensorType(tensor.dims, scalar);
}

/** The numbers of a tensor that stores them itself; it must have no `tensorProblem`. */
export function readTensor(tensor: TensorProto): TensorValue {
  const { rawData } = tensor;
  const type = typeOfTensor(tensor);
  if (rawData !== undefined && rawData.length > 0) return readRaw(type, rawData);
  if (elementCount(type.shape) === 0) return zeros(type);
  const { shape, element } = type;
  const { floatData, doubleData, int32Data, int64Data, uint64Data } = tensor;
  if (floatData.length > 0) return tensorValue(shape, element.name, floatData);
  if (doubleData.length > 0) return tensorValue(shape, element.name, doubleData);
  if (int64Data.length > 0) return tensorValue(shape, element.name, int64Data);
  // The decoder reads every 64-bit integer as signed.
  if (uint64Data.length > 0)
    return tensorValue(
      shape,
      element.name,
      uint64Data.map((item) => (item < 0 ? item + 2 ** 64 : item)),
    );
  return fromIntegers(type, int32Data);
}

/** Numbers of a type from the little-endian bytes in which ONNX stores it; a view of them where their alignment allows. */
export function readRaw(type: TensorType, bytes: Uint8Array): TensorValue {
  const { name } = type.element;
  if (name === "f32") return { type, data: new Float32Array(...span(bytes, 4)) };
  if (name === "f64") return { type, data: new Float64Array(...span(bytes, 8)) };
  const integers = storedIntegers(name, bytes);
  return integers === undefined ? fromPatterns(type, bytes) : tensorValue(type.shape, name, integers);
}

/** Buffer, offset and length for a typed array over the bytes; over a copy when they do not start at a multiple of `size`. */
function span(bytes: Uint8Array, size: number): [buffer: ArrayBufferLike, offset: number, length: number] {
  const start = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return [start.buffer, start.byteOffset, Math.floor(start.byteLength / size)];
}

function storedIntegers(name: ScalarName, bytes: Uint8Array): ArrayLike<number> | undefined {
  switch (name) {
    case "i1":
      return bytes.map((item) => (item === 0 ? 0 : 1));
    case "i8":
      return new Int8Array(...span(bytes, 1));
    case "ui8":
      return bytes;
    case "i16":
      return new Int16Array(...span(bytes, 2));
    case "ui16":
      return new Uint16Array(...span(bytes, 2));
    case "i32":
      return new Int32Array(...span(bytes, 4));
    case "ui32":
      return new Uint32Array(...span(bytes, 4));
    case "i64":
      return Float64Array.from(new BigInt64Array(...span(bytes, 8)), Number);
    case "ui64":
      return Float64Array.from(new BigUint64Array(...span(bytes, 8)), Number);
    default:
      return undefined;
  }
}

/** Numbers from bit patterns: one a pattern, or two 4-bit integers a pattern, the lower half first. */
function fromPatterns(type: TensorType, bytes: Uint8Array): TensorValue {
  const { name } = type.element;
  return fromIntegers(type, name === "f16" || name === "bf16" ? new Uint16Array(...span(bytes, 2)) : bytes);
}

/** Numbers from integers that are the values themselves, or the bit patterns of small floats. */
function fromIntegers(type: TensorType, integers: ArrayLike<number>): TensorValue {
  const value = zeros(type);
  const { name } = type.element;
  const read = patternReader(name);
  const perItem = name === "i4" || name === "ui4" ? 2 : 1;
  for (let index = 0; index < value.data.length; index++) {
    const item = integers[Math.floor(index / perItem)] ?? bug("a tensor holds less data than was checked");
    value.data[index] = read(perItem === 2 && index % 2 === 1 ? item >> 4 : item);
  }
  return value;
}

function patternReader(name: ScalarName): (pattern: number) => number {
  switch (name) {
    case "f16":
      return (pattern) => floatOf(pattern, { exponentBits: 5, mantissaBits: 10, bias: 15, special: "ieee" });
    case "bf16":
      return (pattern) => floatOf(pattern, { exponentBits: 8, mantissaBits: 7, bias: 127, special: "ieee" });
    case "f8E5M2":
      return (pattern) => floatOf(pattern, { exponentBits: 5, mantissaBits: 2, bias: 15, special: "ieee" });
    case "f8E4M3FN":
      return (pattern) => floatOf(pattern, { exponentBits: 4, mantissaBits: 3, bias: 7, special: "nan-all-ones" });
    case "f8E4M3FNUZ":
      return (pattern) => floatOf(pattern, { exponentBits: 4, mantissaBits: 3, bias: 8, special: "nan-negative-zero" });
    case "f8E5M2FNUZ":
      return (pattern) =>
        floatOf(pattern, { exponentBits: 5, mantissaBits: 2, bias: 16, special: "nan-negative-zero" });
    case "i4":
      return (pattern) => ((pattern & 15) ^ 8) - 8;
    case "ui4":
      return (pattern) => pattern & 15;
    case "i1":
      return (pattern) => (pattern === 0 ? 0 : 1);
    default:
      return (pattern) => pattern;
  }
}

interface FloatFormat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** Which patterns are not numbers: the top exponent, only all ones, or only the pattern of -0. */
  readonly special: "ieee" | "nan-all-ones" | "nan-negative-zero";
}

/** The number of a bit pattern: IEEE 754 half precision and its small relatives. */
function floatOf(pattern: number, format: FloatFormat): number {
  const { exponentBits, mantissaBits, bias, special } = format;
  const [exponentMask, mantissaMask] = [(1 << exponentBits) - 1, (1 << mantissaBits) - 1];
  const sign = (pattern >> (exponentBits + mantissaBits)) & 1 ? -1 : 1;
  const [exponent, mantissa] = [(pattern >> mantissaBits) & exponentMask, pattern & mantissaMask];
  if (special === "ieee" && exponent === exponentMask) return mantissa === 0 ? sign * Infinity : NaN;
  if (special === "nan-all-ones" && exponent === exponentMask && mantissa === mantissaMask) return NaN;
  if (special === "nan-negative-zero" && sign < 0 && exponent === 0 && mantissa === 0) return NaN;
  const scale = 2 ** -mantissaBits;
  if (exponent === 0) return sign * mantissa * scale * 2 ** (1 - bias);
  return sign * (1 + mantissa * scale) * 2 ** (exponent - bias);
}
