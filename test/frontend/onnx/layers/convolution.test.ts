/** Convolutions, plain, transposed and causal: small cases by hand. */
import { describe, expect, it } from "vitest";
import { floats } from "../encode-message.ts";
import type { Values } from "../outcome.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";

describe("a transposed convolution", () => {
  const transposed = (weights: readonly number[], values: Values) =>
    outcomeOf({
      op: "ConvTranspose",
      inputs: [given("x", [1, 1, 2], [1, 2]), floats("w", [1, 1, weights.length], weights)],
      values,
    });

  it("adds each input, times the weights, at its place", () => {
    expect(rounded(transposed([1, 10, 100], {}).results[0])).toEqual([1, 12, 120, 200]);
    expect(rounded(transposed([1, 10, 100], { dilations: [2] }).results[0])).toEqual([1, 2, 10, 20, 100, 200]);
    expect(rounded(transposed([1, 10, 100], { strides: [2] }).results[0])).toEqual([1, 10, 102, 20, 200]);
    expect(rounded(transposed([1, 10], { strides: [3] }).results[0])).toEqual([1, 10, 0, 2, 20]);
    // Weights 1, 0, 10: both a stride and a dilation.
    expect(rounded(transposed([1, 10], { strides: [2], dilations: [2] }).results[0])).toEqual([1, 0, 12, 0, 20]);
  });

  it("cuts the result off, and grows it", () => {
    const strides = [2];
    expect(rounded(transposed([1, 10, 100], { strides, pads: [1, 0] }).results[0])).toEqual([10, 102, 20, 200]);
    expect(rounded(transposed([1, 10, 100], { strides, pads: [1, 1] }).results[0])).toEqual([10, 102, 20]);
    expect(rounded(transposed([1, 10], { strides, output_padding: [1] }).results[0])).toEqual([1, 10, 2, 20, 0]);
    // One of five is too many: at the end with SAME_UPPER, else at the beginning.
    const [upper, lower] = ["SAME_UPPER", "SAME_LOWER"].map((auto_pad) =>
      rounded(transposed([1, 10, 100], { strides, auto_pad }).results[0]),
    );
    expect([upper, lower]).toEqual([
      [1, 10, 102, 20],
      [10, 102, 20, 200],
    ]);
    expect(rounded(transposed([1, 10, 100], { strides, output_shape: [4] }).results[0])).toEqual([10, 102, 20, 200]);
  });

  it("is one convolution where the stride divides the kernel, else one a phase", () => {
    const convolutions = (weights: readonly number[]): number =>
      transposed(weights, { strides: [2] }).ops.filter((op) => op === "nn.conv2d").length;
    expect(convolutions([1, 10])).toBe(1);
    expect(convolutions([1, 10, 100])).toBe(2);
  });

  it("keeps groups apart and adds the bias to every output channel", () => {
    const { results } = outcomeOf({
      op: "ConvTranspose",
      inputs: [
        given("x", [1, 2, 1, 1], [1, 2]),
        floats("w", [2, 2, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8]),
        floats("b", [4], [0, 10, 20, 30]),
      ],
      values: { group: 2, strides: [2, 1] },
    });
    expect(rounded(results[0])).toEqual([1, 2, 13, 14, 30, 32, 44, 46]);
  });

  it("interleaves three dimensions", () => {
    const { results } = outcomeOf({
      op: "ConvTranspose",
      inputs: [given("x", [1, 1, 1, 1, 2], [1, 2]), floats("w", [1, 1, 1, 2, 2], [1, 10, 100, 1000])],
      values: { strides: [1, 2, 2] },
    });
    expect(results[0]?.type.shape).toEqual([1, 1, 1, 2, 4]);
    expect(rounded(results[0])).toEqual([1, 10, 2, 20, 100, 1000, 200, 2000]);
  });
});

describe("a causal convolution with a state", () => {
  it("reads the state before the input and hands the last positions on", () => {
    const run = (past: boolean) =>
      outcomeOf({
        op: "CausalConvWithState",
        opset: 27,
        inputs: [
          given("x", [1, 1, 2], [1, 2]),
          floats("w", [1, 1, 3], [100, 10, 1]),
          floats("b", [1], [5]),
          ...(past ? [given("past", [1, 1, 2], [7, 8])] : []),
        ],
        outputs: 2,
      }).results.map(rounded);
    expect(run(false)).toEqual([
      [6, 17],
      [1, 2],
    ]);
    expect(run(true)).toEqual([
      [786, 817],
      [1, 2],
    ]);
  });
});
