/** Sampling at computed places: linear against a formula, cubic at whole places, refusals. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { gridSample } from "../../../../src/ir/ops/sampling/grid-sample.ts";
import { maxRoiPool, roiAlign } from "../../../../src/ir/ops/sampling/region-pooling.ts";
import { apply, counting, f32, here, holds, numbers, opInvalid, refusal, t, valueOf } from "../../testing.ts";
import { tensorType } from "../../../../src/ir/types.ts";

it("nn.grid_sample reproduces a plane between its elements", () => {
  // Element (y, x) of 4 rows of 5 is 5 y + x + 1.
  const place = fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true }));
  holds(place, ([y, x]) => {
    const result = apply(
      (input, points) => gridSample.build({ input, points }, { mode: "linear" }, here),
      counting([1, 1, 4, 5]),
      t([1, 1, 2], [y, x]),
    );
    const [fy, fx] = [Math.fround(y), Math.fround(x)];
    expect(numbers(result)[0]).toBeCloseTo(5 * fy + fx + 1, 4);
  });
});

it("nn.grid_sample gives the elements at whole places, in every mode and order", () => {
  for (const mode of ["nearest", "linear", "cubic"] as const) {
    const read = (innermost_first: boolean) =>
      numbers(
        apply(
          (input, points) => gridSample.build({ input, points }, { mode, innermost_first }, here),
          counting([1, 2, 3, 2]),
          t([1, 2, 2], [2, 1, 0, 1]),
        ),
      );
    expect(read(false)).toEqual([6, 2, 12, 8]);
    // Row 1, column 2 lies outside.
    expect(read(true)).toEqual([0, 3, 0, 9]);
  }
});

it("sampling ops refuse what does not fit", () => {
  expect(
    refusal(() => gridSample.build({ input: f32(1, 1, 3, 3), points: f32(1, 4, 3) }, { mode: "linear" }, here)),
  ).toBe(opInvalid("nn.grid_sample: points [1, 4, 3] do not lie in input [1, 1, 3, 3]"));
  const input = f32(1, 1, 3, 3);
  expect(refusal(() => maxRoiPool.build({ input, regions: f32(2, 4) }, { output: [1, 1] }, here))).toBe(
    opInvalid("nn.max_roi_pool: regions have 4 numbers but need 5"),
  );
  const batch_indices = valueOf(tensorType([3], "i64"));
  expect(refusal(() => roiAlign.build({ input, regions: f32(2, 4), batch_indices }, { output: [1, 1] }, here))).toBe(
    opInvalid("nn.roi_align: there are 2 regions but 3 indices of pictures"),
  );
});
