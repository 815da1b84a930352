/** Indices of maxima: they point at what the pooling gives. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { maxPool2d } from "../../../../src/ir/ops/pooling.ts";
import { maxPoolIndices } from "../../../../src/ir/ops/sampling/max-pool-indices.ts";
import { apply, f32, here, holds, integerTensor, numbers, opInvalid, refusal } from "../../testing.ts";

it("nn.max_pool_indices points at the numbers of nn.max_pool2d", () => {
  holds(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 })), ([seed, k, stride]) => {
    const input = integerTensor([2, 2, 5, 6], seed);
    const window = { kernel: [k, 2], strides: [stride, 1], pads: [k - 1, 0, 0, 1], dilations: [1, 2] } as const;
    const indices = apply((x) => maxPoolIndices.build({ input: x }, window, here), input);
    const largest = apply((x) => maxPool2d.build({ input: x }, window, here), input);
    expect(numbers(indices).map((index) => input.data[index])).toEqual(numbers(largest));
  });
});

it("nn.max_pool_indices refuses what does not fit", () => {
  const attempt = (more: object) =>
    refusal(() =>
      maxPoolIndices.build(
        { input: f32(1, 1, 3) },
        { kernel: [2], strides: [1], pads: [0, 0], dilations: [1], ...more },
        here,
      ),
    );
  expect(attempt({ kernel: [2, 2] })).toBe(opInvalid("nn.max_pool_indices: the window does not fit input [1, 1, 3]"));
  expect(attempt({ kernel: [4] })).toBe(
    opInvalid("nn.max_pool_indices: the kernel does not fit into the padded input"),
  );
  expect(attempt({ pads: [2, 0] })).toBe(opInvalid("nn.max_pool_indices: window 0 lies in the padding alone"));
});
