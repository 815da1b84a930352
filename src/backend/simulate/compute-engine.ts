/** The engine that computes: an array with its passes, or the vector lanes, step after step of the innermost loops. */
import type { Gate, Producer, Reader, Server, State, TileEvent } from "./engine.ts";
import { blocked, History } from "./engine.ts";
import type { Walker } from "./walker.ts";

/** What a step of the innermost loops takes, in ticks. */
export interface StepTiming {
  /** To put the stationary operand into the array before the first fold; 0: nothing is stationary. */
  readonly load: number;
  /** From the first fold's start: see `PassTiming`. */
  readonly lastStart: number;
  readonly free: number;
  readonly firstSum: number;
  readonly lastSum: number;
  /** True when the stationary operand may stay for the next step, if that has the same. */
  readonly staysLoaded: boolean;
}

/** Reasons for which the engine stands still. */
export const stallCauses = ["input", "weight", "load", "accumulator", "sums", "lanes"] as const;
export type StallCause = (typeof stallCauses)[number];

export interface ComputeParts {
  readonly walker: Walker;
  readonly timing: (walker: Walker) => StepTiming;
  /**
   * Ticks from the beginning of a step to its first sum. On the accumulators' side of the array everything happens this much later
   * than it is told: so accumulators may be asked for when a step begins, though it does not need them yet.
   */
  readonly latency: number;
  /** Loops that change each operand's tile, as bits. */
  readonly loops: { readonly input: number; readonly weight: number; readonly output: number };
  readonly gates: readonly Gate<StallCause>[];
  /** Which operand the array holds. */
  readonly stationary: "input" | "weight" | undefined;
  /** Where the lanes do the work: their server. */
  readonly lanes?: Server;
  /** Steps whose results may be under way at once. */
  readonly outstanding: number;
}

/** Two readers in one: the operand that is held is done with when it is in the array, the other when it has streamed. */
class OperandReader implements Reader {
  private readonly engine: ComputeEngine;
  private readonly slot: 0 | 1;

  constructor(engine: ComputeEngine, slot: 0 | 1) {
    this.engine = engine;
    this.slot = slot;
  }

  reachedAt(place: number): number {
    return this.engine.reached(place, this.slot);
  }
}

export class ComputeEngine implements Producer {
  readonly name = "compute";
  readonly walker: Walker;
  readonly gates: readonly Gate[];
  /** Readers of the operand that is held and of the one that streams. */
  readonly held: Reader;
  readonly streamed: Reader;
  readonly state: State;
  /** By output tile: when its first complete sum, and when all of them were there. */
  readonly firstSums: History;
  readonly lastSums: History;
  /** Ticks that the engine worked, then those that it stood still, by cause. */
  readonly busyAndStalls: number[] = new Array<number>(1 + stallCauses.length).fill(0);
  private readonly parts: ComputeParts;
  /** Place of the last step; place at which the output's tile began; −2 where the stationary operand is new. */
  private readonly places: number[] = [-1, 0, -2];
  /** When the held operand was done with, the streamed one, the array is free, the next load may begin. */
  private readonly times: number[] = [0, 0, 0, 0];

  constructor(parts: ComputeParts) {
    this.parts = parts;
    this.walker = parts.walker;
    this.gates = parts.gates;
    this.held = new OperandReader(this, 0);
    this.streamed = new OperandReader(this, 1);
    this.firstSums = new History(parts.outstanding + 2);
    this.lastSums = new History(parts.outstanding + 2);
    this.state = {
      walkers: [this.walker],
      places: [
        this.places,
        this.firstSums.places,
        this.lastSums.places,
        ...parts.gates.flatMap((gate) => gate.places ?? []),
      ],
      times: [this.times, this.firstSums.times, this.lastSums.times],
      counts: [this.busyAndStalls],
    };
  }

  reached(place: number, slot: 0 | 1): number {
    if (this.walker.at < place) return blocked;
    return (this.places[0] ?? -1) >= place ? 0 : (this.times[slot] ?? 0);
  }

  ready(): number {
    return this.walker.isDone ? blocked : this.bindingGate().time;
  }

  /** The gate that opens last, with the array itself and its loading among them. */
  private bindingGate(): { readonly time: number; readonly cause: StallCause | undefined } {
    const [, , free = 0, mayLoad = 0] = this.times;
    const { load, staysLoaded } = this.parts.timing(this.walker);
    const needsLoad = load > 0 && !(staysLoaded && this.places[2] === -1);
    let time = free;
    let cause: StallCause | undefined;
    const delay = (until: number, by: StallCause): void => {
      if (until > time) [time, cause] = [until, by];
    };
    if (needsLoad) delay(mayLoad + load, "load");
    for (const gate of this.parts.gates) {
      const opens = gate.opensAt(this.walker);
      if (opens === blocked) return { time: blocked, cause: gate.cause };
      delay(opens + (needsLoad && gate.cause === this.parts.stationary ? load : 0), gate.cause);
    }
    return { time, cause };
  }

  /** Begins the next step. */
  act(now: number, observe?: (event: TileEvent) => void): void {
    const timing = this.parts.timing(this.walker);
    this.countStall(now);
    const isHeld = timing.staysLoaded && this.places[2] === -1;
    const { lanes } = this.parts;
    const begin = lanes === undefined ? now : lanes.serve(now, timing.free) - timing.free;
    const [free, last] = [begin + timing.free, begin + timing.lastSum];
    this.add(0, timing.free);
    this.add(1 + stallCauses.indexOf("lanes"), begin - now);
    observe?.({ engine: this.name, place: this.walker.at, begin, end: free, served: [] });
    this.times[0] = begin + timing.lastStart;
    this.times[1] = free;
    this.times[2] = free;
    // The next block may be shifted in behind one that has been in use for several steps.
    if (!isHeld) this.times[3] = begin + timing.lastStart;
    this.places[0] = this.walker.at;
    for (const gate of this.parts.gates) gate.begun?.(this.walker, now);
    this.advance(begin + timing.firstSum - this.parts.latency, last - this.parts.latency);
  }

  private countStall(now: number): void {
    const { cause } = this.bindingGate();
    if (cause !== undefined) this.add(1 + stallCauses.indexOf(cause), now - (this.times[2] ?? 0));
  }

  private add(entry: number, ticks: number): void {
    this.busyAndStalls[entry] = (this.busyAndStalls[entry] ?? 0) + ticks;
  }

  private advance(firstSum: number, lastSum: number): void {
    const { loops, stationary, gates } = this.parts;
    this.walker.advance();
    const { moved } = this.walker;
    for (const gate of gates) gate.stepped?.(moved);
    this.places[2] = stationary !== undefined && (moved & loops[stationary]) === 0 ? -1 : -2;
    if (!this.walker.isDone && (moved & loops.output) === 0) return;
    this.firstSums.push(this.places[1] ?? 0, firstSum);
    this.lastSums.push(this.places[1] ?? 0, lastSum);
    this.places[1] = this.walker.at;
  }

  /** When an output tile is complete or is left for another one. */
  availableAt(place: number): number {
    return this.lastSums.lastPlace < place ? blocked : (this.lastSums.doneAt(place) ?? 0);
  }

  /** When the first complete sums of an output tile are there. */
  beginsAt(place: number): number {
    return this.firstSums.lastPlace < place ? blocked : (this.firstSums.doneAt(place) ?? 0);
  }

  /** When the last results are there. */
  get end(): number {
    return Math.max(this.lastSums.lastTime + this.latency, this.times[2] ?? 0);
  }

  get latency(): number {
    return this.parts.latency;
  }
}
