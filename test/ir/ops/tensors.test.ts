/** Ops on whole tensors against numbers worked out by hand. */
import { describe, expect, it } from "vitest";
import { bitcast } from "../../../src/ir/ops/tensors/bitcast.ts";
import * as bits from "../../../src/ir/ops/tensors/bits.ts";
import * as functions from "../../../src/ir/ops/tensors/functions.ts";
import { determinant } from "../../../src/ir/ops/tensors/matrix-functions.ts";
import { argMax, argMin, topKIndices } from "../../../src/ir/ops/tensors/ordering.ts";
import { cumulativeProduct, cumulativeSum, reverseSequence } from "../../../src/ir/ops/tensors/running.ts";
import { gatherElements, scatterElements, scatterNd } from "../../../src/ir/ops/tensors/scatter.ts";
import type { ScalarName } from "../../../src/ir/types.ts";
import { scalar } from "../../../src/ir/types.ts";
import { apply, here, nestOf, numbers, opInvalid, refusal, t, valueOf } from "../testing.ts";

const { PI } = Math;

describe("functions of one number", () => {
  const at = (kind: typeof functions.sin, x: number): number =>
    numbers(apply((input) => kind.build({ input }, {}, here), t([1], [x], "f64")))[0]!;

  it.each([
    ["sin", PI / 6, 0.5],
    ["cos", PI / 3, 0.5],
    ["tan", PI / 4, 1],
    ["asin", 0.5, PI / 6],
    ["acos", 0.5, PI / 3],
    ["atan", 1, PI / 4],
    ["sinh", Math.log(2), 0.75],
    ["cosh", Math.log(2), 1.25],
    ["asinh", 0.75, Math.log(2)],
    ["acosh", 1.25, Math.log(2)],
    ["atanh", 0.6, Math.log(2)],
    ["softplus", 0, Math.log(2)],
    ["softplus", 1000, 1000],
    ["sign", -3, -1],
  ] as const)("%s(%d)", (name, x, want) => {
    expect(at(functions[name], x)).toBeCloseTo(want, 12);
  });

  it("tells what is no number and what is infinite", () => {
    const odd = t([4], [NaN, Infinity, -Infinity, 1]);
    expect(numbers(apply((input) => functions.isNan.build({ input }, {}, here), odd))).toEqual([1, 0, 0, 0]);
    const infinite = (attributes: object) =>
      numbers(apply((input) => functions.isInf.build({ input }, attributes, here), odd));
    expect(infinite({})).toEqual([0, 1, 1, 0]);
    expect(infinite({ positive: false })).toEqual([0, 0, 1, 0]);
    expect(infinite({ negative: false })).toEqual([0, 1, 0, 0]);
  });

  it("bends below zero (elu), as fast as the width says", () => {
    const elu = (width: number) =>
      numbers(
        apply((input) => functions.elu.build({ input }, { alpha: 3, width }, here), t([2], [5, -Math.log(2)], "f64")),
      );
    // e^(-ln 2) - 1 = -1/2, and with half the width -3/4.
    expect(elu(1)).toEqual([5, -1.5]);
    expect(elu(0.5)).toEqual([5, -2.25]);
  });

  it("keeps one side of a diagonal", () => {
    const matrix = t([2, 3], [1, 2, 3, 4, 5, 6]);
    const cut = (upper: boolean, diagonal: number) =>
      numbers(apply((input) => functions.trilu.build({ input }, { upper, diagonal }, here), matrix));
    expect(cut(true, 0)).toEqual([1, 2, 3, 0, 5, 6]);
    expect(cut(true, 1)).toEqual([0, 2, 3, 0, 0, 6]);
    expect(cut(false, 0)).toEqual([1, 0, 0, 4, 5, 0]);
    expect(cut(false, -1)).toEqual([0, 0, 0, 4, 0, 0]);
  });
});

describe("bits", () => {
  const both = (kind: typeof bits.bitwiseAnd, a: number, b: number, element: ScalarName) =>
    numbers(apply((lhs, rhs) => kind.build({ lhs, rhs }, {}, here), t([], [a], element), t([], [b], element)))[0];

  it("are joined in two's complement, whatever the width", () => {
    // 12 = 1100, 10 = 1010.
    expect(both(bits.bitwiseAnd, 12, 10, "ui8")).toBe(8);
    expect(both(bits.bitwiseOr, 12, 10, "i64")).toBe(14);
    expect(both(bits.bitwiseXor, 12, 10, "i16")).toBe(6);
    expect(both(bits.bitwiseAnd, -1, 10, "i8")).toBe(10);
    // The highest bit of 32 is no sign here.
    expect(both(bits.bitwiseOr, 2 ** 31, 1, "ui32")).toBe(2 ** 31 + 1);
    expect(both(bits.bitwiseXor, 2 ** 40, 2 ** 40 + 1, "ui64")).toBe(1);
  });

  it("are shifted, and leave the type", () => {
    expect(both(bits.shiftLeft, 200, 1, "ui8")).toBe(144);
    expect(both(bits.shiftLeft, 1, 8, "ui8")).toBe(0);
    expect(both(bits.shiftLeft, 1, 40, "ui64")).toBe(2 ** 40);
    expect(both(bits.shiftRight, 200, 3, "ui8")).toBe(25);
  });

  it("are turned", () => {
    const not = (x: number, element: ScalarName) =>
      numbers(apply((input) => functions.bitwiseNot.build({ input }, {}, here), t([1], [x], element)))[0];
    expect(not(5, "i8")).toBe(-6);
    expect(not(5, "ui8")).toBe(250);
    expect(not(0, "ui32")).toBe(2 ** 32 - 1);
  });

  it("are not those of floats", () => {
    const lhs = valueOf(t([1], [1]).type);
    expect(refusal(() => bits.bitwiseAnd.build({ lhs, rhs: lhs }, {}, here))).toBe(
      opInvalid("nn.bitwise_and: element type is f32 but should be an integer type"),
    );
  });
});

describe("order along an axis", () => {
  const table = t([2, 3], [3, 1, 3, 2, 2, 9]);

  it("finds the first or the last of the largest and smallest", () => {
    const arg = (kind: typeof argMax, axis: number, select_last = false) =>
      apply((input) => kind.build({ input }, { axis, select_last, keepdims: false }, here), table);
    expect(numbers(arg(argMax, 1))).toEqual([0, 2]);
    expect(numbers(arg(argMax, 1, true))).toEqual([2, 2]);
    expect(numbers(arg(argMin, 1))).toEqual([1, 0]);
    expect(numbers(arg(argMin, 1, true))).toEqual([1, 1]);
    expect(numbers(arg(argMax, 0))).toEqual([0, 1, 1]);
  });

  it("lists the k largest or smallest, the first of equal ones first", () => {
    const top = (axis: number, k: number, largest: boolean) =>
      numbers(apply((input) => topKIndices.build({ input }, { axis, k, largest }, here), table));
    expect(top(1, 2, true)).toEqual([0, 2, 2, 0]);
    expect(top(1, 2, false)).toEqual([1, 0, 0, 1]);
    expect(top(0, 1, true)).toEqual([0, 1, 1]);
  });

  it("costs a heap of k, not a full sort", () => {
    const input = valueOf(t([1, 64], new Array<number>(64).fill(0)).type);
    expect(nestOf(topKIndices.build({ input }, { axis: 1, k: 8 }, here)).work).toEqual({
      kind: "vector",
      opsPerPoint: 4,
    });
  });
});

describe("along an axis", () => {
  const row = t([1, 4], [1, 2, 3, 4]);
  const run = (kind: typeof cumulativeSum, attributes: object) =>
    numbers(apply((input) => kind.build({ input }, { axis: 1, ...attributes }, here), row));

  it("numbers add up and multiply, from either end, with or without the last", () => {
    expect(run(cumulativeSum, {})).toEqual([1, 3, 6, 10]);
    expect(run(cumulativeSum, { exclusive: true })).toEqual([0, 1, 3, 6]);
    expect(run(cumulativeSum, { reverse: true })).toEqual([10, 9, 7, 4]);
    expect(run(cumulativeProduct, {})).toEqual([1, 2, 6, 24]);
    expect(run(cumulativeProduct, { exclusive: true, reverse: true })).toEqual([24, 12, 4, 1]);
  });

  it("the beginnings of sequences are turned round", () => {
    const turn = (batch_axis: number, time_axis: number) =>
      numbers(
        apply(
          (input, lengths) => reverseSequence.build({ input, lengths }, { batch_axis, time_axis }, here),
          t([2, 2], [1, 2, 3, 4]),
          t([2], [2, 1], "i64"),
        ),
      );
    expect(turn(0, 1)).toEqual([2, 1, 3, 4]);
    expect(turn(1, 0)).toEqual([3, 2, 1, 4]);
  });
});

describe("single elements", () => {
  const data = t([3, 2], [1, 2, 3, 4, 5, 6]);
  const indices = t([2, 2], [2, 0, -3, 2], "i64");

  it("are read where indices say", () => {
    expect(
      numbers(apply((d, i) => gatherElements.build({ data: d, indices: i }, { axis: 0 }, here), data, indices)),
    ).toEqual([5, 2, 1, 6]);
  });

  it.each([
    ["none", [30, 20, 3, 4, 10, 40]],
    ["add", [31, 22, 3, 4, 15, 46]],
    ["mul", [30, 40, 3, 4, 50, 240]],
    ["max", [30, 20, 3, 4, 10, 40]],
    ["min", [1, 2, 3, 4, 5, 6]],
  ] as const)("are written where indices say: %s", (reduction, want) => {
    const build = (d: ReturnType<typeof valueOf>, i: ReturnType<typeof valueOf>, u: ReturnType<typeof valueOf>) =>
      scatterElements.build({ data: d, indices: i, updates: u }, { axis: 0, reduction }, here);
    expect(numbers(apply(build, data, indices, t([2, 2], [10, 20, 30, 40])))).toEqual(want);
  });

  it("are added to more than once", () => {
    const build = (d: ReturnType<typeof valueOf>, i: ReturnType<typeof valueOf>, u: ReturnType<typeof valueOf>) =>
      scatterNd.build({ data: d, indices: i, updates: u }, { reduction: "add" }, here);
    // Row 1 twice.
    expect(numbers(apply(build, data, t([2, 1], [1, -2], "i64"), t([2, 2], [10, 20, 100, 200])))).toEqual([
      1, 2, 113, 224, 5, 6,
    ]);
    expect(numbers(apply(build, data, t([1, 2], [2, 1], "i64"), t([1], [10])))).toEqual([1, 2, 3, 4, 5, 16]);
  });

  it("must lie in the tensor", () => {
    const build = (d: ReturnType<typeof valueOf>, i: ReturnType<typeof valueOf>) =>
      gatherElements.build({ data: d, indices: i }, { axis: 0 }, here);
    expect(refusal(() => apply(build, data, t([1, 1], [3], "i64")))).toBe(
      "error[index-out-of-range]: index 3 is outside of a dimension of extent 3",
    );
    expect(refusal(() => build(valueOf(data.type), valueOf(t([1, 3], [0, 0, 0], "i64").type)))).toBe(
      opInvalid("nn.gather_elements: indices [1, 3] do not lie in data [3, 2]"),
    );
  });
});

it("determinants need rows exchanged, and may be 0", () => {
  const det = (shape: readonly number[], items: readonly number[]) =>
    numbers(apply((input) => determinant.build({ input }, {}, here), t(shape, items)));
  expect(det([2, 2], [0, 2, 3, 4])).toEqual([-6]);
  expect(det([2, 2, 2], [1, 2, 2, 4, 2, 0, 0, 5])).toEqual([0, 10]);
  expect(det([3, 3], [2, 0, 0, 0, 0, 3, 0, 4, 1])).toEqual([-24]);
});

it("bits can be read as other numbers of the same width", () => {
  const read = (from: ScalarName, to: ScalarName, ...items: readonly number[]) =>
    numbers(apply((input) => bitcast.build({ input }, { to: scalar(to) }, here), t([items.length], items, from)));
  // 1.5 in binary32 is sign 0, exponent 127, fraction one half; -2 in binary16 is 0xc000.
  expect(read("f32", "i32", 1.5, -0)).toEqual([0x3fc00000, -(2 ** 31)]);
  expect(read("i32", "f32", 0x3fc00000)).toEqual([1.5]);
  expect(read("f16", "ui16", -2)).toEqual([0xc000]);
  expect(read("i8", "ui8", -1)).toEqual([255]);
  expect(read("f64", "i64", 1)).toEqual([Number(0x3ff0000000000000n)]);
  const input = valueOf(t([1], [1]).type);
  expect(refusal(() => bitcast.build({ input }, { to: scalar("i16") }, here))).toBe(
    opInvalid("nn.bitcast: f32 has 32 bits but i16 has 16"),
  );
});
