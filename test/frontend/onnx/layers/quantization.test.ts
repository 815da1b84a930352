/** Quantized operators: small cases by hand. */
import { describe, expect, it } from "vitest";
import type { Draft } from "../encode-message.ts";
import { floats } from "../encode-message.ts";
import type { TensorProto } from "../../../../src/frontend/onnx/read/schema.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";

const uint8 = 2;
const small = (name: string, dims: readonly number[], values: readonly number[]): Draft<TensorProto> => ({
  name,
  dims,
  dataType: uint8,
  int32Data: values,
});
const bytes = (name: string, shape: readonly number[], numbers: readonly number[]) => ({
  ...given(name, shape, numbers),
  type: { onnx: uint8, scalar: "ui8" } as const,
});

describe("quantization", () => {
  it("has one scale for all, one an index of the axis, or one a block", () => {
    const x = given("x", [2, 3], [2, 4, 6, 8, 10, 12]);
    const run = (scale: Draft<TensorProto>, values = {}) =>
      rounded(outcomeOf({ op: "QuantizeLinear", inputs: [x, scale], values }).results[0]);
    expect(run(floats("s", [], [2]))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(run(floats("s", [3], [1, 2, 3]), { axis: -1 })).toEqual([2, 2, 2, 8, 5, 4]);
    expect(run(floats("s", [2, 1], [1, 2]), { axis: 1, block_size: 3 })).toEqual([2, 4, 6, 4, 5, 6]);
    // The second block has one element.
    expect(run(floats("s", [2, 2], [1, 2, 2, 1]), { axis: 1, block_size: 2 })).toEqual([2, 4, 3, 4, 5, 12]);
  });

  it("measures the range itself", () => {
    const { results } = outcomeOf({
      op: "DynamicQuantizeLinear",
      inputs: [given("x", [3], [0, 2, -3])],
      outputs: 3,
    });
    // Range 5 in 255 steps; 3 is 153 of them.
    expect(rounded(results[0])).toEqual([153, 255, 0]);
    expect(rounded(results[1])).toEqual([Number((5 / 255).toFixed(5))]);
    expect(rounded(results[2])).toEqual([153]);
  });
});

describe("quantized operations", () => {
  it("multiply matrices of integers", () => {
    const { results, ops } = outcomeOf({
      op: "MatMulInteger",
      inputs: [bytes("a", [1, 2], [3, 4]), small("b", [2, 1], [10, 20]), small("az", [], [1]), small("bz", [], [5])],
    });
    expect(rounded(results[0])).toEqual([2 * 5 + 3 * 15]);
    expect(results[0]?.type.element.name).toBe("i32");
    expect(ops).toContain("nn.matmul");
  });

  it("are the plain ones between nn.dequantize and nn.quantize", () => {
    const { results, ops } = outcomeOf({
      op: "QLinearConv",
      inputs: [
        bytes("x", [1, 1, 3], [11, 12, 13]),
        floats("xs", [], [0.5]),
        small("xz", [], [10]),
        small("w", [2, 1, 1], [3, 7]),
        floats("ws", [2], [1, 2]),
        small("wz", [2], [1, 6]),
        floats("ys", [], [0.5]),
        small("yz", [], [100]),
        { name: "b", dims: [2], dataType: 6, int32Data: [4, 0] },
      ],
    });
    // Rows: (1, 2, 3) · 2 + 4 at half, and (1, 2, 3) · 1 at 1, in steps of 0.5 from 100 on.
    expect(rounded(results[0])).toEqual([106, 108, 110, 102, 104, 106]);
    // The weights are small enough for the importer to compute.
    expect(ops.filter((op) => /conv|quantize/.test(op))).toEqual(["nn.dequantize", "nn.conv2d", "nn.quantize"]);
  });
});
