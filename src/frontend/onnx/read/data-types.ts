/** ONNX's numbered element types as scalar types of the IR. */
import type { ScalarName } from "../../../ir/types.ts";

/** `TensorProto.DataType`: ONNX's name, and the scalar type where the IR has one. */
interface DataType {
  readonly name: string;
  readonly scalar: ScalarName | undefined;
  /** Bits of one element in `raw_data` and in external files. */
  readonly bits: number;
}

const dataTypes: ReadonlyMap<number, DataType> = new Map([
  [1, { name: "float", scalar: "f32", bits: 32 }],
  [2, { name: "uint8", scalar: "ui8", bits: 8 }],
  [3, { name: "int8", scalar: "i8", bits: 8 }],
  [4, { name: "uint16", scalar: "ui16", bits: 16 }],
  [5, { name: "int16", scalar: "i16", bits: 16 }],
  [6, { name: "int32", scalar: "i32", bits: 32 }],
  [7, { name: "int64", scalar: "i64", bits: 64 }],
  [8, { name: "string", scalar: undefined, bits: 0 }],
  [9, { name: "bool", scalar: "i1", bits: 8 }],
  [10, { name: "float16", scalar: "f16", bits: 16 }],
  [11, { name: "double", scalar: "f64", bits: 64 }],
  [12, { name: "uint32", scalar: "ui32", bits: 32 }],
  [13, { name: "uint64", scalar: "ui64", bits: 64 }],
  [14, { name: "complex64", scalar: undefined, bits: 64 }],
  [15, { name: "complex128", scalar: undefined, bits: 128 }],
  [16, { name: "bfloat16", scalar: "bf16", bits: 16 }],
  [17, { name: "float8e4m3fn", scalar: "f8E4M3FN", bits: 8 }],
  [18, { name: "float8e4m3fnuz", scalar: "f8E4M3FNUZ", bits: 8 }],
  [19, { name: "float8e5m2", scalar: "f8E5M2", bits: 8 }],
  [20, { name: "float8e5m2fnuz", scalar: "f8E5M2FNUZ", bits: 8 }],
  [21, { name: "uint4", scalar: "ui4", bits: 4 }],
  [22, { name: "int4", scalar: "i4", bits: 4 }],
  [23, { name: "float4e2m1", scalar: "f4E2M1FN", bits: 4 }],
  [24, { name: "float8e8m0", scalar: "f8E8M0FNU", bits: 8 }],
  [25, { name: "uint2", scalar: "ui2", bits: 2 }],
  [26, { name: "int2", scalar: "i2", bits: 2 }],
  [27, { name: "float6e2m3", scalar: "f6E2M3FN", bits: 6 }],
  [28, { name: "float6e3m2", scalar: "f6E3M2FN", bits: 6 }],
]);

const namesByScalar: ReadonlyMap<string, string> = new Map(
  [...dataTypes.values()].flatMap(({ name, scalar }) => (scalar === undefined ? [] : [[scalar, name] as const])),
);

/** ONNX's name of a data type number, for messages. */
export function dataTypeName(number: number): string {
  return dataTypes.get(number)?.name ?? (number === 0 ? "undefined" : `number ${number}`);
}

/** True for the numbers of ONNX's element types, whether the IR has them or not. */
export function isKnownDataType(number: number): boolean {
  return dataTypes.has(number);
}

/** The scalar type of a data type number; undefined when the IR has none (strings, complex numbers, unknown numbers). */
export function scalarOfDataType(number: number): ScalarName | undefined {
  return dataTypes.get(number)?.scalar;
}

/** ONNX's name of a scalar type, for messages. */
export function onnxTypeName(scalar: ScalarName): string {
  return namesByScalar.get(scalar) ?? scalar;
}

/** Bytes that `count` elements of a data type take in a file. */
export function storedBytes(number: number, count: number): number {
  return Math.ceil(((dataTypes.get(number)?.bits ?? 0) * count) / 8);
}

/** The data type number of a scalar type; every one but `index`, which is 64-bit, has its own. */
export function dataTypeOfScalar(name: ScalarName): number {
  return [...dataTypes].find(([, { scalar }]) => scalar === (name === "index" ? "i64" : name))?.[0] ?? 0;
}
