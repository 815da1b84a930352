/** Weighted sums along one dimension: by hand, and refusals. */
import { expect, it } from "vitest";
import { resample } from "../../../../src/ir/ops/sampling/resample.ts";
import { tensorType } from "../../../../src/ir/types.ts";
import { apply, counting, f32, here, numbers, opInvalid, refusal, t, valueOf } from "../../testing.ts";

it("nn.resample adds up weighted elements of its axis", () => {
  const run = (axis: number) =>
    numbers(
      apply(
        (input, indices, weights) => resample.build({ input, indices, weights }, { axis }, here),
        counting([2, 3]),
        t([3, 2], [0, 1, 1, 1, 0, 0], "i64"),
        t([3, 2], [1, 10, 1, 1, 0, 2]),
      ),
    );
  expect(run(1)).toEqual([21, 4, 2, 54, 10, 8]);
  expect(run(0)).toEqual([41, 52, 63, 8, 10, 12, 2, 4, 6]);
});

it("nn.resample refuses what does not fit", () => {
  const attempt = (axis: number, weights = f32(3, 2)) =>
    refusal(() =>
      resample.build({ input: f32(2, 3), indices: valueOf(tensorType([3, 2], "i64")), weights }, { axis }, here),
    );
  expect(attempt(2)).toBe(opInvalid("nn.resample: axis 2 is not a dimension of a tensor of rank 2"));
  expect(attempt(1, f32(3, 1))).toBe(opInvalid("nn.resample: indices [3, 2] and weights [3, 1] differ in shape"));
});
