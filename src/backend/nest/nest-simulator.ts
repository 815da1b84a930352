/**
 * Walks a nest step by step with the tiles that every instance really holds, and counts what moves: the oracle of
 * `nest-counts.ts`, with which it shares no formula. Slow: its work grows with steps × instances.
 */
import type { NestCounts, StoreCounts } from "./nest-counts.ts";
import type { NestDim, NestOperand, NestProblem } from "./nest-problem.ts";
import { inputAxis, isRelevant, nestOperands, tileWords } from "./nest-problem.ts";
import type { ResolvedLoop, ResolvedNest, ResolvedStore } from "./resolve-nest.ts";

/** First and last + 1 index per loop. */
type Box = Record<NestDim, readonly [number, number]>;

interface Instance {
  /** Indices of the spatial loops above. */
  readonly key: string;
  readonly indices: readonly number[];
}

/** A place where an operand stays, or the MACs. */
interface Place {
  readonly operand: NestOperand;
  readonly depth: number;
  readonly store: ResolvedStore | undefined;
  readonly instances: readonly Instance[];
  /** Counters of the loops in time at the last step. */
  last: readonly number[] | undefined;
  readonly held: Map<string, Box>;
}

interface Tally {
  reads: number;
  fills: number;
  updates: number;
}

/** Steps × instances of a nest: what a simulation costs. */
export function simulationSize({ loops }: ResolvedNest, extents: NestProblem["extents"]): number {
  const left = { ...extents };
  return loops.reduce((size, { dim, tile }) => {
    const trips = Math.ceil(left[dim] / tile);
    left[dim] = tile;
    return size * trips;
  }, 1);
}

/** Counts a nest by walking it. */
export function simulateNest(nest: ResolvedNest): NestCounts {
  return new NestWalk(nest).run();
}

class NestWalk {
  private readonly nest: ResolvedNest;
  private readonly chains: readonly (readonly Place[])[];
  private readonly totals = new Map<Place, Tally>();
  private readonly leaders = new Map<Place, Tally>();
  private readonly seen = new Map<string, Set<string>>();
  private steps = 0;

  constructor(nest: ResolvedNest) {
    this.nest = nest;
    this.chains = nestOperands.map((operand) => [
      ...nest.stores[operand].map((store) => place(nest, operand, store.depth, store)),
      place(nest, operand, nest.loops.length, undefined),
    ]);
    for (const at of this.chains.flat()) {
      this.totals.set(at, { reads: 0, fills: 0, updates: 0 });
      this.leaders.set(at, { reads: 0, fills: 0, updates: 0 });
    }
  }

  run(): NestCounts {
    const { loops, problem } = this.nest;
    const counters = loops.map(() => 0);
    const walk = (at: number, sizes: Record<NestDim, number>): void => {
      const loop = loops[at];
      if (loop === undefined) {
        this.step(counters);
        return;
      }
      const { dim, tile } = loop;
      const size = sizes[dim];
      // Spatial loops take no time: the leader's tile is walked on.
      const trips = loop.spatial === undefined ? Math.ceil(size / tile) : 1;
      for (let trip = 0; trip < trips; trip++) {
        counters[at] = trip;
        walk(at + 1, { ...sizes, [dim]: Math.min(tile, size - trip * tile) });
      }
      counters[at] = 0;
    };
    walk(0, { ...problem.extents });
    this.finish();
    const list = (tallies: Map<Place, Tally>): readonly StoreCounts[] =>
      this.chains.flatMap((chain) =>
        chain.flatMap((at) => (at.store === undefined ? [] : [counted(problem, at, at.store, tallies)])),
      );
    return { stores: list(this.totals), busiest: list(this.leaders), computeSteps: this.steps };
  }

  private step(counters: readonly number[]): void {
    this.steps++;
    for (const chain of this.chains) {
      for (const [index, at] of chain.entries()) this.visit(chain, index, { at, counters });
    }
  }

  private visit(
    chain: readonly Place[],
    index: number,
    { at, counters }: { at: Place; counters: readonly number[] },
  ): void {
    const now = counters.slice(0, at.depth);
    const parent = chain[index - 1];
    const relevantAt = (loop: number): boolean => isRelevant(at.operand, this.nest.loops[loop]?.dim ?? "g");
    const changed =
      at.last === undefined
        ? undefined
        : now.flatMap((count, loop) => (count !== at.last?.[loop] && relevantAt(loop) ? [loop] : []));
    const isMac = at.store === undefined;
    if (!isMac && changed?.length === 0) {
      at.last = now;
      return;
    }
    const slide = this.slideOf(at, now, changed);
    at.last = now;
    const before = new Map(at.held);
    if (at.operand === "output" && !isMac) this.drain(parent, at);
    at.held.clear();
    const arrived: Arrival[] = [];
    for (const instance of at.instances) {
      const box = this.boxOf(at, instance, counters);
      if (box === undefined) continue;
      at.held.set(instance.key, box);
      arrived.push({ instance, box, before: slide ? before.get(instance.key) : undefined });
    }
    if (at.operand === "output") {
      if (isMac) this.drain(parent, at);
      else this.takeBack(parent, at, arrived);
    } else this.load(parent, at, arrived);
  }

  /** A tile slides when one loop that it depends on took one step forward, along an axis that instances below do not split. */
  private slideOf(at: Place, now: readonly number[], changed: readonly number[] | undefined): boolean {
    const [loop] = changed ?? [];
    if (loop === undefined || changed?.length !== 1 || this.nest.architecture.accounting.halo === "refetch")
      return false;
    const axis = inputAxis(this.nest.loops[loop]?.dim ?? "g");
    const isSplit = this.nest.loops
      .slice(loop + 1, at.depth)
      .some(({ dim, spatial }) => spatial !== undefined && inputAxis(dim) === axis);
    return now[loop] === (at.last?.[loop] ?? 0) + 1 && axis !== undefined && !isSplit;
  }

  private boxOf({ depth }: Place, { indices }: Instance, counters: readonly number[]): Box | undefined {
    const { g, b, p, q, k, c, r, s } = this.nest.problem.extents;
    const box: Box = { g: [0, g], b: [0, b], p: [0, p], q: [0, q], k: [0, k], c: [0, c], r: [0, r], s: [0, s] };
    let spatialAt = 0;
    for (const [loop, { dim, tile, spatial }] of this.nest.loops.slice(0, depth).entries()) {
      const index = spatial === undefined ? (counters[loop] ?? 0) : (indices[spatialAt++] ?? 0);
      const [from, to] = box[dim];
      const start = from + index * tile;
      if (start >= to) return undefined;
      box[dim] = [start, Math.min(to, start + tile)];
    }
    return box;
  }

  private load(parent: Place | undefined, at: Place, arrived: readonly Arrival[]): void {
    const { problem } = this.nest;
    const sent = new Set<string>();
    for (const { instance, box, before } of arrived) {
      const words = newWords(problem, at.operand, box, before);
      if (parent === undefined) continue;
      this.add(at, instance, "fills", words);
      const from = this.above(parent, instance);
      const own = this.split(at, parent, instance, (loop) => isMulticast(loop, at.operand));
      const key = `${from.key}|${own}`;
      if (sent.has(key)) continue;
      sent.add(key);
      this.add(parent, from, "reads", words);
    }
  }

  /** Indices that keep two instances apart: those of spatial loops that do not serve (or add) together, or that change the tile. */
  private split(at: Place, parent: Place, { indices }: Instance, isTogether: (loop: ResolvedLoop) => boolean): string {
    let spatialAt = 0;
    const apart: number[] = [];
    for (const [loop, resolved] of this.nest.loops.slice(0, at.depth).entries()) {
      if (resolved.spatial === undefined) continue;
      const index = indices[spatialAt++] ?? 0;
      if (loop >= parent.depth && (!isTogether(resolved) || isRelevant(at.operand, resolved.dim))) apart.push(index);
    }
    return apart.join();
  }

  private above(parent: Place, { indices }: Instance): Instance {
    const count = this.nest.loops.slice(0, parent.depth).filter(({ spatial }) => spatial !== undefined).length;
    const own = indices.slice(0, count);
    return { key: own.join(), indices: own };
  }

  /** Hands what is held to the level above, copies that are added on the way once. */
  private drain(parent: Place | undefined, at: Place): void {
    if (parent === undefined) return;
    const sent = new Set<string>();
    for (const instance of at.instances) {
      const box = at.held.get(instance.key);
      if (box === undefined) continue;
      const words = newWords(this.nest.problem, "output", box, undefined);
      if (at.store !== undefined && this.nest.architecture.accounting.drainReads)
        this.add(at, instance, "reads", words);
      const from = this.above(parent, instance);
      const own = this.split(at, parent, instance, ({ spatial }) => spatial?.reducesOutputs === true);
      const key = `${from.key}|${own}`;
      if (sent.has(key)) continue;
      sent.add(key);
      this.add(parent, from, "updates", words);
      this.readBackOf(parent, at, { from, box });
    }
  }

  /** Words of outputs that the level above already had a sum of: they were read there, and written below if they stay below. */
  private readBackOf(parent: Place, at: Place, { from, box }: { from: Instance; box: Box }): void {
    const seen = this.seenBy(`${placeKey(parent)}/${from.key}`);
    const again = outputWords(box).filter((word) => seen.has(word)).length;
    for (const word of outputWords(box)) seen.add(word);
    this.add(parent, from, "reads", again);
    const tally = this.totals.get(at);
    if (tally !== undefined && at.store !== undefined && again > 0) tally.fills += again;
  }

  /** What the leading instance gets back: all words but those it sees for the first time. */
  private takeBack(parent: Place | undefined, at: Place, arrived: readonly Arrival[]): void {
    const leader = arrived.find(({ instance }) => isLeader(instance));
    if (leader === undefined || parent === undefined) return;
    const seen = this.seenBy(`leader ${placeKey(at)}`);
    const words = outputWords(leader.box);
    const tally = this.leaders.get(at);
    if (tally !== undefined) tally.fills += words.filter((word) => seen.has(word)).length;
    for (const word of words) seen.add(word);
  }

  private seenBy(key: string): Set<string> {
    const known = this.seen.get(key) ?? new Set<string>();
    this.seen.set(key, known);
    return known;
  }

  private finish(): void {
    const outputs = this.chains[nestOperands.indexOf("output")] ?? [];
    for (const [index, at] of outputs.entries()) if (at.store !== undefined) this.drain(outputs[index - 1], at);
  }

  private add(at: Place, instance: Instance, what: keyof Tally, words: number): void {
    const [total, leader] = [this.totals.get(at), this.leaders.get(at)];
    if (total !== undefined) total[what] += words;
    if (leader !== undefined && isLeader(instance)) leader[what] += words;
  }
}

interface Arrival {
  readonly instance: Instance;
  readonly box: Box;
  readonly before: Box | undefined;
}

const isMulticast = (loop: ResolvedLoop, operand: NestOperand): boolean =>
  operand !== "output" && loop.spatial?.multicast.includes(operand) === true;
const isLeader = ({ indices }: Instance): boolean => indices.every((index) => index === 0);
const placeKey = ({ depth, store }: Place): string => `${store?.memory.name ?? "mac"}@${depth}`;

function place(nest: ResolvedNest, operand: NestOperand, depth: number, store: ResolvedStore | undefined): Place {
  let instances: readonly (readonly number[])[] = [[]];
  const left = { ...nest.problem.extents };
  for (const { dim, tile, spatial } of nest.loops.slice(0, depth)) {
    const trips = Math.ceil(left[dim] / tile);
    left[dim] = tile;
    if (spatial === undefined) continue;
    instances = instances.flatMap((indices) => Array.from({ length: trips }, (_, index) => [...indices, index]));
  }
  const named = instances.map((indices) => ({ key: indices.join(), indices }));
  return { operand, depth, store, instances: named, last: undefined, held: new Map() };
}

/** Words of a box that are not in the one held before, element by element along the axes of the input. */
function newWords(problem: NestProblem, operand: NestOperand, box: Box, before: Box | undefined): number {
  const length = (dim: NestDim): number => box[dim][1] - box[dim][0];
  if (operand === "weight") return length("g") * length("k") * length("c") * length("r") * length("s");
  if (operand === "output") return length("g") * length("b") * length("p") * length("q") * length("k");
  const [rows, columns] = [axisRange(problem, 0, box), axisRange(problem, 1, box)];
  const held = before === undefined ? undefined : [axisRange(problem, 0, before), axisRange(problem, 1, before)];
  let words = 0;
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) {
      const isHeld = held !== undefined && isIn(held[0], row) && isIn(held[1], column);
      if (!isHeld) words++;
    }
  }
  return words * length("g") * length("b") * length("c");
}

const isIn = (range: readonly [number, number] | undefined, at: number): boolean =>
  range !== undefined && at >= range[0] && at < range[1];

/** Rows or columns of the input, from the first to the last that a box reads. */
function axisRange({ strides, dilations }: NestProblem, axis: 0 | 1, box: Box): readonly [number, number] {
  const [output, kernel] = axis === 0 ? [box.p, box.r] : [box.q, box.s];
  const first = output[0] * strides[axis] + kernel[0] * dilations[axis];
  return [first, (output[1] - 1) * strides[axis] + (kernel[1] - 1) * dilations[axis] + 1];
}

/** Every output of a box, named. */
function outputWords(box: Box): readonly string[] {
  let words: readonly string[] = [""];
  for (const dim of ["g", "b", "p", "q", "k"] as const) {
    const [from, to] = box[dim];
    words = words.flatMap((word) => Array.from({ length: to - from }, (_, index) => `${word},${from + index}`));
  }
  return words;
}

function counted(problem: NestProblem, at: Place, store: ResolvedStore, tallies: Map<Place, Tally>): StoreCounts {
  const tally = tallies.get(at) ?? { reads: 0, fills: 0, updates: 0 };
  return {
    level: store.memory.name,
    operand: at.operand,
    tileWords: tileWords(problem, at.operand, store.tile),
    ...tally,
  };
}
