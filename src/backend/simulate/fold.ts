/**
 * Jumps over iterations of a loop that repeat. When the whole state of a region's simulation, seen from the current step and the
 * current time, is what it was some iterations ago, and the iterations to come are like those in between, then everything happens
 * again, so much later. That is exact: nothing in the state is rounded, and times count as passed only when nothing that follows
 * from them is still to come.
 */
import type { Server, State } from "./engine.ts";
import type { Walker } from "./walker.ts";

/** Iterations that are worth a look. */
const fewest = 6;

/** A jump, as traces show it. */
export interface Jump {
  readonly loop: number;
  /** Ticks and iterations of what repeats, and how often. */
  readonly period: number;
  readonly iterations: number;
  readonly times: number;
  /** When what repeats began first. */
  readonly begin: number;
}

/** Numbers of a snapshot, in memory that is used again. */
class NumberList {
  private data = new Float64Array(64);
  length = 0;

  at(entry: number): number {
    return entry < this.length ? (this.data[entry] ?? Number.NaN) : Number.NaN;
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Float64Array(2 * this.length);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }
}

/** The state at one iteration of a loop. */
class Snapshot {
  /** Place at which this run of the loop began; −1: there is no snapshot. */
  instance = -1;
  iteration = 0;
  now = 0;
  at = 0;
  /** Compared with snapshots up to this iteration; then a newer one takes its place (Brent's search for a cycle). */
  until = 0;
  /** Number of the step after which it was taken. */
  step = Number.NEGATIVE_INFINITY;
  readonly places = new NumberList();
  readonly times = new NumberList();
  readonly counts = new NumberList();

  get size(): number {
    return this.places.length + this.times.length + this.counts.length;
  }
}

/** A snapshot of so many numbers is taken once in as many steps at most, divided by this: taking them must not cost more than steps. */
const numbersPerStep = 8;

export class Folder {
  private readonly main: Walker;
  private readonly walkers: readonly Walker[];
  private readonly places: readonly number[][];
  private readonly times: readonly number[][];
  private readonly counts: readonly number[][];
  private readonly servers: readonly Server[];
  /** Ticks after which nothing follows from a time any more. */
  private readonly memory: number;
  /** By loop. */
  private readonly kept: readonly Snapshot[];
  private steps = 0;

  /**
   * @param main  the walker of the engine whose iterations are watched
   * @param memory  the longest time from what has happened to what follows from it
   */
  constructor(
    main: Walker,
    {
      states,
      servers,
      memory,
    }: { readonly states: readonly State[]; readonly servers: readonly Server[]; readonly memory: number },
  ) {
    this.memory = memory;
    this.main = main;
    this.walkers = states.flatMap((state) => state.walkers);
    this.places = states.flatMap((state) => state.places);
    this.times = states.flatMap((state) => state.times);
    this.counts = states.flatMap((state) => state.counts);
    this.servers = servers;
    this.kept = main.nest.loops.map(() => new Snapshot());
  }

  /** After a step of the main walker; returns the jump when there was one. */
  afterStep(now: number): Jump | undefined {
    const { main } = this;
    this.steps++;
    if (main.isDone) return undefined;
    const loop = 31 - Math.clz32(main.moved & -main.moved);
    const kept = this.kept[loop];
    if (kept === undefined || main.parent(loop).trips < fewest) return undefined;
    const iteration = main.index[loop] ?? 0;
    const instance = this.instanceStart(loop);
    if (kept.instance !== instance || kept.iteration >= iteration) {
      this.take(kept, { loop, instance, now });
      return undefined;
    }
    const jump = this.repeats(kept, loop, now) ? this.jump(kept, loop, now) : undefined;
    if (jump !== undefined) kept.instance = -1;
    else if (iteration >= kept.until) this.take(kept, { loop, instance, now });
    return jump;
  }

  private instanceStart(loop: number): number {
    const { nest, index } = this.main;
    let start = this.main.at;
    for (let position = loop; position < index.length; position++) {
      start -= (index[position] ?? 0) * (nest.loops[position]?.weight ?? 0);
    }
    return start;
  }

  /** Takes a snapshot, unless the loop's last one was taken only just before. */
  private take(
    into: Snapshot,
    { loop, instance, now }: { readonly loop: number; readonly instance: number; readonly now: number },
  ): void {
    if ((this.steps - into.step) * numbersPerStep < into.size) return;
    const { main } = this;
    into.step = this.steps;
    into.instance = instance;
    into.iteration = main.index[loop] ?? 0;
    into.now = now;
    into.at = main.at;
    into.until = 2 * into.iteration + 1;
    const { places, times, counts } = into;
    places.length = times.length = counts.length = 0;
    for (const { at } of this.walkers) places.push(at);
    for (const list of this.places) for (const place of list) places.push(place);
    for (const { free } of this.servers) times.push(free);
    for (const list of this.times) for (const time of list) times.push(time);
    for (const { busy } of this.servers) counts.push(busy);
    for (const list of this.counts) for (const count of list) counts.push(count);
  }

  /** Compares the present with a snapshot, most telling first. */
  private repeats(then: Snapshot, loop: number, now: number): boolean {
    return this.samePlaces(then, loop) && this.sameTimes(then, now);
  }

  /**
   * Places moved on with the main walker, or they stood still: before all that moved, or behind the loop's end. Either way any two
   * of them compare as they did.
   */
  private samePlaces(then: Snapshot, loop: number): boolean {
    const { main } = this;
    const shift = main.at - then.at;
    const end = then.instance + main.parent(loop).trips * (main.nest.loops[loop]?.weight ?? 0);
    let entry = 0;
    let firstMoved = Number.POSITIVE_INFINITY;
    let lastStill = -1;
    const same = (place: number): boolean => {
      const before = then.places.at(entry++);
      if (place === before) {
        if (place < end) lastStill = Math.max(lastStill, place);
        return true;
      }
      firstMoved = Math.min(firstMoved, before);
      return place - before === shift && before > then.instance && place < end;
    };
    for (const { at } of this.walkers) if (!same(at)) return false;
    for (const list of this.places) for (const place of list) if (!same(place)) return false;
    return entry === then.places.length && lastStill < firstMoved;
  }

  private sameTimes(then: Snapshot, now: number): boolean {
    const { memory } = this;
    let entry = 0;
    const same = (time: number): boolean => {
      const before = then.times.at(entry++);
      return Math.max(-memory, time - now) === Math.max(-memory, before - then.now);
    };
    for (const { free } of this.servers) if (!same(free)) return false;
    for (const list of this.times) for (const time of list) if (!same(time)) return false;
    return entry === then.times.length;
  }

  /** Walkers that move with the loop, by what they passed since the snapshot. */
  private movers(then: Snapshot): readonly Walker[] {
    return this.walkers.filter(({ at }, entry) => at !== then.places.at(entry));
  }

  /** How often the period fits before any engine comes to an iteration that is not like those of the period. */
  private roomFor(then: Snapshot, loop: number): number {
    const { main } = this;
    const parent = main.parent(loop);
    const period = (main.index[loop] ?? 0) - then.iteration;
    const { from, to } = likeIterations(parent, main.index[loop] ?? 0);
    let room = Number.POSITIVE_INFINITY;
    for (const walker of this.movers(then)) {
      const index = walker.index[loop] ?? 0;
      // The first and the last iteration may differ in what comes back and what is complete.
      if (walker.parent(loop) !== parent || index - period <= Math.max(from, 0)) return 0;
      room = Math.min(room, Math.floor((Math.min(to, parent.trips - 1) - 1 - index) / period));
    }
    return room === Number.POSITIVE_INFINITY ? 0 : Math.max(0, room);
  }

  private jump(then: Snapshot, loop: number, now: number): Jump | undefined {
    const times = this.roomFor(then, loop);
    if (times < 1) return undefined;
    const iterations = (this.main.index[loop] ?? 0) - then.iteration;
    const period = now - then.now;
    const distance = times * (this.main.at - then.at);
    const delay = times * period;
    this.shiftPlaces(then, distance);
    for (const walker of this.movers(then)) walker.skip(loop, times * iterations);
    const since = now - this.memory;
    for (const list of this.times) list.forEach((time, entry) => (list[entry] = time >= since ? time + delay : time));
    for (const server of this.servers) if (server.free >= since) server.free += delay;
    this.growCounts(then, times);
    return { loop, period, iterations, times, begin: then.now };
  }

  private shiftPlaces(then: Snapshot, distance: number): void {
    let entry = this.walkers.length;
    for (const list of this.places) {
      list.forEach((place, index) => {
        if (place !== then.places.at(entry++)) list[index] = place + distance;
      });
    }
  }

  private growCounts(then: Snapshot, times: number): void {
    let entry = 0;
    for (const server of this.servers) server.busy += times * (server.busy - then.counts.at(entry++));
    for (const list of this.counts) {
      list.forEach((count, index) => (list[index] = count + times * (count - then.counts.at(entry++))));
    }
  }
}

/** The iterations around `index` in which the loop cuts pieces of the same object. */
function likeIterations(
  parent: Walker["nodes"][number],
  index: number,
): { readonly from: number; readonly to: number } {
  let from = 0;
  for (const { count } of parent.runs) {
    if (index < from + count) return { from, to: from + count };
    from += count;
  }
  return { from, to: from };
}
