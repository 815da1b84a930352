/**
 * Runs a vector region: strips of its operands come by DMA, and strips of its results leave by DMA. The operations run with
 * their reference kernels on what came, once it all has: softmax and sums go along rows, which strips may cut.
 */
import type { Value } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { WeightReader } from "../../ir/interpret.ts";
import { interpretValue } from "../../ir/interpret.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { present } from "../../support/bug.ts";
import type { ProgramTensor, RegionProgram, Statement, Transfer, VectorNest } from "../schedule/program.ts";
import { fault } from "./fault.ts";
import type { Machine, Placed, RegionPlace } from "./machine.ts";
import { regionPlace, tensorNamed } from "./machine.ts";
import { RegionMembers } from "./matrix-plan.ts";
import { emptyNumbers } from "./number-mode.ts";
import type { RegionIndex } from "./region-index.ts";
import { indexRegion } from "./region-index.ts";
import { LoopRanges } from "./loop-ranges.ts";
import type { Stretch, Strip, StripPart } from "./strip-queue.ts";
import { isStripInside, stretchesOf, StripQueue, stripPoints, stripText } from "./strip-queue.ts";

type Numbers = TensorValue["data"];
type Run = () => void;

/** Places in the ranges. */
const slotOf: Readonly<Record<string, number>> = { row: 0, element: 1, sweep: 2 };

/** Runs a vector region. */
export function runVectorRegion(
  machine: Machine & { readonly weights: WeightReader },
  region: RegionProgram,
  nest: VectorNest,
): void {
  new VectorRegion(machine, region, nest).run(machine.weights);
}

/** An operand as far as it has come. */
interface Delivered {
  readonly tensor: ProgramTensor;
  readonly data: Numbers;
  readonly isThere: Uint8Array;
}

class VectorRegion {
  private readonly machine: Machine;
  private readonly region: RegionProgram;
  private readonly nest: VectorNest;
  private readonly place: RegionPlace;
  private readonly index: RegionIndex;
  private readonly members: RegionMembers;
  private readonly queues = new Map<string, StripQueue[]>();
  private readonly delivered = new Map<string, Delivered>();
  /** For each tensor that is written, which elements strips have taken there. */
  private readonly taken = new Map<string, Uint8Array>();
  private readonly ranges: LoopRanges;
  /** Points of the nest: a strip is a range of them. */
  private readonly points: number;
  private readonly readWords: number;

  constructor(machine: Machine, region: RegionProgram, nest: VectorNest) {
    this.machine = machine;
    this.region = region;
    this.nest = nest;
    this.place = regionPlace(machine, region);
    this.index = indexRegion(machine, region);
    this.members = new RegionMembers(machine, region, this.place);
    const { row = 1, element = 1, sweep = 1 } = nest.extents;
    this.ranges = new LoopRanges([row, element, sweep], slotOf);
    this.points = row * element;
    const reads = new Set([...this.index.fills.values()].flatMap(({ statement }) => statement.from));
    this.readWords = [...reads].reduce((sum, name) => sum + (machine.memory.named(name)?.words ?? 0), 0);
  }

  run(weights: WeightReader): void {
    const body = this.compileBody(this.region.body, "/body");
    body();
    for (const { name } of this.region.buffers) this.queues.get(name)?.forEach((_queue, pe) => this.leave(name, pe));
    this.writeResults(this.compute(weights));
  }

  private queue(name: string, pe = this.ranges.pe): StripQueue {
    const instances = this.queues.get(name) ?? [];
    this.queues.set(name, instances);
    const buffer = present(this.index.buffers.get(name), name);
    return (instances[buffer.perPe ? pe : 0] ??= new StripQueue(buffer));
  }

  private compileBody(body: readonly Statement[], path: string): Run {
    const runs = body.map((statement, index) => this.compile(statement, `${path}/${index}`));
    // Outermost first: what begins there lets go what is inside.
    const opened = this.region.buffers.flatMap(({ name }) => {
      const drain = this.index.drains.get(name)?.statement;
      return drain !== undefined && body.includes(drain) ? [name] : [];
    });
    return () => {
      for (const name of opened) this.open(name);
      for (const run of runs) run();
    };
  }

  private compile(statement: Statement, path: string): Run {
    const place: RegionPlace = { ...this.place, path, statement };
    switch (statement.op) {
      case "for":
        return this.ranges.stepping(statement, this.compileBody(statement.body, `${path}/body`));
      case "spread": {
        const inside = this.compileBody(statement.body, `${path}/body`);
        return this.ranges.spreading(statement, this.machine.architecture, inside);
      }
      case "dma":
        if (statement.when === "left") return () => this.take(statement.from[0] ?? "", place);
        return this.compileFill({ statement, place });
      case "wait":
        return () => {
          const queue = this.queue(statement.buffer);
          if (!queue.isThere)
            fault(place, "tile-not-there", `nothing has been sent into ${statement.buffer}: the wait never ends`);
          queue.isReady = true;
        };
      case "pass":
        return fault(place, "program-invalid", "a vector nest has no array passes");
      case "vector":
        return () => this.work(statement.reads, statement.writes, place);
    }
  }

  /** The strip at hand. */
  private strip(): Strip {
    const { low, high } = this.ranges;
    return { firstRow: low[0]!, endRow: high[0]!, first: low[1]!, end: high[1]! };
  }

  private stretches(strip: Strip): readonly Stretch[] {
    return stretchesOf(strip, this.nest.extents["element"] ?? 1);
  }

  /** The elements of a tensor that belong to a range of points: its even share. */
  private share(elements: number, { from, to }: Stretch): readonly [number, number] {
    return [Math.floor(elements * (from / this.points)), Math.floor(elements * (to / this.points))];
  }

  private compileFill({ statement, place }: Placed<Transfer>): Run {
    const name = statement.to[0] ?? "";
    const { slots, slotBytes } = present(this.index.buffers.get(name), name);
    const sources = statement.from.map((from) => ({ from, isBuffer: this.index.buffers.has(from) }));
    return () => {
      const strip = this.strip();
      const queue = this.queue(name);
      if (queue.holds(strip)) return;
      queue.begin(strip);
      if (queue.arrived > slots && slots <= statement.ahead) {
        const message = `a strip comes ${statement.ahead} ahead into ${name}, whose ${slots} slots hold strips that are still used`;
        fault(place, "tile-overwritten", message);
      }
      for (const { from, isBuffer } of sources) {
        if (isBuffer) this.cutOut(queue, this.ready(from, place), place);
        else this.bring(queue, tensorNamed(this.machine, from, place), { place, isWhole: statement.indexed });
      }
      this.checkSlot(name, queue, { slotBytes, place });
    };
  }

  private bring(
    queue: StripQueue,
    tensor: ProgramTensor,
    { place, isWhole }: { readonly place: RegionPlace; readonly isWhole: boolean },
  ): void {
    const data = this.machine.memory.read(tensor, place);
    // Of a gather nothing says which words move: all of them may.
    const parts = isWhole
      ? [{ first: 0, data }]
      : this.stretches(queue.strip).map((stretch) => {
          const [from, to] = this.share(data.length, stretch);
          return { first: from, data: data.slice(from, to) };
        });
    queue.parts.set(tensor.name, parts);
  }

  /** Takes a strip's part out of that in a buffer outside. */
  private cutOut(queue: StripQueue, source: StripQueue, place: RegionPlace): void {
    if (!isStripInside(queue.strip, source.strip)) {
      const message = `${source.buffer.name} holds ${stripText(source.strip)}, not ${stripText(queue.strip)}`;
      fault(place, "tile-not-there", message);
    }
    for (const [name, parts] of source.parts) {
      const whole = this.machine.memory.read(tensorNamed(this.machine, name, place), place).length;
      if (parts[0]?.data.length === whole) {
        queue.parts.set(name, parts);
        continue;
      }
      // One part for all rows, or one for each.
      const skipped = parts.length === 1 ? 0 : queue.strip.firstRow - source.strip.firstRow;
      const cut = this.stretches(queue.strip).map((stretch, row) => {
        const [from, to] = this.share(whole, stretch);
        const { first, data } = present(
          parts[parts.length === 1 ? 0 : skipped + row],
          "the part that a strip inside is in",
        );
        return { first: from, data: data.slice(from - first, to - first) };
      });
      queue.parts.set(name, cut);
    }
  }

  private checkSlot(
    name: string,
    queue: StripQueue,
    { slotBytes, place }: { readonly slotBytes: number; readonly place: RegionPlace },
  ): void {
    const words = [...queue.parts.keys()].reduce((sum, part) => sum + (this.machine.memory.named(part)?.words ?? 0), 0);
    const moved = this.readWords === 0 ? 0 : (words / this.readWords) * this.nest.inputWords;
    this.checkBytes({ name, words: moved, queue, slotBytes, place });
  }

  private checkBytes(tile: {
    readonly name: string;
    readonly words: number;
    readonly queue: StripQueue;
    readonly slotBytes: number;
    readonly place: RegionPlace;
  }): void {
    const { name, words, queue, slotBytes, place } = tile;
    // Even shares need not be whole words.
    const share = (words * stripPoints(queue.strip)) / this.points;
    const bytes = Math.ceil(share * this.machine.architecture.operandBytes - 1e-6);
    if (bytes <= slotBytes) return;
    fault(place, "memory-overflow", `a strip in ${name} takes ${bytes} bytes but a slot has ${slotBytes}`);
  }

  /** A buffer that is read: it must hold a strip that was waited for. */
  private ready(name: string, place: RegionPlace): StripQueue {
    const queue = this.queue(name);
    if (!queue.isThere) fault(place, "tile-not-there", `${name} is read, but nothing has come into it`);
    if (!queue.isReady)
      fault(place, "tile-not-there", `${name} is read before a wait for the strip that is on its way`);
    return queue;
  }

  /** The work on one strip: its operands have come. */
  private work(reads: string | undefined, writes: string | undefined, place: RegionPlace): void {
    const strip = this.strip();
    if (reads !== undefined) {
      const queue = this.ready(reads, place);
      if (!queue.holds(strip)) {
        fault(place, "tile-not-there", `${reads} holds ${stripText(queue.strip)}, not ${stripText(strip)}`);
      }
      for (const [name, parts] of queue.parts) for (const part of parts) this.deliver(name, part, place);
    }
    if (writes === undefined) return;
    const queue = this.queue(writes);
    if (!queue.holds(strip)) fault(place, "tile-not-there", `${writes} does not hold ${stripText(strip)}`);
    const { sweep = 1 } = this.nest.extents;
    if (this.ranges.high[2] === sweep) queue.made = stripPoints(strip);
  }

  private deliver(name: string, part: StripPart, place: RegionPlace): void {
    let operand = this.delivered.get(name);
    if (operand === undefined) {
      const tensor = tensorNamed(this.machine, name, place);
      const type = tensorTypeOf(this.machine.memory.valueOf(tensor));
      const data = emptyNumbers(type);
      operand = { tensor, data, isThere: new Uint8Array(data.length) };
      this.delivered.set(name, operand);
    }
    // A whole operand is the same whichever strip brings it.
    if (part.data.length === operand.data.length && operand.isThere[0] === 1 && operand.isThere.at(-1) === 1) return;
    operand.data.set(part.data, part.first);
    operand.isThere.fill(1, part.first, part.first + part.data.length);
  }

  /** Makes the strip at hand the one of an output buffer. */
  private open(name: string): void {
    const { place } = present(this.index.drains.get(name), name);
    const strip = this.strip();
    const queue = this.queue(name);
    if (queue.holds(strip)) return;
    this.leave(name, this.ranges.pe);
    queue.begin(strip);
    const { slotBytes } = queue.buffer;
    const words = this.tensorsBehind(name, place).reduce((sum, tensor) => sum + tensor.words, 0);
    this.checkBytes({ name, words, queue, slotBytes, place });
  }

  /** Tensors that a buffer's strips reach in the end. */
  private tensorsBehind(name: string, place: RegionPlace): readonly ProgramTensor[] {
    const { statement } = present(this.index.drains.get(name), name);
    return statement.to.flatMap((to) =>
      this.index.buffers.has(to) ? this.tensorsBehind(to, place) : [tensorNamed(this.machine, to, place)],
    );
  }

  private take(name: string, place: RegionPlace): void {
    const queue = this.queue(name);
    if (!queue.holds(this.strip())) fault(place, "tile-not-there", `${name} does not hold the strip that leaves here`);
    queue.isTaken = true;
  }

  /** Lets the strip at hand go, after those inside that belong to it. */
  private leave(name: string, pe: number): void {
    const drain = this.index.drains.get(name);
    if (drain === undefined) return;
    const own = present(this.index.buffers.get(name), name);
    for (const [inner, { statement }] of this.index.drains) {
      if (!statement.to.includes(name)) continue;
      const isShared = this.index.buffers.get(inner)?.perPe === true && !own.perPe;
      if (isShared) this.queues.get(inner)?.forEach((_queue, index) => this.leave(inner, index));
      else this.leave(inner, pe);
    }
    const queue = this.queue(name, pe);
    if (!queue.isThere) return;
    queue.isThere = false;
    // Before the last sweep nothing is made yet.
    if (queue.made === 0) return;
    if (!queue.isTaken) fault(drain.place, "tile-overwritten", `a strip of ${name} is overwritten before it leaves`);
    if (queue.made !== stripPoints(queue.strip)) {
      const message = `${name} leaves with ${queue.made} of its ${stripPoints(queue.strip)} points`;
      fault(drain.place, "tensor-not-written", message);
    }
    for (const to of drain.statement.to) this.moveOut(queue, to, { pe, place: drain.place });
  }

  private moveOut(
    queue: StripQueue,
    to: string,
    { pe, place }: { readonly pe: number; readonly place: RegionPlace },
  ): void {
    if (this.index.buffers.has(to)) {
      const outer = this.queue(to, pe);
      if (!outer.isThere || !isStripInside(queue.strip, outer.strip)) {
        fault(place, "tile-not-there", `${to} does not hold ${stripText(queue.strip)}`);
      }
      outer.made += queue.made;
      return;
    }
    const tensor = tensorNamed(this.machine, to, place);
    const count = present(this.machine.memory.write(tensor, place), to).data.length;
    const marks = this.taken.get(to) ?? new Uint8Array(count);
    this.taken.set(to, marks);
    for (const stretch of this.stretches(queue.strip)) {
      const [from, end] = this.share(count, stretch);
      for (let at = from; at < end; at++) {
        if (marks[at] === 1) fault(place, "tile-overwritten", `element ${at} of ${to} is written twice`);
        marks[at] = 1;
      }
    }
  }

  /** Runs the operations on what has come. */
  private compute(weights: WeightReader): ReadonlyMap<Value, TensorValue> {
    const known = new Map<Value, TensorValue>();
    const operations = [...this.region.operations].sort((a, b) => a - b);
    for (const id of operations) {
      const op = present(this.machine.frozen.operations[id], "operation");
      for (const operand of op.operands) {
        if (!known.has(operand)) known.set(operand, this.operand(operand));
      }
      for (const result of op.results) known.set(result, interpretValue(result, known, weights));
    }
    return known;
  }

  private operand(value: Value): TensorValue {
    const tensor = this.members.tensorOf(value);
    const come = this.delivered.get(tensor.name);
    if (come === undefined)
      fault(this.place, "tensor-not-written", `${tensor.name} is used, but no transfer brings it`);
    const missing = come.isThere.indexOf(0);
    if (missing >= 0) {
      fault(this.place, "tensor-not-written", `element ${missing} of ${tensor.name} is used, but no strip brings it`);
    }
    return { type: tensorTypeOf(value), data: come.data };
  }

  private writeResults(values: ReadonlyMap<Value, TensorValue>): void {
    for (const [name, marks] of this.taken) {
      const tensor = tensorNamed(this.machine, name, this.place);
      const value = values.get(this.machine.memory.valueOf(tensor));
      if (value === undefined) fault(this.place, "program-invalid", `${name} is not a result of the region`);
      const target = this.machine.memory.write(tensor, this.place);
      const { rounding } = target;
      for (let at = 0; at < marks.length; at++) {
        if (marks[at] === 0) continue;
        target.data[at] = rounding === undefined ? value.data[at]! : rounding(value.data[at]!);
        target.isThere[at] = 1;
        target.count++;
      }
    }
  }
}
