/** Ops that move or rename elements: by hand, and by what undoes them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broadcastTo, concat, pad, reshape, slice, transpose } from "../../../src/ir/ops/shape.ts";
import { reduceSum } from "../../../src/ir/ops/reduction.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { elementCount, tensorType, typeText } from "../../../src/ir/types.ts";
import {
  apply,
  counting,
  f32,
  here,
  holds,
  integerTensor,
  nestOf,
  numbers,
  opInvalid,
  refusal,
  t,
  valueOf,
} from "../testing.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const permuted = (input: TensorValue, permutation: readonly number[]): TensorValue =>
  apply((x) => transpose.build({ input: x }, { permutation }, here), input);
const sliced = (input: TensorValue, starts: readonly number[], sizes: readonly number[]): TensorValue =>
  apply((x) => slice.build({ input: x }, { starts, sizes, steps: starts.map(() => 1) }, here), input);
const joined = (inputs: readonly TensorValue[], axis: number): TensorValue =>
  apply((...values) => concat.build({ inputs: values }, { axis }, here), ...inputs);

describe("nn.reshape", () => {
  it("keeps the elements in their order", () => {
    const result = apply((input) => reshape.build({ input }, { shape: [3, 1, 2] }, here), counting([2, 3]));
    expect(typeText(result.type)).toBe("tensor<3x1x2xf32>");
    expect(numbers(result)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("refuses another number of elements", () => {
    expect(refusal(() => reshape.build({ input: f32(2, 3) }, { shape: [4] }, here))).toBe(
      opInvalid("nn.reshape: input [2, 3] has 6 elements but shape [4] has 4"),
    );
    expect(refusal(() => reshape.build({ input: f32(2, 3) }, { shape: [-1] }, here))).toBe(
      opInvalid("nn.reshape: shape [-1] has a negative extent"),
    );
  });
});

describe("nn.transpose", () => {
  it("exchanges rows and columns", () => {
    expect(numbers(permuted(counting([2, 3]), [1, 0]))).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it("turns dimensions round", () => {
    // [2, 1, 3] seen as [3, 2, 1]: element (k, i) is input (i, 0, k).
    const result = permuted(counting([2, 1, 3]), [2, 0, 1]);
    expect(result.type.shape).toEqual([3, 2, 1]);
    expect(numbers(result)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it("is undone by the inverse permutation", () => {
    const problems = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        permutation: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length, maxLength: shape.length }),
      }),
    );
    holds(problems, ({ shape, permutation }) => {
      const input = counting(shape);
      const inverse = permutation.map((_dim, at) => permutation.indexOf(at));
      const back = permuted(permuted(input, permutation), inverse);
      expect(back.type).toBe(input.type);
      expect(numbers(back)).toEqual(numbers(input));
    });
  });

  it("refuses what is not a permutation", () => {
    const attempt = (permutation: readonly number[]) =>
      refusal(() => transpose.build({ input: f32(2, 3) }, { permutation }, here));
    expect(attempt([0])).toBe(opInvalid("nn.transpose: [0] is not a permutation of 2 dimensions"));
    expect(attempt([0, 0])).toBe(opInvalid("nn.transpose: [0, 0] is not a permutation of 2 dimensions"));
    expect(attempt([1, 2])).toBe(opInvalid("nn.transpose: [1, 2] is not a permutation of 2 dimensions"));
  });
});

describe("nn.concat and nn.slice", () => {
  it("joins along the axis", () => {
    expect(numbers(joined([counting([2, 1]), t([2, 2], [7, 8, 9, 10])], 1))).toEqual([1, 7, 8, 2, 9, 10]);
    expect(numbers(joined([t([2], [5, 6], "i64"), t([1], [7], "i64")], 0))).toEqual([5, 6, 7]);
  });

  it("cuts out, with steps of either sign", () => {
    const run = (starts: readonly number[], sizes: readonly number[], steps: readonly number[]) =>
      numbers(apply((x) => slice.build({ input: x }, { starts, sizes, steps }, here), counting([3, 4])));
    expect(run([1, 1], [2, 2], [1, 1])).toEqual([6, 7, 10, 11]);
    expect(run([2, 3], [2, 2], [-2, -3])).toEqual([12, 9, 4, 1]);
    expect(run([0, 0], [3, 2], [1, 2])).toEqual([1, 3, 5, 7, 9, 11]);
    expect(run([0, 0], [0, 2], [1, 1])).toEqual([]);
  });

  it("slices what was concatenated apart again", () => {
    const problems = fc.record({
      shape: shapes,
      parts: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
      where: fc.nat(3),
    });
    holds(problems, ({ shape, parts, where }) => {
      const axis = where % shape.length;
      const inputs = parts.map((extent, at) => integerTensor(shape.with(axis, extent), at + 1));
      const whole = joined(inputs, axis);
      let start = 0;
      for (const input of inputs) {
        const starts = shape.map((_extent, dim) => (dim === axis ? start : 0));
        const part = sliced(whole, starts, input.type.shape);
        expect(part.type).toBe(input.type);
        expect(numbers(part)).toEqual(numbers(input));
        start += input.type.shape[axis]!;
      }
    });
  });

  it("touches only what is sliced", () => {
    const nest = nestOf(slice.build({ input: f32(100, 8) }, { starts: [90, 0], sizes: [4, 8], steps: [-2, 1] }, here));
    expect(nest.touchedElements).toEqual({ input: 32 });
    expect(nest.access["input"]).toEqual([
      { terms: { d0: -2 }, offset: 90 },
      { terms: { d1: 1 }, offset: 0 },
    ]);
  });

  it("refuses what does not fit", () => {
    const cut = (starts: readonly number[], sizes: readonly number[], steps: readonly number[]) =>
      refusal(() => slice.build({ input: f32(5) }, { starts, sizes, steps }, here));
    expect(cut([3], [3], [1])).toBe(opInvalid("nn.slice: elements 3 to 5 are outside of dimension 0 of extent 5"));
    expect(cut([1], [3], [-1])).toBe(opInvalid("nn.slice: elements 1 to -1 are outside of dimension 0 of extent 5"));
    expect(cut([0], [1], [0])).toBe(opInvalid("nn.slice: step of dimension 0 is 0"));
    expect(cut([0], [-1], [1])).toBe(opInvalid("nn.slice: size of dimension 0 is -1"));
    expect(cut([0, 0], [1], [1])).toBe(opInvalid("nn.slice: has 2 starts, 1 sizes and 1 steps for 1 dimensions"));
    const join = (inputs: Parameters<typeof concat.build>[0]["inputs"], axis: number) =>
      refusal(() => concat.build({ inputs }, { axis }, here));
    expect(join([], 0)).toBe(opInvalid("nn.concat: has no inputs"));
    expect(join([f32(2), f32(3)], 1)).toBe(opInvalid("nn.concat: axis 1 is not a dimension of a tensor of rank 1"));
    expect(join([f32(2, 3), f32(3, 3)], 1)).toBe(
      opInvalid("nn.concat: shapes [2, 3] and [3, 3] differ in more than dimension 1"),
    );
    expect(join([f32(2), valueOf(tensorType([2], "i64"))], 0)).toBe(
      opInvalid("nn.concat: element types f32 and i64 differ"),
    );
  });
});

describe("nn.pad", () => {
  type Mode = "constant" | "reflect" | "edge" | "wrap";
  const run = (
    input: TensorValue,
    low: readonly number[],
    high: readonly number[],
    more: { value?: number; mode?: Mode } = {},
  ) => numbers(apply((x) => pad.build({ input: x }, { low, high, ...more }, here), input));

  it("pads with a constant, mirrored, or with the border", () => {
    const row = counting([3]);
    expect(run(row, [2], [1])).toEqual([0, 0, 1, 2, 3, 0]);
    expect(run(row, [1], [1], { value: -Infinity })).toEqual([-Infinity, 1, 2, 3, -Infinity]);
    expect(run(row, [2], [2], { mode: "reflect" })).toEqual([3, 2, 1, 2, 3, 2, 1]);
    expect(run(row, [2], [1], { mode: "edge" })).toEqual([1, 1, 1, 2, 3, 3]);
    expect(run(counting([2, 2]), [0, 1], [1, 0])).toEqual([0, 1, 2, 0, 3, 4, 0, 0, 0]);
  });

  it("cuts off where amounts are negative", () => {
    expect(run(counting([4]), [-1], [-1])).toEqual([2, 3]);
    expect(run(counting([4]), [-2], [1])).toEqual([3, 4, 0]);
    const nest = nestOf(pad.build({ input: f32(4, 6) }, { low: [-2, 1], high: [1, 0] }, here));
    expect(nest.touchedElements).toEqual({ input: 12 });
  });

  it("is undone by slicing", () => {
    const problems = shapes.chain((shape) => {
      const amounts = fc.array(fc.nat(2), { minLength: shape.length, maxLength: shape.length });
      return fc.record({ shape: fc.constant(shape), low: amounts, high: amounts });
    });
    holds(problems, ({ shape, low, high }) => {
      const input = counting(shape);
      const padded = apply((x) => pad.build({ input: x }, { low, high }, here), input);
      expect(numbers(sliced(padded, low, shape))).toEqual(numbers(input));
      // Zeros add nothing.
      const all = { axes: [...shape.keys()] };
      const sum = (x: TensorValue) => numbers(apply((v) => reduceSum.build({ input: v }, all, here), x));
      expect(sum(padded)).toEqual(sum(input));
    });
  });

  it("refuses what does not fit", () => {
    const attempt = (low: readonly number[], high: readonly number[], mode: Mode = "constant") =>
      refusal(() => pad.build({ input: f32(3) }, { low, high, mode }, here));
    expect(attempt([1, 1], [1])).toBe(opInvalid("nn.pad: has 2 low and 1 high amounts for 1 dimensions"));
    expect(attempt([-2], [-2])).toBe(opInvalid("nn.pad: dimension 0 of extent 3 is cut by 4"));
    expect(refusal(() => pad.build({ input: f32(0) }, { low: [1], high: [0], mode: "reflect" }, here))).toBe(
      opInvalid("nn.pad: dimension 0 has no elements to pad with in mode reflect"),
    );
  });
});

describe("nn.broadcast_to", () => {
  it("repeats", () => {
    const result = apply((x) => broadcastTo.build({ input: x }, { shape: [2, 2, 3] }, here), counting([2, 1]));
    expect(numbers(result)).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
  });

  it("is a sum's inverse up to the number of copies", () => {
    holds(fc.tuple(shapes, fc.integer({ min: 1, max: 3 })), ([shape, copies]) => {
      const input = counting(shape);
      const wide = apply((x) => broadcastTo.build({ input: x }, { shape: [copies, ...shape] }, here), input);
      const sum = apply((x) => reduceSum.build({ input: x }, { axes: [0], keepdims: false }, here), wide);
      expect(numbers(sum)).toEqual(numbers(input).map((x) => x * copies));
      expect(elementCount(wide.type.shape)).toBe(copies * input.data.length);
    });
  });

  it("refuses what does not fit", () => {
    expect(refusal(() => broadcastTo.build({ input: f32(2) }, { shape: [3] }, here))).toBe(
      opInvalid("nn.broadcast_to: input [2] does not broadcast to shape [3]"),
    );
    expect(refusal(() => broadcastTo.build({ input: f32(3) }, { shape: [1] }, here))).toBe(
      opInvalid("nn.broadcast_to: input [3] does not broadcast to shape [1]"),
    );
  });
});
