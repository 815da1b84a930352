/** `nn.conv2d`: by hand, against another formula, and its loop nest against its reference. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macCount, vectorOpCount } from "../../../src/ir/loop-nest.ts";
import { conv2d, windowExtent } from "../../../src/ir/ops/convolution.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { elementCount, tensorType, typeText } from "../../../src/ir/types.ts";
import {
  accessed,
  apply,
  counting,
  f32,
  here,
  holds,
  integerTensor,
  nestOf,
  numbers,
  opInvalid,
  points,
} from "../testing.ts";
import { refusal, t, valueOf } from "../testing.ts";

interface Attributes {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
}
type Shape4 = readonly [number, number, number, number];

const count = (most: number) => fc.integer({ min: 1, max: most });
const problems = fc
  .record({
    n: count(2),
    groups: count(3),
    perGroup: count(5),
    c: count(3),
    kernel: fc.tuple(count(3), count(3)),
    extra: fc.tuple(fc.nat(4), fc.nat(4)),
    strides: fc.tuple(count(3), count(3)),
    dilations: fc.tuple(count(2), count(2)),
    pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  })
  .map(({ n, groups, perGroup, c, kernel, extra, strides, dilations, pads }) => ({
    input: [
      n,
      c * groups,
      spanOf(kernel[0], dilations[0]) + extra[0],
      spanOf(kernel[1], dilations[1]) + extra[1],
    ] as Shape4,
    weight: [perGroup * groups, c, ...kernel] as Shape4,
    attributes: { strides, pads, dilations, groups } satisfies Attributes,
  }));

function spanOf(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/** Scatters every input element to the outputs that it contributes to, the other way round than the reference. */
function scattered(
  input: TensorValue,
  weight: TensorValue,
  { strides, pads, dilations, groups }: Attributes,
): number[] {
  const [n, , height, width] = input.type.shape as Shape4;
  const [k, c, r, s] = weight.type.shape as Shape4;
  const p = Math.floor((height + pads[0] + pads[2] - spanOf(r, dilations[0])) / strides[0]) + 1;
  const q = Math.floor((width + pads[1] + pads[3] - spanOf(s, dilations[1])) / strides[1]) + 1;
  const output = new Array<number>(n * k * p * q).fill(0);
  input.data.forEach((x, at) => {
    const [column, row] = [at % width, Math.floor(at / width) % height];
    const channel = Math.floor(at / (width * height)) % (c * groups);
    const image = Math.floor(at / (width * height * c * groups));
    weight.data.forEach((w, position) => {
      const [is, ir] = [position % s, Math.floor(position / s) % r];
      const [ic, ik] = [Math.floor(position / (s * r)) % c, Math.floor(position / (s * r * c))];
      if (Math.floor(channel / c) !== Math.floor(ik / (k / groups)) || channel % c !== ic) return;
      const y = (row + pads[0] - ir * dilations[0]) / strides[0];
      const z = (column + pads[1] - is * dilations[1]) / strides[1];
      if (!Number.isInteger(y) || !Number.isInteger(z) || y < 0 || z < 0 || y >= p || z >= q) return;
      output[((image * k + ik) * p + y) * q + z]! += x * w;
    });
  });
  return output;
}

describe("nn.conv2d", () => {
  it("slides a window without padding", () => {
    const build = conv2d.build;
    // out[y, x] = in[y, x] - in[y + 1, x + 1], and neighbours on a diagonal of 1..9 differ by 4.
    const result = apply(
      (input, weight) => build({ input, weight }, { strides: [1, 1], pads: [0, 0, 0, 0] }, here),
      counting([1, 1, 3, 3]),
      t([1, 1, 2, 2], [1, 0, 0, -1]),
    );
    expect(numbers(result)).toEqual([-4, -4, -4, -4]);
    expect(typeText(result.type)).toBe("tensor<1x1x2x2xf32>");
  });

  it("pads the sides separately", () => {
    const result = apply(
      (input, weight) => conv2d.build({ input, weight }, { strides: [1, 1], pads: [1, 0, 0, 1] }, here),
      counting([1, 1, 2, 2]),
      t([1, 1, 2, 2], [1, 10, 100, 1000]),
    );
    // Padded rows: 0 0 0 / 1 2 0 / 3 4 0.
    expect(numbers(result)).toEqual([100 + 2000, 200, 1 + 20 + 300 + 4000, 2 + 400]);
  });

  it("keeps groups apart", () => {
    const result = apply(
      (input, weight) => conv2d.build({ input, weight }, { strides: [1, 1], pads: [0, 0, 0, 0], groups: 2 }, here),
      t([1, 4, 1, 1], [1, 2, 3, 4]),
      t([2, 2, 1, 1], [1, 10, 100, 1000]),
    );
    expect(numbers(result)).toEqual([1 + 20, 300 + 4000]);
  });

  it("agrees with scattering the input for any groups, strides, dilations and pads", () => {
    holds(problems, ({ input, weight, attributes }) => {
      const [x, w] = [integerTensor(input, 1), integerTensor(weight, 2)];
      const result = apply((a, b) => conv2d.build({ input: a, weight: b }, attributes, here), x, w);
      expect(numbers(result)).toEqual(scattered(x, w, attributes).map((item) => item + 0));
    });
  });

  it("has a loop nest whose points add up to the reference", () => {
    holds(problems, ({ input, weight, attributes }) => {
      const [x, w] = [integerTensor(input, 3), integerTensor(weight, 4)];
      const op = conv2d.build({ input: f32(...input), weight: f32(...weight) }, attributes, here);
      const { access } = nestOf(op);
      const type = op.result.type;
      const shape = type.kind === "tensor" ? type.shape : [];
      const sums = new Array<number>(elementCount(shape)).fill(0);
      for (const point of points(nestOf(op))) {
        const from = accessed(access["input"]!, input, point);
        const factor = w.data[accessed(access["weight"]!, weight, point)!]!;
        sums[accessed(access["output"]!, shape, point)!]! += from === undefined ? 0 : x.data[from]! * factor;
      }
      const reference = apply((a, b) => conv2d.build({ input: a, weight: b }, attributes, here), x, w);
      expect(sums.map((sum) => sum + 0)).toEqual(numbers(reference));
    });
  });

  it("counts MACs", () => {
    // ResNet's first layer: 64 x 112 x 112 outputs of 3 x 7 x 7 products each.
    const first = conv2d.build(
      { input: f32(1, 3, 224, 224), weight: f32(64, 3, 7, 7) },
      { strides: [2, 2], pads: [3, 3, 3, 3] },
      here,
    );
    expect(macCount(nestOf(first))).toBe(64 * 12544 * 147);
    // A depthwise layer: 9 products an output.
    const depthwise = conv2d.build(
      { input: f32(1, 32, 112, 112), weight: f32(32, 1, 3, 3) },
      { strides: [1, 1], pads: [1, 1, 1, 1], groups: 32 },
      here,
    );
    expect(macCount(nestOf(depthwise))).toBe(32 * 12544 * 9);
    expect(vectorOpCount(nestOf(depthwise))).toBe(2 * 32 * 12544 * 9);
  });

  it("refuses what does not fit", () => {
    const [input, weight] = [f32(1, 4, 5, 5), f32(6, 2, 3, 3)];
    const [strides, pads] = [
      [1, 1],
      [0, 0, 0, 0],
    ] as const;
    const attempt = (more: Partial<Attributes>, w = weight): string =>
      refusal(() => conv2d.build({ input, weight: w }, { strides, pads, ...more }, here));
    expect(attempt({})).toBe(opInvalid("nn.conv2d: input has 4 channels a group but weight expects 2"));
    expect(attempt({ groups: 3 })).toBe(opInvalid("nn.conv2d: 3 groups do not divide 4 input and 6 output channels"));
    expect(attempt({ groups: 2, strides: [0, 1] })).toBe(
      opInvalid("nn.conv2d: strides and dilations must be at least 1"),
    );
    expect(attempt({ groups: 2, dilations: [3, 1] })).toBe(
      opInvalid("nn.conv2d: the kernel does not fit into the padded input (output would be -1x3)"),
    );
    expect(attempt({}, f32(6, 2, 3))).toBe(opInvalid("nn.conv2d: weight has rank 3 but needs rank 4"));
    const half = valueOf(tensorType([6, 2, 3, 3], "f16"));
    expect(attempt({ groups: 2 }, half)).toBe(opInvalid("nn.conv2d: element types f32 and f16 differ"));
    expect(attempt({ groups: 2, pads: [-1, 0, 0, 0] })).toBe(opInvalid("nn.conv2d: pads must not be negative"));
  });

  it("knows how many windows fit", () => {
    expect(windowExtent(224, { kernel: 7, stride: 2, dilation: 1, pads: 6 })).toBe(112);
    expect(windowExtent(5, { kernel: 3, stride: 1, dilation: 2, pads: 0 })).toBe(1);
  });
});
