/** Tiles of a matrix nest as boxes: where they begin in their tensor and how large they are. */
import { at } from "../mapping/problem.ts";
import { touchedElements } from "../mapping/tiling.ts";
import type { ProgramOperand } from "../schedule/program.ts";
import type { AnchorLayout, WindowAxis } from "./anchor-layout.ts";
import type { TableSlice } from "./boxes.ts";

/** Ranges of the canonical loops, by slot: from `low` to before `high`. */
export interface Ranges {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Loops that an operand's tiles depend on, by slot. */
export const operandSlots: Readonly<Record<ProgramOperand, readonly number[]>> = {
  input: [at.g, at.b, at.p, at.q, at.c],
  weight: [at.g, at.k, at.c],
  output: [at.g, at.b, at.p, at.q, at.k],
};

/**
 * A box of five dimensions: of inputs [g, b, row, column, c], of weights [g, c, r, s, k], of outputs [g, b, p, q, k].
 */
export interface Box {
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
}

export function emptyBox(): Box {
  return { starts: new Int32Array(5), sizes: new Int32Array(5) };
}

export function boxElements({ sizes }: Box): number {
  return sizes[0]! * sizes[1]! * sizes[2]! * sizes[3]! * sizes[4]!;
}

/** True when a box lies in another. */
export function isInside(inner: Box, outer: Box): boolean {
  for (let dim = 0; dim < 5; dim++) {
    const from = inner.starts[dim]! - outer.starts[dim]!;
    if (from < 0 || from + inner.sizes[dim]! > outer.sizes[dim]!) return false;
  }
  return true;
}

/** Writes the box of an operand's tile; `touched` says how many of an input tile's elements are really moved. */
export class TileShapes {
  private readonly layout: AnchorLayout;
  private readonly touchedRows = new Map<number, number>();
  private readonly touchedColumns = new Map<number, number>();

  constructor(layout: AnchorLayout) {
    this.layout = layout;
  }

  write(operand: ProgramOperand, ranges: Ranges, box: Box): void {
    const { rows, columns } = this.layout;
    switch (operand) {
      case "input":
        writeRange(box, 0, ranges, at.g);
        writeRange(box, 1, ranges, at.b);
        writeWindow(box, 2, rows, { ranges, slot: at.p });
        writeWindow(box, 3, columns, { ranges, slot: at.q });
        writeRange(box, 4, ranges, at.c);
        return;
      case "weight":
        writeRange(box, 0, ranges, at.g);
        writeRange(box, 1, ranges, at.c);
        writeWhole(box, 2, rows.kernel);
        writeWhole(box, 3, columns.kernel);
        writeRange(box, 4, ranges, at.k);
        return;
      case "output":
        writeRange(box, 0, ranges, at.g);
        writeRange(box, 1, ranges, at.b);
        writeRange(box, 2, ranges, at.p);
        writeRange(box, 3, ranges, at.q);
        writeRange(box, 4, ranges, at.k);
    }
  }

  /** Elements of a tile that are moved: of an input not those that a stride skips. */
  moved(operand: ProgramOperand, ranges: Ranges, box: Box): number {
    if (operand !== "input") return boxElements(box);
    const { rows, columns } = this.layout;
    const rowCount = touched(rows, this.touchedRows, ranges, at.p);
    return (
      box.sizes[0]! * box.sizes[1]! * box.sizes[4]! * rowCount * touched(columns, this.touchedColumns, ranges, at.q)
    );
  }

  /** Tables of the offsets in the operand's tensor, to be sliced by `slice`. */
  slices(operand: ProgramOperand): readonly TableSlice[] {
    const { input, weight, output, rows, columns, weightRows, weightColumns } = this.layout;
    const tables =
      operand === "input"
        ? [input[at.g], input[at.b], axisTable(rows), axisTable(columns), input[at.c]]
        : operand === "weight"
          ? [weight[at.g], weight[at.c], weightRows, weightColumns, weight[at.k]]
          : [output[at.g], output[at.b], output[at.p], output[at.q], output[at.k]];
    return tables.map((table) => ({ table: table ?? new Int32Array(1), first: 0, count: 1 }));
  }
}

/** Cuts tables to a box. */
export function sliceTo(slices: readonly TableSlice[], { starts, sizes }: Box): void {
  slices.forEach((slice, dim) => {
    slice.first = starts[dim]!;
    slice.count = sizes[dim]!;
  });
}

function writeRange({ starts, sizes }: Box, dim: number, { low, high }: Ranges, slot: number): void {
  starts[dim] = low[slot]!;
  sizes[dim] = high[slot]! - low[slot]!;
}

function writeWhole({ starts, sizes }: Box, dim: number, extent: number): void {
  starts[dim] = 0;
  sizes[dim] = extent;
}

/** Input positions between the first and the last that a range of outputs reads, without padding. */
function writeWindow(
  { starts, sizes }: Box,
  dim: number,
  window: WindowAxis,
  place: { readonly ranges: Ranges; readonly slot: number },
): void {
  const { stride, padBefore, kernel, dilation, inputExtent } = window;
  const { low, high } = place.ranges;
  const first = Math.max(0, low[place.slot]! * stride - padBefore);
  const end = Math.min(inputExtent, (high[place.slot]! - 1) * stride - padBefore + (kernel - 1) * dilation + 1);
  starts[dim] = first;
  sizes[dim] = Math.max(0, end - first);
}

function touched(window: WindowAxis, known: Map<number, number>, { low, high }: Ranges, slot: number): number {
  const key = low[slot]! * 2 ** 24 + high[slot]!;
  const found = known.get(key);
  if (found !== undefined) return found;
  const count = touchedElements(window, low[slot]!, high[slot]! - low[slot]!);
  known.set(key, count);
  return count;
}

function axisTable({ inputExtent, inputStride }: WindowAxis): Int32Array {
  return Int32Array.from({ length: inputExtent }, (_unused, index) => index * inputStride);
}
