/**
 * A bound on every mapping with a given innermost tile, by arithmetic alone: its busiest resource, fill and energy when no
 * outer level is cut. Far faster than costing a mapping, so that few mappings need to be costed.
 */
import type { Architecture } from "../../architecture.ts";
import { gmCapacityBytes } from "../../architecture.ts";
import { arrayFillCycles, reductionSize } from "../array-cycles.ts";
import { compulsoryDramBytes, outputElements } from "../bounds.ts";
import type { Folding, LoopCut } from "./loop-cuts.ts";
import type { MatrixContext } from "../matrix-cost.ts";
import { arrayEdgeBytes } from "../matrix-cost.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import type { MapperEnergy } from "../objective.ts";
import type { MatrixProblem, Tile } from "../problem.ts";
import { at } from "../problem.ts";
import type { SpatialChoice } from "../spatial.ts";

/** Cuts of the six loops that make an innermost tile. */
export interface TileCuts {
  g: LoopCut;
  b: LoopCut;
  p: LoopCut;
  q: LoopCut;
  k: LoopCut;
  c: LoopCut;
}

/** Which of positions (m), output channels (k) and reduction (c) step outside of which; as `loopOrders`. */
export interface GroupOrder {
  readonly order: readonly number[];
  /** Loops inside of k, of m and of c. */
  readonly insideK: { readonly m: boolean; readonly c: boolean };
  readonly insideM: { readonly k: boolean; readonly c: boolean };
  readonly insideC: { readonly m: boolean; readonly k: boolean };
}

/** What an order of `loopOrders` means for the three groups. */
export function groupOrder(order: readonly number[]): GroupOrder {
  const place = { m: order.indexOf(at.b), k: order.indexOf(at.k), c: order.indexOf(at.c) };
  return {
    order,
    insideK: { m: place.m > place.k, c: place.c > place.k },
    insideM: { k: place.k > place.m, c: place.c > place.m },
    insideC: { m: place.m > place.c, k: place.k > place.c },
  };
}

/** Array folds of each loop under a dataflow. */
export function foldings(
  problem: MatrixProblem,
  { arrayRows, arrayColumns }: Architecture,
  { dataflow, groupsPerPass }: Pick<MatrixMapping, "dataflow" | "groupsPerPass">,
): readonly Folding[] {
  const one: Folding = { unit: 1, folds: () => 1 };
  const of = (unit: number): Folding => ({ unit, folds: (size) => Math.ceil(size / unit) });
  const perChannel = reductionSize(problem, 1);
  const words: Folding = {
    unit: Math.max(1, Math.floor(arrayRows / perChannel)),
    folds: (size) => Math.ceil((size * perChannel) / arrayRows),
  };
  switch (dataflow) {
    case "weight-stationary":
      return [of(groupsPerPass), one, one, one, of(arrayColumns), words];
    case "input-stationary":
      return [of(1), one, one, one, of(1), words];
    case "output-stationary":
      return [of(1), one, one, one, of(arrayColumns), of(1)];
    case "vector":
      return [of(1), one, one, one, of(1), of(1)];
  }
}

/** The bound's figures, overwritten by every call. Energy is that of events, without idle power. */
export class UncutModel {
  busy = 0;
  fill = 0;
  energyPj = 0;
  readonly architecture: Architecture;
  readonly problem: MatrixProblem;
  private readonly choice: SpatialChoice;
  private readonly groupsPerPass: number;
  private readonly energy: MapperEnergy | undefined;
  private readonly perChannel: number;
  private readonly share: Tile;
  private readonly dramBytes: number;
  private readonly extraBytes: number;
  private readonly copyBytes: number;
  private readonly usedRows: number;
  private readonly hasGm: boolean;
  private readonly hasPrivateL2: boolean;
  private readonly inputCopies: number;
  private readonly weightCopies: number;
  private readonly macs: number;
  /** PEs along a bus that share in each operand of a first tile. */
  private readonly inputPes: number;
  private readonly weightPes: number;
  private readonly arrayFill: number;
  /** Most elements of each loop that the PEs of an input bus (of a row) and of a weight or output bus (of a column) need. */
  private readonly columnFactors: Float64Array;
  private readonly rowFactors: Float64Array;
  private readonly extents: Float64Array;

  constructor(
    context: MatrixContext,
    place: { choice: SpatialChoice; groupsPerPass: number; share: Tile },
    energy: MapperEnergy | undefined,
  ) {
    const { problem, architecture, chains } = context;
    const { choice, groupsPerPass, share } = place;
    this.problem = problem;
    this.architecture = architecture;
    this.choice = choice;
    this.groupsPerPass = groupsPerPass;
    this.share = share;
    this.energy = energy;
    this.perChannel = reductionSize(problem, 1);
    this.dramBytes = compulsoryDramBytes(problem, architecture.operandBytes);
    this.extraBytes = problem.extraElements * architecture.operandBytes;
    this.copyBytes = (problem.outputCopies - 1) * outputElements(problem) * architecture.operandBytes;
    this.usedRows = choice.peRows.reduce((all, factor) => all * factor, 1);
    this.hasGm = gmCapacityBytes(architecture) > 0;
    this.hasPrivateL2 = architecture.levels.length > chains.perPeLevel + 1;
    this.inputCopies = this.factor(choice.peRows, at.k) * this.factor(choice.peColumns, at.k);
    this.weightCopies = [at.b, at.p, at.q].reduce<number>(
      (all, slot) => all * this.factor(choice.peRows, slot) * this.factor(choice.peColumns, slot),
      1,
    );
    this.macs = outputElements(problem) * reductionSize(problem, problem.extents[at.c] ?? 1);
    const along = (factors: Tile, slots: readonly number[]): number =>
      slots.reduce((all, slot) => all * this.factor(factors, slot), 1);
    this.inputPes = along(choice.peColumns, [at.g, at.b, at.p, at.q, at.c]);
    this.weightPes = along(choice.peRows, [at.g, at.k, at.c]);
    this.arrayFill = arrayFillCycles(architecture, choice.dataflow);
    this.columnFactors = Float64Array.from(choice.peColumns);
    this.rowFactors = Float64Array.from(choice.peRows);
    this.extents = Float64Array.from(problem.extents);
  }

  private factor(factors: Tile, slot: number): number {
    return factors[slot] ?? 1;
  }

  private extent(slot: number): number {
    return this.problem.extents[slot] ?? 1;
  }

  /** Elements that the PEs of one bus need of a loop, each once; `factors` along the bus. */
  private onBus(slot: number, share: number, factors: Float64Array): number {
    return Math.min(share * (factors[slot] ?? 1), this.extents[slot] ?? 1);
  }

  /** Computes the figures for an innermost tile and an order of its loops. */
  measure(cuts: TileCuts, order: GroupOrder): void {
    const { g, b, p, q, k, c } = cuts;
    const { choice, perChannel } = this;
    const movesM = b.trips > 1 || p.trips > 1 || q.trips > 1;
    const [movesK, movesC] = [k.trips > 1, c.trips > 1];
    const inputTimes = (order.insideK.m && movesM) || (order.insideK.c && movesC) ? k.trips : 1;
    const weightTimes = (order.insideM.k && movesK) || (order.insideM.c && movesC) ? b.trips * p.trips * q.trips : 1;
    const outputTimes = (order.insideC.m && movesM) || (order.insideC.k && movesK) ? c.trips : 1;
    const input = g.share * b.share * c.share * p.share * q.share * inputTimes;
    const weight = g.share * k.share * c.share * perChannel * weightTimes;
    const [, bAll = 1, pAll = 1, qAll = 1] = this.share;
    const output = g.share * bAll * pAll * qAll * k.share;
    const partial = output * (outputTimes - 1);
    const { architecture } = this;
    const { operandBytes, accumulatorBytes } = architecture;
    const columns = this.columnFactors;
    const rows = this.rowFactors;
    const inputBus =
      this.onBus(at.g, g.share, columns) *
      this.onBus(at.b, b.share, columns) *
      this.onBus(at.c, c.share, columns) *
      Math.min(p.share * (columns[at.p] ?? 1), p.sum) *
      Math.min(q.share * (columns[at.q] ?? 1), q.sum) *
      inputTimes;
    const weightBus =
      this.onBus(at.g, g.share, rows) *
      this.onBus(at.k, k.share, rows) *
      this.onBus(at.c, c.share, rows) *
      perChannel *
      weightTimes;
    const outputBus =
      this.onBus(at.g, g.share, rows) *
      this.onBus(at.b, bAll, rows) *
      this.onBus(at.p, pAll, rows) *
      this.onBus(at.q, qAll, rows) *
      this.onBus(at.k, k.share, rows);
    const isVector = choice.dataflow === "vector";
    const compute = this.computeCycles(cuts, order, { movesK, movesC });
    const fused = Math.ceil(
      (this.problem.prologueOps * input + this.problem.epilogueOps * output) / architecture.lanesPerPe,
    );
    let busy = Math.max(
      isVector ? compute + fused : compute,
      fused,
      this.dramBytes / architecture.dramBytesPerCycle,
      (inputBus * operandBytes + this.extraBytes / this.usedRows) / architecture.inputBusBytesPerCycle,
      (weightBus * operandBytes) / architecture.weightBusBytesPerCycle,
      (outputBus * operandBytes * this.problem.outputCopies + 2 * outputBus * (outputTimes - 1) * accumulatorBytes) /
        architecture.outputBusBytesPerCycle,
    );
    if (this.hasPrivateL2) {
      const { arrayRows, arrayColumns } = architecture;
      busy = Math.max(
        busy,
        input / arrayRows,
        weight / arrayColumns,
        (output * operandBytes + 2 * partial * accumulatorBytes) / (arrayColumns * accumulatorBytes),
      );
    }
    this.busy = busy;
    this.fill = this.fillCycles(cuts);
    if (this.energy !== undefined || this.hasGm || architecture.levels.length === 1)
      this.addGrid(cuts, { inputTimes, weightTimes, outputTimes });
  }

  /** Global memory's load and the energy: what all PEs bring in together. */
  private addGrid(
    { g, p, q }: TileCuts,
    times: { readonly inputTimes: number; readonly weightTimes: number; readonly outputTimes: number },
  ): void {
    const { architecture, problem, perChannel } = this;
    const { operandBytes, accumulatorBytes } = architecture;
    const [gAll, bAll, kAll, cAll] = [g.sum, this.extent(at.b), this.extent(at.k), this.extent(at.c)];
    const input = gAll * bAll * cAll * p.sum * q.sum * times.inputTimes;
    const weight = gAll * kAll * cAll * perChannel * times.weightTimes;
    const output = outputElements(problem);
    const partial = output * (times.outputTimes - 1);
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
    const isVector = this.choice.dataflow === "vector";
    const intoPes =
      (input * this.inputCopies + weight * this.weightCopies + output) * operandBytes + 2 * partial * accumulatorBytes;
    const edge = isVector ? 0 : arrayEdgeBytes(this, weight * this.weightCopies);
    const hasL2 = architecture.levels.some(({ level }) => level === "l2");
    const vectorOps =
      (isVector ? 2 * this.macs : 0) + problem.prologueOps * input * this.inputCopies + problem.epilogueOps * output;
    this.energyPj =
      (isVector ? 0 : this.macs) * perEvent.macPj +
      vectorOps * perEvent.vectorOpPj +
      edge * perEvent.arrayEdgePjPerByte +
      (intoPes + (isVector ? arrayEdgeBytes(this, weight * this.weightCopies) : edge)) * perEvent.l1PjPerByte +
      (hasL2 ? (this.hasPrivateL2 ? intoPes : intoGrid) + compulsory : 0) * perEvent.l2PjPerByte +
      ((hasL2 ? compulsory : intoGrid) + this.extraBytes + this.copyBytes) * perEvent.busPjPerByte +
      gmBytes * perEvent.gmPjPerByte +
      dramBytes * perEvent.dramPjPerByte;
  }

  /** Compute cycles that no order and no box of positions goes below. */
  leastComputeCycles(cuts: TileCuts): number {
    return this.computeCycles(cuts, mostReuse, { movesK: false, movesC: false });
  }

  private computeCycles(
    { g, b, p, q, k, c }: TileCuts,
    order: GroupOrder,
    { movesK, movesC }: { readonly movesK: boolean; readonly movesC: boolean },
  ): number {
    const { arrayRows, arrayColumns, isPipelined } = this.architecture;
    const positions = b.size * p.size * q.size;
    const [, bAll = 1, pAll = 1, qAll = 1, kAll = 1] = this.share;
    const allPositions = bAll * pAll * qAll;
    const boxes = b.trips * p.trips * q.trips;
    const serial = 2 * arrayRows + arrayColumns - 2;
    const isBound = order === mostReuse;
    switch (this.choice.dataflow) {
      case "weight-stationary": {
        const passes = g.folds * k.folds * c.folds;
        if (!isPipelined) return passes * (allPositions + boxes * serial);
        const isHeld = g.size <= this.groupsPerPass && k.size <= arrayColumns && c.size * this.perChannel <= arrayRows;
        const stays = isHeld && (isBound || ((order.insideK.m || !movesK) && (order.insideC.m || !movesC)));
        return passes * Math.max(allPositions, (stays ? 1 : boxes) * arrayRows);
      }
      case "input-stationary": {
        const passes = g.folds * c.folds * Math.max(boxes, Math.ceil(allPositions / arrayColumns));
        if (!isPipelined) return passes * (kAll + k.trips * serial);
        const isHeld = g.size <= 1 && positions <= arrayColumns && c.size * this.perChannel <= arrayRows;
        const stays = isHeld && (isBound || ((order.insideM.k || boxes === 1) && (order.insideC.k || !movesC)));
        return passes * Math.max(kAll, (stays ? 1 : k.trips) * arrayRows);
      }
      case "output-stationary": {
        const folds = Math.max(boxes, Math.ceil(allPositions / arrayRows));
        const words = c.share * this.perChannel;
        const streamed = isPipelined
          ? Math.max(words, c.trips * arrayRows)
          : words + c.trips * (arrayRows + arrayColumns - 2);
        return g.folds * k.folds * folds * streamed;
      }
      case "vector": {
        const words = c.share * this.perChannel;
        const lanes = this.architecture.lanesPerPe;
        const tile = g.size * k.size * positions;
        const whole = g.whole * b.whole * p.whole * q.whole * k.whole;
        const rest = Math.max(0, g.share * k.share * allPositions - whole * tile);
        const boxesAndRest = whole * Math.ceil(tile / lanes) + rest / lanes;
        return 2 * words * Math.max(g.trips * k.trips * boxes, Math.ceil(boxesAndRest));
      }
    }
  }

  /** As `fillCyclesOf` of the cost model, and DRAM's part. */
  private fillCycles({ g, b, p, q, k, c }: TileCuts): number {
    const { architecture } = this;
    const { operandBytes } = architecture;
    const input = g.size * b.size * c.size * p.footprint * q.footprint;
    const weight = g.size * k.size * c.size * this.perChannel;
    const output = g.size * b.size * p.size * q.size * k.size;
    const bus = Math.max(
      (input * operandBytes * this.inputPes) / architecture.inputBusBytesPerCycle,
      (weight * operandBytes * this.weightPes) / architecture.weightBusBytesPerCycle,
    );
    const drain = (output * operandBytes * this.usedRows) / architecture.outputBusBytesPerCycle;
    // DRAM brings the first tiles of all PEs, and takes the last.
    const distinct =
      g.gridSize * b.gridSize * c.gridSize * p.gridFootprint * q.gridFootprint +
      g.gridSize * k.gridSize * c.gridSize * this.perChannel +
      g.gridSize * b.gridSize * p.gridSize * q.gridSize * k.gridSize;
    const dram = Math.min(distinct * operandBytes, this.dramBytes) / architecture.dramBytesPerCycle;
    return Math.ceil(bus + drain + this.arrayFill) + dram;
  }
}

/** No order, but a bound on all of them: every operand stays over the loops that it does not depend on. */
export const mostReuse: GroupOrder = {
  order: [],
  insideK: { m: false, c: false },
  insideM: { k: false, c: false },
  insideC: { m: false, k: false },
};
