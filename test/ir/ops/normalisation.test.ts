/** Batch norm, layer norm, softmax: by hand and by their invariants. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pointCount, vectorOpCount } from "../../../src/ir/loop-nest.ts";
import { batchNorm, layerNorm, rmsNorm, softmax } from "../../../src/ir/ops/normalisation.ts";
import { tensorType } from "../../../src/ir/types.ts";
import { apply, f32, here, holds, integerTensor, nestOf, numbers, opInvalid, refusal, t, valueOf } from "../testing.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const shapesWithAxis = shapes.chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1) }),
);

describe("nn.batch_norm", () => {
  it("scales and shifts each channel by its own numbers", () => {
    const result = apply(
      (input, scale, bias, mean, variance) =>
        batchNorm.build({ input, scale, bias, mean, variance }, { epsilon: 1 }, here),
      t([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
      t([2], [2, 10]),
      t([2], [100, 200]),
      t([2], [1, 3]),
      t([2], [3, 8]),
    );
    // Channel 0: (x - 1) / 2 * 2 + 100; channel 1: (x - 3) / 3 * 10 + 200.
    [100, 101, 200, 200 + 10 / 3, 104, 105, 200 + 40 / 3, 200 + 50 / 3].forEach((want, at) =>
      expect(result.data[at]).toBeCloseTo(want, 4),
    );
  });

  it("refuses what does not fit", () => {
    const build = (input: readonly number[], scale: number) => () =>
      batchNorm.build(
        { input: f32(...input), scale: f32(scale), bias: f32(3), mean: f32(3), variance: f32(3) },
        { epsilon: 0 },
        here,
      );
    expect(refusal(build([1, 3, 2], 4))).toBe(
      opInvalid("nn.batch_norm: scale has 4 elements but input has 3 channels"),
    );
    expect(refusal(build([3], 3))).toBe(opInvalid("nn.batch_norm: input has rank 1 but needs at least 2"));
  });
});

describe("nn.layer_norm", () => {
  it("normalises a row", () => {
    // Mean 2, variance 1 + epsilon 3 = 4.
    const result = apply(
      (input, scale, bias) => layerNorm.build({ input, scale, bias }, { axis: 1, epsilon: 3 }, here),
      t([1, 2], [1, 3]),
      t([2], [10, 20]),
      t([2], [1, 2]),
    );
    expect(numbers(result)).toEqual([-4, 12]);
  });

  it("does without a bias, and takes a scale that broadcasts", () => {
    const result = apply(
      (input, scale) => layerNorm.build({ input, scale }, { axis: 0, epsilon: 0 }, here),
      t([2, 2], [1, 3, 1, 3]),
      t([2], [1, 10]),
    );
    expect(numbers(result)).toEqual([-1, 10, -1, 10]);
  });

  it("gives rows of mean 0 and variance 1", () => {
    holds(shapesWithAxis, ({ shape, axis }) => {
      const input = integerTensor(shape, 3);
      const row = shape.slice(axis).reduce((a, b) => a * b, 1);
      const result = apply(
        (x, s) => layerNorm.build({ input: x, scale: s }, { axis, epsilon: 0 }, here),
        input,
        t([], [1]),
      );
      for (let start = 0; start < input.data.length; start += row) {
        const values = [...result.data.slice(start, start + row)];
        // A constant row has variance 0 and no scale.
        if (new Set(input.data.slice(start, start + row)).size === 1) continue;
        expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5);
        expect(values.reduce((a, b) => a + b * b, 0)).toBeCloseTo(row, 4);
      }
    });
  });

  it("needs whole rows", () => {
    const nest = nestOf(layerNorm.build({ input: f32(2, 3, 4), scale: f32(3, 4) }, { axis: 1, epsilon: 0 }, here));
    expect(nest.rowLoops).toEqual(["d1", "d2"]);
    expect(nest.access).not.toHaveProperty("bias");
    expect(vectorOpCount(nest)).toBe(8 * 24);
    expect(nest.work).toEqual({ kind: "vector", opsPerPoint: 8, sweeps: 2 });
  });

  it("refuses what does not fit", () => {
    const build = (scale: readonly number[], axis: number) => () =>
      layerNorm.build({ input: f32(2, 3, 4), scale: f32(...scale) }, { axis, epsilon: 0 }, here);
    expect(refusal(build([3], 1))).toBe(
      opInvalid("nn.layer_norm: scale of shape [3] does not broadcast to the normalised dimensions [3, 4]"),
    );
    expect(refusal(build([4], 3))).toBe(opInvalid("nn.layer_norm: axis 3 is not a dimension of a tensor of rank 3"));
  });
});

describe("nn.rms_norm", () => {
  it("divides by the root of the mean square", () => {
    const result = apply(
      (input, scale) => rmsNorm.build({ input, scale }, { axis: 1, epsilon: 1 }, here),
      t([2, 2], [1, 1, 7, 1]),
      t([2], [Math.SQRT2, 1]),
    );
    // Roots of 1 + 1 and of 25 + 1.
    expect(numbers(result).map((x) => x.toFixed(4))).toEqual(
      [1, Math.SQRT1_2, 7 * Math.sqrt(2 / 26), 1 / Math.sqrt(26)].map((x) => x.toFixed(4)),
    );
  });

  it("refuses a scale that is more than a row", () => {
    expect(refusal(() => rmsNorm.build({ input: f32(2, 3), scale: f32(2, 3) }, { axis: 1, epsilon: 0 }, here))).toBe(
      opInvalid("nn.rms_norm: scale of shape [2, 3] does not broadcast to the normalised dimensions [3]"),
    );
  });
});

describe("nn.softmax", () => {
  it("divides by the sum along the axis", () => {
    const run = (axis: number) =>
      apply((input) => softmax.build({ input }, { axis }, here), t([2, 2], [0, Math.log(3), 0, 0]));
    [0.25, 0.75, 0.5, 0.5].forEach((want, at) => expect(run(1).data[at]).toBeCloseTo(want, 6));
    [0.5, 0.75, 0.5, 0.25].forEach((want, at) => expect(run(0).data[at]).toBeCloseTo(want, 6));
  });

  it("sums to 1, and ignores a constant that is added to a row", () => {
    holds(shapesWithAxis, ({ shape, axis }) => {
      const run = (shift: number) => {
        const input = integerTensor(shape, 5);
        return apply((x) => softmax.build({ input: x }, { axis }, here), {
          ...input,
          data: input.data.map((x) => x + shift),
        });
      };
      const [plain, shifted] = [run(0), run(1000)];
      expect(numbers(shifted)).toEqual(numbers(plain));
      const lines = plain.data.length / shape[axis]!;
      expect([...plain.data].reduce((a, b) => a + b, 0)).toBeCloseTo(lines, 4);
    });
  });

  it("reads its rows three times when they do not stay", () => {
    const nest = nestOf(softmax.build({ input: f32(2, 8, 16) }, { axis: 2 }, here));
    expect(pointCount(nest)).toBe(256);
    expect(nest.rowLoops).toEqual(["d2"]);
    expect(nest.work).toEqual({ kind: "vector", opsPerPoint: 5, sweeps: 3 });
  });

  it("refuses integers and axes that are not there", () => {
    const integers = valueOf(tensorType([2], "i64"));
    expect(refusal(() => softmax.build({ input: integers }, { axis: 0 }, here))).toBe(
      opInvalid("nn.softmax: element type is i64 but should be a float type"),
    );
    expect(refusal(() => softmax.build({ input: f32(2) }, { axis: -1 }, here))).toBe(
      opInvalid("nn.softmax: axis -1 is not a dimension of a tensor of rank 1"),
    );
  });
});
