/** Runs a matrix region tile by tile: loops, transfers, waits, array passes and vector work, on real numbers. */
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { present } from "../../support/bug.ts";
import { at } from "../mapping/problem.ts";
import type {
  MatrixNest,
  Pass,
  ProgramBuffer,
  RegionProgram,
  Statement,
  Transfer,
  VectorWork,
  Wait,
} from "../schedule/program.ts";
import type { AnchorLayout } from "./anchor-layout.ts";
import { anchorLayout } from "./anchor-layout.ts";
import type { InnerBox, TableSlice } from "./boxes.ts";
import { boxIndices, copyOut, gather } from "./boxes.ts";
import type { PassShape } from "./mac-kernel.ts";
import { multiplyAccumulate } from "./mac-kernel.ts";
import type { Machine, Placed, RegionPlace } from "./machine.ts";
import { regionPlace, require, tensorNamed } from "./machine.ts";
import { fault } from "./fault.ts";
import type { EpiloguePlan, OperandPlan } from "./matrix-plan.ts";
import { checkVectorWork, computingNeighbours, epiloguePlan, operandPlan, RegionMembers } from "./matrix-plan.ts";
import type { RegionIndex } from "./region-index.ts";
import { indexRegion, outermostSource } from "./region-index.ts";
import { accumulators, roundingOf } from "./number-mode.ts";
import { LoopRanges } from "./loop-ranges.ts";
import type { OutputBuffer } from "./sum-tiles.ts";
import { SumTiles } from "./sum-tiles.ts";
import { reductionMarks, TileQueue } from "./tile-queue.ts";
import { boxElements, isInside, sliceTo, TileShapes } from "./tile-shapes.ts";

type Numbers = TensorValue["data"];
type Run = () => void;

/** Runs a matrix region. */
export function runMatrixRegion(machine: Machine, region: RegionProgram, nest: MatrixNest): void {
  new MatrixRegion(machine, region, nest).run();
}

class MatrixRegion {
  private readonly machine: Machine;
  private readonly region: RegionProgram;
  private readonly place: RegionPlace;
  private readonly index: RegionIndex;
  private readonly members: RegionMembers;
  private readonly layout: AnchorLayout;
  private readonly shapes: TileShapes;
  private readonly epilogue: EpiloguePlan;
  private readonly sums: SumTiles;
  private readonly outputs: ReadonlyMap<string, OutputBuffer>;
  private readonly operands: ReadonlyMap<string, OperandPlan>;
  private readonly queues = new Map<string, TileQueue[]>();
  private readonly ranges: LoopRanges;
  private readonly marks: Float64Array;
  private readonly read: (tensor: OperandPlan["tensor"]) => Numbers;
  private indices = new Int32Array(1024);

  constructor(machine: Machine, region: RegionProgram, nest: MatrixNest) {
    this.machine = machine;
    this.region = region;
    this.place = regionPlace(machine, region);
    this.index = indexRegion(machine, region);
    this.members = new RegionMembers(machine, region, this.place);
    this.layout = anchorLayout(this.members.anchor);
    checkNest(nest, this.layout, this.place);
    this.shapes = new TileShapes(this.layout);
    this.ranges = new LoopRanges(this.layout.extents, at);
    this.marks = reductionMarks(this.layout.extents[at.c] ?? 1);
    this.read = (tensor) => machine.memory.read(tensor, this.place);
    this.outputs = outputBuffers(this.index);
    this.operands = this.operandPlans();
    this.epilogue = this.planEpilogue();
    this.sums = this.sumTiles();
    this.checkVectorStatements();
  }

  run(): void {
    const body = this.compileBody(this.region.body, "/body");
    body();
    this.sums.leaveAll();
  }

  private operandPlans(): ReadonlyMap<string, OperandPlan> {
    const plans = new Map<string, OperandPlan>();
    for (const buffer of this.region.buffers) {
      if (buffer.operand === "output") continue;
      const source = outermostSource(this.index, buffer);
      const tensor = tensorNamed(this.machine, source.name, source.place);
      const position = buffer.operand === "input" ? 0 : 1;
      plans.set(buffer.name, operandPlan(this.members, position, { tensor, place: source.place }));
    }
    return plans;
  }

  private planEpilogue(): EpiloguePlan {
    const vector = this.index.vectors.find(({ statement }) => statement.stage === "epilogue");
    const targets = [...this.outputs.values()].flatMap(({ drain, outer }) =>
      outer === undefined ? drain.statement.to : [],
    );
    const names = [...(vector?.statement.copies ?? []), ...targets];
    const place = vector?.place ?? this.place;
    const plan = epiloguePlan(this.machine, this.members, { names, place });
    if (vector !== undefined) checkVectorWork(vector, plan.steps, this.machine);
    return plan;
  }

  private sumTiles(): SumTiles {
    const { element } = tensorTypeOf(this.members.anchor.result);
    return new SumTiles({
      memory: this.machine.memory,
      layout: this.layout,
      shapes: this.shapes,
      epilogue: this.epilogue,
      buffers: this.outputs,
      wholeMark: this.marks.at(-1) ?? 0,
      operandBytes: this.machine.architecture.operandBytes,
      accumulatorBytes: this.machine.architecture.accumulatorBytes,
      accumulators: (count) => accumulators(element, count),
      fit: roundingOf(element, "f32"),
    });
  }

  /** Every op that computes something must be in some vector work. */
  private checkVectorStatements(): void {
    const done = new Set(this.index.vectors.flatMap(({ statement }) => statement.operations));
    for (const op of computingNeighbours(this.members)) {
      const id = this.machine.frozen.idOf(op);
      require(done.has(id), this.place, () => ["program-invalid", `nothing does operation ${id} (${op.name})`]);
    }
  }

  /** The instance of a buffer at hand; looked up once, for it is asked for in every tile. */
  private queue(name: string): () => TileQueue {
    const instances = this.queues.get(name) ?? [];
    this.queues.set(name, instances);
    const buffer = present(this.index.buffers.get(name), name);
    return () => (instances[buffer.perPe ? this.ranges.pe : 0] ??= new TileQueue(buffer, this.emptyTile(buffer)));
  }

  private emptyTile({ operand }: ProgramBuffer): Numbers {
    const value = present(this.members.anchor.operands[operand === "weight" ? 1 : 0], "operand");
    return accumulators(tensorTypeOf(value).element, 64);
  }

  private compileBody(body: readonly Statement[], path: string): Run {
    const runs = body.map((statement, index) => this.compile(statement, `${path}/${index}`));
    const opened = [...this.outputs.values()].filter(({ drain }) => body.includes(drain.statement));
    return () => {
      for (const output of opened) this.sums.open(output, this.ranges.pe, this.ranges);
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
        return this.compileTransfer({ statement, place });
      case "wait":
        return this.compileWait({ statement, place });
      case "pass":
        return this.compilePass({ statement, place });
      case "vector":
        return this.compileVector({ statement, place });
    }
  }

  private compileTransfer({ statement, place }: Placed<Transfer>): Run {
    const [source = "", target = ""] = [statement.from[0], statement.to[0]];
    const output = this.outputs.get(statement.when === "left" ? source : target);
    if (output !== undefined && statement.when === "left")
      return () => this.sums.take(output, this.ranges.pe, this.ranges);
    if (output !== undefined) return () => this.sums.load(output, this.ranges.pe, { name: source, place });
    const buffer = present(this.index.buffers.get(target), target);
    const outer = this.index.buffers.get(source);
    const fill = outer === undefined ? this.fromTensor(buffer) : this.fromBuffer(buffer, outer, place);
    const { slots, slotBytes } = buffer;
    const { operandBytes } = this.machine.architecture;
    const queueOf = this.queue(target);
    return () => {
      const queue = queueOf();
      if (queue.holds(this.ranges)) return;
      this.shapes.write(buffer.operand, this.ranges, queue.box);
      queue.begin(this.ranges);
      if (queue.arrived > slots && slots <= statement.ahead) {
        const message = `${queue.rangesText()} comes ${statement.ahead} ahead into ${target}, whose ${slots} slots hold tiles that are still used`;
        fault(place, "tile-overwritten", message);
      }
      const bytes = this.shapes.moved(buffer.operand, this.ranges, queue.box) * operandBytes;
      if (bytes > slotBytes) {
        fault(place, "memory-overflow", `a tile of ${target} takes ${bytes} bytes but a slot has ${slotBytes}`);
      }
      fill(queue);
    };
  }

  /** Brings a tile from the tensor that its operand comes from. */
  private fromTensor({ name, operand }: ProgramBuffer): (queue: TileQueue) => void {
    const { tensor, map } = present(this.operands.get(name), name);
    const slices = this.shapes.slices(operand);
    return (queue) => {
      const count = this.operandIndices(operand, slices, queue);
      gather(this.read(tensor), this.indices, { count, map, to: queue.data });
    };
  }

  /** The numbers of a tile's elements in the anchor's operand; −1 for those outside of it. */
  private operandIndices(operand: ProgramBuffer["operand"], slices: readonly TableSlice[], queue: TileQueue): number {
    const elements = boxElements(queue.box);
    if (this.indices.length < elements) this.indices = new Int32Array(2 * elements);
    sliceTo(slices, queue.box);
    const count = boxIndices(slices, this.indices);
    if (operand === "input" && this.layout.checks.length > 0) this.markOutside(queue);
    return count;
  }

  /** Sets the numbers of elements that lie outside of the input along a dimension that does not slide. */
  private markOutside({ box }: TileQueue): void {
    const { starts, sizes } = box;
    const [groups, batch, lines, c] = [sizes[0]!, sizes[1]!, sizes[2]! * sizes[3]!, sizes[4]!];
    for (const { coordinates, extent } of this.layout.checks) {
      const [ofG, ofB, ofC] = [coordinates[at.g]!, coordinates[at.b]!, coordinates[at.c]!];
      let index = 0;
      for (let g = 0; g < groups; g++) {
        for (let b = 0; b < batch; b++) {
          const outer = ofG[starts[0]! + g]! + ofB[starts[1]! + b]!;
          for (let line = 0; line < lines; line++) {
            for (let i = 0; i < c; i++, index++) {
              const coordinate = outer + ofC[starts[4]! + i]!;
              if (coordinate < 0 || coordinate >= extent) this.indices[index] = -1;
            }
          }
        }
      }
    }
  }

  /** Cuts a tile out of the one in a buffer outside. */
  private fromBuffer(buffer: ProgramBuffer, outer: ProgramBuffer, place: RegionPlace): (queue: TileQueue) => void {
    const box: InnerBox = { outer: new Int32Array(5), sizes: new Int32Array(5), starts: new Int32Array(5) };
    const sourceOf = this.queue(outer.name);
    return (queue) => {
      const source = ready(sourceOf(), place);
      if (!isInside(queue.box, source.box)) {
        const message = `${outer.name} holds ${source.rangesText()}, not all of the tile ${queue.rangesText()}`;
        fault(place, "tile-not-there", message);
      }
      box.outer.set(source.box.sizes);
      box.sizes.set(queue.box.sizes);
      for (let dim = 0; dim < 5; dim++) box.starts[dim] = queue.box.starts[dim]! - source.box.starts[dim]!;
      copyOut(box, source.data, queue.data);
    };
  }

  private compileWait({ statement: { buffer }, place }: Placed<Wait>): Run {
    const queueOf = this.queue(buffer);
    return () => {
      const queue = queueOf();
      if (!queue.isThere) fault(place, "tile-not-there", `nothing has been sent into ${buffer}: the wait never ends`);
      queue.isReady = true;
    };
  }

  /** The tile of a buffer for the ranges at hand. */
  private current(found: TileQueue, place: RegionPlace): TileQueue {
    const queue = ready(found, place);
    if (!queue.holds(this.ranges)) {
      fault(
        place,
        "tile-not-there",
        `${queue.buffer.name} holds ${queue.rangesText()}, not the tile that is used here`,
      );
    }
    return queue;
  }

  private compilePass({ statement, place }: Placed<Pass>): Run {
    const { rows, columns } = this.layout;
    const output = present(this.outputs.get(statement.output), statement.output);
    const shape: PassShape = {
      ...{ g: 1, b: 1, p: 1, q: 1, k: 1, c: 1, inputRows: 1, inputColumns: 1, firstRow: 0, firstColumn: 0 },
      ...{ kernelRows: rows.kernel, rowStride: rows.stride, rowDilation: rows.dilation },
      ...{ kernelColumns: columns.kernel, columnStride: columns.stride, columnDilation: columns.dilation },
    };
    const { marks } = this;
    const { low, high } = this.ranges;
    const size = (slot: number): number => high[slot]! - low[slot]!;
    const whole = marks.at(-1) ?? 0;
    const [inputOf, weightOf] = [this.queue(statement.input), this.queue(statement.weight)];
    return () => {
      const input = this.current(inputOf(), place);
      const weight = this.current(weightOf(), place);
      const sums = this.sums.queue(output, this.ranges.pe);
      if (!sums.holds(this.ranges))
        fault(place, "tile-not-there", `${statement.output} does not hold the sums of this pass`);
      shape.g = size(at.g);
      shape.b = size(at.b);
      shape.p = size(at.p);
      shape.q = size(at.q);
      shape.k = size(at.k);
      shape.c = size(at.c);
      shape.inputRows = input.box.sizes[2]!;
      shape.inputColumns = input.box.sizes[3]!;
      shape.firstRow = low[at.p]! * rows.stride - rows.padBefore - input.box.starts[2]!;
      shape.firstColumn = low[at.q]! * columns.stride - columns.padBefore - input.box.starts[3]!;
      sums.uniformMark += marks[high[at.c]!]! - marks[low[at.c]!]!;
      if (sums.uniformMark > whole || sums.isWorked) {
        const message = `${sums.rangesText()} gets products of c ${low[at.c]!}..${high[at.c]!} that it has already`;
        fault(place, "reduction-wrong", message);
      }
      multiplyAccumulate(shape, input.data, weight.data, sums.data);
    };
  }

  private compileVector({ statement, place }: Placed<VectorWork>): Run {
    if (statement.stage === "epilogue") return this.compileEpilogue({ statement, place });
    const name = statement.reads ?? "";
    const { kernel, resultStep } = this.operands.get(name) ?? fault(place, "program-invalid", "it reads no operand");
    if (kernel === undefined) return () => undefined;
    checkVectorWork({ statement, place }, kernel.steps, this.machine);
    const { operand } = present(this.index.buffers.get(name), name);
    const slices = this.shapes.slices(operand);
    const queueOf = this.queue(name);
    return () => {
      const queue = this.current(queueOf(), place);
      if (queue.isWorked) return;
      queue.isWorked = true;
      const count = this.operandIndices(operand, slices, queue);
      if (count === 0) return;
      const { indices, read } = this;
      const values = kernel.run({ indices, count, tile: queue.data, read });
      const result = present(values[resultStep], "the result of a prologue");
      for (let index = 0; index < count; index++) queue.data[index] = indices[index]! < 0 ? 0 : result[index]!;
    };
  }

  /** Finishes output tiles whose reduction is complete. */
  private compileEpilogue({ statement, place }: Placed<VectorWork>): Run {
    const { kernel, results } = this.epilogue;
    const output = present(this.outputs.get(statement.writes ?? ""), "output");
    const whole = this.marks.at(-1) ?? 0;
    const copies = statement.copies.map((name) => present(results.get(name), name));
    const final = [...results.values()].find(({ tensor }) => !statement.copies.includes(tensor.name));
    return () => {
      const queue = this.sums.queue(output, this.ranges.pe);
      if (!queue.holds(this.ranges))
        fault(place, "tile-not-there", `${output.buffer.name} does not hold the sums of this tile`);
      if (queue.uniformMark !== whole || queue.isWorked) return;
      queue.isWorked = true;
      const count = this.sums.indicesOf(queue.box);
      const tile = queue.data;
      const values = kernel?.run({ indices: this.sums.currentIndices(), count, tile, read: this.read });
      for (const copy of copies) {
        const data = values?.[copy.step] ?? tile;
        this.sums.deposit(copy, { data, marks: undefined, count, place });
      }
      const result = final === undefined ? undefined : values?.[final.step];
      if (result !== undefined) queue.data.set(result.length === count ? result : result.subarray(0, count));
    };
  }
}

/** A buffer that is read: it must hold a tile that was waited for. */
function ready(queue: TileQueue, place: RegionPlace): TileQueue {
  const { name } = queue.buffer;
  if (!queue.isThere) fault(place, "tile-not-there", `${name} is read, but nothing has come into it`);
  if (!queue.isReady) {
    fault(place, "tile-not-there", `${name} is read before a wait for ${queue.rangesText()}, which is on its way`);
  }
  return queue;
}

/** The nest of a program must be that of the anchor. */
function checkNest(nest: MatrixNest, layout: AnchorLayout, place: RegionPlace): void {
  for (const [loop, slot] of Object.entries(at)) {
    const [have, want] = [nest.extents[loop] ?? 1, layout.extents[slot] ?? 1];
    require(have === want, place, () => ["program-invalid", `loop ${loop} has extent ${have} but its op has ${want}`]);
  }
  for (const axis of ["rows", "columns"] as const) {
    const [have, want] = [nest[axis], layout[axis]];
    const isSame = (["kernel", "stride", "dilation", "padBefore", "inputExtent"] as const).every(
      (key) => have[key] === want[key],
    );
    require(isSame, place, () => ["program-invalid", `the window of ${axis} is not that of the op`]);
  }
}

function outputBuffers({ region, buffers, drains }: RegionIndex): ReadonlyMap<string, OutputBuffer> {
  const made = new Map<string, OutputBuffer & { readonly inner: OutputBuffer[] }>();
  // Outermost first, so that a buffer finds the one around it.
  for (const buffer of region.buffers) {
    if (buffer.operand !== "output") continue;
    const drain = present(drains.get(buffer.name), buffer.name);
    const name = drain.statement.to.find((to) => buffers.has(to));
    const outer = name === undefined ? undefined : made.get(name);
    if (name !== undefined && outer === undefined) {
      fault(drain.place, "program-invalid", `${buffer.name} goes into ${name}, which is not outside of it`);
    }
    const output = { buffer, drain, outer, inner: [], queues: [] };
    made.set(buffer.name, output);
    outer?.inner.push(output);
  }
  return made;
}
