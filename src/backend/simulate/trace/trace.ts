/**
 * A simulation as a timeline in the Trace Event Format (JSON object form), which Perfetto and chrome://tracing open: a track for
 * every resource, a slice for every transfer and array pass, counters for global memory and DRAM.
 *
 * @see "Trace Event Format", Google, 2016: complete events `X`, counters `C`, metadata `M`; times in microseconds.
 */
import type { HardwareDesign } from "../../../hardware/design.ts";
import { accumulatedBytes, residentBytes } from "./trace-memory.ts";
import type { Program, RegionProgram } from "../../schedule/program.ts";
import type { TileEvent } from "../engine.ts";
import { ticksPerCycle } from "../engine.ts";
import type { Jump } from "../fold.ts";
import { observeRegion } from "../simulate-program.ts";
import type { Observer } from "../simulate-region.ts";

/** One event of a trace; `ts` and `dur` in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "C" | "M";
  readonly pid: number;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args: Readonly<Record<string, string | number>>;
}

export interface Trace {
  readonly displayTimeUnit: "ns";
  readonly otherData: Readonly<Record<string, string>>;
  readonly traceEvents: readonly TraceEvent[];
}

export interface TraceInput {
  readonly program: Program;
  readonly design: HardwareDesign;
  readonly modelName: string;
  /** Only this region, every iteration of it. */
  readonly onlyRegion?: number;
}

/** Slices of a region; the rest of it is one slice on every track. `only`: where a single region is drawn. */
const mostSlices = { all: 300, only: 100_000 };
const process = 1;
/** Tracks from the top: what the region is, then outer resources to inner ones. */
const trackOrder = [
  ...["region", "dram", "gm", "l2", "input-bus", "weight-bus", "output-bus"],
  ...["l2-input", "l2-weight", "l2-output", "array", "vector"],
];

/** The trace of a program's steady run. */
export function traceOf(input: TraceInput): Trace {
  const { program, design, modelName, onlyRegion } = input;
  const ticksPerNanosecond = ticksPerCycle * design.clockGhz;
  const events: TraceEvent[] = [];
  const used = new Set<string>(["region"]);
  let start = 0;
  for (const region of program.regions) {
    if (onlyRegion !== undefined && region.id !== onlyRegion) continue;
    const isOnly = onlyRegion !== undefined;
    const writer = new RegionTrace({ region, start, limit: isOnly ? mostSlices.only : mostSlices.all });
    const run = observeRegion(input, region, { observer: writer, fold: !isOnly });
    const end = start + run.cycles * ticksPerCycle;
    const resident = residentBytes(program, region.id);
    // Bytes per cycle of one core × cycles per nanosecond: 10⁹ bytes/s.
    const dramGBps = (design.cores * run.dramBytes * design.clockGhz) / Math.max(1, run.cycles);
    events.push(...writer.finish(end, { ticksPerNanosecond, resident, dramGBps }));
    for (const track of writer.tracks) used.add(track);
    start = end;
  }
  const tracks = trackOrder.filter((track) => used.has(track));
  return {
    displayTimeUnit: "ns",
    otherData: { model: modelName, design: design.name, clock: `${design.clockGhz} GHz` },
    traceEvents: [...metadata(`${modelName} on ${design.name}`, tracks), ...events],
  };
}

function metadata(title: string, tracks: readonly string[]): readonly TraceEvent[] {
  const named = tracks.flatMap((track): TraceEvent[] => {
    const tid = trackNumber(track);
    return [
      { name: "thread_name", ph: "M", pid: process, tid, args: { name: track } },
      { name: "thread_sort_index", ph: "M", pid: process, tid, args: { sort_index: tid } },
    ];
  });
  return [{ name: "process_name", ph: "M", pid: process, args: { name: title } }, ...named];
}

function trackNumber(track: string): number {
  return 1 + trackOrder.indexOf(track);
}

/**
 * Perfetto cuts microseconds down to whole nanoseconds; a tenth of one keeps what is whole from being cut to the one before, so that
 * slices which touch do not overlap.
 */
function microseconds(nanoseconds: number): number {
  return nanoseconds === 0 ? 0 : (nanoseconds + 0.1) / 1000;
}

interface Slice {
  readonly track: string;
  readonly name: string;
  /** Ticks from the region's start. */
  readonly begin: number;
  readonly end: number;
  readonly args: TraceEvent["args"];
}

/** Collects the slices and counters of one region. */
class RegionTrace implements Observer {
  readonly tracks = new Set<string>();
  private readonly region: RegionProgram;
  private readonly start: number;
  private readonly limit: number;
  private readonly slices: Slice[] = [];
  private readonly held: { readonly time: number; readonly buffer: string; readonly tiles: number }[] = [];
  /** Until when everything has been drawn; afterwards the region is one slice. */
  private drawnUntil = Number.POSITIVE_INFINITY;

  constructor({ region, start, limit }: { region: RegionProgram; start: number; limit: number }) {
    this.region = region;
    this.start = start;
    this.limit = limit;
  }

  readonly event = (event: TileEvent): void => {
    if (this.slices.length >= this.limit) {
      this.drawnUntil = Math.min(this.drawnUntil, event.begin);
      return;
    }
    const { engine, begin, end } = event;
    if (engine === "compute") {
      this.add({ track: "array", name: this.label("pass"), begin, end, args: { place: event.place } });
      return;
    }
    for (const { server, ticks, end: done, bytes } of event.served) {
      if (ticks === 0) continue;
      this.add({ track: server, name: this.label(engine), begin: done - ticks, end: done, args: { bytes } });
    }
  };

  readonly holds = (buffer: string, tiles: number, time: number): void => {
    if (this.held.length < this.limit) this.held.push({ time, buffer, tiles });
  };

  readonly jump = ({ period, iterations, times }: Jump, now: number): void => {
    const name = `${times * iterations} iterations like those before`;
    const args = { repeats: times, cycles: period / ticksPerCycle };
    this.add({ track: "region", name, begin: now, end: now + times * period, args });
  };

  private label(what: string): string {
    return `${what} · ${this.region.name}`;
  }

  private add(slice: Slice): void {
    this.slices.push(slice);
    this.tracks.add(slice.track);
  }

  /** Everything as trace events, once it is known when the region ends. */
  finish(
    end: number,
    how: {
      readonly ticksPerNanosecond: number;
      readonly resident: number;
      readonly dramGBps: number;
    },
  ): readonly TraceEvent[] {
    const { id, name, onnxNodes, dataflow } = this.region;
    const length = end - this.start;
    const at = (ticks: number): number => Math.floor((this.start + ticks) / how.ticksPerNanosecond);
    const whole: Slice = {
      ...{ track: "region", name: `${id} ${name}`, begin: 0, end: length },
      args: { dataflow, onnxNodes: onnxNodes.join(", "), cycles: length / ticksPerCycle },
    };
    const rest = this.restSlice(length);
    const slices = [whole, ...this.slices, ...(rest === undefined ? [] : [rest])].map((slice): TraceEvent => ({
      name: slice.name,
      ph: "X",
      cat: slice.track === "array" ? "compute" : slice.track === "region" ? "region" : "transfer",
      pid: process,
      tid: trackNumber(slice.track),
      ts: microseconds(at(slice.begin)),
      dur: microseconds(at(Math.min(slice.end, length)) - at(slice.begin)),
      args: slice.args,
    }));
    return [...slices, ...this.counters(at, length, how)];
  }

  private restSlice(length: number): Slice | undefined {
    if (this.drawnUntil >= length) return undefined;
    const jumps = this.slices.filter(({ track, end }) => track === "region" && end > this.drawnUntil);
    // Slices of a track stand inside each other or apart.
    const begin = jumps.reduce((latest, { end }) => Math.max(latest, end), this.drawnUntil);
    return begin >= length ? undefined : { track: "region", name: "more, not drawn", begin, end: length, args: {} };
  }

  private counters(
    at: (ticks: number) => number,
    length: number,
    { resident, dramGBps }: { readonly resident: number; readonly dramGBps: number },
  ): readonly TraceEvent[] {
    const counter = (name: string, ticks: number, args: TraceEvent["args"]): TraceEvent => ({
      ...{ name, ph: "C", pid: process, ts: microseconds(at(ticks)), args },
    });
    const staged = accumulatedBytes(this.region, this.held).map(({ time, bytes }) =>
      counter("global memory", time, { resident, staged: bytes }),
    );
    return [
      counter("DRAM bandwidth", 0, { "GB/s, mean of the region": dramGBps }),
      counter("global memory", 0, { resident, staged: 0 }),
      ...staged.filter(({ ts = 0 }) => ts <= microseconds(at(length))),
    ];
  }
}
