/** Output tiles of a matrix region: sums begin, leave, come back, and end in the tensors of the results. */
import type { TensorValue } from "../../ir/tensor-value.ts";
import { rowMajorStrides } from "../../ir/numbers/indexing.ts";
import { present } from "../../support/bug.ts";
import type { ProgramBuffer, Transfer } from "../schedule/program.ts";
import type { AnchorLayout } from "./anchor-layout.ts";
import type { InnerBox, TableSlice } from "./boxes.ts";
import { boxIndices, forEachPlane } from "./boxes.ts";
import { fault } from "./fault.ts";
import type { Placed, RegionPlace } from "./machine.ts";
import type { EpiloguePlan, ResultPlan } from "./matrix-plan.ts";
import { operandSlots } from "./tile-shapes.ts";
import type { Box, Ranges, TileShapes } from "./tile-shapes.ts";
import { boxElements, isInside, sliceTo } from "./tile-shapes.ts";
import type { TensorInWriting, TensorMemory } from "./tensor-memory.ts";
import { SumQueue } from "./tile-queue.ts";

type Numbers = TensorValue["data"];

/** A buffer of output tiles with what happens to them. */
export interface OutputBuffer {
  readonly buffer: ProgramBuffer;
  readonly drain: Placed<Transfer>;
  /** The buffer that its tiles go to; undefined: they go to tensors. */
  readonly outer: OutputBuffer | undefined;
  /** Buffers whose tiles come into it. */
  readonly inner: readonly OutputBuffer[];
  /** Its instances: of every PE, or of all. */
  readonly queues: SumQueue[];
}

/** Partial sums in DRAM. */
interface Scratch {
  readonly data: Numbers;
  readonly marks: Float64Array;
}

export interface SumContext {
  readonly memory: TensorMemory;
  readonly layout: AnchorLayout;
  readonly shapes: TileShapes;
  readonly epilogue: EpiloguePlan;
  readonly buffers: ReadonlyMap<string, OutputBuffer>;
  /** The mark of a whole reduction. */
  readonly wholeMark: number;
  readonly operandBytes: number;
  readonly accumulatorBytes: number;
  readonly accumulators: (count: number) => Numbers;
  /** Rounds a finished sum to the element type; undefined where storing does that. */
  readonly fit: ((value: number) => number) | undefined;
}

/** The output tiles of all buffers while a region runs. */
export class SumTiles {
  private readonly context: SumContext;
  private readonly scratch = new Map<string, Scratch>();
  private readonly outputSlices: readonly TableSlice[];
  private readonly scratchSlices: readonly TableSlice[];
  private readonly writing = new Map<string, TensorInWriting>();
  private indices = new Int32Array(1024);
  private readonly inner: InnerBox = {
    outer: new Int32Array(5),
    sizes: new Int32Array(5),
    starts: new Int32Array(5),
  };

  constructor(context: SumContext) {
    this.context = context;
    this.outputSlices = context.shapes.slices("output");
    const extents = operandSlots.output.map((slot) => context.layout.extents[slot] ?? 1);
    const strides = rowMajorStrides(extents);
    this.scratchSlices = extents.map((extent, dim) => ({
      table: Int32Array.from({ length: extent }, (_unused, index) => index * (strides[dim] ?? 1)),
      first: 0,
      count: 1,
    }));
  }

  /** The instance of a buffer that belongs to a PE; of one that all share, the only one. */
  queue({ buffer, queues }: OutputBuffer, pe: number): SumQueue {
    return (queues[buffer.perPe ? pe : 0] ??= new SumQueue(buffer, this.context.accumulators(64)));
  }

  /** Makes the tile of these ranges the one at hand: another one leaves before. */
  open(output: OutputBuffer, pe: number, ranges: Ranges): SumQueue {
    const queue = this.queue(output, pe);
    if (queue.holds(ranges)) return queue;
    this.leave(output, pe);
    this.context.shapes.write("output", ranges, queue.box);
    const width = this.isInnermost(output) ? this.context.accumulatorBytes : this.context.operandBytes;
    checkSlot(output, queue, { width, place: output.drain.place });
    queue.beginSums(ranges);
    return queue;
  }

  private isInnermost({ inner }: OutputBuffer): boolean {
    return inner.length === 0;
  }

  /** Lets the tile at hand go, after those in buffers inside that belong to it. */
  private leave(output: OutputBuffer, pe: number): void {
    for (const child of output.inner) {
      if (child.buffer.perPe && !output.buffer.perPe) child.queues.forEach((_queue, index) => this.leave(child, index));
      else this.leave(child, pe);
    }
    const queue = this.queue(output, pe);
    if (!queue.isThere) return;
    if (!queue.isTaken) {
      const message = `another tile begins in ${output.buffer.name} before a transfer has taken ${queue.rangesText()}`;
      fault(output.drain.place, "tile-overwritten", message);
    }
    queue.isThere = false;
    if (this.isInnermost(output)) queue.marks.fill(queue.uniformMark, 0, boxElements(queue.box));
    if (output.outer !== undefined)
      this.moveOut(output.drain.place, queue, { target: output.outer, outer: this.queue(output.outer, pe) });
    else this.store(output, queue);
  }

  /** Everything leaves at the end of the region. */
  leaveAll(): void {
    for (const output of this.context.buffers.values()) {
      if (output.outer !== undefined) continue;
      for (let pe = 0; pe < Math.max(1, output.queues.length); pe++) this.leave(output, pe);
    }
  }

  /** A transfer out of the buffer is passed: it will take the tile when that is left. */
  take(output: OutputBuffer, pe: number, ranges: Ranges): void {
    const queue = this.queue(output, pe);
    if (!queue.holds(ranges)) {
      const held = queue.isThere ? `but ${queue.rangesText()}` : "nothing";
      fault(output.drain.place, "tile-not-there", `${output.buffer.name} holds ${held}, not the tile that leaves here`);
    }
    queue.isTaken = true;
  }

  private boxIn(inner: Box, outer: Box): InnerBox {
    this.inner.outer.set(outer.sizes);
    this.inner.sizes.set(inner.sizes);
    for (let dim = 0; dim < 5; dim++) this.inner.starts[dim] = inner.starts[dim]! - outer.starts[dim]!;
    return this.inner;
  }

  /** A tile goes into its part of the tile outside. */
  private moveOut(
    place: RegionPlace,
    queue: SumQueue,
    { target, outer }: { readonly target: OutputBuffer; readonly outer: SumQueue },
  ): void {
    if (!outer.isThere || !isInside(queue.box, outer.box)) {
      const held = outer.isThere ? `only ${outer.rangesText()}` : "no tile";
      fault(place, "tile-not-there", `${outer.buffer.name} holds ${held} when ${queue.rangesText()} comes`);
    }
    if (!isEvery(queue, this.context.wholeMark)) {
      checkSlot(target, outer, { width: this.context.accumulatorBytes, place });
    }
    const { loadedMarks, loadedMark, data, marks } = queue;
    const box = this.boxIn(queue.box, outer.box);
    const [lines, length, step] = [box.sizes[3]!, box.sizes[4]!, box.outer[4]!];
    forEachPlane(box, (first, at) => {
      for (let line = 0; line < lines; line++, first += step) {
        for (let to = first; to < first + length; to++, at++) {
          const expected = loadedMarks === undefined ? loadedMark : loadedMarks[at];
          if (outer.marks[to] !== expected) this.refuseOverwriting(outer.marks[to]!, queue, place);
          outer.data[to] = data[at]!;
          outer.marks[to] = marks[at]!;
        }
      }
    });
  }

  /** What stands where a tile goes must be what it began with. */
  private refuseOverwriting(before: number, queue: SumQueue, place: RegionPlace): never {
    const { wholeMark } = this.context;
    if (before === wholeMark) {
      fault(place, "reduction-wrong", `${queue.rangesText()} was complete already and is written a second time`);
    }
    const message = queue.isLoaded
      ? `partial sums of ${queue.rangesText()} were changed while they were on their way`
      : `partial sums of ${queue.rangesText()} are overwritten by others that began at zero`;
    fault(place, "reduction-wrong", message);
  }

  /** A tile goes to tensors: complete sums to the result, others to partial sums in DRAM. */
  private store(output: OutputBuffer, queue: SumQueue): void {
    const { wholeMark, epilogue } = this.context;
    const { statement, place } = output.drain;
    const elements = boxElements(queue.box);
    const complete = countOf(queue, wholeMark, elements);
    if (complete < elements) this.storePartial(output, queue, elements);
    if (complete === 0) return;
    for (const name of statement.to) {
      const plan = present(epilogue.results.get(name), name);
      const count = this.indicesOf(queue.box);
      this.deposit(plan, { data: queue.data, marks: complete < count ? queue.marks : undefined, count, place });
    }
  }

  private storePartial(output: OutputBuffer, queue: SumQueue, elements: number): void {
    const { wholeMark } = this.context;
    const { statement, place } = output.drain;
    const first = queue.marks.findIndex((mark, index) => index < elements && mark !== wholeMark);
    const share = queue.marks[first] ?? 0;
    if (statement.partialsTo === undefined) {
      const kind = share === 0 ? "without any product" : "before their reduction is complete";
      fault(place, "reduction-wrong", `sums of ${queue.rangesText()} leave ${kind}`);
    }
    const scratch = this.scratchOf(statement.partialsTo);
    sliceTo(this.scratchSlices, queue.box);
    const indices = this.room(elements);
    boxIndices(this.scratchSlices, indices);
    for (let at = 0; at < elements; at++) {
      const mark = queue.marks[at]!;
      if (mark === wholeMark) continue;
      const to = indices[at]!;
      const expected = queue.loadedMarks?.[at] ?? queue.loadedMark;
      if (scratch.marks[to] !== expected) this.refuseOverwriting(scratch.marks[to]!, queue, place);
      scratch.data[to] = queue.data[at]!;
      scratch.marks[to] = mark;
    }
  }

  private scratchOf(name: string): Scratch {
    const known = this.scratch.get(name);
    if (known !== undefined) return known;
    const { layout, accumulators } = this.context;
    const count = layout.outputElements;
    const made = { data: accumulators(count), marks: new Float64Array(count) };
    this.scratch.set(name, made);
    return made;
  }

  /** Partial sums come back into the tile at hand, where it has been left before. */
  load(output: OutputBuffer, pe: number, source: { readonly name: string; readonly place: RegionPlace }): void {
    const queue = this.queue(output, pe);
    if (queue.isLoaded || !queue.isThere || queue.uniformMark !== 0) return;
    queue.isLoaded = true;
    const outer = this.context.buffers.get(source.name);
    if (outer !== undefined) this.loadFromBuffer(queue, this.queue(outer, pe), source.place);
    else this.loadFromScratch(queue, this.scratchOf(source.name));
    const elements = boxElements(queue.box);
    if (!this.isInnermost(output)) {
      queue.loadedMarks = queue.marks.slice(0, elements);
      return;
    }
    queue.uniformMark = queue.marks[0]!;
    queue.loadedMark = queue.uniformMark;
    if (!isEvery(queue, queue.uniformMark)) {
      fault(source.place, "reduction-wrong", `partial sums of ${queue.rangesText()} come back with unequal parts`);
    }
    if (queue.uniformMark === 0) queue.data.fill(0, 0, elements);
  }

  private loadFromBuffer(queue: SumQueue, outer: SumQueue, place: RegionPlace): void {
    if (!outer.isThere || !isInside(queue.box, outer.box)) {
      fault(place, "tile-not-there", `${outer.buffer.name} does not hold the sums ${queue.rangesText()}`);
    }
    const { data, marks } = queue;
    const box = this.boxIn(queue.box, outer.box);
    const [lines, length, step] = [box.sizes[3]!, box.sizes[4]!, box.outer[4]!];
    forEachPlane(box, (first, at) => {
      for (let line = 0; line < lines; line++, first += step) {
        for (let from = first; from < first + length; from++, at++) {
          data[at] = outer.data[from]!;
          marks[at] = outer.marks[from]!;
        }
      }
    });
  }

  private loadFromScratch(queue: SumQueue, scratch: Scratch): void {
    const elements = boxElements(queue.box);
    sliceTo(this.scratchSlices, queue.box);
    const indices = this.room(elements);
    boxIndices(this.scratchSlices, indices);
    for (let at = 0; at < elements; at++) {
      queue.data[at] = scratch.data[indices[at]!]!;
      queue.marks[at] = scratch.marks[indices[at]!]!;
    }
  }

  /** The numbers of a box's elements in the anchor's result. */
  indicesOf(box: Box): number {
    sliceTo(this.outputSlices, box);
    return boxIndices(this.outputSlices, this.room(boxElements(box)));
  }

  /** Those of the box that was asked for last. */
  currentIndices(): Int32Array {
    return this.indices;
  }

  private room(elements: number): Int32Array {
    if (this.indices.length < elements) this.indices = new Int32Array(2 * elements);
    return this.indices;
  }

  /** Writes elements of a result, at the indices of the box that was asked for last. */
  deposit(
    { tensor, map }: ResultPlan,
    part: {
      readonly data: Numbers;
      /** Where some are not complete. */
      readonly marks: Float64Array | undefined;
      readonly count: number;
      readonly place: RegionPlace;
    },
  ): void {
    const { data, marks, count, place } = part;
    const { memory, wholeMark } = this.context;
    let target = this.writing.get(tensor.name);
    if (target === undefined) {
      target = memory.write(tensor, place);
      this.writing.set(tensor.name, target);
    }
    const { data: to, isThere, rounding } = target;
    const indices = this.indices;
    for (let at = 0; at < count; at++) {
      if (marks !== undefined && marks[at] !== wholeMark) continue;
      const index = map === undefined ? indices[at]! : map[indices[at]!]!;
      if (isThere[index] === 1) {
        fault(place, "reduction-wrong", `element ${index} of ${tensor.name} is written twice as complete`);
      }
      isThere[index] = 1;
      target.count++;
      to[index] = rounding === undefined ? data[at]! : rounding(data[at]!);
    }
  }
}

function isEvery(queue: SumQueue, mark: number): boolean {
  return countOf(queue, mark, boxElements(queue.box)) === boxElements(queue.box);
}

function countOf({ marks }: SumQueue, mark: number, elements: number): number {
  let count = 0;
  for (let at = 0; at < elements; at++) if (marks[at] === mark) count++;
  return count;
}

function checkSlot(
  { buffer }: OutputBuffer,
  queue: SumQueue,
  { width, place }: { readonly width: number; readonly place: RegionPlace },
): void {
  const bytes = boxElements(queue.box) * width;
  if (bytes <= buffer.slotBytes) return;
  fault(place, "memory-overflow", `a tile of ${buffer.name} takes ${bytes} bytes but a slot has ${buffer.slotBytes}`);
}
