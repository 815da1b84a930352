/** What is still to be looked at, best bound first. */
import type { Runs } from "./choice-bounds.ts";

/** Numbers of one part: its scope, then first and last of the run of each loop. */
const loops = 6;
const width = 1 + 2 * loops;

/**
 * A binary heap of parts of the space: of each loop a run of sizes, in a numbered scope. No mapping in a part has a smaller value
 * than its bound. Bounds in the same band count as equal, and of those the last added comes first: it is the smaller part, and
 * nearer to a mapping. Parts are rows of one array, because a search makes thousands.
 */
export class Frontier {
  /** Rows by rank. */
  private readonly heap: number[] = [];
  /** By row. */
  private readonly bounds: number[] = [];
  /** Numbers of the bands of bounds. */
  private readonly bands: number[] = [];
  private readonly numbers: number[] = [];
  private rows = new Int32Array(64 * width);
  private readonly free: number[] = [];
  private used = 0;
  private added = 0;
  /** Of the part that was taken last. */
  bound = 0;

  private readonly step: number;

  /** @param share  width of a band, as a share of the bound; 0: only equal bounds are equal */
  constructor(share: number) {
    this.step = Math.log1p(share);
  }

  /** No part has a smaller bound, and one is in the same band; infinite when none is left. */
  get least(): number {
    const [row] = this.heap;
    if (row === undefined) return Number.POSITIVE_INFINITY;
    const band = this.bands[row] ?? 0;
    return this.step === 0 ? band : Math.exp(band * this.step);
  }

  /** The least bound of all parts. */
  leastBound(): number {
    return this.heap.reduce((least, row) => Math.min(least, this.bounds[row] ?? 0), Number.POSITIVE_INFINITY);
  }

  add(bound: number, scope: number, { first, last }: Runs): void {
    const row = this.free.pop() ?? this.used++;
    if ((row + 1) * width > this.rows.length) {
      const grown = new Int32Array(2 * this.rows.length);
      grown.set(this.rows);
      this.rows = grown;
    }
    this.rows[row * width] = scope;
    for (let slot = 0; slot < loops; slot++) {
      this.rows[row * width + 1 + slot] = first[slot] ?? 0;
      this.rows[row * width + 1 + loops + slot] = last[slot] ?? 0;
    }
    this.bounds[row] = bound;
    // A little lower, so that rounding puts the edge of no band above a bound in it.
    this.bands[row] = this.step === 0 ? bound : Math.floor(Math.log(bound) / this.step - 1e-6);
    this.numbers[row] = this.added++;
    let child = this.heap.length;
    this.heap.push(row);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = this.heap[parent] ?? 0;
      if (!this.isBefore(row, above)) break;
      this.heap[child] = above;
      child = parent;
    }
    this.heap[child] = row;
  }

  /** Takes out the first part: writes its runs, returns its scope and leaves its bound in `bound`. There must be one. */
  take({ first, last }: Runs): number {
    const row = this.heap[0] ?? 0;
    this.bound = this.bounds[row] ?? 0;
    const moved = this.heap.pop() ?? 0;
    if (this.heap.length > 0) this.sink(moved);
    this.free.push(row);
    const start = row * width;
    for (let slot = 0; slot < loops; slot++) {
      first[slot] = this.rows[start + 1 + slot] ?? 0;
      last[slot] = this.rows[start + 1 + loops + slot] ?? 0;
    }
    return this.rows[start] ?? 0;
  }

  /** Puts a row in from the top. */
  private sink(row: number): void {
    const { heap } = this;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(heap[child + 1] ?? 0, heap[child] ?? 0)) child++;
      const below = heap[child] ?? 0;
      if (!this.isBefore(below, row)) break;
      heap[parent] = below;
      parent = child;
    }
    heap[parent] = row;
  }

  private isBefore(a: number, b: number): boolean {
    const [bandA, bandB] = [this.bands[a] ?? 0, this.bands[b] ?? 0];
    return bandA !== bandB ? bandA < bandB : (this.numbers[a] ?? 0) > (this.numbers[b] ?? 0);
  }
}
