/**
 * Bounds on every mapping whose innermost tile is one of a run of sizes of each loop, by arithmetic alone: the busiest resource,
 * fill and energy when no outer level is cut. Of a run of one size they are what that tile costs.
 */
import type { Architecture, MemoryLevel } from "../../architecture.ts";
import { gmCapacityBytes } from "../../architecture.ts";
import { arrayFillCycles, reductionSize } from "../array-cycles.ts";
import { CapacityWatch } from "../capacity-watch.ts";
import { compulsoryDramBytes, outputElements } from "../bounds.ts";
import type { MatrixContext } from "../matrix-cost.ts";
import { arrayEdgeBytes, overflowAt } from "../matrix-cost.ts";
import type { MapperEnergy } from "../objective.ts";
import type { MatrixProblem, Tile } from "../problem.ts";
import { at } from "../problem.ts";
import type { SpatialChoice } from "../spatial.ts";
import type { CutTable, CutTables } from "./cut-table.ts";
import { foldings, foldingKey } from "./foldings.ts";
import type { OrderClass } from "./order-classes.ts";

/** A way to spread a problem, and how many groups share a pass of the array. */
export interface ChoicePlace {
  readonly choice: SpatialChoice;
  readonly groupsPerPass: number;
}

/** Positions in the loops' cut tables: sizes fall, so `first` has the largest tiles, `last` the smallest. One entry for each loop. */
export interface Runs {
  readonly first: Int32Array;
  readonly last: Int32Array;
}

const positionLoops = [at.b, at.p, at.q] as const;

/** The bounds' figures are overwritten by every call. Energy is that of events, without idle power. */
export class ChoiceBounds {
  busy = 0;
  fill = 0;
  energyPj = 0;
  readonly place: ChoicePlace;
  readonly tables: readonly [CutTable, CutTable, CutTable, CutTable, CutTable, CutTable];
  readonly problem: MatrixProblem;
  readonly architecture: Architecture;
  private readonly energy: MapperEnergy | undefined;
  readonly watch: CapacityWatch;
  /** Of the innermost level, and its memory. */
  private readonly depth: number;
  private readonly level: MemoryLevel;
  private readonly perChannel: number;
  private readonly dramBytes: number;
  private readonly extraBytes: number;
  private readonly copyBytes: number;
  private readonly outputs: number;
  private readonly macs: number;
  private readonly hasGm: boolean;
  private readonly hasPrivateL2: boolean;
  private readonly usedRows: number;
  /** PEs that take the same word of an operand from the bus. */
  private readonly inputCopies: number;
  private readonly weightCopies: number;
  /** PEs along a bus that share in each operand of a first tile. */
  private readonly inputPes: number;
  private readonly weightPes: number;
  private readonly arrayFill: number;
  /** Streamed positions, output channels and reduction words of the busiest PE. */
  private readonly positions: number;
  private readonly channels: number;
  private readonly words: number;
  /** Elements of the busiest PE and of the busiest bus, without what repeats and what slides. */
  private readonly plainInput: number;
  private readonly plainWeight: number;
  private readonly output: number;
  private readonly plainInputBus: number;
  private readonly plainWeightBus: number;
  private readonly outputBus: number;
  private readonly rowsOnBus: number;
  private readonly columnsOnBus: number;
  private readonly leastBusCycles: number;
  /** Fewest input elements under a tile, for each position in it. */
  private readonly inputPerPosition: number;

  constructor(
    context: MatrixContext,
    place: ChoicePlace,
    options: { tables: CutTables; energy: MapperEnergy | undefined },
  ) {
    const { problem, architecture, chains } = context;
    const { choice, groupsPerPass } = place;
    const { peRows, peColumns, dataflow } = choice;
    const factor = (factors: Tile, slots: readonly number[]): number =>
      slots.reduce((all, slot) => all * (factors[slot] ?? 1), 1);
    const folding = foldings(problem, architecture, { dataflow, groupsPerPass });
    const key = foldingKey(dataflow);
    const table = (slot: 0 | 1 | 2 | 3 | 4 | 5): CutTable => {
      const loop = { slot, unroll: factor(peRows, [slot]) * factor(peColumns, [slot]) };
      return options.tables.table(loop, folding[slot], key);
    };
    const [g, b, p, q, k, c] = (this.tables = [table(0), table(1), table(2), table(3), table(4), table(5)]);
    this.place = place;
    this.problem = problem;
    this.architecture = architecture;
    this.energy = options.energy;
    this.watch = context.watch ?? new CapacityWatch(architecture);
    this.depth = architecture.levels.length - 1;
    this.level = architecture.levels.at(-1) ?? { level: "l1", capacity: { kind: "pool", bytes: 0 }, isPerPe: true };
    this.perChannel = reductionSize(problem, 1);
    this.dramBytes = compulsoryDramBytes(problem, architecture.operandBytes);
    this.extraBytes = problem.extraElements * architecture.operandBytes;
    this.copyBytes = (problem.outputCopies - 1) * outputElements(problem) * architecture.operandBytes;
    this.outputs = outputElements(problem);
    this.macs = this.outputs * reductionSize(problem, problem.extents[at.c] ?? 1);
    this.hasGm = gmCapacityBytes(architecture) > 0;
    this.hasPrivateL2 = architecture.levels.length > chains.perPeLevel + 1;
    this.usedRows = peRows.reduce((all, each) => all * each, 1);
    this.inputCopies = factor(peRows, [at.k]) * factor(peColumns, [at.k]);
    this.weightCopies = factor(peRows, positionLoops) * factor(peColumns, positionLoops);
    this.inputPes = factor(peColumns, [at.g, at.b, at.p, at.q, at.c]);
    this.weightPes = factor(peRows, [at.g, at.k, at.c]);
    this.arrayFill = arrayFillCycles(architecture, dataflow);
    this.positions = b.share * p.share * q.share;
    this.channels = k.share;
    this.words = c.share * this.perChannel;
    this.plainInput = g.share * b.share * c.share;
    this.plainWeight = g.share * k.share * c.share * this.perChannel;
    this.output = g.share * this.positions * k.share;
    const onBus = (slot: number, { share }: CutTable, factors: Tile): number =>
      Math.min(share * (factors[slot] ?? 1), problem.extents[slot] ?? 1);
    this.plainInputBus = onBus(at.g, g, peColumns) * onBus(at.b, b, peColumns) * onBus(at.c, c, peColumns);
    this.plainWeightBus = onBus(at.g, g, peRows) * onBus(at.k, k, peRows) * onBus(at.c, c, peRows) * this.perChannel;
    this.outputBus =
      onBus(at.g, g, peRows) *
      onBus(at.b, b, peRows) *
      onBus(at.p, p, peRows) *
      onBus(at.q, q, peRows) *
      onBus(at.k, k, peRows);
    this.rowsOnBus = peColumns[at.p] ?? 1;
    this.columnsOnBus = peColumns[at.q] ?? 1;
    const windowed = (table: CutTable, pes: number): number =>
      Math.min(table.inputShares.least(0, 0) * pes, table.inputSums.least(0, 0));
    this.leastBusCycles = this.busCycles(windowed(p, this.rowsOnBus) * windowed(q, this.columnsOnBus), 1, 1);
    this.inputPerPosition = leastRatio(p) * leastRatio(q);
  }

  /** Bytes by which the tile at these positions of the tables is too large for its level. */
  overflow(kind: OrderClass, tile: Int32Array): number {
    const [g, b, p, q, k, c] = this.tables;
    const [gi = 0, bi = 0, pi = 0, qi = 0, ki = 0, ci = 0] = tile;
    const { operandBytes, accumulatorBytes } = this.architecture;
    const groups = g.sizes[gi] ?? 1;
    const images = groups * (b.sizes[bi] ?? 1);
    const channels = k.sizes[ki] ?? 1;
    const reduction = c.sizes[ci] ?? 1;
    const input = images * reduction * (p.footprints[pi] ?? 1) * (q.footprints[qi] ?? 1) * operandBytes;
    const weight = groups * channels * reduction * this.perChannel * operandBytes;
    const output = images * channels * (p.sizes[pi] ?? 1) * (q.sizes[qi] ?? 1) * accumulatorBytes;
    return overflowAt(this, this.depth, {
      input: kind.movesGroups || kind.movesPositions || kind.movesReduction ? 2 * input : input,
      weight: kind.movesGroups || kind.movesChannels || kind.movesReduction ? 2 * weight : weight,
      output: kind.movesGroups || kind.movesPositions || kind.movesChannels ? 2 * output : output,
    });
  }

  /** Leaves out sizes that do not fit even beside the smallest of all other loops; false when nothing fits. */
  tighten(kind: OrderClass, { first, last }: Runs): boolean {
    if (this.overflow(kind, last) > 0) return false;
    for (let slot = 0; slot < last.length; slot++) {
      const smallest = last[slot] ?? 0;
      last[slot] = first[slot] ?? 0;
      if (this.overflow(kind, last) > 0) {
        let [bad, good] = [first[slot] ?? 0, smallest];
        while (good - bad > 1) {
          const middle = (good + bad) >> 1;
          last[slot] = middle;
          if (this.overflow(kind, last) > 0) bad = middle;
          else good = middle;
        }
        first[slot] = good;
      }
      last[slot] = smallest;
    }
    return true;
  }

  /** Computes the figures of a run of tiles under an order of their loops. */
  measure(kind: OrderClass, { first, last }: Runs): void {
    const [, b, p, q, k, c] = this.tables;
    const { architecture, problem } = this;
    const { operandBytes, accumulatorBytes } = architecture;
    const [, b0 = 0, p0 = 0, q0 = 0, k0 = 0, c0 = 0] = first;
    const [, , p1 = 0, q1 = 0] = last;
    const boxes = kind.movesPositions
      ? this.leastBoxes(kind, last, (b.trips[b0] ?? 1) * (p.trips[p0] ?? 1) * (q.trips[q0] ?? 1))
      : 1;
    const [pShare, qShare] = [p.inputShares.least(p0, p1), q.inputShares.least(q0, q1)];
    const [pSum, qSum] = [p.inputSums.least(p0, p1), q.inputSums.least(q0, q1)];
    const inputTimes = kind.repeatsInput ? (k.trips[k0] ?? 1) : 1;
    const weightTimes = kind.repeatsWeight ? boxes : 1;
    const outputTimes = kind.repeatsOutput ? (c.trips[c0] ?? 1) : 1;
    const input = this.plainInput * pShare * qShare * inputTimes;
    const compute = this.computeCycles(kind, { first, last }, boxes);
    const fused = Math.ceil(
      (problem.prologueOps * input + problem.epilogueOps * this.output) / architecture.lanesPerPe,
    );
    let busy = Math.max(
      this.place.choice.dataflow === "vector" ? compute + fused : compute,
      fused,
      this.dramBytes / architecture.dramBytesPerCycle,
      // A PE's own L2 that holds its whole share is filled once.
      this.hasPrivateL2
        ? this.leastBusCycles
        : this.busCycles(
            Math.min(pShare * this.rowsOnBus, pSum) * Math.min(qShare * this.columnsOnBus, qSum) * inputTimes,
            weightTimes,
            outputTimes,
          ),
    );
    if (this.hasPrivateL2) {
      const { arrayRows, arrayColumns } = architecture;
      const sums = this.output * (operandBytes + 2 * (outputTimes - 1) * accumulatorBytes);
      busy = Math.max(
        busy,
        input / arrayRows,
        (this.plainWeight * weightTimes) / arrayColumns,
        sums / (arrayColumns * accumulatorBytes),
      );
    }
    this.busy = busy;
    this.fill = this.fillCycles(last);
    if (this.energy !== undefined || this.hasGm || architecture.levels.length === 1)
      this.addGrid({ input: pSum * qSum * inputTimes, weight: weightTimes, output: outputTimes });
  }

  /** Cycles of the busiest bus when it carries so many input elements under the windows, and weights and sums so often. */
  private busCycles(windowed: number, weightTimes: number, outputTimes: number): number {
    const { architecture, problem } = this;
    const { operandBytes, accumulatorBytes } = architecture;
    return Math.max(
      (this.plainInputBus * windowed * operandBytes + this.extraBytes / this.usedRows) /
        architecture.inputBusBytesPerCycle,
      (this.plainWeightBus * weightTimes * operandBytes) / architecture.weightBusBytesPerCycle,
      (this.outputBus * (operandBytes * problem.outputCopies + 2 * (outputTimes - 1) * accumulatorBytes)) /
        architecture.outputBusBytesPerCycle,
    );
  }

  /** Boxes of positions that the busiest PE takes at least: no box is larger than what fits beside the smallest channels. */
  private leastBoxes(kind: OrderClass, last: Int32Array, atLeast: number): number {
    const [g, , , , k, c] = this.tables;
    const [gi = 0, , , , ki = 0, ci = 0] = last;
    const { operandBytes, accumulatorBytes } = this.architecture;
    const groups = g.sizes[gi] ?? 1;
    const [channels, reduction] = [groups * (k.sizes[ki] ?? 1), groups * (c.sizes[ci] ?? 1)];
    // Positions move, so inputs and outputs are double buffered.
    const input = 2 * this.positions * reduction * this.inputPerPosition * operandBytes;
    const output = 2 * this.positions * channels * accumulatorBytes;
    const { capacity } = this.level;
    if (capacity.kind === "split") {
      const ofInput = this.shares("input", { bytes: input, room: capacity.input, beside: 0 }, atLeast);
      return this.shares("output", { bytes: output, room: capacity.output, beside: 0 }, ofInput);
    }
    const weights = channels * (c.sizes[ci] ?? 1) * this.perChannel * operandBytes;
    const beside = kind.movesChannels || kind.movesReduction ? 2 * weights : weights;
    return this.shares("input", { bytes: input + output, room: capacity.bytes, beside }, atLeast);
  }

  /** Into how many parts bytes must be cut to fit a memory beside others, when they are cut into `atLeast` anyway. */
  private shares(
    operand: "input" | "output",
    { bytes, room, beside }: { readonly bytes: number; readonly room: number; readonly beside: number },
    atLeast: number,
  ): number {
    // A little less, so that rounding does not make the bound too high.
    const least = bytes * (1 - 1e-9);
    const shares = Math.max(atLeast, Math.ceil(least / Math.max(1, room - beside)));
    const from = Math.min(room, (beside + least / shares) * (1 + 1e-12));
    // Capacities are whole bytes.
    const below = shares === atLeast ? Infinity : Math.max(room + 0.5, (beside + least / (shares - 1)) * (1 - 1e-12));
    this.watch.noteRun(this.depth, operand, { from, below });
    return shares;
  }

  /** Global memory's load and the energy: what all PEs bring in together; `input`, `weight`, `output`: how often. */
  private addGrid(times: { readonly input: number; readonly weight: number; readonly output: number }): void {
    const { architecture, problem } = this;
    const { operandBytes, accumulatorBytes } = architecture;
    const [gAll = 1, bAll = 1, , , kAll = 1, cAll = 1] = problem.extents;
    const input = gAll * bAll * cAll * times.input;
    const weight = gAll * kAll * cAll * this.perChannel * times.weight;
    const output = this.outputs;
    const partial = output * (times.output - 1);
    const intoGrid = (input + weight + output) * operandBytes + 2 * partial * accumulatorBytes;
    // With an L2 in between, what leaves global memory may be less.
    const isDirect = architecture.levels.length === 2;
    const compulsory = this.dramBytes;
    // Where nothing stands between DRAM and L1, what enters the grid comes from DRAM.
    const dramBytes = architecture.levels.length === 1 ? intoGrid + this.extraBytes + this.copyBytes : compulsory;
    const passing = architecture.isDramUnlimited === true ? 0 : compulsory;
    const gmBytes = this.hasGm ? (isDirect ? intoGrid + this.extraBytes + this.copyBytes : compulsory) + passing : 0;
    this.busy = Math.max(this.busy, gmBytes / architecture.gmBytesPerCycle, dramBytes / architecture.dramBytesPerCycle);
    const { energy } = this;
    if (energy === undefined) return;
    const { perEvent } = energy;
    const isVector = this.place.choice.dataflow === "vector";
    const intoPes =
      (input * this.inputCopies + weight * this.weightCopies + output) * operandBytes + 2 * partial * accumulatorBytes;
    const edge = arrayEdgeBytes(this, weight * this.weightCopies);
    const hasL2 = architecture.levels.some(({ level }) => level === "l2");
    const vectorOps =
      (isVector ? 2 * this.macs : 0) + problem.prologueOps * input * this.inputCopies + problem.epilogueOps * output;
    this.energyPj =
      (isVector ? 0 : this.macs) * perEvent.macPj +
      vectorOps * perEvent.vectorOpPj +
      (isVector ? 0 : edge) * perEvent.arrayEdgePjPerByte +
      (intoPes + edge) * perEvent.l1PjPerByte +
      (hasL2 ? (this.hasPrivateL2 ? intoPes : intoGrid) + compulsory : 0) * perEvent.l2PjPerByte +
      ((hasL2 ? compulsory : intoGrid) + this.extraBytes + this.copyBytes) * perEvent.busPjPerByte +
      gmBytes * perEvent.gmPjPerByte +
      dramBytes * perEvent.dramPjPerByte;
  }

  private computeCycles(kind: OrderClass, { first, last }: Runs, boxes: number): number {
    const [g, b, p, q, k, c] = this.tables;
    const { arrayRows, arrayColumns, isPipelined } = this.architecture;
    const { positions } = this;
    const [g0 = 0, , , , k0 = 0, c0 = 0] = first;
    const [g1 = 0, b1 = 0, p1 = 0, q1 = 0, k1 = 0, c1 = 0] = last;
    const groups = g.folds.least(g0, g1);
    const serial = 2 * arrayRows + arrayColumns - 2;
    const groupSize = g.sizes[g1] ?? 1;
    const fitsRows = (c.sizes[c1] ?? 1) * this.perChannel <= arrayRows;
    switch (this.place.choice.dataflow) {
      case "weight-stationary": {
        const passes = groups * k.folds.least(k0, k1) * c.folds.least(c0, c1);
        if (!isPipelined) return passes * (positions + boxes * serial);
        const isHeld = groupSize <= this.place.groupsPerPass && (k.sizes[k1] ?? 1) <= arrayColumns && fitsRows;
        return passes * Math.max(positions, (isHeld && kind.staysWeight ? 1 : boxes) * arrayRows);
      }
      case "input-stationary": {
        const trips = k.trips[k0] ?? 1;
        const passes = groups * c.folds.least(c0, c1) * Math.max(boxes, Math.ceil(positions / arrayColumns));
        if (!isPipelined) return passes * (this.channels + trips * serial);
        const box = (b.sizes[b1] ?? 1) * (p.sizes[p1] ?? 1) * (q.sizes[q1] ?? 1);
        const isHeld = groupSize <= 1 && box <= arrayColumns && fitsRows;
        return passes * Math.max(this.channels, (isHeld && kind.staysInput ? 1 : trips) * arrayRows);
      }
      case "output-stationary": {
        const trips = c.trips[c0] ?? 1;
        const folds = Math.max(boxes, Math.ceil(positions / arrayRows));
        const streamed = isPipelined
          ? Math.max(this.words, trips * arrayRows)
          : this.words + trips * (arrayRows + arrayColumns - 2);
        return groups * k.folds.least(k0, k1) * folds * streamed;
      }
      case "vector":
        return 2 * this.words * this.lanePasses({ first, last }, boxes);
    }
  }

  /** Passes of the lanes over the outputs of all tiles. */
  private lanePasses({ first, last }: Runs, boxes: number): number {
    const { tables } = this;
    const [g, , , , k] = tables;
    const { lanesPerPe } = this.architecture;
    let [largest, smallest, whole, isTile] = [1, 1, 1, true];
    for (const slot of [at.g, at.b, at.p, at.q, at.k] as const) {
      const [from = 0, to = 0] = [first[slot], last[slot]];
      largest *= tables[slot].sizes[from] ?? 1;
      smallest *= tables[slot].sizes[to] ?? 1;
      whole *= tables[slot].whole[from] ?? 1;
      isTile &&= from === to;
    }
    if (isTile) return this.lanePassesOfTile(first, at.g, { size: 1, count: 1 });
    const outputs = g.share * k.share * this.positions;
    const tiles = (g.trips[first[at.g] ?? 0] ?? 1) * (k.trips[first[at.k] ?? 0] ?? 1) * boxes;
    const passes = Math.ceil(smallest / lanesPerPe);
    // Lanes that every whole tile leaves idle in its last pass.
    const idle = Math.ceil(largest / lanesPerPe) === passes ? passes * lanesPerPe - largest : 0;
    return Math.max(tiles, Math.ceil((outputs + whole * idle) / lanesPerPe - 1e-9));
  }

  /** The same for one tile: Σ over whole and ragged tiles of each loop from `slot` on. */
  private lanePassesOfTile(
    tile: Int32Array,
    slot: number,
    above: { readonly size: number; readonly count: number },
  ): number {
    const table = this.tables[slot];
    if (table === undefined || slot === at.c) return above.count * Math.ceil(above.size / this.architecture.lanesPerPe);
    const index = tile[slot] ?? 0;
    const [size, whole] = [table.sizes[index] ?? 1, table.whole[index] ?? 1];
    const rest = table.share - whole * size;
    const of = (elements: number, count: number): number =>
      count === 0 || elements === 0
        ? 0
        : this.lanePassesOfTile(tile, slot + 1, { size: above.size * elements, count: above.count * count });
    return of(size, whole) + of(rest, 1);
  }

  /** As `fillCyclesOf` of the cost model, and DRAM's part, of the smallest tile. */
  private fillCycles(last: Int32Array): number {
    const [g, b, p, q, k, c] = this.tables;
    const [gi = 0, bi = 0, pi = 0, qi = 0, ki = 0, ci = 0] = last;
    const { architecture } = this;
    const { operandBytes } = architecture;
    const [groups, images] = [g.sizes[gi] ?? 1, b.sizes[bi] ?? 1];
    const [channels, reduction] = [k.sizes[ki] ?? 1, c.sizes[ci] ?? 1];
    const input = groups * images * reduction * (p.footprints[pi] ?? 1) * (q.footprints[qi] ?? 1);
    const weight = groups * channels * reduction * this.perChannel;
    const output = groups * images * (p.sizes[pi] ?? 1) * (q.sizes[qi] ?? 1) * channels;
    const bus = Math.max(
      (input * operandBytes * this.inputPes) / architecture.inputBusBytesPerCycle,
      (weight * operandBytes * this.weightPes) / architecture.weightBusBytesPerCycle,
    );
    const drain = (output * operandBytes * this.usedRows) / architecture.outputBusBytesPerCycle;
    // DRAM brings the first tiles of all PEs, and takes the last.
    const gridGroups = g.gridSizes[gi] ?? 1;
    const gridImages = b.gridSizes[bi] ?? 1;
    const gridChannels = k.gridSizes[ki] ?? 1;
    const gridReduction = c.gridSizes[ci] ?? 1;
    const distinct =
      gridGroups *
      (gridImages * gridReduction * (p.gridFootprints[pi] ?? 1) * (q.gridFootprints[qi] ?? 1) +
        gridChannels * gridReduction * this.perChannel +
        gridImages * (p.gridSizes[pi] ?? 1) * (q.gridSizes[qi] ?? 1) * gridChannels);
    const dram = Math.min(distinct * operandBytes, this.dramBytes) / architecture.dramBytesPerCycle;
    return Math.ceil(bus + drain + this.arrayFill) + dram;
  }
}

/** Fewest input elements under a tile for each of its outputs. */
function leastRatio({ footprints, sizes }: CutTable): number {
  return footprints.reduce((least, footprint, index) => Math.min(least, footprint / (sizes[index] ?? 1)), Infinity);
}
