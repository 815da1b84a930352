/** Broadcasting: NumPy's examples and the algebra of shapes. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { broadcastAccess, broadcastsTo, broadcastShapes, dimensionLoops } from "../../src/ir/broadcast.ts";
import { broadcastStrides, listedOffsets, rowMajorStrides, stridedOffsets } from "../../src/ir/numbers/indexing.ts";
import { holds } from "./testing.ts";

const shape = fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 4 });

it("aligns shapes at their last dimension", () => {
  // The examples of NumPy's manual, "Broadcasting".
  expect(broadcastShapes([256, 256, 3], [3])).toEqual([256, 256, 3]);
  expect(broadcastShapes([8, 1, 6, 1], [7, 1, 5])).toEqual([8, 7, 6, 5]);
  expect(broadcastShapes([15, 3, 5], [15, 1, 5])).toEqual([15, 3, 5]);
  expect(broadcastShapes([3], [4])).toBeUndefined();
  expect(broadcastShapes([2, 1], [8, 4, 3])).toBeUndefined();
  expect(broadcastShapes([1], [0])).toEqual([0]);
  expect(broadcastShapes([2], [0])).toBeUndefined();
  expect(broadcastShapes()).toEqual([]);
});

it("is commutative, associative and idempotent, with the scalar as its neutral element", () => {
  holds(fc.tuple(shape, shape, shape), ([a, b, c]) => {
    expect(broadcastShapes(a, b)).toEqual(broadcastShapes(b, a));
    expect(broadcastShapes(a, a)).toEqual(a);
    expect(broadcastShapes(a, [])).toEqual(a);
    const [ab, bc] = [broadcastShapes(a, b), broadcastShapes(b, c)];
    const left = ab === undefined ? undefined : broadcastShapes(ab, c);
    const right = bc === undefined ? undefined : broadcastShapes(a, bc);
    // One pair may already not fit; then all three together do not either.
    if (left !== undefined || right !== undefined) expect(left).toEqual(right);
    expect(broadcastShapes(a, b, c)).toEqual(left);
    if (ab !== undefined) expect([broadcastsTo(a, ab), broadcastsTo(b, ab)]).toEqual([true, true]);
  });
});

it("accesses a stretched dimension without terms", () => {
  expect(broadcastAccess([3, 1], [2, 3, 4])).toEqual([
    { terms: { d1: 1 }, offset: 0 },
    { terms: {}, offset: 0 },
  ]);
  expect(broadcastAccess([1], [1])).toEqual([{ terms: { d0: 1 }, offset: 0 }]);
  expect(dimensionLoops([2, 3])).toEqual({ d0: 2, d1: 3 });
  expect(dimensionLoops([])).toEqual({});
});

it("reads an operand over the shape that it broadcasts to", () => {
  expect([...stridedOffsets([2, 3], broadcastStrides([2, 1], [2, 3]))]).toEqual([0, 0, 0, 1, 1, 1]);
  expect([...stridedOffsets([2, 3], broadcastStrides([3], [2, 3]))]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([...stridedOffsets([], [])]).toEqual([0]);
  expect([...stridedOffsets([2, 0], [0, 1])]).toEqual([]);
});

it("walks indices in row-major order", () => {
  expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect([
    ...listedOffsets(
      [
        [1, -1],
        [0, 2],
      ],
      [3, 1],
    ),
  ]).toEqual([3, 5, -1, -1]);
  holds(shape, (extents) => {
    const all = stridedOffsets(extents, rowMajorStrides(extents));
    expect([...all]).toEqual([...all.keys()]);
  });
});
