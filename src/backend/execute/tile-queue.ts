/** Buffers of a matrix region at run time: the tile that each instance holds, and in which state it is. */
import type { TensorValue } from "../../ir/tensor-value.ts";
import type { ProgramBuffer } from "../schedule/program.ts";
import type { Box, Ranges } from "./tile-shapes.ts";
import { boxElements, emptyBox, operandSlots } from "./tile-shapes.ts";

type Numbers = TensorValue["data"];

/** One instance of a buffer: of a PE, or of the whole grid. */
export class TileQueue {
  readonly buffer: ProgramBuffer;
  readonly box: Box = emptyBox();
  data: Numbers;
  /** A tile has come, or sums have begun. */
  isThere = false;
  /** Somebody has waited for it. */
  isReady = false;
  /** Vector work has been done on it. */
  isWorked = false;
  /** Tiles that have come so far. */
  arrived = 0;
  private readonly slots: readonly number[];
  private readonly key = new Int32Array(12);

  constructor(buffer: ProgramBuffer, data: Numbers) {
    this.buffer = buffer;
    this.data = data;
    this.slots = operandSlots[buffer.operand];
  }

  /** True when it holds the tile of these ranges. */
  holds({ low, high }: Ranges): boolean {
    if (!this.isThere) return false;
    const { slots, key } = this;
    for (const slot of slots) {
      if (key[2 * slot] !== low[slot] || key[2 * slot + 1] !== high[slot]) return false;
    }
    return true;
  }

  /** Begins another tile; its box must have been written. */
  begin({ low, high }: Ranges): void {
    for (const slot of this.slots) {
      this.key[2 * slot] = low[slot]!;
      this.key[2 * slot + 1] = high[slot]!;
    }
    this.isThere = true;
    this.isReady = false;
    this.isWorked = false;
    this.arrived++;
    const elements = boxElements(this.box);
    if (this.data.length < elements) {
      const larger = Math.max(elements, 2 * this.data.length);
      this.data = this.data instanceof Float32Array ? new Float32Array(larger) : new Float64Array(larger);
    }
  }

  /** What the tile is, for messages. */
  rangesText(): string {
    return this.slots
      .map((slot) => `${"gbpqkc"[slot] ?? ""} ${this.key[2 * slot]!}..${this.key[2 * slot + 1]!}`)
      .join(", ");
  }
}

/** The sums of one output tile. */
export class SumQueue extends TileQueue {
  /**
   * Which products each sum has, as the sum of their marks (see `reductionMarks`); the accumulators in L1 of one tile have
   * all the same ones: `uniformMark`.
   */
  marks = new Float64Array(0);
  uniformMark = 0;
  /** Marks with which partial sums came back: one for all in L1, else of each. */
  loadedMark = 0;
  loadedMarks: Float64Array | undefined;
  isLoaded = false;
  /** The transfer that takes it away has been passed. */
  isTaken = false;

  beginSums(ranges: Ranges): void {
    this.begin(ranges);
    const elements = boxElements(this.box);
    this.data.fill(0, 0, elements);
    if (this.marks.length < elements) this.marks = new Float64Array(elements);
    this.marks.fill(0, 0, elements);
    this.uniformMark = 0;
    this.loadedMark = 0;
    this.loadedMarks = undefined;
    this.isLoaded = false;
    this.isTaken = false;
  }
}

/**
 * A number for every prefix of the reduction loop: the difference of two says which products lie between, and sums of
 * differences are those of the whole loop only when each product is there once. Pseudo-random steps, so that too few of one
 * and too many of another do not add up. @see Knuth, TAOCP 2, 3.3.4, table 1, line 16 (the multiplier 1664525)
 */
export function reductionMarks(extent: number): Float64Array {
  const marks = new Float64Array(extent + 1);
  let state = 1;
  for (let c = 0; c < extent; c++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    marks[c + 1] = marks[c]! + 2 ** 20 + (state >>> 12);
  }
  return marks;
}
