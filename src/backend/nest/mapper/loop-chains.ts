/** The sizes that one loop may have at all its lines of a skeleton, and how many tiles they make. */
import type { NestDim } from "../nest-problem.ts";
import type { TileSpace } from "./tile-choices.ts";

/** Tiles of one loop with the innermost line that moves among them, as a share of the loop's steps. */
export interface MovingShare {
  /** Number of that line; −1: none moves. */
  readonly at: number;
  readonly share: number;
}

/** Sizes of one loop, line by line, then single steps below all. */
export class LoopChain {
  readonly dim: NestDim;
  readonly extent: number;
  /** Instances of each line, 0 of one in time. */
  readonly slots: readonly number[];
  /** Size of what one instance has below each line. */
  readonly tiles: readonly number[];
  private readonly counts: Float64Array;
  private readonly shares: (readonly MovingShare[] | undefined)[] = [];

  constructor(dim: NestDim, extent: number, slots: readonly number[], tiles: readonly number[]) {
    this.dim = dim;
    this.extent = extent;
    this.slots = slots;
    this.tiles = tiles;
    this.counts = new Float64Array(((slots.length + 2) ** 2) << slots.length);
  }

  /** Size of the tile below the first `depth` own lines. */
  size(depth: number): number {
    return depth === 0 ? this.extent : (this.tiles[depth - 1] ?? 1);
  }

  /** Instances that a spatial line uses. */
  factor(slot: number): number {
    return Math.ceil(this.size(slot) / this.size(slot + 1));
  }

  /**
   * Tiles below the first `depth` own lines, stepping in time only over the first `moving` lines, and counting the instances of
   * the spatial lines in `spatial` (bits by line); one more line stands for the single steps below all.
   */
  count(depth: number, moving: number, spatial: number): number {
    const { slots } = this;
    const key = ((depth * (slots.length + 2) + moving) << slots.length) | spatial;
    const known = this.counts[key] ?? 0;
    if (known > 0) return known;
    const tilesBelow = (slot: number, size: number): number => {
      if (slot === depth) return 1;
      const line = slots[slot];
      const isCounted = line === undefined || line === 0 ? slot < moving : (spatial & (1 << slot)) !== 0;
      const tile = this.size(slot + 1);
      if (!isCounted) return tilesBelow(slot + 1, Math.min(tile, size));
      const whole = Math.floor(size / tile);
      const rest = size - whole * tile;
      return (whole === 0 ? 0 : whole * tilesBelow(slot + 1, tile)) + (rest === 0 ? 0 : tilesBelow(slot + 1, rest));
    };
    const value = tilesBelow(0, this.extent);
    this.counts[key] = value;
    return value;
  }

  /** What moves last above the first `depth` lines, by share of the steps; the least where instances differ. */
  moving(depth: number): readonly MovingShare[] {
    const known = this.shares[depth];
    if (known !== undefined) return known;
    const found = new Map<number, number>();
    const walk = (slot: number, size: number, { at, count }: { at: number; count: number }): void => {
      const line = this.slots[slot];
      if (slot === depth || line === undefined) {
        found.set(at, (found.get(at) ?? 0) + (count * size) / this.extent);
        return;
      }
      const tile = this.size(slot + 1);
      // All instances together: the leader's path decides what moves.
      if (line > 0) {
        walk(slot + 1, Math.min(tile, size), { at, count });
        return;
      }
      const whole = Math.floor(size / tile);
      const rest = size - whole * tile;
      const own = size > tile ? slot : at;
      if (whole > 0) walk(slot + 1, tile, { at: own, count: count * whole });
      if (rest > 0) walk(slot + 1, rest, { at: own, count });
    };
    walk(0, this.extent, { at: -1, count: 1 });
    // Where a loop is spread, shares of the leader are not those of all instances.
    const isSpread = this.slots.slice(0, depth).some((line, slot) => line > 0 && this.factor(slot) > 1);
    const shares = [...found].map(([at, share]) => ({ at, share }));
    const answer = isSpread || shares.length === 1 ? [{ at: Math.min(...found.keys()), share: 1 }] : shares;
    this.shares[depth] = answer;
    return answer;
  }
}

/** Largest tile of which every smaller size is tried; of larger ones the smallest of each trip count, also in whole units. */
const smallTile = 12;

/** Every choice of sizes. */
export function loopChains(
  { dim, extent, slots }: { readonly dim: NestDim; readonly extent: number; readonly slots: readonly number[] },
  factors: TileSpace["factors"],
): readonly LoopChain[] {
  let chains: readonly (readonly number[])[] = [[]];
  for (const [index, fanout] of slots.entries()) {
    const unit = slots.slice(index + 1).find((line) => line > 0) ?? 1;
    chains = chains.flatMap((before) => {
      const above = before.at(-1) ?? extent;
      const sizes = fanout > 0 ? shareSizes(above, fanout, factors) : tileSizes(above, Math.min(unit, above), factors);
      return sizes.map((size) => [...before, size]);
    });
  }
  return chains.map((tiles) => new LoopChain(dim, extent, slots, tiles));
}

function tileSizes(above: number, unit: number, factors: TileSpace["factors"]): readonly number[] {
  const found = new Set<number>();
  for (let trips = 1; trips <= above; trips++) {
    const size = Math.ceil(above / trips);
    if (factors === "perfect" && above % trips !== 0) continue;
    if (factors === "ragged" && above <= smallTile) {
      found.add(trips);
      continue;
    }
    found.add(size);
    if (factors === "ragged") found.add(Math.min(above, Math.ceil(size / unit) * unit));
  }
  return [...found];
}

/** Shares of one instance. */
function shareSizes(above: number, fanout: number, factors: TileSpace["factors"]): readonly number[] {
  const found = new Set<number>();
  for (let parts = 1; parts <= Math.min(fanout, above); parts++) {
    if (factors === "ragged" || above % parts === 0) found.add(Math.ceil(above / parts));
  }
  return [...found];
}
