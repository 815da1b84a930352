/** Pooling: by hand, padding, and refusals. */
import { describe, expect, it } from "vitest";
import { pointCount } from "../../../src/ir/loop-nest.ts";
import { averagePool2d, maxPool2d } from "../../../src/ir/ops/pooling.ts";
import { reduceMax } from "../../../src/ir/ops/reduction.ts";
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
} from "../testing.ts";
import fc from "fast-check";

type Four = readonly [number, number, number, number];
const window = { kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0] } as const;
const padded = { ...window, strides: [2, 2], pads: [1, 1, 0, 0] as Four } as const;

describe("pooling", () => {
  it("takes the largest of each window", () => {
    const run = (attributes: Parameters<typeof maxPool2d.build>[1]) =>
      numbers(apply((input) => maxPool2d.build({ input }, attributes, here), counting([1, 1, 3, 3])));
    expect(run(window)).toEqual([5, 6, 8, 9]);
    expect(run({ ...window, dilations: [2, 2] })).toEqual([9]);
    expect(run(padded)).toEqual([1, 3, 7, 9]);
  });

  it("does not take padding for a zero", () => {
    const negative = t([1, 1, 1, 1], [-5]);
    const result = apply((input) => maxPool2d.build({ input }, { ...window, pads: [1, 1, 1, 1] }, here), negative);
    expect(numbers(result)).toEqual([-5, -5, -5, -5]);
  });

  it("averages over the inside of the window, or over all of it", () => {
    const run = (count_include_pad: boolean) =>
      numbers(
        apply(
          (input) => averagePool2d.build({ input }, { ...padded, count_include_pad }, here),
          counting([1, 1, 3, 3]),
        ),
      );
    // Windows: {1}, {2, 3}, {4, 7}, {5, 6, 8, 9}.
    expect(run(false)).toEqual([1, 2.5, 5.5, 7]);
    expect(run(true)).toEqual([0.25, 1.25, 2.75, 7]);
  });

  it("keeps channels apart", () => {
    const result = apply((input) => maxPool2d.build({ input }, window, here), counting([2, 2, 2, 2]));
    expect(numbers(result)).toEqual([4, 8, 12, 16]);
  });

  it("is a reduction when the window is the whole plane", () => {
    holds(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.nat(9)), ([h, w, seed]) => {
      const input = integerTensor([2, 3, h, w], seed);
      const whole = { kernel: [h, w], strides: [1, 1], pads: [0, 0, 0, 0] } as const;
      const pooled = apply((x) => maxPool2d.build({ input: x }, whole, here), input);
      expect(numbers(pooled)).toEqual(
        numbers(apply((x) => reduceMax.build({ input: x }, { axes: [2, 3] }, here), input)),
      );
    });
  });

  it("walks windows as a convolution does", () => {
    const nest = nestOf(
      maxPool2d.build({ input: f32(1, 64, 112, 112) }, { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, here),
    );
    expect(nest.extents).toEqual({ n: 1, c: 64, p: 56, q: 56, r: 3, s: 3 });
    expect(pointCount(nest)).toBe(64 * 56 * 56 * 9);
    expect(nest.access["input"]![2]).toEqual({ terms: { p: 2, r: 1 }, offset: -1 });
  });

  it("refuses what does not fit", () => {
    const attempt = (more: object) =>
      refusal(() => maxPool2d.build({ input: f32(1, 1, 3, 3) }, { ...window, ...more }, here));
    expect(attempt({ kernel: [4, 1] })).toBe(
      opInvalid("nn.max_pool2d: the kernel does not fit into the padded input (output would be 0x3)"),
    );
    expect(attempt({ kernel: [0, 1] })).toBe(
      opInvalid("nn.max_pool2d: kernel, strides and dilations must be at least 1"),
    );
    expect(attempt({ pads: [-1, 0, 0, 0] })).toBe(opInvalid("nn.max_pool2d: pads must not be negative"));
    expect(attempt({ pads: [2, 0, 0, 0] })).toBe(opInvalid("nn.max_pool2d: window 0 lies in the padding alone"));
    expect(attempt({ pads: [0, 0, 0, 2] })).toBe(opInvalid("nn.max_pool2d: window 3 lies in the padding alone"));
  });
});
