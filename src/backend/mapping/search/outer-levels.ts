/** Completes a mapping from its innermost tile outwards: outer tiles are whole tiles of the level below, or parts of one. */
import type { MemoryLevel } from "../../architecture.ts";
import type { Incumbent } from "./incumbent.ts";
import { anyOrder, ordersOf } from "./loop-orders.ts";
import { occupancyAt, overflowAt } from "../matrix-cost.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import type { Tile } from "../problem.ts";
import { at } from "../problem.ts";
import { gridTile, shareOf } from "../spatial.ts";
import type { ChoicePlace } from "./choice-bounds.ts";
import { firstFitting, multiplesOf, partsOf } from "./sizes.ts";

const extent = (tile: Tile, slot: number): number => tile[slot] ?? 1;

const problemLoops = [at.g, at.b, at.p, at.q, at.k, at.c] as const;

/** Costs an innermost tile: as it is where the outer levels hold everything, else with their tiles. */
export function costTile(
  incumbent: Incumbent,
  place: ChoicePlace,
  { tile, order }: { readonly tile: Tile; readonly order: readonly number[] },
): void {
  new OuterLevels(incumbent, place).cost(tile, order);
}

class OuterLevels {
  private readonly incumbent: Incumbent;
  private readonly levels: readonly MemoryLevel[];
  private readonly base: Pick<MatrixMapping, "dataflow" | "peRows" | "peColumns" | "groupsPerPass">;
  private readonly share: Tile;
  private readonly perPeLevel: number;
  /** Of each level; those outside of the level at hand are whole. */
  private readonly tiles: Tile[];
  private readonly orders: (readonly number[])[];

  constructor(incumbent: Incumbent, { choice, groupsPerPass }: ChoicePlace) {
    const { problem, architecture, chains } = incumbent.context;
    this.incumbent = incumbent;
    this.levels = architecture.levels;
    this.base = { dataflow: choice.dataflow, peRows: choice.peRows, peColumns: choice.peColumns, groupsPerPass };
    this.share = shareOf(problem, choice);
    this.perPeLevel = chains.perPeLevel;
    this.tiles = architecture.levels.map((_level, depth) => this.whole(depth));
    this.orders = architecture.levels.map(() => anyOrder);
  }

  cost(tile: Tile, order: readonly number[]): void {
    const last = this.levels.length - 1;
    this.tiles[last] = tile;
    this.orders[last] = order;
    this.outwards(last);
  }

  /** What a level's tile is when nothing outside of it is cut. */
  private whole(depth: number): Tile {
    return depth < this.perPeLevel ? this.incumbent.context.problem.extents : this.share;
  }

  private mapping(): MatrixMapping {
    return { ...this.base, tiles: [...this.tiles], orders: [...this.orders] };
  }

  private overflow(depth: number): number {
    const { context } = this.incumbent;
    return overflowAt(context, depth, occupancyAt(context, this.mapping(), depth));
  }

  /** Completes the levels outside of `depth`; the cost with those levels whole is a bound. */
  private outwards(depth: number): void {
    const { incumbent } = this;
    const whole = incumbent.measure(this.mapping());
    if (whole.value >= incumbent.target && whole.value > incumbent.value) return incumbent.leaveOut(whole.value);
    const misfit = this.levels.findLastIndex((_level, outer) => outer < depth && this.overflow(outer) > 0);
    if (misfit === -1) incumbent.offer(whole);
    else this.outerTiles(depth - 1, whole.value);
  }

  /** Tiles of a level made of whole tiles of the level below, that fit, until one costs no more than if none were cut. */
  private outerTiles(depth: number, bound: number): void {
    const { incumbent } = this;
    const parent = this.whole(depth);
    const below = this.tileBelow(depth);
    const put = (tile: Tile): boolean => {
      this.tiles[depth] = tile;
      return this.overflow(depth) === 0;
    };
    // A level that does not hold one tile of the level below (of all PEs) may hold a part of it.
    const isWhole = put(below);
    if (!isWhole) incumbent.noteOverflow(this.levels[depth]?.level ?? "gm", this.overflow(depth));
    if (isWhole) this.streamed(depth, below);
    if (incumbent.isDone || incumbent.target <= bound) return this.leave(depth, bound);
    const sizes = problemLoops.map((slot) =>
      isWhole
        ? multiplesOf(extent(below, slot), extent(parent, slot))
        : partsOf(extent(below, slot), extent(parent, slot)),
    );
    for (const tile of outerCandidates(sizes, isWhole ? [extent(below, at.g)] : (sizes[at.g] ?? []), put)) {
      this.tiles[depth] = tile;
      for (const order of ordersOf(tile, parent)) {
        // All orders of a tile, also when one is good enough: of equally fast ones the one that spares DRAM is taken.
        this.orders[depth] = order;
        // In some orders sums come up before they are complete, and take more room.
        if (this.overflow(depth) === 0) this.outwards(depth);
        if (incumbent.isOutOfBudget) break;
      }
      if (incumbent.isDone || incumbent.target <= bound) break;
    }
    this.leave(depth, bound);
  }

  /** Ends the search of a level; `bound`: what no mapping with the same inner levels goes below. */
  private leave(depth: number, bound: number): void {
    const { incumbent } = this;
    if (incumbent.isDone || incumbent.target <= bound) incumbent.leaveOut(bound);
    this.tiles[depth] = this.whole(depth);
    this.orders[depth] = anyOrder;
  }

  /**
   * Tiles of which one loop only steps, in the smallest steps, in the order of the level below: mostly that brings nothing in
   * again and no other tile is needed; and it does not depend on how large the memory is.
   */
  private streamed(depth: number, below: Tile): void {
    const { incumbent } = this;
    const parent = this.whole(depth);
    for (const slot of [at.b, at.k, at.c]) {
      const tile = parent.map((size, loop) => (loop === slot || loop === at.g ? extent(below, loop) : size));
      this.tiles[depth] = tile;
      this.orders[depth] = this.orders[depth + 1] ?? anyOrder;
      if (this.overflow(depth) === 0) this.outwards(depth);
      if (incumbent.isDone) return;
    }
  }

  /** What the level below holds in one step: of all PEs where each of them has its own. */
  private tileBelow(depth: number): Tile {
    const inner = this.tiles[depth + 1] ?? this.share;
    if (depth + 1 !== this.perPeLevel) return inner;
    return gridTile(this.incumbent.context.problem, this.base, inner);
  }
}

/** Tiles of an outer level that fit: every choice of channels and rows of positions with the largest `b`. */
function* outerCandidates(
  sizes: readonly (readonly number[])[],
  groups: readonly number[],
  put: (tile: Tile) => boolean,
): Generator<Tile> {
  const [, bs = [], ps = [], qs = [], ks = [], cs = []] = sizes;
  const least = (list: readonly number[]): number => list.at(-1) ?? 1;
  for (const g of groups) {
    for (const c of cs) {
      for (const k of ks) {
        if (!put([g, least(bs), least(ps), least(qs), k, c])) continue;
        for (const q of qs) {
          for (const p of ps) {
            if (!put([g, least(bs), p, q, k, c])) continue;
            const first = firstFitting(bs, (b) => put([g, b, p, q, k, c]));
            yield [g, bs[first] ?? 1, p, q, k, c];
          }
        }
      }
    }
  }
}
