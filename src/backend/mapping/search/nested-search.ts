/**
 * Searches mappings whose tiles are whole tiles of the level below, from the innermost level outwards: branch and bound. A
 * mapping whose outer levels are not cut moves no more than any mapping with the same inner levels, so its cost is a bound.
 */
import type { MemoryLevel } from "../../architecture.ts";
import { reductionSize } from "../array-cycles.ts";
import type { Frontier, OpenPart } from "./frontier.ts";
import type { Incumbent } from "./incumbent.ts";
import type { CutCache, LoopCut } from "./loop-cuts.ts";
import { loopOrders, ordersOf } from "./loop-orders.ts";
import { occupancyAt, overflowBytes } from "../matrix-cost.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import { objectiveValue } from "../objective.ts";
import type { Tile } from "../problem.ts";
import { at } from "../problem.ts";
import { multiplesOf, partsOf } from "./sizes.ts";
import type { SpatialChoice } from "../spatial.ts";
import { gridTile, shareOf } from "../spatial.ts";
import type { TileCuts } from "./uncut-model.ts";
import { groupOrder, mostReuse, UncutModel } from "./uncut-model.ts";

const extent = (tile: Tile, slot: number): number => tile[slot] ?? 1;

/** The six orders, by the order itself. */
const groupOrders = new Map(loopOrders.map((order) => [order, groupOrder(order)]));

const problemLoops = [at.g, at.b, at.p, at.q, at.k, at.c] as const;

/** The order of a level whose loops have one trip each. */
const anyOrder = loopOrders[0] ?? [];

/** What the search of one way to spread the problem needs. */
export interface ChoicePlace {
  readonly choice: SpatialChoice;
  readonly groupsPerPass: number;
  readonly cuts: CutCache;
}

/** Adds the innermost tiles of one way to spread the problem over the grid to what is still to be looked at. */
export function openChoice(incumbent: Incumbent, frontier: Frontier, place: ChoicePlace): void {
  new ChoiceSearch(incumbent, frontier, place).open();
}

class ChoiceSearch {
  private readonly incumbent: Incumbent;
  private readonly frontier: Frontier;
  private readonly levels: readonly MemoryLevel[];
  private readonly base: Pick<MatrixMapping, "dataflow" | "peRows" | "peColumns" | "groupsPerPass">;
  private readonly share: Tile;
  private readonly perPeLevel: number;
  private readonly last: number;
  private readonly model: UncutModel;
  private readonly loops: readonly (readonly LoopCut[])[];
  private readonly perChannel: number;
  /** Of each level; those outside of the level at hand are whole. */
  private readonly tiles: Tile[];
  private readonly orders: (readonly number[])[];
  /** What opening the choice finds; undefined once it is done. */
  private found: FoundPart[] | undefined = [];

  constructor(incumbent: Incumbent, frontier: Frontier, place: ChoicePlace) {
    const { problem, architecture, chains } = incumbent.context;
    const { choice, groupsPerPass, cuts } = place;
    this.incumbent = incumbent;
    this.frontier = frontier;
    this.levels = architecture.levels;
    this.base = { dataflow: choice.dataflow, peRows: choice.peRows, peColumns: choice.peColumns, groupsPerPass };
    this.share = shareOf({ problem, ...choice });
    this.perPeLevel = chains.perPeLevel;
    this.last = architecture.levels.length - 1;
    this.model = new UncutModel(
      incumbent.context,
      { choice, groupsPerPass, share: this.share },
      incumbent.goal.objective.energy === 0 ? undefined : incumbent.goal.energy,
    );
    this.perChannel = reductionSize(problem, 1);
    this.loops = problem.extents.map((_extent, slot) =>
      cuts.cuts(slot, extent(choice.peRows, slot) * extent(choice.peColumns, slot)),
    );
    this.tiles = architecture.levels.map((_level, depth) => this.whole(depth));
    this.orders = architecture.levels.map(() => anyOrder);
  }

  open(): void {
    const [gs = [], , , , ks = [], cs = []] = this.loops;
    const byFolds = (a: LoopCut, b: LoopCut): number => a.folds - b.folds || b.size - a.size;
    const groups = this.base.dataflow === "vector" ? gs : this.groupCuts(gs);
    const sortedK = [...ks].sort(byFolds);
    const sortedC = [...cs].sort(byFolds);
    for (const k of sortedK) {
      for (const c of sortedC) {
        // Cuts with more folds take longer still.
        if (this.isTooSlow(k, c)) {
          if (c === sortedC[0]) return this.publish();
          break;
        }
        for (const g of groups) this.positionTiles(g, k, c);
      }
    }
    this.publish();
  }

  /** Costs the most promising tile at once, so that there is an incumbent, and leaves what can still beat it to the frontier. */
  private publish(): void {
    const { found = [], frontier, incumbent } = this;
    let best: FoundPart | undefined;
    for (const part of found) {
      if (part.isTile && (best === undefined || part.bound < best.bound)) best = part;
    }
    if (best !== undefined && best.bound < incumbent.target) best.open();
    for (const part of found) {
      if (part !== best && part.bound < incumbent.target) frontier.add(part.bound, part.open);
    }
    this.found = undefined;
  }

  private add(part: FoundPart): void {
    // Any incumbent at all spares keeping most of what follows.
    if (part.isTile && this.incumbent.best === undefined) part.open();
    else if (this.found === undefined) this.frontier.add(part.bound, part.open);
    else this.found.push(part);
  }

  /** True when computing alone, with whole boxes of positions, takes longer than the best mapping. */
  private isTooSlow(k: LoopCut, c: LoopCut): boolean {
    const { incumbent, model, loops } = this;
    const { objective } = incumbent.goal;
    const [[g] = [], [b] = [], [p] = [], [q] = []] = loops;
    if (objective.energy !== 0 || g === undefined || b === undefined || p === undefined || q === undefined)
      return false;
    return this.valueOf(model.leastComputeCycles({ g, b, p, q, k, c }), 0, 0) >= incumbent.target;
  }

  /** Groups share nothing: those of one pass are enough, or fewer, or all, which then never change. */
  private groupCuts(cuts: readonly LoopCut[]): readonly LoopCut[] {
    const [all] = cuts;
    const passes = cuts.filter((cut) => cut === all || cut.size <= this.base.groupsPerPass);
    return passes.length > 1 ? [...passes.slice(1), ...passes.slice(0, 1)] : passes;
  }

  /** What a level's tile is when nothing outside of it is cut. */
  private whole(depth: number): Tile {
    return depth < this.perPeLevel ? this.incumbent.context.problem.extents : this.share;
  }

  private mapping(): MatrixMapping {
    return { ...this.base, tiles: [...this.tiles], orders: [...this.orders] };
  }

  private overflow(depth: number): number {
    const level = this.levels[depth];
    return level === undefined ? 0 : overflowBytes(level, occupancyAt(this.incumbent.context, this.mapping(), depth));
  }

  /** Bytes by which an innermost tile is too large for its level. */
  private innermostOverflow({ g, b, p, q, k, c }: TileCuts): number {
    const level = this.levels[this.last];
    if (level === undefined) return 0;
    const { operandBytes, accumulatorBytes } = this.incumbent.context.architecture;
    const movesG = g.trips > 1;
    const movesM = b.trips > 1 || p.trips > 1 || q.trips > 1;
    const [movesK, movesC] = [k.trips > 1, c.trips > 1];
    const input = g.size * b.size * p.footprint * q.footprint * c.size * operandBytes;
    const weight = g.size * k.size * c.size * this.perChannel * operandBytes;
    const output = g.size * b.size * p.size * q.size * k.size * accumulatorBytes;
    return overflowBytes(level, {
      input: input * (movesG || movesM || movesC ? 2 : 1),
      weight: weight * (movesG || movesK || movesC ? 2 : 1),
      output: output * (movesG || movesM || movesK ? 2 : 1),
    });
  }

  /** Boxes of positions with these channels that fit, and what stands outside of each. */
  private positionTiles(g: LoopCut, k: LoopCut, c: LoopCut): void {
    const [, bs = [], ps = [], qs = []] = this.loops;
    const [wholeB, wholeP, wholeQ] = [bs[0], ps[0], qs[0]];
    const [oneB, oneP, oneQ] = [bs.at(-1), ps.at(-1), qs.at(-1)];
    if (wholeB === undefined || wholeP === undefined || wholeQ === undefined) return;
    if (oneB === undefined || oneP === undefined || oneQ === undefined) return;
    const cuts: TileCuts = { g, b: wholeB, p: wholeP, q: wholeQ, k, c };
    // The whole box never changes and needs no second buffer: it may fit where the smallest does not.
    if (this.innermostOverflow(cuts) === 0) this.shrinking(cuts, [wholeB], 0);
    [cuts.b, cuts.p, cuts.q] = [oneB, oneP, oneQ];
    const over = this.innermostOverflow(cuts);
    if (over > 0) {
      this.incumbent.noteOverflow(this.levels[this.last]?.level ?? "l1", over);
      return;
    }
    const isPlain = ps.length * qs.length === 1;
    this.model.measure(cuts, groupOrder(anyOrder));
    // Smaller boxes fill faster.
    const leastFill = this.model.fill;
    const orders = ordersOf(tileOf(cuts), this.share);
    for (const q of qs) {
      cuts.q = q;
      cuts.p = oneP;
      cuts.b = oneB;
      if (this.innermostOverflow(cuts) > 0) continue;
      cuts.p = wholeP;
      cuts.b = wholeB;
      // Smaller boxes have more halos, and stop the array no less often.
      if (!isPlain && this.isHopeless(cuts, orders, leastFill)) break;
      for (const p of ps) {
        cuts.p = p;
        cuts.b = oneB;
        if (this.innermostOverflow(cuts) > 0) continue;
        cuts.b = wholeB;
        if (!isPlain && this.isHopeless(cuts, orders, leastFill)) break;
        const first = firstFitting(bs, (b) => {
          cuts.b = b;
          return this.innermostOverflow(cuts) === 0;
        });
        this.shrinking(cuts, bs, first);
      }
    }
  }

  /** True when no order of an innermost tile can beat the incumbent, even if it fills as fast as the smallest tile. */
  private isHopeless(cuts: TileCuts, orders: readonly (readonly number[])[], leastFill: number): boolean {
    const { model, incumbent } = this;
    for (const order of orders) {
      model.measure(cuts, groupOrders.get(order) ?? groupOrder(order));
      if (this.valueOf(model.busy, leastFill, model.energyPj) < incumbent.target) return false;
    }
    return true;
  }

  private valueOf(busy: number, fill: number, energyPj: number): number {
    const { objective, energy } = this.incumbent.goal;
    const cycles = Math.ceil(busy + fill);
    // Idle power is drawn for as long as the tile at hand takes, not the one that its traffic is taken from.
    const idlePj = energy === undefined || objective.energy === 0 ? 0 : energy.idlePjPerCycle * cycles;
    return objectiveValue(objective, { cycles, energyPj: energyPj + idlePj });
  }

  /**
   * Opens sizes of b, largest first, with every order: smaller tiles fill faster and move more, so that between two sizes nothing
   * is better than the traffic of the larger with the fill of the smaller.
   */
  private shrinking(cuts: TileCuts, sizes: readonly LoopCut[], first: number): void {
    const final = sizes.length - 1;
    const [largest, smallest] = [sizes[first], sizes[final]];
    if (largest === undefined || smallest === undefined) return;
    cuts.b = largest;
    this.model.measure(cuts, mostReuse);
    // What every order takes at least.
    if (this.valueOf(this.model.busy, 0, this.model.energyPj) >= this.incumbent.target) return;
    cuts.b = smallest;
    for (const order of ordersOf(tileOf(cuts), this.share)) {
      const large = this.bound({ ...cuts, b: largest }, order);
      const isHopeless = this.valueOf(large.busy, 0, large.energyPj) >= this.incumbent.target;
      if (final === first || isHopeless) continue;
      const small = this.bound({ ...cuts, b: smallest }, order);
      this.openBetween({ from: first, to: final, large, small }, { cuts: { ...cuts }, order, sizes });
    }
  }

  /** The bound of a tile, which is opened when it can beat the incumbent. */
  private bound(cuts: TileCuts, order: readonly number[]): Bound {
    const { model } = this;
    model.measure(cuts, groupOrders.get(order) ?? groupOrder(order));
    const { busy, fill, energyPj } = model;
    const value = this.valueOf(busy, fill, energyPj);
    if (value < this.incumbent.target) {
      const tile = tileOf(cuts);
      const open = (): void => {
        this.costTile(tile, order);
      };
      this.add({ bound: value, isTile: true, open });
    }
    return { busy, fill, energyPj };
  }

  private openBetween(
    range: { readonly from: number; readonly to: number; readonly large: Bound; readonly small: Bound },
    place: { readonly cuts: TileCuts; readonly order: readonly number[]; readonly sizes: readonly LoopCut[] },
  ): void {
    const { from, to, large, small } = range;
    const value = this.valueOf(large.busy, small.fill, large.energyPj);
    if (to - from < 2 || value >= this.incumbent.target) return;
    const open = (): void => {
      const middle = (from + to) >> 1;
      const size = place.sizes[middle];
      if (size === undefined) return;
      const found = this.bound({ ...place.cuts, b: size }, place.order);
      this.openBetween({ from, to: middle, large, small: found }, place);
      this.openBetween({ from: middle, to, large: found, small }, place);
    };
    this.add({ bound: value, isTile: false, open });
  }

  private costTile(tile: Tile, order: readonly number[]): void {
    this.tiles[this.last] = tile;
    this.orders[this.last] = order;
    this.outwards(this.last);
    this.tiles[this.last] = this.whole(this.last);
    this.orders[this.last] = anyOrder;
  }

  /** Completes the levels outside of `depth`; the cost with those levels whole is a bound. */
  private outwards(depth: number): void {
    const whole = this.incumbent.measure(this.mapping());
    if (whole.value >= this.incumbent.target) return;
    const misfit = this.levels.findLastIndex((_level, outer) => outer < depth && this.overflow(outer) > 0);
    if (misfit === -1) this.incumbent.offer(whole);
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
    const sizes = problemLoops.map((slot) =>
      isWhole
        ? multiplesOf(extent(below, slot), extent(parent, slot))
        : partsOf(extent(below, slot), extent(parent, slot)),
    );
    for (const tile of outerCandidates(sizes, isWhole ? [extent(below, at.g)] : (sizes[at.g] ?? []), put)) {
      this.tiles[depth] = tile;
      for (const order of ordersOf(tile, parent)) {
        this.orders[depth] = order;
        this.outwards(depth);
        if (incumbent.isDone || incumbent.target <= bound) break;
      }
      if (incumbent.isDone || incumbent.target <= bound) break;
    }
    this.tiles[depth] = parent;
    this.orders[depth] = anyOrder;
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

/** A tile to be costed, or sizes between two tiles. */
interface FoundPart extends OpenPart {
  readonly isTile: boolean;
}

/** The part of the uncut model's figures that bounds are made of. */
interface Bound {
  readonly busy: number;
  readonly fill: number;
  readonly energyPj: number;
}

function tileOf({ g, b, p, q, k, c }: TileCuts): Tile {
  return [g.size, b.size, p.size, q.size, k.size, c.size];
}

/** Index of the first size that fits; sizes fall, and the smallest is known to fit. */
function firstFitting<T>(sizes: readonly T[], fits: (size: T) => boolean): number {
  const fitsAt = (index: number): boolean => {
    const size = sizes[index];
    return size !== undefined && fits(size);
  };
  if (fitsAt(0)) return 0;
  let [low, high] = [0, sizes.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fitsAt(middle)) high = middle;
    else low = middle;
  }
  return high;
}
