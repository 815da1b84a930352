/**
 * Searches mappings whose tiles are whole tiles of the level below, from the innermost level outwards: branch and bound. A
 * mapping whose outer levels are not cut moves no more than any mapping with the same inner levels, so its cost is a bound.
 */
import type { SpatialChoice } from "../spatial.ts";
import type { ChoicePlace, Runs } from "./choice-bounds.ts";
import { ChoiceBounds } from "./choice-bounds.ts";
import { CutTables } from "./cut-table.ts";
import { Frontier } from "./frontier.ts";
import type { Incumbent } from "./incumbent.ts";
import type { OrderClass } from "./order-classes.ts";
import { orderClasses } from "./order-classes.ts";
import { objectiveValue } from "../objective.ts";
import { arrayFillCycles } from "../array-cycles.ts";
import { at } from "../problem.ts";
import { costTile } from "./outer-levels.ts";

/**
 * Parts of the space by their bounds, best first, until none can beat the incumbent: a way to spread the problem, then runs of
 * tile sizes under one order, each split in two until a tile is left.
 */
export function searchNested(
  incumbent: Incumbent,
  choices: readonly SpatialChoice[],
  groupsPerPass: (choice: SpatialChoice) => number,
): void {
  const places = choices.map((choice) => ({ choice, groupsPerPass: groupsPerPass(choice) }));
  new NestedSearch(incumbent, places).run();
}

/** Bounds of one way to spread the problem, for one order. */
interface Scope {
  readonly bounds: ChoiceBounds;
  readonly kind: OrderClass;
}

const loops = 6;
const newRuns = (): Runs => ({ first: new Int32Array(loops), last: new Int32Array(loops) });

class NestedSearch {
  private readonly incumbent: Incumbent;
  private readonly tables: CutTables;
  private readonly scopes: Scope[] = [];
  /** Runs of tiles, and single tiles. */
  private readonly open = new Frontier();
  private readonly tiles = new Frontier();
  /** Not yet opened, best first. */
  private readonly places: readonly (ChoicePlace & { readonly bound: number })[];
  private nextPlace = 0;
  private readonly runs = newRuns();
  private readonly half = newRuns();

  constructor(incumbent: Incumbent, places: readonly ChoicePlace[]) {
    this.incumbent = incumbent;
    this.tables = new CutTables(incumbent.context.problem);
    const { architecture } = incumbent.context;
    this.places = places
      .map((place) => {
        const { boundCycles, dataflow } = place.choice;
        return { ...place, bound: this.valueOf(boundCycles, arrayFillCycles(architecture, dataflow), 0) };
      })
      .sort((a, b) => a.bound - b.bound);
  }

  run(): void {
    const { incumbent, open, tiles } = this;
    const tolerance = 1 + incumbent.goal.tolerance;
    for (;;) {
      const place = this.places[this.nextPlace];
      const least = Math.min(open.least, place?.bound ?? Infinity);
      const tile = tiles.least;
      const isDone = incumbent.isDone || Math.min(least, tile) >= incumbent.target;
      if (isDone) break;
      // A tile so near to all that is left is costed first: it may end the search.
      if (tile / tolerance <= least) this.costNext();
      else if (place !== undefined && place.bound < open.least) this.openPlace(place);
      else this.split();
    }
    incumbent.leaveOut(Math.min(open.least, tiles.least, this.places[this.nextPlace]?.bound ?? Infinity));
  }

  private costNext(): void {
    const { tiles, runs } = this;
    const bound = tiles.least;
    const scope = this.scopes[tiles.take(runs)];
    if (scope === undefined) return;
    const { bounds, kind } = scope;
    const tile = bounds.tables.map(({ sizes }, slot) => sizes[runs.first[slot] ?? 0] ?? 1);
    costTile(this.incumbent, bounds.place, { tile, order: kind.order });
    if (this.incumbent.isOutOfBudget) this.incumbent.leaveOut(bound);
  }

  private valueOf(busy: number, fill: number, energyPj: number): number {
    const { objective, energy } = this.incumbent.goal;
    const cycles = Math.ceil(busy + fill);
    // Idle power is drawn for as long as the tile at hand takes, not the one that its traffic is taken from.
    const idlePj = energy === undefined || objective.energy === 0 ? 0 : energy.idlePjPerCycle * cycles;
    return objectiveValue(objective, { cycles, energyPj: energyPj + idlePj });
  }

  /** Adds the innermost tiles of a way to spread the problem, for every order, to what is still to be looked at. */
  private openPlace(place: ChoicePlace): void {
    const { incumbent, runs } = this;
    this.nextPlace += 1;
    const energy = incumbent.goal.objective.energy === 0 ? undefined : incumbent.goal.energy;
    const bounds = new ChoiceBounds(incumbent.context, place, { tables: this.tables, energy });
    for (const kind of orderClasses) {
      if (!wholeRuns(bounds, kind, runs)) continue;
      const over = bounds.overflow(kind, runs.last);
      if (over > 0) {
        incumbent.noteOverflow(incumbent.context.architecture.levels.at(-1)?.level ?? "l1", over);
        continue;
      }
      this.scopes.push({ bounds, kind });
      this.addPart(this.scopes.length - 1, runs);
    }
  }

  /** Bounds a part and keeps it, when it can beat the incumbent. */
  private addPart(number: number, runs: Runs): void {
    const scope = this.scopes[number];
    if (scope === undefined) return;
    const { bounds, kind } = scope;
    if (!bounds.tighten(kind, runs) || isEmpty(kind, runs)) return;
    bounds.measure(kind, runs);
    const value = this.valueOf(bounds.busy, bounds.fill, bounds.energyPj);
    if (value >= this.incumbent.target) this.incumbent.leaveOut(value);
    else (isTile(runs) ? this.tiles : this.open).add(value, number, runs);
  }

  /** Splits the most promising part in two. */
  private split(): void {
    const { open, runs, half } = this;
    const number = open.take(runs);
    const scope = this.scopes[number];
    if (scope === undefined) return;
    const slot = widest(scope.bounds, runs);
    const middle = ((runs.first[slot] ?? 0) + (runs.last[slot] ?? 0)) >> 1;
    for (const part of [0, 1]) {
      half.first.set(runs.first);
      half.last.set(runs.last);
      if (part === 0) half.last[slot] = middle;
      else half.first[slot] = middle + 1;
      this.addPart(number, half);
    }
  }
}

/** All sizes of a case: loops that move are cut, the others whole; false when a loop that must move cannot. */
function wholeRuns({ tables, place }: ChoiceBounds, kind: OrderClass, { first, last }: Runs): boolean {
  first.fill(0);
  last.fill(0);
  const [g, b, p, q, k, c] = tables;
  if (kind.movesGroups) {
    // Groups share nothing: those of one pass of the array are enough, or fewer, or all, which then never change.
    let most = 1;
    if (place.choice.dataflow !== "vector") {
      while (most < g.count && (g.sizes[most] ?? 1) > place.groupsPerPass) most++;
    }
    [first[at.g], last[at.g]] = [most, g.count - 1];
  }
  if (kind.movesPositions) {
    [last[at.b], last[at.p], last[at.q]] = [b.count - 1, p.count - 1, q.count - 1];
    if (b.count + p.count + q.count === 3) return false;
  }
  if (kind.movesChannels) [first[at.k], last[at.k]] = [1, k.count - 1];
  if (kind.movesReduction) [first[at.c], last[at.c]] = [1, c.count - 1];
  return first.every((from, slot) => from <= (last[slot] ?? 0));
}

/** True when positions must move and cannot. */
function isEmpty(kind: OrderClass, { last }: Runs): boolean {
  return kind.movesPositions && last[at.b] === 0 && last[at.p] === 0 && last[at.q] === 0;
}

function isTile({ first, last }: Runs): boolean {
  for (let slot = 0; slot < loops; slot++) if (first[slot] !== last[slot]) return false;
  return true;
}

/** The loop whose run spans the largest ratio of sizes. */
function widest({ tables }: ChoiceBounds, { first, last }: Runs): number {
  let [slot, most] = [0, 0];
  for (let loop = 0; loop < loops; loop++) {
    const [from = 0, to = 0] = [first[loop], last[loop]];
    if (from === to) continue;
    const sizes = tables[loop]?.sizes;
    const ratio = (sizes?.[from] ?? 1) / (sizes?.[to] ?? 1);
    if (ratio > most) [slot, most] = [loop, ratio];
  }
  return slot;
}
