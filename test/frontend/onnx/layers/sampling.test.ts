/** Operators that read at computed places: small cases by hand. */
import { describe, expect, it } from "vitest";
import { floats, int64s } from "../encode-message.ts";
import type { Values } from "../outcome.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";

const picture = given("x", [1, 1, 2, 2], [1, 2, 3, 4]);

describe("a grid", () => {
  const at = (places: readonly number[], values: Values = {}) =>
    rounded(
      outcomeOf({
        op: "GridSample",
        opset: 20,
        inputs: [picture, floats("g", [1, 1, places.length / 2, 2], places)],
        values: { align_corners: 1, ...values },
      }).results[0],
    );

  it("reads between elements, x first", () => {
    expect(at([-1, -1, 1, -1, 0, 0, 0, 1])).toEqual([1, 2, 2.5, 3.5]);
    expect(at([-0.4, 0.4], { mode: "nearest" })).toEqual([3]);
    // The corner points of the corner pixels lie half an element outside.
    expect(at([-1, -1], { align_corners: 0 })).toEqual([0.25]);
  });

  it("sees zeros, the border or a mirror beyond the border", () => {
    expect(at([2, -1])).toEqual([1]);
    expect(at([2, -1], { padding_mode: "border" })).toEqual([2]);
    expect(at([2, -1], { padding_mode: "reflection" })).toEqual([1.5]);
  });

  it("is made from an affine transformation", () => {
    const { results } = outcomeOf({
      op: "AffineGrid",
      opset: 20,
      // x' = 2 y + 10, y' = x.
      inputs: [given("t", [1, 2, 3], [0, 2, 10, 1, 0, 0]), int64s("s", [1, 1, 2, 3])],
      values: { align_corners: 1 },
    });
    expect(rounded(results[0])).toEqual([8, -1, 8, 0, 8, 1, 12, -1, 12, 0, 12, 1]);
  });
});

describe("regions of interest", () => {
  it("are sampled between elements", () => {
    const { results } = outcomeOf({
      op: "RoiAlign",
      inputs: [picture, floats("r", [2, 4], [0.5, 0.5, 1.5, 1.5, 0, 0, 2, 1]), int64s("b", [0, 0])],
      values: { output_height: 1, output_width: 1, sampling_ratio: 1 },
    });
    // Centres (0.5, 0.5) and (0.5, 0) after half a pixel is taken off.
    expect(rounded(results[0])).toEqual([2.5, 1.5]);
  });

  it("are cut into bins of whole elements", () => {
    const { results } = outcomeOf({
      op: "MaxRoiPool",
      inputs: [given("x", [1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8]), floats("r", [1, 5], [0, 0, 0, 3, 0])],
      values: { pooled_shape: [1, 2] },
    });
    expect(rounded(results[0])).toEqual([2, 4]);
  });
});

describe("a deformable convolution", () => {
  it("reads each weight's input at a displaced place, times the mask", () => {
    const { results, ops } = outcomeOf({
      op: "DeformConv",
      inputs: [
        picture,
        floats("w", [1, 1, 1, 2], [1, 10]),
        // Down by half for the first weight, to the left by one for the second; in both rows.
        floats("o", [1, 4, 2, 1], [0.5, 0.5, 0, 0, 0, 0, -1, -1]),
        floats("b", [1], [100]),
        floats("m", [1, 2, 2, 1], [1, 1, 1, 2]),
      ],
    });
    // (1 + 3) / 2 + 10 · 1, and 3 / 2 (half beyond the border) + 2 · 10 · 3.
    expect(rounded(results[0])).toEqual([112, 161.5]);
    expect(ops).toContain("nn.matmul");
  });
});

describe("putting back", () => {
  it("adds blocks of columns up", () => {
    const { results } = outcomeOf({
      op: "Col2Im",
      inputs: [given("x", [1, 4, 2], [1, 2, 10, 20, 100, 200, 1000, 2000]), int64s("i", [2, 3]), int64s("k", [2, 2])],
    });
    expect(rounded(results[0])).toEqual([1, 12, 20, 100, 1200, 2000]);
  });

  it("maxima at their indices, in the corner of a larger result", () => {
    const { results } = outcomeOf({
      op: "MaxUnpool",
      inputs: [given("x", [1, 1, 2], [5, 6]), int64s("i", [1, 2], [1, 1, 2]), int64s("s", [1, 1, 5])],
      values: { kernel_shape: [2], strides: [2] },
    });
    expect(rounded(results[0])).toEqual([0, 5, 6, 0, 0]);
  });
});
