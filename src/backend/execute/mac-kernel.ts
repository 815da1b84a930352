/** The array pass in numbers: multiply-accumulates of one tile, on tiles as they stand in L1. */
import type { TensorValue } from "../../ir/tensor-value.ts";

type Numbers = TensorValue["data"];

/** Extents of a tile, and how its windows lie over the input's tile. */
export interface PassShape {
  g: number;
  b: number;
  p: number;
  q: number;
  k: number;
  c: number;
  /** Rows and columns of the input's tile. */
  inputRows: number;
  inputColumns: number;
  /** Input row in the tile of the first output row and the kernel's first row; outside of the tile: zeros. */
  firstRow: number;
  firstColumn: number;
  kernelRows: number;
  kernelColumns: number;
  rowStride: number;
  columnStride: number;
  rowDilation: number;
  columnDilation: number;
}

/**
 * `output[g, b, p, q, k] += input[g, b, row, column, c] × weight[g, c, r, s, k]`, all in this order without gaps. Sums of a
 * pass are made in double precision and added to the accumulator, which rounds.
 */
export function multiplyAccumulate(shape: PassShape, input: Numbers, weight: Numbers, output: Numbers): void {
  if (shape.k === 1 && shape.c === 1) slideOneChannel(shape, input, weight, output);
  else if (shape.kernelRows === 1 && shape.kernelColumns === 1) multiplyPoints(shape, input, weight, output);
  else slideChannels(shape, input, weight, output);
}

/** A kernel of one position: each output point is a row of inputs times the weight's matrix. */
function multiplyPoints(shape: PassShape, input: Numbers, weight: Numbers, output: Numbers): void {
  const { g: groups, b: batch, p: rows, q: columns, k, c, inputRows, inputColumns } = shape;
  const { firstRow, firstColumn, rowStride, columnStride } = shape;
  const product: Product = { input, weight, output, c, k, stride: k };
  let out = 0;
  for (let g = 0; g < groups; g++) {
    const from = g * c * k;
    for (let b = 0; b < batch; b++) {
      const plane = (g * batch + b) * inputRows;
      for (let p = 0; p < rows; p++) {
        const row = firstRow + p * rowStride;
        for (let q = 0; q < columns; q++, out += k) {
          const column = firstColumn + q * columnStride;
          if (row < 0 || row >= inputRows || column < 0 || column >= inputColumns) continue;
          addProduct(product, ((plane + row) * inputColumns + column) * c, from, out);
        }
      }
    }
  }
}

/** What the innermost loops work on. */
interface Product {
  readonly input: Numbers;
  readonly weight: Numbers;
  readonly output: Numbers;
  readonly c: number;
  readonly k: number;
  /** From a weight to that of the next c. */
  readonly stride: number;
}

/**
 * `output[out + j] += sum over i < c of input[at + i] × weight[from + i × stride + j]` for j < k. Eight sums at a time stay in
 * registers.
 */
function addProduct({ input, weight, output, c, k, stride }: Product, at: number, from: number, out: number): void {
  const end = at + c;
  let j = 0;
  for (; j + 8 <= k; j += 8) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    let w = from + j;
    for (let i = at; i < end; i++, w += stride) {
      const x = input[i]!;
      s0 += x * weight[w]!;
      s1 += x * weight[w + 1]!;
      s2 += x * weight[w + 2]!;
      s3 += x * weight[w + 3]!;
      s4 += x * weight[w + 4]!;
      s5 += x * weight[w + 5]!;
      s6 += x * weight[w + 6]!;
      s7 += x * weight[w + 7]!;
    }
    const to = out + j;
    output[to] = output[to]! + s0;
    output[to + 1] = output[to + 1]! + s1;
    output[to + 2] = output[to + 2]! + s2;
    output[to + 3] = output[to + 3]! + s3;
    output[to + 4] = output[to + 4]! + s4;
    output[to + 5] = output[to + 5]! + s5;
    output[to + 6] = output[to + 6]! + s6;
    output[to + 7] = output[to + 7]! + s7;
  }
  for (; j < k; j++) {
    let sum = 0;
    let w = from + j;
    for (let i = at; i < end; i++, w += stride) sum += input[i]! * weight[w]!;
    output[out + j] = output[out + j]! + sum;
  }
}

/** Kernels of several positions, or one that is read with gaps. */
function slideChannels(shape: PassShape, input: Numbers, weight: Numbers, output: Numbers): void {
  const { g: groups, b: batch, p: rows, q: columns, k, c, inputRows, inputColumns } = shape;
  const { firstRow, firstColumn, kernelRows, kernelColumns } = shape;
  const { rowStride, columnStride, rowDilation, columnDilation } = shape;
  const stride = kernelRows * kernelColumns * k;
  const product: Product = { input, weight, output, c, k, stride };
  let out = 0;
  for (let g = 0; g < groups; g++) {
    for (let b = 0; b < batch; b++) {
      const plane = (g * batch + b) * inputRows;
      for (let p = 0; p < rows; p++) {
        for (let q = 0; q < columns; q++, out += k) {
          for (let r = 0; r < kernelRows; r++) {
            const row = firstRow + p * rowStride + r * rowDilation;
            if (row < 0 || row >= inputRows) continue;
            for (let s = 0; s < kernelColumns; s++) {
              const column = firstColumn + q * columnStride + s * columnDilation;
              if (column < 0 || column >= inputColumns) continue;
              const at = ((plane + row) * inputColumns + column) * c;
              const from = g * c * stride + (r * kernelColumns + s) * k;
              addProduct(product, at, from, out);
            }
          }
        }
      }
    }
  }
}

/** One input and one output channel: the innermost loop runs along a row of outputs. */
function slideOneChannel(shape: PassShape, input: Numbers, weight: Numbers, output: Numbers): void {
  const { g: groups, b: batch, p: rows, q: columns, inputRows, inputColumns } = shape;
  const { firstRow, firstColumn, kernelRows, kernelColumns } = shape;
  const { rowStride, columnStride, rowDilation, columnDilation } = shape;
  for (let g = 0; g < groups; g++) {
    for (let b = 0; b < batch; b++) {
      for (let p = 0; p < rows; p++) {
        const out = ((g * batch + b) * rows + p) * columns;
        for (let r = 0; r < kernelRows; r++) {
          const row = firstRow + p * rowStride + r * rowDilation;
          if (row < 0 || row >= inputRows) continue;
          const line = ((g * batch + b) * inputRows + row) * inputColumns;
          for (let s = 0; s < kernelColumns; s++) {
            const first = firstColumn + s * columnDilation;
            const from = first < 0 ? Math.ceil(-first / columnStride) : 0;
            const to = Math.min(columns, Math.ceil((inputColumns - first) / columnStride));
            const factor = weight[(g * kernelRows + r) * kernelColumns + s]!;
            for (let q = from, at = line + first + from * columnStride; q < to; q++, at += columnStride) {
              output[out + q] = output[out + q]! + input[at]! * factor;
            }
          }
        }
      }
    }
  }
}
