/** Convolutions. */
import { attr, withDefault } from "../attribute-specs.ts";
import { defineOp } from "../define-op.ts";
import { idx } from "../loop-nest.ts";
import { convolve2d } from "../numbers/convolution-2d.ts";
import { zeros } from "../tensor-value.ts";
import type { TensorType } from "../types.ts";
import { tensorType } from "../types.ts";

/** Output extent of a window that slides over a padded input. */
export function windowExtent(
  input: number,
  window: { readonly kernel: number; readonly stride: number; readonly dilation: number; readonly pads: number },
): number {
  const span = (window.kernel - 1) * window.dilation + 1;
  return Math.floor((input + window.pads - span) / window.stride) + 1;
}

/** `nn.conv2d`: a bias is a separate `nn.add`, so that it is an epilogue like any other. */
export const conv2d = defineOp({
  name: "nn.conv2d",
  summary:
    "2-D convolution, [n, c, h, w] activations, [k, c / groups, r, s] weights, zero padding. Output [n, k, p, q]. " +
    "`pads` are top, left, bottom, right.",
  operands: { input: { rank: 4 }, weight: { rank: 4 } },
  attributes: {
    strides: attr.ints2,
    pads: attr.ints4,
    dilations: withDefault(attr.ints2, [1, 1]),
    groups: withDefault(attr.int, 1),
  },
  docs: {
    strides: "rows, columns",
    pads: "top, left, bottom, right; what is added is 0",
    dilations: "steps between the elements of a kernel, rows and columns",
    groups:
      "parts into which input and output channels are divided; each part of the output reads its own part of the input",
    result: "[n, k, p, q] with p = (h + top + bottom - ((r - 1) * dilation + 1)) / stride + 1, rounded down; q alike",
  },
  traits: ["pure", "matrix"],
  verify({ input, weight }, { strides, pads, dilations, groups }) {
    const [channels, [k, want]] = [input.shape[1], weight.shape];
    if (input.element !== weight.element) {
      return `element types ${input.element.name} and ${weight.element.name} differ`;
    }
    if (groups < 1 || channels % groups !== 0 || k % groups !== 0) {
      return `${groups} groups do not divide ${channels} input and ${k} output channels`;
    }
    if (channels / groups !== want) return `input has ${channels / groups} channels a group but weight expects ${want}`;
    if (Math.min(...strides, ...dilations) < 1) return "strides and dilations must be at least 1";
    if (Math.min(...pads) < 0) return "pads must not be negative";
    const [p, q] = outputRowsColumns({ input: input.shape, weight: weight.shape, strides, pads, dilations });
    if (p < 1 || q < 1) return `the kernel does not fit into the padded input (output would be ${p}x${q})`;
    return undefined;
  },
  inferTypes({ input, weight }, { strides, pads, dilations }) {
    const [p, q] = outputRowsColumns({ input: input.shape, weight: weight.shape, strides, pads, dilations });
    return tensorType([input.shape[0], weight.shape[0], p, q], input.element);
  },
  loopNest({ input, weight }, { strides, pads, dilations, groups }) {
    const [p, q] = outputRowsColumns({ input: input.shape, weight: weight.shape, strides, pads, dilations });
    const [k, c, r, s] = weight.shape;
    const perGroup = k / groups;
    return {
      extents: { n: input.shape[0], g: groups, k: perGroup, c, p, q, r, s },
      access: {
        input: [
          idx({ n: 1 }),
          idx({ g: c, c: 1 }),
          idx({ p: strides[0], r: dilations[0] }, -pads[0]),
          idx({ q: strides[1], s: dilations[1] }, -pads[1]),
        ],
        weight: [idx({ g: perGroup, k: 1 }), idx({ c: 1 }), idx({ r: 1 }), idx({ s: 1 })],
        output: [idx({ n: 1 }), idx({ g: perGroup, k: 1 }), idx({ p: 1 }), idx({ q: 1 })],
      },
      work: { kind: "mac" },
    };
  },
  reference({ input, weight }, { strides, pads, dilations, groups }, [type]) {
    const output = zeros(type!);
    // The op's verifier has seen that the ranks are 4.
    const shapeOf = ({ shape }: TensorType) => shape as readonly [number, number, number, number];
    const [top, left] = pads;
    const shapes = { input: shapeOf(input.type), weight: shapeOf(weight.type), output: shapeOf(type!) };
    convolve2d(
      { ...shapes, strides, pads: [top, left], dilations, groups },
      { input: input.data, weight: weight.data, output: output.data },
    );
    return output;
  },
});

function outputRowsColumns(shapes: {
  readonly input: readonly [number, number, number, number];
  readonly weight: readonly [number, number, number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
}): readonly [number, number] {
  const { input, weight, strides, pads, dilations } = shapes;
  const [top, left, bottom, right] = pads;
  return [
    windowExtent(input[2], { kernel: weight[2], stride: strides[0], dilation: dilations[0], pads: top + bottom }),
    windowExtent(input[3], { kernel: weight[3], stride: strides[1], dilation: dilations[1], pads: left + right }),
  ];
}
