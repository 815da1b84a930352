/** Every form in which ONNX stores numbers. */
import { describe, expect, it } from "vitest";
import { decodeTensor } from "../../../../src/frontend/onnx/read/decode.ts";
import { readTensor, tensorProblem } from "../../../../src/frontend/onnx/read/read-tensor.ts";
import type { TensorProto } from "../../../../src/frontend/onnx/read/schema.ts";
import { typeText } from "../../../../src/ir/types.ts";
import type { Draft } from "../encode-message.ts";
import { encodeTensor } from "../encode-message.ts";

function decoded(draft: Draft<TensorProto>): TensorProto {
  return decodeTensor(encodeTensor(draft), "t.pb");
}

function read(draft: Draft<TensorProto>): { readonly type: string; readonly numbers: readonly number[] } {
  const tensor = decoded(draft);
  expect(tensorProblem(tensor)).toBeUndefined();
  const { type, data } = readTensor(tensor);
  return { type: typeText(type), numbers: [...data] };
}

const raw = (...bytes: readonly number[]): { rawData: Uint8Array } => ({ rawData: Uint8Array.from(bytes) });

describe("raw data", () => {
  it.each([
    ["float", { dims: [2], dataType: 1, ...raw(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0) }, "tensor<2xf32>", [1, -2.5]],
    ["double", { dims: [], dataType: 11, ...raw(0, 0, 0, 0, 0, 0, 0xf8, 0x3f) }, "tensor<f64>", [1.5]],
    ["uint8", { dims: [2], dataType: 2, ...raw(0, 255) }, "tensor<2xui8>", [0, 255]],
    ["int8", { dims: [2], dataType: 3, ...raw(127, 255) }, "tensor<2xi8>", [127, -1]],
    ["uint16", { dims: [1], dataType: 4, ...raw(0xff, 0xff) }, "tensor<1xui16>", [65535]],
    ["int16", { dims: [1], dataType: 5, ...raw(0xfe, 0xff) }, "tensor<1xi16>", [-2]],
    ["int32", { dims: [1], dataType: 6, ...raw(0xfd, 0xff, 0xff, 0xff) }, "tensor<1xi32>", [-3]],
    ["uint32", { dims: [1], dataType: 12, ...raw(0xff, 0xff, 0xff, 0xff) }, "tensor<1xui32>", [4294967295]],
    [
      "int64",
      { dims: [1], dataType: 7, ...raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) },
      "tensor<1xi64>",
      [-1],
    ],
    ["uint64", { dims: [1], dataType: 13, ...raw(5, 0, 0, 0, 1, 0, 0, 0) }, "tensor<1xui64>", [4294967301]],
    ["bool", { dims: [2], dataType: 9, ...raw(0, 1) }, "tensor<2xi1>", [0, 1]],
    // 0x3c00 = 1, 0xc100 = -2.5, 0x0001 = 2^-24, 0x7c00 = infinity.
    [
      "float16",
      { dims: [4], dataType: 10, ...raw(0, 0x3c, 0, 0xc1, 1, 0, 0, 0x7c) },
      "tensor<4xf16>",
      [1, -2.5, 2 ** -24, Infinity],
    ],
    // The upper half of a float32: 0x3f80 = 1, 0xc020 = -2.5.
    ["bfloat16", { dims: [2], dataType: 16, ...raw(0x80, 0x3f, 0x20, 0xc0) }, "tensor<2xbf16>", [1, -2.5]],
    // s1111110 is the largest, 448; 0x38 = 1; 0x01 = 2^-9.
    ["float8e4m3fn", { dims: [3], dataType: 17, ...raw(0x7e, 0x38, 0x01) }, "tensor<3xf8E4M3FN>", [448, 1, 2 ** -9]],
    ["float8e4m3fnuz", { dims: [2], dataType: 18, ...raw(0x7f, 0x40) }, "tensor<2xf8E4M3FNUZ>", [240, 1]],
    ["float8e5m2", { dims: [2], dataType: 19, ...raw(0x7b, 0xfc) }, "tensor<2xf8E5M2>", [57344, -Infinity]],
    ["float8e5m2fnuz", { dims: [2], dataType: 20, ...raw(0x7f, 0x40) }, "tensor<2xf8E5M2FNUZ>", [57344, 1]],
    // Two a byte, the lower half first; the last upper half is filling.
    ["uint4", { dims: [3], dataType: 21, ...raw(0xf1, 0x07) }, "tensor<3xui4>", [1, 15, 7]],
    ["int4", { dims: [3], dataType: 22, ...raw(0xf1, 0x08) }, "tensor<3xi4>", [1, -1, -8]],
    // 0 to 6 in steps of a half, one, two; the upper half of the last byte is filling.
    ["float4e2m1", { dims: [5], dataType: 23, ...raw(0x10, 0xf7, 0x0a) }, "tensor<5xf4E2M1FN>", [0, 0.5, 6, -6, -1]],
    ["float8e8m0", { dims: [3], dataType: 24, ...raw(127, 130, 0) }, "tensor<3xf8E8M0FNU>", [1, 8, 2 ** -127]],
    // Four a byte, from the lowest bits on: 0b11_10_01_00, then 0b01.
    ["uint2", { dims: [5], dataType: 25, ...raw(0xe4, 0x01) }, "tensor<5xui2>", [0, 1, 2, 3, 1]],
    ["int2", { dims: [5], dataType: 26, ...raw(0xe4, 0x03) }, "tensor<5xi2>", [0, 1, -2, -1, -1]],
    // Four in three bytes: 0b001000 = 1, 0b011111 = 7.5, 0b100001 = -1/8, 0b111000 = -4; packed from the lowest bit on:
    // 0x08 | 0x1f << 6 | 0x21 << 12 | 0x38 << 18 = 0xe217c8.
    ["float6e2m3", { dims: [4], dataType: 27, ...raw(0xc8, 0x17, 0xe2) }, "tensor<4xf6E2M3FN>", [1, 7.5, -0.125, -4]],
    // 0b001100 = 1, 0b011111 = 28, 0b000001 = 1/16.
    ["float6e3m2", { dims: [3], dataType: 28, ...raw(0xcc, 0x17, 0x00) }, "tensor<3xf6E3M2FN>", [1, 28, 0.0625]],
  ] as const)("holds %s", (_name, draft, type, numbers) => {
    expect(read(draft)).toEqual({ type, numbers });
  });

  it("is read at any alignment", () => {
    // The name shifts the data by one byte at a time.
    for (const name of ["", "a", "ab", "abc"]) {
      expect(read({ dims: [1], dataType: 1, name, ...raw(0, 0, 0x80, 0x3f) }).numbers).toEqual([1]);
    }
  });
});

describe("typed data", () => {
  it.each([
    ["float_data", { dims: [2], dataType: 1, floatData: [1.5, -2] }, [1.5, -2]],
    ["double_data", { dims: [1], dataType: 11, doubleData: [0.1] }, [0.1]],
    ["int64_data", { dims: [2], dataType: 7, int64Data: [-1, 2 ** 40] }, [-1, 2 ** 40]],
    ["uint64_data", { dims: [1], dataType: 13, uint64Data: [7] }, [7]],
    ["int32_data with int8", { dims: [2], dataType: 3, int32Data: [-1, 5] }, [-1, 5]],
    ["int32_data with float16", { dims: [1], dataType: 10, int32Data: [0x3c00] }, [1]],
    ["int32_data with bfloat16", { dims: [1], dataType: 16, int32Data: [0x3f80] }, [1]],
    ["int32_data with bool", { dims: [2], dataType: 9, int32Data: [0, 1] }, [0, 1]],
    ["int32_data with int8 beyond its range", { dims: [1], dataType: 3, int32Data: [255] }, [-1]],
    ["int32_data with float8e4m3fn", { dims: [2], dataType: 17, int32Data: [0x38, 0xb8] }, [1, -1]],
    ["int32_data with float4e2m1", { dims: [3], dataType: 23, int32Data: [0x10, 0x0f] }, [0, 0.5, -6]],
    ["int32_data with int2", { dims: [5], dataType: 26, int32Data: [0xe4, 0x03] }, [0, 1, -2, -1, -1]],
    ["int32_data with float6e2m3", { dims: [2], dataType: 27, int32Data: [0x08, 0x38] }, [1, -4]],
    ["uint64_data with uint32", { dims: [1], dataType: 12, uint64Data: [2 ** 32 - 1] }, [2 ** 32 - 1]],
    ["int32_data with int4", { dims: [2], dataType: 22, int32Data: [0xf1] }, [1, -1]],
    ["nothing for no elements", { dims: [0, 3], dataType: 1 }, []],
  ] as const)("is %s", (_name, draft, numbers) => {
    expect(read(draft).numbers).toEqual(numbers);
  });
});

describe("a tensor that cannot be read", () => {
  it.each([
    [{ dims: [2], dataType: 8 }, "element type string is not supported"],
    [{ dims: [2], dataType: 77 }, "element type number 77 is not supported"],
    [{ dims: [-1], dataType: 1 }, "shape [-1] has a negative extent"],
    [{ dims: [2 ** 40, 2 ** 40], dataType: 1 }, "shape [1099511627776, 1099511627776] has too many elements to count"],
    [{ dims: [2], dataType: 1 }, "no data is stored for its 2 elements"],
    [{ dims: [2], dataType: 1, ...raw(0, 0, 0) }, "raw_data holds 3 bytes but the shape needs 8"],
    [{ dims: [2], dataType: 1, floatData: [1] }, "float_data holds 1 numbers but the shape needs 2"],
    [{ dims: [1], dataType: 1, int64Data: [1] }, "data of type float cannot stand in int64_data"],
    [
      { dims: [1], dataType: 1, floatData: [1], ...raw(0, 0, 0, 0) },
      "data is given twice, as raw_data and as typed data",
    ],
  ] as const)("%j", (draft, problem) => {
    expect(tensorProblem(decoded(draft))).toBe(problem);
  });
});
