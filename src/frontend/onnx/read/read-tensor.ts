/** Numbers of a stored tensor, in every form in which ONNX stores them. Expects a little-endian machine. */
import type { TensorValue } from "../../../ir/tensor-value.ts";
import { fitInteger } from "../../../ir/numbers/number-formats.ts";
import { tensorValue, zeros } from "../../../ir/tensor-value.ts";
import type { ScalarName, TensorType } from "../../../ir/types.ts";
import { elementCount, tensorType } from "../../../ir/types.ts";
import { bug } from "../../../support/bug.ts";
import { fail } from "../../../support/diagnostics.ts";
import { elementsPerByte, hasPatterns, readPatterns, unpack } from "./bit-patterns.ts";
import { decodeTensor } from "./decode.ts";
import { dataTypeName, scalarOfDataType, storedBytes } from "./data-types.ts";
import { aligned, float32s, float64s } from "./payload.ts";
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
  if (tensor.segment !== undefined) return "data in segments is not supported";
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
  const want = Math.ceil(count / elementsPerByte(typeOfTensor(tensor).element.name));
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

/** The tensor's type; the tensor must have no `tensorProblem`. */
export function typeOfTensor(tensor: TensorProto): TensorType {
  const scalar = scalarOfDataType(tensor.dataType ?? 0) ?? bug("a tensor of an unknown element type is read");
  return tensorType(tensor.dims, scalar);
}

/** The numbers of a tensor that stores them itself; it must have no `tensorProblem`. */
export function readTensor(tensor: TensorProto): TensorValue {
  const { rawData, floatData, doubleData, int32Data, int64Data, uint64Data } = tensor;
  const type = typeOfTensor(tensor);
  if (rawData !== undefined && rawData.length > 0) return readRaw(type, rawData.read());
  if (elementCount(type.shape) === 0) return zeros(type);
  if (floatData.length > 0) return numbersOf(type, floatData.read());
  if (doubleData.length > 0) return numbersOf(type, doubleData.read());
  if (int64Data.length > 0) return numbersOf(type, int64Data.read());
  if (uint64Data.length > 0) return numbersOf(type, unsigned(uint64Data.read()));
  return fromIntegers(type, int32Data.read());
}

function numbersOf(type: TensorType, numbers: ArrayLike<number>): TensorValue {
  // Single precision in its own array is taken as it is: large tensors are not copied.
  if (type.element.name === "f32" && numbers instanceof Float32Array) return { type, data: numbers };
  return tensorValue(type.shape, type.element.name, numbers);
}

/** The decoder reads every 64-bit integer as signed. */
function unsigned(numbers: ArrayLike<number>): ArrayLike<number> {
  return Float64Array.from(numbers, (item) => (item < 0 ? item + 2 ** 64 : item));
}

/**
 * The numbers of a tensor file (`.pb`).
 * @throws DiagnosticError `onnx-not-a-tensor`, `onnx-invalid-tensor`
 */
export function readTensorFile(bytes: Uint8Array, fileName: string): TensorValue {
  const tensor = decodeTensor(bytes, fileName);
  const problem = isExternal(tensor) ? "its numbers are in another file" : tensorProblem(tensor);
  return problem === undefined
    ? readTensor(tensor)
    : fail({ code: "onnx-invalid-tensor", message: problem, at: [fileName] });
}

/** Numbers of a type from the little-endian bytes in which ONNX stores it; a view of them where their alignment allows. */
export function readRaw(type: TensorType, bytes: Uint8Array): TensorValue {
  const { name } = type.element;
  if (name === "f32") return { type, data: float32s(bytes) };
  if (name === "f64") return { type, data: float64s(bytes) };
  if (!hasPatterns(name)) return tensorValue(type.shape, name, storedIntegers(name, bytes));
  const value = zeros(type);
  readPatterns(name, unpack(name, bytes, value.data.length), value.data);
  return value;
}

function storedIntegers(name: ScalarName, bytes: Uint8Array): ArrayLike<number> {
  switch (name) {
    case "i1":
      return bytes.map((item) => (item === 0 ? 0 : 1));
    case "i8":
      return new Int8Array(...aligned(bytes, 1));
    case "ui8":
      return bytes;
    case "i16":
      return new Int16Array(...aligned(bytes, 2));
    case "ui16":
      return new Uint16Array(...aligned(bytes, 2));
    case "i32":
      return new Int32Array(...aligned(bytes, 4));
    case "ui32":
      return new Uint32Array(...aligned(bytes, 4));
    case "i64":
      return Float64Array.from(new BigInt64Array(...aligned(bytes, 8)), Number);
    case "ui64":
      return Float64Array.from(new BigUint64Array(...aligned(bytes, 8)), Number);
    default:
      return bug(`${name} is not an integer of the machine`);
  }
}

/** Numbers from `int32_data`: the values themselves, wrapped to their type, or the bit patterns of small types. */
function fromIntegers(type: TensorType, integers: ArrayLike<number>): TensorValue {
  const { name } = type.element;
  const value = zeros(type);
  if (hasPatterns(name)) {
    const isPacked = elementsPerByte(name) > 1;
    const patterns = isPacked ? unpack(name, Uint8Array.from(integers), value.data.length) : integers;
    readPatterns(name, patterns, value.data);
    return value;
  }
  for (let index = 0; index < value.data.length; index++) {
    value.data[index] = fitInteger(integers[index] ?? bug("a tensor holds less data than was checked"), type.element);
  }
  return value;
}
