/** Reductions: by hand and by their identities. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as reduction from "../../../src/ir/ops/reduction.ts";
import { reshape } from "../../../src/ir/ops/shape.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { tensorType, typeText } from "../../../src/ir/types.ts";
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

type Kind = typeof reduction.reduceSum;

function reduce(
  kind: Kind,
  input: TensorValue,
  attributes: { axes: readonly number[]; keepdims?: boolean },
): TensorValue {
  return apply((x) => kind.build({ input: x }, attributes, here), input);
}

const problems = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => fc.record({ shape: fc.constant(shape), axes: fc.subarray([...shape.keys()]), seed: fc.nat(20) }));

describe("reductions", () => {
  const cases: readonly (readonly [Kind, readonly number[]])[] = [
    [reduction.reduceSum, [6, 15]],
    [reduction.reduceMean, [2, 5]],
    [reduction.reduceMax, [3, 6]],
    [reduction.reduceMin, [1, 4]],
    [reduction.reduceProd, [6, 120]],
  ];
  it.each(cases.map(([kind, want]) => [kind.name, kind, want] as const))("%s", (_name, kind, want) => {
    const result = reduce(kind, counting([2, 3]), { axes: [1] });
    expect(numbers(result)).toEqual(want);
    expect(typeText(result.type)).toBe("tensor<2x1xf32>");
  });

  it("keeps or drops the reduced dimensions", () => {
    const dropped = reduce(reduction.reduceSum, counting([2, 2, 2]), { axes: [0, 2], keepdims: false });
    expect(typeText(dropped.type)).toBe("tensor<2xf32>");
    expect(numbers(dropped)).toEqual([1 + 2 + 5 + 6, 3 + 4 + 7 + 8]);
    expect(numbers(reduce(reduction.reduceSum, counting([2, 2]), { axes: [] }))).toEqual([1, 2, 3, 4]);
    expect(numbers(reduce(reduction.reduceSum, counting([2, 2]), { axes: [0, 1], keepdims: false }))).toEqual([10]);
  });

  it("truncates the mean of integers", () => {
    expect(numbers(reduce(reduction.reduceMean, t([2], [-3, -4], "i64"), { axes: [0] }))).toEqual([-3]);
  });

  it("of nothing has a value: what changes no other number", () => {
    const empty = t([2, 0], []);
    expect(numbers(reduce(reduction.reduceSum, empty, { axes: [1] }))).toEqual([0, 0]);
    expect(numbers(reduce(reduction.reduceProd, empty, { axes: [1] }))).toEqual([1, 1]);
    expect(numbers(reduce(reduction.reduceMax, empty, { axes: [1] }))).toEqual([-Infinity, -Infinity]);
    expect(numbers(reduce(reduction.reduceMax, t([1, 0], [], "i8"), { axes: [1] }))).toEqual([-128]);
    expect(numbers(reduce(reduction.reduceMin, t([1, 0], [], "ui8"), { axes: [1] }))).toEqual([255]);
    expect(numbers(reduce(reduction.reduceMean, empty, { axes: [1] }))).toEqual([NaN, NaN]);
  });

  it("orders truth values: false before true", () => {
    const truths = t([2, 2], [0, 1, 0, 0], "i1");
    expect(numbers(reduce(reduction.reduceMax, truths, { axes: [1] }))).toEqual([1, 0]);
    expect(numbers(reduce(reduction.reduceMin, truths, { axes: [1] }))).toEqual([0, 0]);
  });

  it("may be done one axis after the other", () => {
    const kinds = [reduction.reduceSum, reduction.reduceMax, reduction.reduceMin];
    holds(problems, ({ shape, axes, seed }) => {
      for (const kind of kinds) {
        const input = integerTensor(shape, seed);
        const stepwise = axes.reduce((sum, axis) => reduce(kind, sum, { axes: [axis] }), input);
        expect(numbers(reduce(kind, input, { axes }))).toEqual(numbers(stepwise));
      }
    });
  });

  it("does not depend on keepdims, gives a mean of sum / count, and max = -min of the negative", () => {
    holds(problems, ({ shape, axes, seed }) => {
      const input = integerTensor(shape, seed);
      const negative = { ...input, data: input.data.map((x) => -x) };
      const kept = reduce(reduction.reduceSum, input, { axes });
      const dropped = reduce(reduction.reduceSum, input, { axes, keepdims: false });
      const again = apply((x) => reshape.build({ input: x }, { shape: kept.type.shape }, here), dropped);
      expect(numbers(again)).toEqual(numbers(kept));
      const count = input.data.length / kept.data.length;
      const mean = reduce(reduction.reduceMean, input, { axes });
      expect(numbers(mean)).toEqual(numbers(kept).map((sum) => Math.fround(sum / count)));
      const least = numbers(reduce(reduction.reduceMin, negative, { axes })).map((x) => 0 - x);
      expect(numbers(reduce(reduction.reduceMax, input, { axes }))).toEqual(least);
    });
  });

  it("walks the input", () => {
    const op = reduction.reduceMean.build({ input: f32(2, 3, 4) }, { axes: [1], keepdims: false }, here);
    const nest = nestOf(op);
    expect(nest.extents).toEqual({ d0: 2, d1: 3, d2: 4 });
    expect(nest.access["output"]).toEqual([
      { terms: { d0: 1 }, offset: 0 },
      { terms: { d2: 1 }, offset: 0 },
    ]);
  });

  it("refuses axes that are not increasing dimensions", () => {
    const attempt = (axes: readonly number[], input = f32(2, 3)) =>
      refusal(() => reduction.reduceSum.build({ input }, { axes }, here));
    const wrong = (axes: string) =>
      opInvalid(`nn.reduce_sum: axes ${axes} are not increasing dimensions of a tensor of rank 2`);
    expect(attempt([1, 0])).toBe(wrong("[1, 0]"));
    expect(attempt([0, 0])).toBe(wrong("[0, 0]"));
    expect(attempt([-1])).toBe(wrong("[-1]"));
    expect(attempt([2])).toBe(wrong("[2]"));
    expect(attempt([0], valueOf(tensorType([2], "i1")))).toBe(
      opInvalid("nn.reduce_sum: element type is i1 but should be a number type"),
    );
  });
});
