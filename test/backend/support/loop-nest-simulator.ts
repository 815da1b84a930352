/**
 * Walks the tile loops of a mapping step by step and counts what every memory takes in and gives back: slow, and plain
 * enough to be believed. The oracle of the closed-form traffic counts; it shares no formula with them.
 *
 * - A level's loops step over its tiles inside the tile of the level above, outermost first, all PEs in lock step: a loop
 *   has as many trips as the PE with most needs. A PE without work in a step holds an empty tile.
 * - Before the first level that every PE has for itself, each loop's interval is divided into contiguous shares of
 *   ceil(size / PEs).
 * - A memory holds one tile per operand: the intervals of the loops that the operand depends on. When a step needs other
 *   intervals, the whole new tile is brought in (outputs: the old tile is written back); nothing of the old one is reused.
 * - A tile that several PEs take in the same step crosses a bus once (multicast).
 */
import type { SlidingWindow } from "../../../src/backend/mapping/problem.ts";

/** Loops in the order g, b, p, q, k, c, spelled out here once more on purpose. */
const loopCount = 6;
const operandLoops = { input: [0, 1, 2, 3, 5], weight: [0, 4, 5], output: [0, 1, 2, 3, 4] } as const;
const rowLoop = 2;
const columnLoop = 3;

export type SimulatedOperand = keyof typeof operandLoops;
export const simulatedOperands = ["input", "weight", "output"] as const;

export interface Nest {
  readonly extents: readonly number[];
  readonly rows: SlidingWindow;
  readonly columns: SlidingWindow;
  /** By level, outermost first. */
  readonly tiles: readonly (readonly number[])[];
  readonly orders: readonly (readonly number[])[];
  readonly peRows: readonly number[];
  readonly peColumns: readonly number[];
  /** The first level that every PE has for itself. */
  readonly perPeLevel: number;
}

/** Elements counted at one level for one operand. */
export interface Count {
  /** What leaves the level above: tiles taken by several PEs at once count once. */
  sum: number;
  /** Of the PE that takes most. */
  busiestPe: number;
  /** Of the PE row (input) or PE column (weight, output) whose PEs take most together. */
  busiestBus: number;
  /** Elements of the largest tile that one memory ever holds. */
  largestTile: number;
  /** True when any memory ever holds another tile than its first. */
  changes: boolean;
}

export type Counts = Record<SimulatedOperand, Count>;

export interface Interval {
  readonly start: number;
  readonly size: number;
}

/** Where a PE (or, above the PEs, the only memory) is: an interval of every loop. */
interface Place {
  readonly pe: readonly number[];
  readonly intervals: readonly Interval[];
}

/**
 * When two tiles are the same: when they are at the same place of the iteration space, or when they hold the same elements
 * (two neighbouring tiles of outputs can read the same few input rows under much padding).
 */
export type TileIdentity = "place" | "elements";

/** Counts of every level, outermost first. */
export function simulateTraffic(nest: Nest, identity: TileIdentity = "place"): readonly Counts[] {
  const memories = nest.tiles.map(() => new Memory(nest, identity));
  const whole: Place = { pe: [], intervals: nest.extents.map((size) => ({ start: 0, size })) };
  const visit = (depth: number, places: readonly Place[]): void => {
    const memory = memories[depth];
    if (memory === undefined) return;
    const spread = depth === nest.perPeLevel ? places.flatMap((place) => spreadOverPes(nest, place)) : places;
    forEachTile(nest, { depth, places: spread }, (tiles) => {
      memory.show(tiles);
      visit(depth + 1, tiles);
    });
  };
  visit(0, [whole]);
  return memories.map((memory) => memory.finish());
}

/** The innermost tiles of the PE with most work, in the order in which it computes them. */
export function innermostTiles(nest: Nest): readonly (readonly Interval[])[] {
  const found: (readonly Interval[])[] = [];
  const visit = (depth: number, place: Place): void => {
    if (depth === nest.tiles.length) {
      found.push(place.intervals);
      return;
    }
    const [first = place] = depth === nest.perPeLevel ? spreadOverPes(nest, place) : [place];
    forEachTile(nest, { depth, places: [first] }, ([tile = first]) => visit(depth + 1, tile));
  };
  visit(0, { pe: [], intervals: nest.extents.map((size) => ({ start: 0, size })) });
  return found;
}

/** Calls `action` with the tiles of all PEs, for every step of a level's loops. */
function forEachTile(
  nest: Pick<Nest, "tiles" | "orders">,
  at: { readonly depth: number; readonly places: readonly Place[] },
  action: (tiles: readonly Place[]) => void,
): void {
  const tile = nest.tiles[at.depth] ?? [];
  const order = nest.orders[at.depth] ?? [];
  const step = (position: number, places: readonly Place[]): void => {
    const loop = order[position];
    if (loop === undefined) {
      action(places);
      return;
    }
    const size = tile[loop] ?? 1;
    let done = false;
    for (let start = 0; !done; start += size) {
      const cut = places.map((place) => withInterval(place, loop, slice(place.intervals[loop], start, size)));
      if (start > 0 && cut.every((place) => place.intervals[loop]?.size === 0)) done = true;
      else step(position + 1, cut);
    }
  };
  for (let loop = 0; loop < loopCount; loop++) {
    const isMissing = !order.includes(loop);
    const isCut = at.places.some((place) => (place.intervals[loop]?.size ?? 0) > (tile[loop] ?? 1));
    if (isMissing && isCut) throw new Error(`loop ${loop} is cut at level ${at.depth} but missing from its order`);
  }
  step(0, at.places);
}

function slice(interval: Interval | undefined, offset: number, size: number): Interval {
  if (interval === undefined) throw new Error("no interval");
  const start = Math.min(interval.start + offset, interval.start + interval.size);
  const end = Math.min(start + size, interval.start + interval.size);
  return { start, size: end - start };
}

function withInterval(place: Place, loop: number, interval: Interval): Place {
  return { ...place, intervals: place.intervals.map((old, index) => (index === loop ? interval : old)) };
}

/** One place for every PE of the grid, with its index along every loop. */
function spreadOverPes(nest: Pick<Nest, "peRows" | "peColumns">, place: Place): readonly Place[] {
  let places: readonly Place[] = [place];
  for (let loop = 0; loop < loopCount; loop++) {
    const pes = (nest.peRows[loop] ?? 1) * (nest.peColumns[loop] ?? 1);
    places = places.flatMap((each) => {
      const share = Math.ceil((each.intervals[loop]?.size ?? 0) / pes);
      return Array.from({ length: pes }, (_unused, index) => ({
        pe: [...each.pe, index],
        intervals: each.intervals.map((old, at) => (at === loop ? slice(old, index * share, share) : old)),
      }));
    });
  }
  return places;
}

interface HeldTile {
  readonly key: string;
  readonly elements: number;
}

/** All memories of one level: what they hold, and what went in and out. */
class Memory {
  private readonly nest: Nest;
  private readonly identity: TileIdentity;
  private lastPlaces: readonly Place[] = [];
  private readonly held = new Map<string, HeldTile>();
  /** Descriptions of tiles by their place: the same ones come again and again. */
  private readonly tiles = new Map<string, HeldTile>();
  private readonly sums = { input: 0, weight: 0, output: 0 };
  private readonly largest = { input: 0, weight: 0, output: 0 };
  private readonly changes = { input: false, weight: false, output: false };
  private readonly perPe = { input: [] as number[], weight: [] as number[], output: [] as number[] };
  private readonly perBus = {
    input: new Map<string, number>(),
    weight: new Map<string, number>(),
    output: new Map<string, number>(),
  };

  constructor(nest: Nest, identity: TileIdentity) {
    this.nest = nest;
    this.identity = identity;
  }

  show(places: readonly Place[]): void {
    for (const operand of simulatedOperands) {
      const moved = places.flatMap((place, pe) => {
        const next = this.tileOf(operand, place.intervals);
        const name = `${operand} ${pe}`;
        const old = this.held.get(name);
        if (old?.key === next.key) return [];
        this.held.set(name, next);
        this.largest[operand] = Math.max(this.largest[operand], next.elements);
        if (old !== undefined) this.changes[operand] = true;
        const tile = operand === "output" ? old : next;
        return tile === undefined ? [] : [{ pe, place, tile }];
      });
      this.record(operand, moved);
    }
    this.lastPlaces = places;
  }

  finish(): Counts {
    const left = this.lastPlaces.flatMap((place, pe) => {
      const tile = this.held.get(`output ${pe}`);
      return tile === undefined ? [] : [{ pe, place, tile }];
    });
    this.record("output", left);
    const count = (operand: SimulatedOperand): Count => ({
      sum: this.sums[operand],
      busiestPe: Math.max(...this.perPe[operand]),
      busiestBus: Math.max(...this.perBus[operand].values()),
      largestTile: this.largest[operand],
      changes: this.changes[operand],
    });
    return { input: count("input"), weight: count("weight"), output: count("output") };
  }

  /** Books the tiles that move in one step. */
  private record(
    operand: SimulatedOperand,
    moved: readonly {
      readonly pe: number;
      readonly place: Place;
      readonly tile: HeldTile;
    }[],
  ): void {
    const onAnyBus = new Map<string, number>();
    const onBus = new Map<string, Map<string, number>>();
    for (const { pe, place, tile } of moved) {
      this.perPe[operand][pe] = (this.perPe[operand][pe] ?? 0) + tile.elements;
      onAnyBus.set(tile.key, tile.elements);
      const bus = busOf(this.nest, operand, place.pe);
      const tiles = onBus.get(bus) ?? new Map<string, number>();
      onBus.set(bus, tiles.set(tile.key, tile.elements));
    }
    const total = (tiles: ReadonlyMap<string, number>): number => [...tiles.values()].reduce((sum, x) => sum + x, 0);
    this.sums[operand] += total(onAnyBus);
    for (const [bus, tiles] of onBus) {
      this.perBus[operand].set(bus, (this.perBus[operand].get(bus) ?? 0) + total(tiles));
    }
  }

  private tileOf(operand: SimulatedOperand, intervals: readonly Interval[]): HeldTile {
    const parts = operandLoops[operand].map((loop) => intervals[loop] ?? { start: 0, size: 0 });
    const place = `${operand} ${parts.map((part) => `${part.start}+${part.size}`).join(" ")}`;
    const known = this.tiles.get(place) ?? this.describe(operand, parts, place);
    this.tiles.set(place, known);
    return known;
  }

  private describe(operand: SimulatedOperand, parts: readonly Interval[], place: string): HeldTile {
    if (parts.some((part) => part.size === 0)) return { key: "nothing", elements: 0 };
    const positions = parts.map((part, index) => this.positionsAlong(operand, operandLoops[operand][index] ?? 0, part));
    const key = this.identity === "place" ? place : positions.map((list) => list.join(",")).join(" ");
    return { key, elements: positions.reduce((all, list) => all * list.length, 1) };
  }

  private positionsAlong(operand: SimulatedOperand, loop: number, interval: Interval): readonly number[] {
    if (operand === "input" && loop === rowLoop) return touched(this.nest.rows, interval);
    if (operand === "input" && loop === columnLoop) return touched(this.nest.columns, interval);
    return Array.from({ length: interval.size }, (_unused, index) => interval.start + index);
  }
}

/** The PE's bus: its PE row for the input, its PE column for weights and outputs. Neighbours along a loop lie in one row. */
function busOf(nest: Nest, operand: SimulatedOperand, pe: readonly number[]): string {
  return pe
    .map((index, loop) => {
      const [rows, columns] = [nest.peRows[loop] ?? 1, nest.peColumns[loop] ?? 1];
      return operand === "input" ? Math.floor(index / columns) : Math.floor(index / rows);
    })
    .join(" ");
}

/** Positions of the input that outputs in an interval read, in rising order, found one by one. */
function touched(window: SlidingWindow, outputs: Interval): readonly number[] {
  const positions = new Set<number>();
  for (let output = outputs.start; output < outputs.start + outputs.size; output++) {
    for (let tap = 0; tap < window.kernel; tap++) {
      const position = output * window.stride - window.padBefore + tap * window.dilation;
      if (position >= 0 && position < window.inputExtent) positions.add(position);
    }
  }
  return [...positions].sort((a, b) => a - b);
}
