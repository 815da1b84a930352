/** Pooling: a window slides over each channel. */
import { attr, withDefault } from "../attribute-specs.ts";
import { defineOp } from "../define-op.ts";
import type { LoopNest } from "../loop-nest.ts";
import { idx } from "../loop-nest.ts";
import type { TensorValue } from "../tensor-value.ts";
import { zeros } from "../tensor-value.ts";
import type { TensorType } from "../types.ts";
import { tensorType } from "../types.ts";
import { windowExtent } from "./convolution.ts";

type Input = TensorType<readonly [number, number, number, number]>;
interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
}

/** How a window slides along one dimension. */
interface Slide {
  readonly extent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
  readonly count: number;
}

/** The slides along rows and columns. */
function slides({ shape: [, , height, width] }: Input, window: Window): readonly [Slide, Slide] {
  const { kernel, strides, dilations, pads } = window;
  const [top, left, bottom, right] = pads;
  const along = (dim: 0 | 1, extent: number, low: number, high: number): Slide => {
    const own = { kernel: kernel[dim], stride: strides[dim], dilation: dilations[dim] };
    return { extent, low, ...own, count: windowExtent(extent, { ...own, pads: low + high }) };
  };
  return [along(0, height, top, bottom), along(1, width, left, right)];
}

/** Indices of the input that window `number` covers; those of the padding are left out. */
function covered({ extent, kernel, stride, dilation, low }: Slide, number: number): readonly number[] {
  const all = Array.from({ length: kernel }, (_unused, step) => number * stride + step * dilation - low);
  return all.filter((index) => index >= 0 && index < extent);
}

function windowProblem(input: Input, window: Window): string | undefined {
  const { kernel, strides, dilations, pads } = window;
  if (Math.min(...kernel, ...strides, ...dilations) < 1) return "kernel, strides and dilations must be at least 1";
  if (Math.min(...pads) < 0) return "pads must not be negative";
  const [rows, columns] = slides(input, window);
  if (rows.count < 1 || columns.count < 1) {
    return `the kernel does not fit into the padded input (output would be ${rows.count}x${columns.count})`;
  }
  for (const slide of [rows, columns]) {
    for (let number = 0; number < slide.count; number++) {
      if (covered(slide, number).length === 0) return `window ${number} lies in the padding alone`;
    }
  }
  return undefined;
}

function pooledType(input: Input, window: Window): TensorType {
  const [rows, columns] = slides(input, window);
  return tensorType([input.shape[0], input.shape[1], rows.count, columns.count], input.element);
}

function poolingNest(input: Input, window: Window): LoopNest {
  const [rows, columns] = slides(input, window);
  const [n, c] = input.shape;
  return {
    extents: { n, c, p: rows.count, q: columns.count, r: rows.kernel, s: columns.kernel },
    access: {
      input: [
        idx({ n: 1 }),
        idx({ c: 1 }),
        idx({ p: rows.stride, r: rows.dilation }, -rows.low),
        idx({ q: columns.stride, s: columns.dilation }, -columns.low),
      ],
      output: [idx({ n: 1 }), idx({ c: 1 }), idx({ p: 1 }), idx({ q: 1 })],
    },
    work: { kind: "vector", opsPerPoint: 1 },
  };
}

/** Runs `reduce` over the input's elements in each window. */
function pool(
  input: TensorValue,
  window: Window,
  type: TensorType,
  reduce: (inside: readonly number[]) => number,
): TensorValue {
  const output = zeros(type);
  // The op's verifier has seen that the rank is 4.
  const [rows, columns] = slides(input.type as Input, window);
  const planes = output.data.length / (rows.count * columns.count);
  let out = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0; p < rows.count; p++) {
      const ys = covered(rows, p);
      for (let q = 0; q < columns.count; q++) {
        const xs = covered(columns, q);
        const inside = ys.flatMap((y) => xs.map((x) => input.data[(plane * rows.extent + y) * columns.extent + x]!));
        output.data[out++] = reduce(inside);
      }
    }
  }
  return output;
}

const windowAttributes = {
  kernel: attr.ints2,
  strides: attr.ints2,
  pads: attr.ints4,
  dilations: withDefault(attr.ints2, [1, 1]),
} as const;

/** `nn.max_pool2d`: padding is never the largest. */
export const maxPool2d = defineOp({
  name: "nn.max_pool2d",
  summary: "Largest number in each window of each channel, [n, c, h, w]. `pads` are top, left, bottom, right.",
  operands: { input: { rank: 4 } },
  attributes: windowAttributes,
  docs: {
    kernel: "rows, columns",
    strides: "rows, columns",
    pads: "top, left, bottom, right",
    dilations: "steps between the elements of a window, rows and columns",
    result:
      "[n, c, p, q] with p = (h + top + bottom - ((kernel rows - 1) * dilation + 1)) / stride + 1, rounded down; q alike",
  },
  traits: ["pure", "reduction"],
  verify: ({ input }, window) => windowProblem(input, window),
  inferTypes: ({ input }, window) => pooledType(input, window),
  loopNest: ({ input }, window) => poolingNest(input, window),
  reference: ({ input }, window, [type]) =>
    pool(input, window, type!, (inside) => inside.reduce((a, b) => Math.max(a, b))),
});

/** `nn.average_pool2d`: padding counts as zeros, or not at all. */
export const averagePool2d = defineOp({
  name: "nn.average_pool2d",
  summary: "Mean of each window of each channel, [n, c, h, w]. `pads` are top, left, bottom, right.",
  operands: { input: { rank: 4 } },
  attributes: { ...windowAttributes, count_include_pad: withDefault(attr.bool, false) },
  docs: {
    kernel: "rows, columns",
    strides: "rows, columns",
    pads: "top, left, bottom, right",
    dilations: "steps between the elements of a window, rows and columns",
    result:
      "[n, c, p, q] with p = (h + top + bottom - ((kernel rows - 1) * dilation + 1)) / stride + 1, rounded down; q alike",
    count_include_pad: "padding counts as elements that are 0; without it, not at all",
  },
  traits: ["pure", "reduction"],
  verify: ({ input }, window) => windowProblem(input, window),
  inferTypes: ({ input }, window) => pooledType(input, window),
  loopNest: ({ input }, window) => poolingNest(input, window),
  reference({ input }, window, [type]) {
    const whole = window.kernel[0] * window.kernel[1];
    return pool(input, window, type!, (inside) => {
      const sum = inside.reduce((a, b) => a + b, 0);
      return sum / (window.count_include_pad ? whole : inside.length);
    });
  },
});
