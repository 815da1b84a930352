/**
 * Searches mappings whose tiles are whole tiles of the level below, from the innermost level outwards: branch and bound. A
 * mapping whose outer levels are not cut moves no more than any mapping with the same inner levels, so its cost is a bound.
 */
import type { SpatialChoice } from "../spatial.ts";
import type { Runs } from "./choice-bounds.ts";
import { ChoiceBounds } from "./choice-bounds.ts";
import { CutTables } from "./cut-table.ts";
import { Frontier } from "./frontier.ts";
import type { Incumbent } from "./incumbent.ts";
import type { OrderClass } from "./order-classes.ts";
import { orderClasses } from "./order-classes.ts";
import { objectiveValue } from "../objective.ts";
import { arrayFillCycles } from "../array-cycles.ts";
import { memoryCycles } from "../bounds.ts";
import type { Tile } from "../problem.ts";
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
  new NestedSearch(incumbent, choices, groupsPerPass).run();
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
  private readonly open: Frontier;
  private readonly tiles = new Frontier(0);
  /** Bounds that differ by less are as good as equal: whole regions of a space are, and one tile of them is enough. */
  private readonly band: number;
  private readonly choices: readonly SpatialChoice[];
  private readonly groupsPerPass: (choice: SpatialChoice) => number;
  /** Of the choices; infinite once they are opened. */
  private readonly choiceBounds: Float64Array;
  /** Groups and images that the grid works on at a time: what they need passes global memory at once. */
  private readonly choiceSteps: Float64Array;
  private readonly runs = newRuns();
  private readonly smaller = newRuns();

  constructor(
    incumbent: Incumbent,
    choices: readonly SpatialChoice[],
    groupsPerPass: (choice: SpatialChoice) => number,
  ) {
    const { problem, architecture } = incumbent.context;
    this.incumbent = incumbent;
    this.choices = choices;
    this.groupsPerPass = groupsPerPass;
    this.band = incumbent.goal.tolerance / 4;
    this.open = new Frontier(this.band);
    this.tables = new CutTables(problem);
    const memory = memoryCycles(problem, architecture);
    this.choiceBounds = Float64Array.from(choices, ({ boundCycles, dataflow }) =>
      this.valueOf(Math.max(boundCycles, memory), arrayFillCycles(architecture, dataflow), 0),
    );
    const steps = (factors: Tile): number => (factors[at.g] ?? 1) * (factors[at.b] ?? 1);
    this.choiceSteps = Float64Array.from(choices, ({ peRows, peColumns }) => steps(peRows) * steps(peColumns));
  }

  run(): void {
    const { incumbent, open, tiles, choiceBounds } = this;
    const tolerance = 1 + incumbent.goal.tolerance;
    let next = this.nextChoice();
    for (;;) {
      const ofChoice = choiceBounds[next.least] ?? Infinity;
      const [ofPart, ofTile] = [open.least, tiles.least];
      const least = Math.min(ofPart, ofChoice);
      if (incumbent.isDone || Math.min(least, ofTile) >= incumbent.target) break;
      // A tile so near to all that is left is costed first: it may end the search.
      if (ofTile / tolerance <= least && ofTile < incumbent.value) this.costNext();
      else if (ofChoice * (1 + this.band) < ofPart) {
        this.openChoice(next.preferred);
        choiceBounds[next.preferred] = Infinity;
        next = this.nextChoice();
      } else this.dive();
    }
    incumbent.leaveOut(Math.min(open.leastBound(), tiles.least, choiceBounds[next.least] ?? Infinity));
  }

  /** The choice with the least bound, and of those as good the one that works on the fewest groups and images at a time. */
  private nextChoice(): { readonly least: number; readonly preferred: number } {
    const { choiceBounds, choiceSteps } = this;
    let least = 0;
    for (let index = 1; index < choiceBounds.length; index++) {
      if ((choiceBounds[index] ?? 0) < (choiceBounds[least] ?? 0)) least = index;
    }
    const limit = (choiceBounds[least] ?? 0) * (1 + this.band);
    let preferred = least;
    for (let index = 0; index < choiceBounds.length; index++) {
      if ((choiceBounds[index] ?? 0) <= limit && (choiceSteps[index] ?? 0) < (choiceSteps[preferred] ?? 0))
        preferred = index;
    }
    return { least, preferred };
  }

  private costNext(): void {
    const { tiles, runs } = this;
    const scope = this.scopes[tiles.take(runs)];
    if (scope === undefined) return;
    const { bounds, kind } = scope;
    const tile = bounds.tables.map(({ sizes }, slot) => sizes[runs.first[slot] ?? 0] ?? 1);
    costTile(this.incumbent, bounds.place, { tile, order: kind.order });
    if (this.incumbent.isOutOfBudget) this.incumbent.leaveOut(tiles.bound);
  }

  private valueOf(busy: number, fill: number, energyPj: number): number {
    const { objective, energy } = this.incumbent.goal;
    const cycles = Math.ceil(busy + fill);
    // Idle power is drawn for as long as the tile at hand takes, not the one that its traffic is taken from.
    const idlePj = energy === undefined || objective.energy === 0 ? 0 : energy.idlePjPerCycle * cycles;
    return objectiveValue(objective, { cycles, energyPj: energyPj + idlePj });
  }

  /** Adds the innermost tiles of a way to spread the problem, for every order, to what is still to be looked at. */
  private openChoice(index: number): void {
    const { incumbent, runs } = this;
    const choice = this.choices[index];
    if (choice === undefined) return;
    const place = { choice, groupsPerPass: this.groupsPerPass(choice) };
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
      const number = this.scopes.length - 1;
      this.keep(this.boundOf(number, runs), number, runs);
    }
  }

  /** The bound of a part; infinite when nothing of it fits. */
  private boundOf(number: number, runs: Runs): number {
    const scope = this.scopes[number];
    if (scope === undefined) return Number.POSITIVE_INFINITY;
    const { bounds, kind } = scope;
    if (!bounds.tighten(kind, runs) || isEmpty(kind, runs)) return Number.POSITIVE_INFINITY;
    bounds.measure(kind, runs);
    return this.valueOf(bounds.busy, bounds.fill, bounds.energyPj);
  }

  /** Keeps a part when it can beat the incumbent by more than the tolerance; a tile also when by less, because it is there. */
  private keep(bound: number, number: number, runs: Runs): void {
    if (bound === Number.POSITIVE_INFINITY) return;
    const isOneTile = isTile(runs);
    if (bound >= (isOneTile ? this.incumbent.value : this.incumbent.target)) this.incumbent.leaveOut(bound);
    else (isOneTile ? this.tiles : this.open).add(bound, number, runs);
  }

  /** Splits the next part in two, and the better half again, down to a tile or until other parts promise more. */
  private dive(): void {
    const { open, runs, smaller } = this;
    const number = open.take(runs);
    const scope = this.scopes[number];
    const limit = open.bound * (1 + this.band);
    for (let { bound } = open; scope !== undefined;) {
      if (bound > limit || isTile(runs)) {
        this.keep(bound, number, runs);
        return;
      }
      const slot = widest(scope.bounds, runs);
      const middle = ((runs.first[slot] ?? 0) + (runs.last[slot] ?? 0)) >> 1;
      smaller.first.set(runs.first);
      smaller.last.set(runs.last);
      smaller.first[slot] = middle + 1;
      runs.last[slot] = middle;
      const [ofLarge, ofSmall] = [this.boundOf(number, runs), this.boundOf(number, smaller)];
      // Few groups and images at a time need the least room in global memory.
      const isSmallNext = ofSmall < ofLarge || (ofSmall <= limit && (slot === at.g || slot === at.b));
      bound = isSmallNext ? ofSmall : ofLarge;
      if (isSmallNext) {
        this.keep(ofLarge, number, runs);
        runs.first.set(smaller.first);
        runs.last.set(smaller.last);
      } else this.keep(ofSmall, number, smaller);
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
