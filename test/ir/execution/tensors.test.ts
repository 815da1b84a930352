/** Comparing and summarising tensors, by hand. */
import { describe, expect, it } from "vitest";
import { tensorDifference, unravelled } from "../../../src/ir/execution/tensor-difference.ts";
import { tensorSummary } from "../../../src/ir/execution/tensor-summary.ts";
import { t } from "../testing.ts";

const difference = (have: readonly number[], want: readonly number[]) =>
  tensorDifference(Float64Array.from(have), Float64Array.from(want));

describe("tensorDifference", () => {
  it("is the largest error over the largest expected magnitude", () => {
    expect(difference([1, -7.5, 3], [1, -8, 2.75])).toEqual({
      elements: 3,
      scale: 8,
      maxError: 0.5,
      relative: 0.0625,
      worst: { index: 1, have: -7.5, want: -8 },
    });
  });

  it("is absolute where zeros are expected", () => {
    expect(difference([0, 0.25], [0, 0])).toMatchObject({ scale: 0, maxError: 0.25, relative: 0.25 });
  });

  it("takes equal infinities and NaN as equal, and anything else beside them as infinitely far", () => {
    expect(difference([NaN, Infinity, -Infinity, 1], [NaN, Infinity, -Infinity, 1])).toMatchObject({
      scale: 1,
      maxError: 0,
    });
    for (const [have, want] of [
      [NaN, 1],
      [1, NaN],
      [Infinity, 1],
      [Infinity, -Infinity],
    ] as const) {
      const worst = { index: 1, have, want };
      expect(difference([0, have, 9], [0, want, 5])).toMatchObject({ maxError: Infinity, relative: Infinity, worst });
    }
  });

  it("of no elements is none", () => {
    expect(difference([], [])).toEqual({ elements: 0, scale: 0, maxError: 0, relative: 0, worst: undefined });
  });
});

describe("unravelled", () => {
  it("counts the last dimension fastest", () => {
    expect(unravelled(23, [2, 3, 4])).toEqual([1, 2, 3]);
    expect(unravelled(5, [2, 3, 4])).toEqual([0, 1, 1]);
    expect(unravelled(0, [])).toEqual([]);
  });
});

describe("tensorSummary", () => {
  it("has mean, deviation and range", () => {
    // Mean 40 / 8; squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 8 is 4, its root 2.
    expect(tensorSummary(t([2, 4], [2, 4, 4, 4, 5, 5, 7, 9]))).toEqual({
      elements: 8,
      mean: 5,
      deviation: 2,
      min: 2,
      max: 9,
      first: [2, 4, 4, 4, 5],
    });
  });

  it("of NaN is NaN, and of nothing nothing", () => {
    expect(tensorSummary(t([2], [NaN, 1]))).toMatchObject({ mean: NaN, min: NaN, max: NaN });
    expect(tensorSummary(t([0], []))).toMatchObject({ elements: 0, mean: undefined, first: [] });
  });
});
