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

interface Snapshot {
  /** Place at which this run of the loop began. */
  readonly instance: number;
  readonly iteration: number;
  readonly now: number;
  readonly at: number;
  readonly places: readonly number[];
  readonly times: readonly number[];
  readonly counts: readonly number[];
  /** Compared with snapshots up to this iteration; then a newer one takes its place (Brent's search for a cycle). */
  readonly until: number;
}

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
  private readonly kept: (Snapshot | undefined)[] = [];

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
  }

  /** After a step of the main walker; returns the jump when there was one. */
  afterStep(now: number): Jump | undefined {
    const { main } = this;
    if (main.isDone) return undefined;
    const loop = 31 - Math.clz32(main.moved & -main.moved);
    const iteration = main.index[loop] ?? 0;
    const { trips } = main.parent(loop);
    if (trips < fewest) return undefined;
    const instance = this.instanceStart(loop);
    const kept = this.kept[loop];
    if (kept?.instance !== instance || kept.iteration >= iteration) {
      this.kept[loop] = this.snapshot(loop, now, 2 * iteration + 1);
      return undefined;
    }
    const jump = this.repeats(kept, loop, now) ? this.jump(kept, loop, now) : undefined;
    if (jump !== undefined) this.kept[loop] = undefined;
    else if (iteration >= kept.until) this.kept[loop] = this.snapshot(loop, now, 2 * iteration + 1);
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

  private snapshot(loop: number, now: number, until: number): Snapshot {
    return {
      instance: this.instanceStart(loop),
      iteration: this.main.index[loop] ?? 0,
      now,
      at: this.main.at,
      places: [...this.walkers.map(({ at }) => at), ...this.places.flat()],
      times: [...this.servers.map(({ free }) => free), ...this.times.flat()],
      counts: [...this.servers.map(({ busy }) => busy), ...this.counts.flat()],
      until,
    };
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
      const before = then.places[entry++] ?? Number.NaN;
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
      const before = then.times[entry++] ?? Number.NaN;
      return Math.max(-memory, time - now) === Math.max(-memory, before - then.now);
    };
    for (const { free } of this.servers) if (!same(free)) return false;
    for (const list of this.times) for (const time of list) if (!same(time)) return false;
    return entry === then.times.length;
  }

  /** Walkers that move with the loop, by what they passed since the snapshot. */
  private movers(then: Snapshot): readonly Walker[] {
    return this.walkers.filter(({ at }, entry) => at !== then.places[entry]);
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
        if (place !== then.places[entry++]) list[index] = place + distance;
      });
    }
  }

  private growCounts(then: Snapshot, times: number): void {
    let entry = 0;
    for (const server of this.servers) server.busy += times * (server.busy - (then.counts[entry++] ?? 0));
    for (const list of this.counts) {
      list.forEach((count, index) => (list[index] = count + times * (count - (then.counts[entry++] ?? 0))));
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
