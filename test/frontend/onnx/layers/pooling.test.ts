/** Poolings of three dimensions, of p-norms, and where the maxima lie: by hand. */
import { describe, expect, it } from "vitest";
import { given, outcomeOf, rounded } from "../outcome.ts";

const cube = given("x", [1, 1, 2, 2, 2], [1, 5, 3, 2, 8, 4, 7, 6]);

describe("pooling", () => {
  it("of a volume takes planes first, then the depth", () => {
    const values = { kernel_shape: [2, 2, 1] };
    const largest = outcomeOf({ op: "MaxPool", inputs: [cube], values });
    expect(largest.ops.filter((op) => op === "nn.max_pool2d")).toHaveLength(2);
    expect(rounded(largest.results[0])).toEqual([8, 6]);
    // Padding in front of the depth: the first window holds one plane only.
    const padded = { kernel_shape: [2, 2, 2], pads: [1, 0, 0, 0, 0, 0] };
    expect(rounded(outcomeOf({ op: "AveragePool", inputs: [cube], values: padded }).results[0])).toEqual([2.75, 4.5]);
    const counted = { ...padded, count_include_pad: 1 };
    expect(rounded(outcomeOf({ op: "AveragePool", inputs: [cube], values: counted }).results[0])).toEqual([1.375, 4.5]);
  });

  it("counts the padding, but not what rounding up adds to it", () => {
    const values = { kernel_shape: [3], strides: [2], pads: [1, 0], ceil_mode: 1, count_include_pad: 1 };
    const { results } = outcomeOf({ op: "AveragePool", inputs: [given("x", [1, 1, 3], [3, 6, 9])], values });
    // Windows (0, 3, 6) and (6, 9, nothing).
    expect(rounded(results[0])).toEqual([3, 7.5]);
  });

  it("by p-norms", () => {
    const x = given("x", [1, 1, 4], [3, -4, 0, 2]);
    const norm = (p: number) =>
      rounded(outcomeOf({ op: "LpPool", inputs: [x], values: { kernel_shape: [2], strides: [2], p } }).results[0]);
    expect(norm(2)).toEqual([5, 2]);
    expect(norm(1)).toEqual([7, 2]);
    expect(norm(3)).toEqual([Number(Math.cbrt(27 + 64).toFixed(5)), 2]);
    expect(rounded(outcomeOf({ op: "GlobalLpPool", inputs: [x], values: { p: 1 } }).results[0])).toEqual([9]);
  });

  it("says where the first maximum lies, in either order of storage", () => {
    const x = given("x", [1, 2, 2, 3], [1, 2, 3, 3, 1, 3, 0, 0, 0, 0, 0, 9]);
    const indices = (storage_order: number) =>
      rounded(
        outcomeOf({ op: "MaxPool", inputs: [x], values: { kernel_shape: [2, 2], storage_order }, outputs: 2 })
          .results[1],
      );
    expect(indices(0)).toEqual([3, 2, 6, 11]);
    // Column-major: row + 2 · column.
    expect(indices(1)).toEqual([1, 4, 6, 11]);
  });
});
