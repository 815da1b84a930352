/** Buffers of a vector region at run time: the strip that each instance holds. */
import type { TensorValue } from "../../ir/tensor-value.ts";
import type { ProgramBuffer } from "../schedule/program.ts";

/** A stretch of a tensor, from element `first` on. */
export interface StripPart {
  readonly first: number;
  readonly data: TensorValue["data"];
}

/** Some rows of a vector nest, and the points of each: both from the first to before the end. */
export interface Strip {
  readonly firstRow: number;
  readonly endRow: number;
  readonly first: number;
  readonly end: number;
}

export function stripPoints({ firstRow, endRow, first, end }: Strip): number {
  return (endRow - firstRow) * (end - first);
}

export function isSameStrip(a: Strip, b: Strip): boolean {
  return a.firstRow === b.firstRow && a.endRow === b.endRow && a.first === b.first && a.end === b.end;
}

export function isStripInside(inner: Strip, outer: Strip): boolean {
  const isInRows = inner.firstRow >= outer.firstRow && inner.endRow <= outer.endRow;
  return isInRows && inner.first >= outer.first && inner.end <= outer.end;
}

/** The stretches of points that a strip is made of: one where it has whole rows, else one of each row. */
export function stretchesOf({ firstRow, endRow, first, end }: Strip, pointsPerRow: number): readonly Stretch[] {
  if (first === 0 && end === pointsPerRow) return [{ from: firstRow * pointsPerRow, to: endRow * pointsPerRow }];
  return Array.from({ length: endRow - firstRow }, (_unused, index) => {
    const row = (firstRow + index) * pointsPerRow;
    return { from: row + first, to: row + end };
  });
}

/** Points in a row-major numbering. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A strip for messages. */
export function stripText({ firstRow, endRow, first, end }: Strip): string {
  return `rows ${firstRow}..${endRow}, points ${first}..${end}`;
}

const nothing: Strip = { firstRow: 0, endRow: 0, first: 0, end: 0 };

/** One instance of a buffer: of a PE, or of the whole grid. */
export class StripQueue {
  readonly buffer: ProgramBuffer;
  strip: Strip = nothing;
  isThere = false;
  isReady = false;
  /** The transfer that takes it away has been passed. */
  isTaken = false;
  /** Points of it that are computed. */
  made = 0;
  /** Strips that have come so far. */
  arrived = 0;
  /** Of every tensor that it holds a strip of, in their order. */
  readonly parts = new Map<string, readonly StripPart[]>();

  constructor(buffer: ProgramBuffer) {
    this.buffer = buffer;
  }

  holds(strip: Strip): boolean {
    return this.isThere && isSameStrip(this.strip, strip);
  }

  begin(strip: Strip): void {
    this.strip = strip;
    this.isThere = true;
    this.isReady = false;
    this.isTaken = false;
    this.made = 0;
    this.arrived++;
    this.parts.clear();
  }
}
