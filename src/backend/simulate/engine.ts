/** Servers, and engines that move or compute tile after tile: the parts that a region's simulation is put together from. */
import { ended } from "./walker.ts";
import type { Walker } from "./walker.ts";

/** Times are whole ticks, so that sums of them are exact and a folded run is the unfolded one. */
export const ticksPerCycle = 1024;

/** Time of something that cannot be told yet. */
export const blocked = Number.POSITIVE_INFINITY;

/** A resource with a rate: work is done in the order in which it is asked for. */
export class Server {
  readonly name: string;
  free = 0;
  busy = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Takes work that is there at `now`; returns when it is done. */
  serve(now: number, ticks: number): number {
    if (ticks === 0) return now;
    const done = Math.max(now, this.free) + ticks;
    this.free = done;
    this.busy += ticks;
    return done;
  }
}

/** The state of a part of the simulation as lists of numbers, so that folding can compare and shift it. */
export interface State {
  readonly walkers: readonly Walker[];
  /** Places in the nest. */
  readonly places: readonly number[][];
  /** Times, in ticks. */
  readonly times: readonly number[][];
  /** What only ever grows: work done, words moved. */
  readonly counts: readonly number[][];
}

/** Whoever uses tiles, and keeps one until it goes on to the next. */
export interface Reader {
  /** When it was done with everything before a place; `blocked` while it is not. */
  reachedAt(place: number): number;
}

/** Whoever brings or makes tiles, in the order of their places. */
export interface Producer {
  /** When everything up to a place was there; `blocked` while it is not under way. */
  availableAt(place: number): number;
}

/** Stands for an engine that is built later. Without a target nothing is waited for. */
export class Link implements Reader, Producer {
  target: (Reader & Producer) | undefined;

  reachedAt(place: number): number {
    return this.target?.reachedAt(place) ?? 0;
  }

  availableAt(place: number): number {
    return this.target?.availableAt(place) ?? 0;
  }
}

/** The last things that an engine has done. Older ones than it keeps were done long before any event that asks. */
export class History {
  readonly places: number[] = [];
  readonly times: number[] = [];
  private readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  push(place: number, done: number): void {
    this.places.push(place);
    this.times.push(done);
    if (this.places.length <= this.length) return;
    this.places.shift();
    this.times.shift();
  }

  /** When the newest entry up to a place was done; 0 when that is long ago. */
  doneBy(place: number): number {
    return this.times[this.newestUpTo(place)] ?? 0;
  }

  /** When an entry of this very place was done. */
  doneAt(place: number): number | undefined {
    const entry = this.newestUpTo(place);
    return this.places[entry] === place ? this.times[entry] : undefined;
  }

  /** Number of the newest entry up to a place; −1: there is none. Places only ever grow. */
  private newestUpTo(place: number): number {
    const { places } = this;
    let [low, high] = [-1, places.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((places[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return low;
  }

  get lastPlace(): number {
    return this.places.at(-1) ?? -1;
  }

  get lastTime(): number {
    return this.times.at(-1) ?? 0;
  }

  /** When the entry `back` before the newest was done; 0 where there was none. */
  timeBack(back: number): number {
    return this.times.at(-1 - back) ?? 0;
  }
}

/** What an engine waits for before it does its next tile. */
export interface Gate<Cause extends string = string> {
  readonly cause: Cause;
  /** When the walker's current tile may be begun. */
  opensAt(walker: Walker): number;
  /** Told of every tile that is begun, then of the loops that moved on the way to the next. */
  readonly begun?: (walker: Walker, now: number) => void;
  readonly stepped?: (moved: number) => void;
  readonly places?: readonly number[][];
}

/** Waits until a producer has brought or made what the current place needs. */
export function arrivalGate<Cause extends string>(producer: Producer, cause: Cause): Gate<Cause> {
  return { cause, opensAt: (walker) => producer.availableAt(walker.at) };
}

/** Partial sums come back once their last stay in the level has left it. */
export function returnGate(drain: Producer, cause: string): Gate {
  return { cause, opensAt: (walker) => drain.availableAt(walker.previousVisit()) };
}

/** What a slot gate is about: loops that change the tile, as bits, how far ahead of its reader, in which buffer. */
export interface SlotPlace {
  readonly look: number;
  readonly loops: number;
  readonly buffer: string;
}

/**
 * Waits at the start of a tile until its reader has gone on to the tile `look` before it: then a slot is free, and it is not
 * begun too early.
 */
export class SlotGate<Cause extends string> implements Gate<Cause> {
  readonly cause: Cause;
  readonly places: number[][];
  private readonly reader: Reader;
  private readonly look: number;
  /** Loops that change the tile, as bits. */
  private readonly loops: number;
  private readonly starts: number[] = [];
  /** Starts of the tiles that are in the buffer. */
  private readonly held: number[] = [];
  /** −2 at the start of a tile, −1 within one. */
  private readonly flag: number[] = [-2];
  private readonly buffer: string;
  /** Told how many tiles the buffer holds when another one begins. */
  watch: ((buffer: string, tiles: number, now: number) => void) | undefined;

  constructor(reader: Reader, cause: Cause, { look, loops, buffer }: SlotPlace) {
    this.reader = reader;
    this.cause = cause;
    this.look = look;
    this.loops = loops;
    this.buffer = buffer;
    this.places = [this.starts, this.flag, this.held];
  }

  opensAt(walker: Walker): number {
    if (this.flag[0] === -1) return 0;
    if (this.look === 0) return this.reader.reachedAt(walker.at);
    const start = this.starts.at(-this.look);
    return start === undefined || this.starts.length < this.look ? 0 : this.reader.reachedAt(start);
  }

  begun(walker: Walker, now: number): void {
    if (this.flag[0] === -1) return;
    this.starts.push(walker.at);
    if (this.starts.length > this.look) this.starts.shift();
    this.flag[0] = -1;
    this.held.push(walker.at);
    // A tile has left when its reader has gone on to the next.
    while (this.held.length > 1 && this.reader.reachedAt(this.held[1] ?? 0) <= now) this.held.shift();
    this.watch?.(this.buffer, this.held.length, now);
  }

  stepped(moved: number): void {
    if ((moved & this.loops) !== 0) this.flag[0] = -2;
  }
}

/** Work of a tile at one server. */
export interface Use {
  readonly server: Server;
  /** Words (or operations) of the tile: whole numbers, so that their sum is exact. */
  readonly units: (walker: Walker) => number;
  readonly bytesPerUnit: number;
  readonly ticksPerUnit: number;
}

export interface EngineParts {
  readonly name: string;
  readonly walker: Walker;
  /** Tiles that are done; others are passed over. */
  readonly takes?: (walker: Walker) => boolean;
  readonly gates: readonly Gate[];
  readonly uses: readonly Use[];
  /** Tiles that may be under way at once. */
  readonly outstanding: number;
  /** A tile is not done before this. */
  readonly finishesAt?: (walker: Walker) => number;
}

/** What was done with one tile; for traces. */
export interface TileEvent {
  readonly engine: string;
  readonly place: number;
  readonly begin: number;
  readonly end: number;
  /** By use: when its server was done with it, and its ticks. */
  readonly served: readonly {
    readonly server: string;
    readonly end: number;
    readonly ticks: number;
    readonly bytes: number;
  }[];
}

/** An engine that handles one tile after the other: transfers, and vector work on tiles. */
export class Engine implements Reader, Producer {
  readonly name: string;
  readonly walker: Walker;
  readonly gates: readonly Gate[];
  readonly history: History;
  /** When the tiles of the history were begun. */
  readonly begins: History;
  readonly uses: readonly Use[];
  /** By use: units so far. */
  readonly units: number[];
  readonly state: State;
  private readonly parts: EngineParts;

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.name = parts.name;
    this.walker = parts.walker;
    this.gates = parts.gates;
    this.uses = parts.uses;
    this.units = parts.uses.map(() => 0);
    this.history = new History(parts.outstanding + 2);
    this.begins = new History(parts.outstanding + 2);
    this.state = {
      walkers: [this.walker],
      places: [this.history.places, this.begins.places, ...parts.gates.flatMap((gate) => gate.places ?? [])],
      times: [this.history.times, this.begins.times],
      counts: [this.units],
    };
    this.passOver();
  }

  /** When the next tile can be begun. */
  ready(): number {
    if (this.walker.isDone) return blocked;
    let time = this.history.timeBack(this.parts.outstanding - 1);
    for (const gate of this.gates) {
      const opens = gate.opensAt(this.walker);
      if (opens === blocked) return blocked;
      if (opens > time) time = opens;
    }
    return time;
  }

  /** Begins the next tile. */
  act(now: number, observe?: (event: TileEvent) => void): void {
    const { walker, uses } = this;
    let done = Math.max(now, this.history.lastTime, this.parts.finishesAt?.(walker) ?? 0);
    const served: TileEvent["served"][number][] = [];
    for (const [index, use] of uses.entries()) {
      const units = use.units(walker);
      const ticks = Math.round(units * use.ticksPerUnit);
      const end = use.server.serve(now, ticks);
      this.units[index] = (this.units[index] ?? 0) + units;
      if (end > done) done = end;
      if (observe !== undefined) served.push({ server: use.server.name, end, ticks, bytes: units * use.bytesPerUnit });
    }
    this.history.push(walker.at, done);
    this.begins.push(walker.at, now);
    observe?.({ engine: this.name, place: walker.at, begin: now, end: done, served });
    for (const gate of this.gates) gate.begun?.(walker, now);
    this.step();
    this.passOver();
  }

  private step(): void {
    this.walker.advance();
    for (const gate of this.gates) gate.stepped?.(this.walker.moved);
  }

  private passOver(): void {
    const { takes } = this.parts;
    if (takes === undefined) return;
    while (!this.walker.isDone && !takes(this.walker)) this.step();
  }

  reachedAt(place: number): number {
    if (this.walker.at < place) return blocked;
    return this.history.lastPlace >= place ? 0 : this.history.lastTime;
  }

  availableAt(place: number): number {
    return this.walker.at <= place ? blocked : this.history.doneBy(place);
  }

  /** When the tile of this place was begun; `blocked` while it is not. */
  beginsAt(place: number): number {
    return this.walker.at <= place ? blocked : (this.begins.doneAt(place) ?? 0);
  }

  /** Bytes that passed a server. */
  bytesAt(server: Server): number {
    return this.uses.reduce(
      (sum, use, index) => sum + (use.server === server ? (this.units[index] ?? 0) * use.bytesPerUnit : 0),
      0,
    );
  }
}

/** True when nothing is left to do. */
export function isOver(walker: Walker): boolean {
  return walker.at === ended;
}
