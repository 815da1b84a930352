/** Which capacities would have led a search the same way: every decision on whether something fits is noted. */
import type { Architecture, MemoryLevel } from "../architecture.ts";

/** Bytes by operand, or of all together in the first place where a level is one pool. */
const parts = 3;

/** A run of capacities: at least `from`, less than `below`. */
interface CapacityRun {
  readonly from: number;
  readonly below: number;
}

/**
 * Narrows down, for each memory of a machine, the capacities with which everything that was asked fits or not as it did. A search
 * that asks nothing else about capacities gives the same result for all of them.
 */
export class CapacityWatch {
  private readonly from: Float64Array;
  private readonly below: Float64Array;
  private readonly isPool: readonly boolean[];

  constructor({ levels }: Pick<Architecture, "levels">) {
    this.from = new Float64Array(levels.length * parts);
    this.below = new Float64Array(levels.length * parts).fill(Number.POSITIVE_INFINITY);
    this.isPool = levels.map(({ capacity }) => capacity.kind === "pool");
  }

  /** Notes that it was asked whether these bytes fit the memory at `depth`. */
  note(depth: number, { capacity }: MemoryLevel, need: { input: number; weight: number; output: number }): void {
    if (capacity.kind === "pool") this.noteOne(depth * parts, need.input + need.weight + need.output, capacity.bytes);
    else {
      this.noteOne(depth * parts, need.input, capacity.input);
      this.noteOne(depth * parts + 1, need.weight, capacity.weight);
      this.noteOne(depth * parts + 2, need.output, capacity.output);
    }
  }

  /** Notes that results depend on the capacity itself, between these: of one operand, or of the pool. */
  noteRun(depth: number, operand: "input" | "output", { from, below }: CapacityRun): void {
    const index = depth * parts + (operand === "input" || this.isPool[depth] === true ? 0 : 2);
    if (from > (this.from[index] ?? 0)) this.from[index] = from;
    if (below < (this.below[index] ?? 0)) this.below[index] = below;
  }

  /** Takes over what another watch of the same machine noted. */
  include({ from, below }: CapacityWatch): void {
    from.forEach((bytes, index) => {
      this.from[index] = Math.max(this.from[index] ?? 0, bytes);
      this.below[index] = Math.min(this.below[index] ?? 0, below[index] ?? 0);
    });
  }

  private noteOne(index: number, need: number, capacity: number): void {
    if (need <= capacity) {
      if (need > (this.from[index] ?? 0)) this.from[index] = need;
    } else if (need < (this.below[index] ?? 0)) this.below[index] = need;
  }

  /** True when a machine's capacities answer everything that was asked in the same way. Its levels must be of the same kinds. */
  covers({ levels }: Pick<Architecture, "levels">): boolean {
    return levels.every(({ capacity }, depth) => {
      const bytes = capacity.kind === "pool" ? [capacity.bytes] : [capacity.input, capacity.weight, capacity.output];
      return bytes.every((each, part) => {
        const index = depth * parts + part;
        return each >= (this.from[index] ?? 0) && each < (this.below[index] ?? 0);
      });
    });
  }
}
