/**
 * Cost of sizes put into a skeleton: exact where tiles divide, never above the exact cost where they do not, and with sizes for
 * some of the loops only a lower bound of every completion.
 */
import type { NestArchitecture, NestMemory } from "../nest-architecture.ts";
import { memoryAbove } from "../nest-architecture.ts";
import { touchedLength } from "../nest-bounds.ts";
import type { NestDim, NestOperand, NestProblem } from "../nest-problem.ts";
import { inputAxis, isRelevant, nestDims, nestOperands, problemMacs, tileWords } from "../nest-problem.ts";
import type { LoopChain } from "./loop-chains.ts";
import type { Skeleton } from "./nest-skeleton.ts";
import type { NestObjective } from "./nest-objective.ts";

/** Sizes that are chosen, by number of `nestDims`. */
export type ChosenChains = (LoopChain | undefined)[];

/** One loop's lines in the skeleton. */
interface DimLines {
  readonly dim: NestDim;
  readonly index: number;
  readonly extent: number;
  /** Places of the lines. */
  readonly at: readonly number[];
  readonly fanouts: readonly number[];
}

/** What a place sees of one loop. */
interface LoopView {
  readonly lines: DimLines;
  readonly index: number;
  /** Own lines above the place. */
  readonly depth: number;
  /** Spatial lines of which every instance is counted (bits). */
  readonly counted: number;
  /** Steps at least while nothing is chosen: shared lines may run all of theirs at once. */
  readonly leastSteps: number;
  /** Instances at most while nothing is chosen. */
  readonly mostCopies: number;
}

/** Words of an operand that pass one place. */
interface Passing {
  readonly operand: NestOperand;
  /** Words of the whole operand; of an input in steps for the MACs, each position once for every kernel position. */
  readonly words: number;
  readonly relevant: readonly LoopView[];
  readonly irrelevant: readonly LoopView[];
}

/** What one store moves. */
interface StoreQuery {
  readonly operand: NestOperand;
  readonly memory: number;
  /** To the level below, of outputs from there; to the MACs in every step. */
  readonly below: Passing;
  readonly isLast: boolean;
  /** From the level above, of outputs to there. */
  readonly above: Passing | undefined;
  /** Own lines above the store, by number of `nestDims`. */
  readonly depths: readonly number[];
}

/** Evaluates sizes in one skeleton. */
export class SkeletonCost {
  readonly skeleton: Skeleton;
  private readonly problem: NestProblem;
  private readonly architecture: NestArchitecture;
  private readonly objective: NestObjective;
  private readonly lines: readonly DimLines[];
  private readonly queries: readonly StoreQuery[];
  private readonly touched: readonly [number, number];
  private readonly macs: number;
  /** By spatial level: its lines, and the number of the first memory below it. */
  private readonly spreads: readonly {
    readonly fanout: number;
    readonly memory: number;
    readonly lines: readonly { readonly index: number; readonly slot: number }[];
  }[];

  constructor(
    problem: NestProblem,
    architecture: NestArchitecture,
    { skeleton, objective }: { readonly skeleton: Skeleton; readonly objective: NestObjective },
  ) {
    this.problem = problem;
    this.architecture = architecture;
    this.skeleton = skeleton;
    this.objective = objective;
    this.lines = nestDims.map((dim) => linesOf(skeleton, problem, dim));
    this.touched = [touchedLength(problem, 0), touchedLength(problem, 1)];
    this.macs = problemMacs(problem);
    this.queries = nestOperands.flatMap((operand) => this.queriesOf(operand));
    this.spreads = architecture.spatial.map((level) => ({
      fanout: level.fanout,
      memory: memoryAbove(architecture, level) + 1,
      lines: this.lines.flatMap(({ index, at }) =>
        at.flatMap((place, slot) => {
          const item = skeleton[place];
          return item?.kind === "spatial" && item.level.name === level.name ? [{ index, slot }] : [];
        }),
      ),
    }));
  }

  /** Instances by line of a loop, 0 in time. */
  fanoutsOf(dim: NestDim): readonly number[] {
    return this.lines[nestDims.indexOf(dim)]?.fanouts ?? [];
  }

  private queriesOf(operand: NestOperand): readonly StoreQuery[] {
    const places = [{ memory: 0, at: 0 }];
    for (const [at, item] of this.skeleton.entries())
      if (item.kind === "store" && item.operand === operand) places.push({ memory: item.memory, at });
    return places.map(({ memory, at }, index) => {
      const child = places[index + 1];
      const below = this.passing(operand, child?.at, (place) => place >= at && this.isShared(operand, place));
      const above = index === 0 ? undefined : this.passing(operand, at, () => false);
      const depths = this.lines.map((lines) => lines.at.filter((line) => line < at).length);
      return { operand, memory, below, isLast: child === undefined, above, depths };
    });
  }

  /** Whether instances of a spatial line that want the same words are served at once, or add to the same sums. */
  private isShared(operand: NestOperand, at: number): boolean {
    const item = this.skeleton[at];
    if (item?.kind !== "spatial" || isRelevant(operand, item.dim)) return false;
    return operand === "output" ? item.level.reducesOutputs : item.level.multicast.includes(operand);
  }

  /** The view from a place; without one from below all lines. */
  private passing(operand: NestOperand, at: number | undefined, isShared: (place: number) => boolean): Passing {
    const views = this.lines.flatMap((lines): LoopView[] => {
      const { index, extent, fanouts } = lines;
      if (extent === 1) return [];
      const depth = at === undefined ? lines.at.length + 1 : lines.at.filter((line) => line < at).length;
      let [counted, shared, copies] = [0, 1, 1];
      for (const [slot, fanout] of fanouts.slice(0, depth).entries()) {
        if (fanout === 0) continue;
        copies *= fanout;
        if (isShared(lines.at[slot] ?? 0)) shared *= fanout;
        else counted |= 1 << slot;
      }
      const leastSteps = Math.ceil(extent / shared);
      return [{ lines, index, depth, counted, leastSteps, mostCopies: Math.min(extent, copies) }];
    });
    const relevant = views.filter(({ lines }) => isRelevant(operand, lines.dim));
    const irrelevant = views.filter(({ lines }) => !isRelevant(operand, lines.dim));
    const words =
      at === undefined
        ? relevant.reduce((product, { lines }) => product * lines.extent, 1)
        : tileWords(this.problem, operand, this.problem.extents);
    return { operand, words, relevant, irrelevant };
  }

  /** Bytes fit every memory and instances every fan-out, the open loops in single steps. */
  fits(chains: ChosenChains): boolean {
    for (const { fanout, lines } of this.spreads) if (usedBy(chains, lines) > fanout) return false;
    const { memories, wordBits } = this.architecture;
    for (let index = 1; index < memories.length; index++) {
      const memory = memories[index];
      if (memory === undefined) break;
      const { capacityBytes, operandBytes } = memory;
      if (capacityBytes === "unlimited" && operandBytes === undefined) continue;
      let total = 0;
      for (const { memory: at, operand, depths } of this.queries) {
        if (at !== index) continue;
        const bits = wordBits[operand] * (memory.isDoubleBuffered ? 2 : 1);
        const bytes = (tileWords(this.problem, operand, this.tileAt(chains, depths)) * bits) / 8;
        const limit = operandBytes?.[operand];
        if (limit !== undefined && bytes > limit) return false;
        total += bytes;
      }
      if (capacityBytes !== "unlimited" && total > capacityBytes) return false;
    }
    return true;
  }

  private tileAt(chains: ChosenChains, depths: readonly number[]): Record<NestDim, number> {
    const size = (index: number): number => chains[index]?.size(depths[index] ?? 0) ?? 1;
    return { g: size(0), b: size(1), p: size(2), q: size(3), k: size(4), c: size(5), r: size(6), s: size(7) };
  }

  /** Instances that all loops use at most of each spatial level. */
  private mostInstances(chains: ChosenChains): readonly number[] {
    return this.spreads.map(({ fanout, lines }) => {
      for (const { index } of lines) if (chains[index] === undefined) return fanout;
      return usedBy(chains, lines);
    });
  }

  /** The objective. */
  cost(chains: ChosenChains): number {
    const { memories, compute, accounting } = this.architecture;
    const reads = memories.map(() => 0);
    const writes = memories.map(() => 0);
    /** Written by partial sums that come back: to all instances, but not to the leading one where it starts them. */
    const handedBack = memories.map(() => 0);
    let fromAbove = 0;
    let energy = this.macs * compute.energyPj;
    for (const { operand, memory, below, isLast, above } of this.queries) {
      const down = isLast ? everyStep(chains, below) : this.changes(chains, below);
      const up = above === undefined ? 0 : this.changes(chains, above);
      if (operand !== "output") {
        reads[memory] = (reads[memory] ?? 0) + down;
        writes[memory] = (writes[memory] ?? 0) + up;
        continue;
      }
      const first = above === undefined ? this.outputWords : this.outputWords * copies(chains, above);
      // Open loops may make more copies of a first sum than there are words so far.
      const again = Math.max(0, down - first);
      reads[memory] = (reads[memory] ?? 0) + again + (accounting.drainReads ? up : 0);
      writes[memory] = (writes[memory] ?? 0) + down;
      handedBack[memory] = Math.min(fromAbove, Math.max(0, up - first));
      energy += fromAbove * (memories[memory]?.writePjPerWord ?? 0);
      fromAbove = again;
    }
    const most = this.mostInstances(chains);
    let cycles = this.steps(chains, most) / compute.macsPerCycle;
    for (let index = 0; index < memories.length; index++) {
      const memory = memories[index];
      if (memory === undefined) break;
      const [read, written] = [reads[index] ?? 0, writes[index] ?? 0];
      energy += read * memory.readPjPerWord + written * memory.writePjPerWord;
      let instances = 1;
      for (const [at, spread] of this.spreads.entries()) if (spread.memory <= index) instances *= most[at] ?? 1;
      const busy = portCycles(memory, read, written + (handedBack[index] ?? 0));
      cycles = Math.max(cycles, busy / instances);
    }
    return this.objective === "energy" ? energy : this.objective === "latency" ? cycles : energy * cycles;
  }

  private get outputWords(): number {
    return tileWords(this.problem, "output", this.problem.extents);
  }

  /** Steps of the leading instance. */
  private steps(chains: ChosenChains, most: readonly number[]): number {
    let [chosen, open] = [1, 1];
    for (const { index, extent, fanouts } of this.lines) {
      if (extent === 1) continue;
      const chain = chains[index];
      if (chain === undefined) {
        const all = fanouts.reduce((product, fanout) => product * Math.max(1, fanout), 1);
        open *= Math.ceil(extent / all);
      } else chosen *= chain.count(fanouts.length + 1, fanouts.length + 1, 0);
    }
    return Math.max(chosen * open, this.macs / most.reduce((product, used) => product * used, 1));
  }

  /** Words that move when the tile changes. */
  private changes(chains: ChosenChains, passing: Passing): number {
    const { operand, relevant, words } = passing;
    let innermost = -1;
    let [isMixed, isWindowMixed] = [false, false];
    for (const { lines, index, depth } of relevant) {
      const shares = chains[index]?.moving(depth);
      if (shares === undefined) continue;
      if (shares.length > 1) {
        isMixed = true;
        if (operand === "input" && this.hasWindow(lines.dim)) isWindowMixed = true;
      }
      for (const { at } of shares) if (at >= 0) innermost = Math.max(innermost, lines.at[at] ?? -1);
    }
    const most = isMixed ? this.weighted(chains, passing) : repeated(chains, passing, innermost);
    if (operand !== "input") return words * most;
    const { g, b, c } = this.problem.extents;
    const place = { passing, innermost, isMixed: isWindowMixed };
    return g * b * c * this.loaded(chains, 0, place) * this.loaded(chains, 1, place) * most;
  }

  /** By share of each loop's steps what moves last differs: the most that any loop asks for by itself. */
  private weighted(chains: ChosenChains, passing: Passing): number {
    const { operand, relevant } = passing;
    let most = repeated(chains, passing, -1);
    for (const { lines, index, depth } of relevant) {
      const shares = chains[index]?.moving(depth) ?? [];
      let [sum, least] = [0, Infinity];
      for (const { at, share } of shares) {
        const times = repeated(chains, passing, at < 0 ? -1 : (lines.at[at] ?? -1));
        sum += share * times;
        least = Math.min(least, times);
      }
      // Steps are no measure of rows that overlap.
      if (shares.length > 0) most = Math.max(most, operand === "input" && this.hasWindow(lines.dim) ? least : sum);
    }
    return most;
  }

  private hasWindow(dim: NestDim): boolean {
    const axis = inputAxis(dim);
    const { extents, strides } = this.problem;
    return axis !== undefined && ((axis === 0 ? extents.r : extents.s) > 1 || strides[axis] > 1);
  }

  /** Rows or columns loaded over all tiles; of neighbours along the innermost moving loop only what is new. */
  private loaded(
    chains: ChosenChains,
    axis: 0 | 1,
    {
      passing,
      innermost,
      isMixed,
    }: { readonly passing: Passing; readonly innermost: number; readonly isMixed: boolean },
  ): number {
    const { extents, strides, dilations } = this.problem;
    const [output, kernel] = axis === 0 ? [extents.p, extents.r] : [extents.q, extents.s];
    if (output === 1 && kernel === 1) return 1;
    const [outputDim, kernelDim] = axis === 0 ? ([2, 6] as const) : ([3, 7] as const);
    const outputs = axisTiles(chains, passing, outputDim, innermost);
    const kernels = axisTiles(chains, passing, kernelDim, innermost);
    const hasHalo = this.architecture.accounting.halo === "reuse";
    if (outputs === undefined || kernels === undefined || (isMixed && hasHalo)) return this.touched[axis];
    const length = (outputTiles: number, kernelTiles: number): number =>
      strides[axis] * (output - outputTiles) * kernelTiles +
      dilations[axis] * (kernel - kernelTiles) * outputTiles +
      outputTiles * kernelTiles;
    const whole = length(outputs.tiles, kernels.tiles);
    if (!hasHalo || outputs.isSplit || kernels.isSplit) return whole;
    if (outputs.swept < outputs.tiles) return Math.min(whole, length(outputs.swept, kernels.tiles));
    return kernels.swept < kernels.tiles ? Math.min(whole, length(outputs.tiles, kernels.swept)) : whole;
  }
}

function linesOf(skeleton: Skeleton, { extents }: NestProblem, dim: NestDim): DimLines {
  const at: number[] = [];
  const fanouts: number[] = [];
  for (const [index, item] of skeleton.entries()) {
    if (item.kind === "store" || item.dim !== dim) continue;
    at.push(index);
    fanouts.push(item.kind === "spatial" ? item.level.fanout : 0);
  }
  return { dim, index: nestDims.indexOf(dim), extent: extents[dim], at, fanouts };
}

/** Instances that chosen loops use of a spatial level. */
function usedBy(chains: ChosenChains, lines: readonly { readonly index: number; readonly slot: number }[]): number {
  let used = 1;
  for (const { index, slot } of lines) used *= chains[index]?.factor(slot) ?? 1;
  return used;
}

/** How often tiles are repeated by loops that they do not depend on, of which lines above item `at` step. */
function repeated(chains: ChosenChains, { irrelevant }: Passing, at: number): number {
  let times = 1;
  for (const { lines, index, depth, counted } of irrelevant) {
    const chain = chains[index];
    if (chain === undefined) continue;
    let moving = 0;
    while (moving < depth && moving < lines.at.length && (lines.at[moving] ?? 0) < at) moving++;
    times *= chain.count(depth, moving, counted);
  }
  return times;
}

/** Instances that hold a word at most: those of loops that it does not depend on. */
function copies(chains: ChosenChains, { irrelevant }: Passing): number {
  let product = 1;
  for (const { index, depth, counted, mostCopies } of irrelevant)
    product *= chains[index]?.count(depth, 0, counted) ?? mostCopies;
  return product;
}

/** Words for the MACs. */
function everyStep(chains: ChosenChains, { words, irrelevant }: Passing): number {
  let sum = words;
  for (const { index, depth, counted, leastSteps } of irrelevant)
    sum *= chains[index]?.count(depth, depth, counted) ?? leastSteps;
  return sum;
}

interface AxisTiles {
  readonly tiles: number;
  /** Tiles when a sweep of the innermost moving line counts as one. */
  readonly swept: number;
  /** Instances below that line divide the axis among them. */
  readonly isSplit: boolean;
}

const oneTile: AxisTiles = { tiles: 1, swept: 1, isSplit: false };

/** Tiles of one loop of an axis; undefined while it is open. */
function axisTiles(
  chains: ChosenChains,
  { relevant }: Passing,
  index: number,
  innermost: number,
): AxisTiles | undefined {
  const view = relevant.find((candidate) => candidate.index === index);
  if (view === undefined) return oneTile;
  const chain = chains[index];
  if (chain === undefined) return undefined;
  const { lines, depth } = view;
  const all = (1 << lines.at.length) - 1;
  const tiles = chain.count(depth, depth, all);
  let isSplit = false;
  for (let slot = 0; slot < depth; slot++)
    if ((lines.fanouts[slot] ?? 0) > 0 && (lines.at[slot] ?? 0) > innermost && chain.factor(slot) > 1) isSplit = true;
  const slot = innermost < 0 ? -1 : lines.at.indexOf(innermost);
  return { tiles, swept: slot >= 0 && slot < depth ? chain.count(slot, slot, all) : tiles, isSplit };
}

function portCycles({ wordsPerCycle: port }: NestMemory, reads: number, writes: number): number {
  if (port === "unlimited") return 0;
  return "shared" in port ? (reads + writes) / port.shared : Math.max(reads / port.read, writes / port.write);
}
