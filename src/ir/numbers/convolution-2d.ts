/** Two-dimensional convolution for the reference kernel: sums in double precision, in the order of channel, row, column. */
import type { TensorValue } from "../tensor-value.ts";
import type { MatrixView } from "./matrix-product.ts";
import { multiply, packRows } from "./matrix-product.ts";

/** Shapes and attributes of one convolution, [n, c, h, w] input, [k, c / groups, r, s] weights, [n, k, p, q] output. */
export interface Convolution2d {
  readonly input: readonly [number, number, number, number];
  readonly weight: readonly [number, number, number, number];
  readonly output: readonly [number, number, number, number];
  readonly strides: readonly [number, number];
  /** Top and left zero padding; bottom and right follow from the output's extents. */
  readonly pads: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
}

/** The tensors of a convolution; the output is overwritten. */
export interface ConvolutionTensors {
  readonly input: TensorValue["data"];
  readonly weight: TensorValue["data"];
  readonly output: TensorValue["data"];
}

/** One group of one sample, with the places of its first input channel, weight and output. */
interface Slice extends ConvolutionTensors {
  readonly inputStart: number;
  readonly weightStart: number;
  readonly outputStart: number;
}

/** Numbers of the patch matrix that are laid out at once: a few MB, whatever the model's size. */
const patchLimit = 2 ** 19;
/** With fewer output channels a group the patches would be laid out for next to no work on them. */
const leastChannelsForPatches = 3;

/** Fills the output of a convolution. */
export function convolve2d(problem: Convolution2d, tensors: ConvolutionTensors): void {
  const { input, weight, output, groups } = problem;
  const perGroup = output[1] / groups;
  const run = perGroup < leastChannelsForPatches ? addTaps : multiplyPatches;
  for (let sample = 0; sample < output[0]; sample++) {
    for (let group = 0; group < groups; group++) {
      run(problem, {
        ...tensors,
        inputStart: (sample * input[1] + group * weight[1]) * input[2] * input[3],
        weightStart: group * perGroup * weight[1] * weight[2] * weight[3],
        outputStart: (sample * output[1] + group * perGroup) * output[2] * output[3],
      });
    }
  }
}

/** One output channel after the other: each weight times the input that is shifted to it, added up. Depthwise layers. */
function addTaps(problem: Convolution2d, slice: Slice): void {
  const [, channels, rows, columns] = problem.weight;
  const [, outputChannels, p, q] = problem.output;
  const sums = new Float64Array(p * q);
  let weightAt = slice.weightStart;
  for (let k = 0; k < outputChannels / problem.groups; k++) {
    sums.fill(0);
    for (let c = 0; c < channels; c++) {
      for (let r = 0; r < rows; r++) {
        for (let s = 0; s < columns; s++) {
          addTap(problem, sums, { slice, c, r, s, factor: slice.weight[weightAt++]! });
        }
      }
    }
    slice.output.set(sums, slice.outputStart + k * p * q);
  }
}

interface Tap {
  readonly slice: Slice;
  readonly c: number;
  readonly r: number;
  readonly s: number;
  readonly factor: number;
}

/** sums[p, q] += factor × input[c, y(p, r), x(q, s)], where that is inside of the input. */
function addTap(problem: Convolution2d, sums: Float64Array, { slice, c, r, s, factor }: Tap): void {
  const { strides, pads, dilations } = problem;
  const [, , height, width] = problem.input;
  const [, , p, q] = problem.output;
  const { input, inputStart } = slice;
  const step = strides[1];
  const shift = s * dilations[1] - pads[1];
  const [first, end] = insideRange(q, { step, shift, extent: width });
  for (let row = 0; row < p; row++) {
    const y = row * strides[0] + r * dilations[0] - pads[0];
    if (y < 0 || y >= height) continue;
    let from = inputStart + (c * height + y) * width + first * step + shift;
    for (let at = row * q + first; at < row * q + end; at++) {
      sums[at]! += factor * input[from]!;
      from += step;
    }
  }
}

/** The indices i of 0 … count − 1 with 0 ≤ i × step + shift < extent: the first one, and the one after the last. */
function insideRange(
  count: number,
  { step, shift, extent }: { readonly step: number; readonly shift: number; readonly extent: number },
): readonly [first: number, end: number] {
  const first = Math.max(0, Math.ceil(-shift / step));
  const end = Math.min(count, Math.ceil((extent - shift) / step));
  return [first, Math.max(first, end)];
}

/** Weights [k, c r s] times patches [c r s, p q], some output rows at a time. */
function multiplyPatches(problem: Convolution2d, slice: Slice): void {
  const [, channels, kernelRows, kernelColumns] = problem.weight;
  const [, outputChannels, p, q] = problem.output;
  const inner = channels * kernelRows * kernelColumns;
  const weights = { data: slice.weight, start: slice.weightStart, rowStride: inner, columnStride: 1 };
  const lhs = packRows(weights, outputChannels / problem.groups, inner);
  const out = (row: number): MatrixView => ({
    data: slice.output,
    start: slice.outputStart + row * q,
    rowStride: p * q,
    columnStride: 1,
  });
  if (isPointwise(problem)) {
    // The input is its own patch matrix.
    multiply(lhs, { data: slice.input, start: slice.inputStart, rowStride: p * q, columnStride: 1 }, p * q, out(0));
    return;
  }
  const rowsAtOnce = Math.min(p, Math.max(1, Math.floor(patchLimit / (inner * q))));
  const patches = new Float64Array(inner * rowsAtOnce * q);
  for (let row = 0; row < p; row += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, p - row);
    layPatches(problem, patches, { slice, row, rows });
    multiply(lhs, { data: patches, start: 0, rowStride: rows * q, columnStride: 1 }, rows * q, out(row));
  }
}

function isPointwise({ input, weight, output, strides, pads }: Convolution2d): boolean {
  const isUnshifted = strides[0] === 1 && strides[1] === 1 && pads[0] === 0 && pads[1] === 0;
  return isUnshifted && weight[2] === 1 && weight[3] === 1 && output[2] === input[2] && output[3] === input[3];
}

/** patches[(c, r, s), (p, q)] = input[c, y(p, r), x(q, s)], zero outside of the input, for `rows` output rows from `row` on. */
function layPatches(
  problem: Convolution2d,
  patches: Float64Array,
  { slice, row, rows }: { readonly slice: Slice; readonly row: number; readonly rows: number },
): void {
  const { strides, pads, dilations } = problem;
  const [, , height, width] = problem.input;
  const [, channels, kernelRows, kernelColumns] = problem.weight;
  const q = problem.output[3];
  const step = strides[1];
  const { input, inputStart } = slice;
  patches.fill(0);
  let start = 0;
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < kernelRows; r++) {
      for (let s = 0; s < kernelColumns; s++) {
        const shift = s * dilations[1] - pads[1];
        const [first, end] = insideRange(q, { step, shift, extent: width });
        for (let p = 0; p < rows; p++, start += q) {
          const y = (row + p) * strides[0] + r * dilations[0] - pads[0];
          if (y < 0 || y >= height) continue;
          let from = inputStart + (c * height + y) * width + first * step + shift;
          for (let at = start + first; at < start + end; at++) {
            patches[at] = input[from]!;
            from += step;
          }
        }
      }
    }
  }
}
