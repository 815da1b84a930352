/** Broadcasting in stretches against broadcasting element by element. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broadcastRuns, broadcastStrides, stridedOffsets } from "../../../src/ir/numbers/indexing.ts";
import { elementCount } from "../../../src/ir/types.ts";
import { holds } from "../testing.ts";

/** Where each element of the output is read from, by following the stretches. */
function followed(output: readonly number[], operands: readonly (readonly number[])[]): readonly number[][] {
  const { length, starts, steps } = broadcastRuns(output, operands);
  return operands.map((_shape, operand) =>
    Array.from(starts[operand] ?? []).flatMap((start) =>
      Array.from({ length }, (_unused, at) => start + at * (steps[operand] ?? NaN)),
    ),
  );
}

describe("broadcastRuns", () => {
  it.each([
    // A bias per channel: one stretch a plane.
    [
      [2, 3, 4, 5],
      [
        [2, 3, 4, 5],
        [3, 1, 1],
      ],
      20,
      [1, 0],
    ],
    // Equal shapes, and a number for all: the whole tensor at once.
    [
      [2, 3, 4],
      [
        [2, 3, 4],
        [2, 3, 4],
      ],
      24,
      [1, 1],
    ],
    [[2, 3, 4], [[2, 3, 4], []], 24, [1, 0]],
    // A bias along the last dimension.
    [[2, 3, 4], [[2, 3, 4], [4]], 4, [1, 1]],
    // Extents of 1 interrupt nothing.
    [
      [2, 1, 4, 1],
      [
        [2, 1, 4, 1],
        [4, 1],
      ],
      4,
      [1, 1],
    ],
    [[], [[], []], 1, [0, 0]],
  ])("of %j with %j are %d long", (output, operands, length, steps) => {
    expect(broadcastRuns(output, operands)).toMatchObject({ length, steps });
  });

  const shapes = fc.array(fc.nat(3), { maxLength: 4 }).chain((output) => {
    const operand = fc
      .tuple(fc.nat(15), fc.nat(4))
      .map(([ones, cut]) => output.map((extent, dim) => (((ones >> dim) & 1) === 1 ? 1 : extent)).slice(cut));
    return fc.record({ output: fc.constant(output), operands: fc.array(operand, { minLength: 1, maxLength: 3 }) });
  });
  it("visits what the strides say", () => {
    holds(
      shapes,
      ({ output, operands }) => {
        const want = operands.map((shape) => [...stridedOffsets(output, broadcastStrides(shape, output))]);
        expect(followed(output, operands)).toEqual(elementCount(output) === 0 ? operands.map(() => []) : want);
      },
      500,
    );
  });
});
