/** Convolution over three dimensions: by hand, against the one over two, and refusals. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macCount } from "../../../src/ir/loop-nest.ts";
import { conv2d } from "../../../src/ir/ops/convolution.ts";
import { conv3d } from "../../../src/ir/ops/convolution3d.ts";
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

const plain = { strides: [1, 1, 1], pads: [0, 0, 0, 0, 0, 0] };

describe("nn.conv3d", () => {
  it("sums over a box", () => {
    const run = (attributes: Parameters<typeof conv3d.build>[1]) =>
      numbers(
        apply(
          (input, weight) => conv3d.build({ input, weight }, attributes, here),
          counting([1, 1, 2, 2, 2]),
          t([1, 1, 2, 1, 1], [1, 10]),
        ),
      );
    expect(run(plain)).toEqual([51, 62, 73, 84]);
    // The depth padded in front and skipped through: planes (nothing, 1) and (2, nothing).
    expect(run({ strides: [2, 1, 2], pads: [1, 0, 0, 1, 0, 0] })).toEqual([10, 30, 5, 7]);
    expect(run({ strides: [1, 1, 1], pads: [1, 0, 0, 1, 0, -0], dilations: [2, 1, 1] })).toEqual([
      50, 60, 70, 80, 1, 2, 3, 4,
    ]);
  });

  it("is nn.conv2d where the depth is 1", () => {
    holds(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 2 })), ([seed, stride]) => {
      const [input, weight] = [integerTensor([2, 4, 5, 4], seed), integerTensor([4, 2, 3, 2], seed + 1)];
      const deep = apply(
        (x, w) =>
          conv3d.build(
            { input: x, weight: w },
            { strides: [1, stride, 1], pads: [0, 1, 0, 0, 2, 1], dilations: [1, 1, 2], groups: 2 },
            here,
          ),
        t([2, 4, 1, 5, 4], [...input.data]),
        t([4, 2, 1, 3, 2], [...weight.data]),
      );
      const flat = apply(
        (x, w) =>
          conv2d.build(
            { input: x, weight: w },
            { strides: [stride, 1], pads: [1, 0, 2, 1], dilations: [1, 2], groups: 2 },
            here,
          ),
        input,
        weight,
      );
      expect(numbers(deep)).toEqual(numbers(flat));
    });
  });

  it("has a multiply-accumulate for each output and weight", () => {
    const op = conv3d.build({ input: f32(1, 3, 8, 16, 16), weight: f32(6, 3, 3, 3, 3) }, plain, here);
    expect(macCount(nestOf(op))).toBe(6 * 14 * 14 * 6 * 3 * 27);
  });

  it("refuses what does not fit", () => {
    const attempt = (attributes: object) =>
      refusal(() =>
        conv3d.build({ input: f32(1, 2, 3, 3, 3), weight: f32(2, 2, 2, 2, 2) }, { ...plain, ...attributes }, here),
      );
    expect(attempt({ groups: 2 })).toBe(opInvalid("nn.conv3d: input has 1 channels a group but weight expects 2"));
    expect(attempt({ pads: [0, 0] })).toBe(
      opInvalid("nn.conv3d: has 3 strides, 3 dilations and 2 pads but needs 3, 3 and 6"),
    );
    expect(attempt({ dilations: [1, 3, 1] })).toBe(
      opInvalid("nn.conv3d: the kernel does not fit into the padded input (output would be 2x0x2)"),
    );
  });
});
