/** A convolution over a volume, as the mapper sees it: it slides along two axes and streams the third. */
import { expect, it } from "vitest";
import { at, matrixProblem } from "../../../src/backend/mapping/problem.ts";
import { macCount } from "../../../src/ir/loop-nest.ts";
import { conv3d } from "../../../src/ir/ops/convolution3d.ts";
import { f32, here, nestOf } from "../../ir/testing.ts";

it("a volume's depth streams, and the kernel's depth reduces", () => {
  const attributes = { strides: [1, 2, 1], pads: [1, 1, 0, 1, 1, 0] };
  const nest = nestOf(conv3d.build({ input: f32(2, 4, 8, 16, 12), weight: f32(6, 4, 3, 3, 5) }, attributes, here));
  const problem = matrixProblem(nest, {
    inputShape: [2, 4, 8, 16, 12],
    operandNames: ["input", "weight"],
    prologueOps: 0,
    epilogueOps: 0,
    extraElements: 0,
    outputCopies: 1,
  });
  // Output 8 x 8 x 8: samples times depth stream, channels times kernel depth reduce.
  expect(problem.extents[at.b]).toBe(2 * 8);
  expect(problem.extents[at.c]).toBe(4 * 3);
  expect(problem.rows).toMatchObject({ kernel: 3, stride: 2, padBefore: 1, inputExtent: 16 });
  expect(problem.columns).toMatchObject({ kernel: 5, stride: 1, inputExtent: 12 });
  const points = problem.extents.reduce(
    (product, extent) => product * extent,
    problem.rows.kernel * problem.columns.kernel,
  );
  expect(points).toBe(macCount(nest));
});
