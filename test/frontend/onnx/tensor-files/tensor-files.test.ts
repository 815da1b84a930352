/** Tensor files: what is written is read back as the same numbers, in every type; and NumPy's own bytes. */
import { describe, expect, it } from "vitest";
import { decodeTensor } from "../../../../src/frontend/onnx/read/decode.ts";
import { readTensor } from "../../../../src/frontend/onnx/read/read-tensor.ts";
import { encodeTensor } from "../../../../src/frontend/onnx/tensor-files/encode-tensor.ts";
import { decodeNpy, encodeNpy } from "../../../../src/frontend/onnx/tensor-files/npy.ts";
import { tensorBytes } from "../../../../src/frontend/onnx/tensor-files/tensor-bytes.ts";
import type { ScalarName } from "../../../../src/ir/types.ts";
import { tensorValue } from "../../../../src/ir/tensor-value.ts";
import { errorText } from "../../../support/error-text.ts";

const values: readonly (readonly [ScalarName, readonly number[]])[] = [
  ["f64", [0.1, -0, 1e300, Infinity, NaN, -2.5]],
  ["f32", [0.5, -0, 2 ** 100, -Infinity, NaN, -2.5]],
  ["f16", [0.5, -0, 65504, -Infinity, NaN, 2 ** -24]],
  ["bf16", [0.5, -0, 2 ** 100, -Infinity, NaN, 3]],
  ["f8E4M3FN", [0.5, -0, 448, -448, NaN, 2 ** -9]],
  ["f8E4M3FNUZ", [0.5, 0, 240, -240, NaN, 2 ** -10]],
  ["f8E5M2", [0.5, -0, 57344, -57344, NaN, 2 ** -16]],
  ["f8E5M2FNUZ", [0.5, 0, 57344, -57344, NaN, 2 ** -17]],
  ["i1", [1, 0, 1, 1, 0, 0]],
  ["i4", [-8, 7, 0, -1, 3, 1]],
  ["ui4", [15, 0, 9, 1, 2, 3]],
  ["i8", [-128, 127, 0, -1, 3, 1]],
  ["ui8", [255, 0, 9, 1, 2, 3]],
  ["i16", [-32768, 32767, 0, -1, 3, 1]],
  ["ui16", [65535, 0, 9, 1, 2, 3]],
  ["i32", [-(2 ** 31), 2 ** 31 - 1, 0, -1, 3, 1]],
  ["ui32", [2 ** 32 - 1, 0, 9, 1, 2, 3]],
  ["i64", [-(2 ** 53), 2 ** 53, 0, -1, 3, 1]],
  ["ui64", [2 ** 53, 0, 9, 1, 2, 3]],
];

describe("TensorProto files", () => {
  it.each(values)("keep %s", (element, numbers) => {
    const value = tensorValue([2, 3], element, numbers);
    const proto = decodeTensor(encodeTensor("name", value), "t.pb");
    expect(proto.name).toBe("name");
    expect(readTensor(proto)).toEqual(value);
  });

  it("keep scalars, odd numbers of 4-bit integers and tensors without elements", () => {
    for (const value of [
      tensorValue([], "f32", [3]),
      tensorValue([3], "i4", [1, -2, 3]),
      tensorValue([2, 0], "f32", []),
    ]) {
      expect(readTensor(decodeTensor(encodeTensor("", value), "t.pb"))).toEqual(value);
    }
  });
});

describe(".npy files", () => {
  it.each(values)("keep %s, or its numbers in a type that NumPy has", (element, numbers) => {
    const substitutes: Partial<Record<ScalarName, ScalarName>> = { i4: "i8", ui4: "i8" };
    const isSmallFloat = element.startsWith("f8") || element === "bf16";
    const kept = isSmallFloat ? "f32" : (substitutes[element] ?? element);
    expect(decodeNpy(encodeNpy(tensorValue([2, 3], element, numbers)), "t.npy")).toEqual(
      tensorValue([2, 3], kept, numbers),
    );
  });

  it("are what NumPy writes", () => {
    // numpy.save of numpy.array([1, 2, 3], dtype="<i2"): NumPy pads the header with blanks to 128 bytes before the data.
    const header = "\x93NUMPY\x01\x00\x76\x00{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }";
    const bytes = [...header.padEnd(127), "\n"].map((letter) => letter.charCodeAt(0));
    const numpy = Uint8Array.from([...bytes, 1, 0, 2, 0, 3, 0]);
    expect(decodeNpy(numpy, "t.npy")).toEqual(tensorValue([3], "i16", [1, 2, 3]));
    // Ours needs no more than the next multiple of 64, as the format asks.
    const ours = encodeNpy(tensorValue([3], "i16", [1, 2, 3]));
    expect(ours.length % 64).toBe(6);
    expect(new TextDecoder("latin1").decode(ours.subarray(10))).toContain(header.slice(10));
  });

  it("keep scalars and tensors without elements", () => {
    for (const value of [tensorValue([], "f32", [3]), tensorValue([2, 0], "i64", [])]) {
      expect(decodeNpy(encodeNpy(value), "t.npy")).toEqual(value);
    }
  });

  const good = encodeNpy(tensorValue([2], "f32", [1, 2]));
  const edited = (from: string, to: string): Uint8Array =>
    Uint8Array.from(
      [...new TextDecoder("latin1").decode(good).replace(from, to)].map((letter) => letter.charCodeAt(0)),
    );
  it.each([
    [Uint8Array.of(1, 2, 3), "this is not a .npy file of NumPy\n  at t.npy"],
    [good.subarray(0, 8), "its header is not understood: \n  at t.npy"],
    [good.subarray(0, -1), "shape (2,) of '<f4' needs 8 bytes but 7 follow the header\n  at t.npy"],
    [edited("<f4", ">f4"), "element type '>f4' is not supported\n  at t.npy\n  help: convert it with astype"],
    [
      edited("False", "True "),
      "the array is stored column by column\n  at t.npy\n  help: save numpy.ascontiguousarray of it",
    ],
  ])("are refused when they are something else (%#)", (bytes, message) => {
    expect(errorText(() => decodeNpy(bytes, "t.npy"))).toBe(`error[npy-invalid]: ${message}`);
  });
});

describe("tensorBytes", () => {
  it("writes bit patterns of f16 as IEEE 754 has them", () => {
    // 1 is 0x3C00, -2 is 0xC000, the smallest subnormal 0x0001, infinity 0x7C00, -0 0x8000.
    const bytes = tensorBytes(tensorValue([5], "f16", [1, -2, 2 ** -24, Infinity, -0]));
    expect([...new Uint16Array(bytes.buffer)]).toEqual([0x3c00, 0xc000, 1, 0x7c00, 0x8000]);
  });
});
