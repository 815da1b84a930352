/** Exact traffic, occupancy, cycles and energy events of a mapping of a matrix problem on one core. */
import type { Architecture, MemoryLevel } from "../architecture.ts";
import type { CapacityWatch } from "./capacity-watch.ts";
import { arrayFillCycles, computeCycles, reductionSize } from "./array-cycles.ts";
import type { EnergyEvents, MappingCost, StagingBytes } from "./cost.ts";
import type { ChainCache, MatrixMapping } from "./matrix-mapping.ts";
import { leavesPartialSums } from "./partial-sums.ts";
import type { MatrixProblem, Tile } from "./problem.ts";
import { at } from "./problem.ts";
import { outputElements } from "./bounds.ts";
import { gridTile } from "./spatial.ts";
import { windowFootprint } from "./tiling.ts";
import type { Measure, TileLoops } from "./traffic.ts";
import { movedElements, relevantLoops } from "./traffic.ts";

/** What `costOfMapping` works on. */
export interface MatrixContext {
  readonly problem: MatrixProblem;
  readonly architecture: Architecture;
  readonly chains: ChainCache;
  /** Told of every question whether something fits. */
  readonly watch?: CapacityWatch;
}

const extent = (tile: Tile, slot: number): number => tile[slot] ?? 1;

/** Elements of each operand in a tile; the input's with its windows. */
export function tileElements(problem: MatrixProblem, tile: Tile): { input: number; weight: number; output: number } {
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = tile;
  return {
    input: g * b * c * windowFootprint(problem.rows, p) * windowFootprint(problem.columns, q),
    weight: g * k * reductionSize(problem, c),
    output: g * b * p * q * k,
  };
}

/** Bytes that a tile occupies in one instance of a level, by operand: twice where the next tile comes while this one is used. */
export function occupiedBytes(
  { problem, architecture }: Pick<MatrixContext, "problem" | "architecture">,
  tile: Tile,
  parent: Tile,
): { input: number; weight: number; output: number } {
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = tile;
  const [gAll = 1, bAll = 1, pAll = 1, qAll = 1, kAll = 1, cAll = 1] = parent;
  const elements = tileElements(problem, tile);
  const groupsMove = g < gAll;
  const positionsMove = b < bAll || p < pAll || q < qAll;
  const outputBytes = c >= extent(problem.extents, at.c) ? architecture.operandBytes : architecture.accumulatorBytes;
  const { operandBytes } = architecture;
  return {
    input: elements.input * operandBytes * (groupsMove || positionsMove || c < cAll ? 2 : 1),
    weight: elements.weight * operandBytes * (groupsMove || k < kAll || c < cAll ? 2 : 1),
    output: elements.output * outputBytes * (groupsMove || positionsMove || k < kAll ? 2 : 1),
  };
}

/** Bytes by which a tile exceeds a level's capacity; 0 when it fits. */
export function overflowBytes(level: MemoryLevel, need: { input: number; weight: number; output: number }): number {
  const { capacity } = level;
  if (capacity.kind === "pool") return Math.max(0, need.input + need.weight + need.output - capacity.bytes);
  return (
    Math.max(0, need.input - capacity.input) +
    Math.max(0, need.weight - capacity.weight) +
    Math.max(0, need.output - capacity.output)
  );
}

/** The same for the level at `depth`; notes the question. */
export function overflowAt(
  { architecture, watch }: Pick<MatrixContext, "architecture" | "watch">,
  depth: number,
  need: { input: number; weight: number; output: number },
): number {
  const level = architecture.levels[depth];
  if (level === undefined) return 0;
  watch?.note(depth, level, need);
  return overflowBytes(level, need);
}

/**
 * The tile of a level when it is compared with its parent: the problem itself above the outermost level, and the share of
 * one PE where the level's memories belong to PEs and the parent's does not.
 */
export function parentTile(
  context: Pick<MatrixContext, "problem" | "architecture">,
  mapping: MatrixMapping,
  depth: number,
): Tile {
  const outer = depth === 0 ? context.problem.extents : (mapping.tiles[depth - 1] ?? context.problem.extents);
  const isSpread = context.architecture.levels.findIndex((level) => level.isPerPe) === depth;
  if (!isSpread) return outer;
  return outer.map((size, slot) => Math.ceil(size / (extent(mapping.peRows, slot) * extent(mapping.peColumns, slot))));
}

/**
 * What a mapping holds in one instance of a level. Sums are kept in full width in L1 until they leave, and outside of a level that
 * they leave before they are complete.
 */
export function occupancyAt(
  context: MatrixContext,
  mapping: MatrixMapping,
  depth: number,
): { input: number; weight: number; output: number } {
  const { problem, architecture } = context;
  const need = occupiedBytes(context, mapping.tiles[depth] ?? problem.extents, everMoving(context, mapping, depth));
  const isInnermost = depth === architecture.levels.length - 1;
  const isWhole = extent(mapping.tiles[depth] ?? [], at.c) >= extent(problem.extents, at.c);
  return isWhole && (isInnermost || leavesPartialSums({ problem, architecture, mapping }, depth + 1))
    ? { ...need, output: (need.output / architecture.operandBytes) * architecture.accumulatorBytes }
    : need;
}

function stagingOf(context: MatrixContext, mapping: MatrixMapping): StagingBytes {
  const held = occupancyAt(context, mapping, 0);
  return { ...held, sums: leavesPartialSums({ ...context, mapping }, 1) ? held.output : 0 };
}

/** What a memory's tiles are parts of, over the whole run: where it is larger than a tile, tiles change. */
export function everMoving(
  context: Pick<MatrixContext, "problem" | "architecture">,
  mapping: MatrixMapping,
  depth: number,
): Tile {
  const { extents } = context.problem;
  const perPe = context.architecture.levels.findIndex((level) => level.isPerPe);
  if (depth < perPe) return extents;
  return extents.map((size, slot) => {
    const above = mapping.tiles.slice(0, perPe).map((tile) => extent(tile, slot));
    return ofOnePe(size, above, extent(mapping.peRows, slot) * extent(mapping.peColumns, slot));
  });
}

/** Elements of a loop that the PE with most goes through: its share of every tile above, the ragged last ones too. */
function ofOnePe(size: number, tilesAbove: readonly number[], pes: number): number {
  const [tile, ...inner] = tilesAbove;
  if (tile === undefined || pes === 1) return Math.ceil(size / pes);
  const step = Math.min(tile, size);
  const full = Math.floor(size / step);
  const rest = size - full * step;
  return full * ofOnePe(step, inner, pes) + (rest > 0 ? ofOnePe(rest, inner, pes) : 0);
}

/** The level, operand bytes and overflow of the first level that a mapping does not fit; undefined when it fits. */
export function firstOverflow(
  context: MatrixContext,
  mapping: MatrixMapping,
): { readonly level: MemoryLevel; readonly bytes: number } | undefined {
  for (const [depth, level] of context.architecture.levels.entries()) {
    const bytes = overflowAt(context, depth, occupancyAt(context, mapping, depth));
    if (bytes > 0) return { level, bytes };
  }
  return undefined;
}

interface Moved {
  readonly input: number;
  readonly weight: number;
  /** Final outputs, and partial sums that leave and come back. */
  readonly output: number;
  readonly partial: number;
}

function movedInto(
  context: MatrixContext,
  loops: TileLoops,
  level: number,
  measures: Readonly<Record<"input" | "weight" | "output", Measure>>,
): Moved {
  const written = movedElements(loops, "output", level, measures.output);
  const final = outputShare(loops, level, measures.output);
  return {
    input: movedElements(loops, "input", level, measures.input),
    weight: reductionSize(context.problem, 1) * movedElements(loops, "weight", level, measures.weight),
    output: final,
    partial: Math.max(0, written - final),
  };
}

/** Outputs counted once. */
function outputShare(loops: TileLoops, level: number, measure: Measure): number {
  let product = 1;
  for (const slot of relevantLoops.output) {
    const classes = loops.chains[slot]?.classes[level] ?? [];
    const factor = measure.kind === "share" ? extent(measure.factors, slot) : 1;
    const elements = classes.reduce(
      (sum, entry) => sum + (measure.kind === "sum" ? entry.sum : Math.min(entry.share * factor, entry.sum)),
      0,
    );
    product *= elements;
  }
  return product;
}

const allPes: Measure = { kind: "sum" };
const everyPe = { input: allPes, weight: allPes, output: allPes };

/** What a mapping moves, counted once for all figures that depend on it. */
interface Traffic {
  readonly loops: TileLoops;
  /** Into each level, all PEs together. */
  readonly moved: readonly Moved[];
  /** Into the outermost and the innermost level. */
  readonly first: Moved;
  readonly innermost: Moved;
  /** Over the busiest bus of each kind, and into the innermost level of the busiest PE. */
  readonly bus: Moved;
  readonly onePe: Moved;
}

function trafficOf(context: MatrixContext, mapping: MatrixMapping, loops: TileLoops): Traffic {
  const { levels } = context.architecture;
  const moved = levels.map((_level, depth) => movedInto(context, loops, depth, everyPe));
  const bus = movedInto(context, loops, context.chains.perPeLevel, {
    input: { kind: "share", factors: mapping.peColumns },
    weight: { kind: "share", factors: mapping.peRows },
    output: { kind: "share", factors: mapping.peRows },
  });
  const onePe = movedInto(context, loops, levels.length - 1, ownShare);
  return { loops, moved, first: moved[0] ?? bus, innermost: moved.at(-1) ?? bus, bus, onePe };
}

/** Bytes of words that enter or leave a level: operands in their own width, partial sums out and in again. */
function bytesOf({ operandBytes, accumulatorBytes }: Architecture, { input, weight, output, partial }: Moved): number {
  return (input + weight + output) * operandBytes + 2 * partial * accumulatorBytes;
}

/** Further operands of fused neighbours, and further tensors of the output's size. Unit: bytes. */
function neighbourBytes({ problem, architecture }: MatrixContext): { readonly extra: number; readonly copies: number } {
  const { operandBytes } = architecture;
  return {
    extra: problem.extraElements * operandBytes,
    copies: (problem.outputCopies - 1) * outputElements(problem) * operandBytes,
  };
}

/**
 * The cost of a mapping that fits.
 *
 * Buses: an input bus of a PE row carries what the PEs of the row need, each word once (multicast); a weight bus of a PE
 * column likewise; an output bus of a PE column carries the outputs of its PEs.
 */
export function costOfMapping(
  context: MatrixContext,
  mapping: MatrixMapping,
  loops: TileLoops = context.chains.loops(mapping),
): MappingCost {
  const { problem, architecture } = context;
  const { operandBytes, accumulatorBytes, levels } = architecture;
  const traffic = trafficOf(context, mapping, loops);
  const { first, moved } = traffic;
  const { extra, copies } = neighbourBytes(context);
  const hasGm = levels[0]?.level === "gm";
  const distinct = firstDistinct(context, mapping);
  return {
    busyCycles: busyCyclesOf(context, mapping, traffic),
    dramBytes: {
      input: first.input * operandBytes,
      weight: first.weight * operandBytes,
      output: outputElements(problem) * operandBytes * problem.outputCopies,
      partialSums: 2 * first.partial * accumulatorBytes,
      extra,
    },
    // What leaves global memory for the next level, and the neighbours' operands and results.
    gmBytes: hasGm && moved[1] !== undefined ? bytesOf(architecture, moved[1]) + extra + copies : 0,
    stagingBytes: hasGm ? stagingOf(context, mapping) : { input: 0, weight: 0, output: 0, sums: 0 },
    fillCycles: fillCyclesOf(context, mapping),
    fillDramBytes: (distinct.input + distinct.weight + distinct.output) * operandBytes,
    events: eventsOf(context, mapping, traffic),
  };
}

function busyCyclesOf(context: MatrixContext, mapping: MatrixMapping, traffic: Traffic): MappingCost["busyCycles"] {
  const { problem, architecture, chains } = context;
  const { operandBytes, accumulatorBytes, levels } = architecture;
  const { bus, onePe, moved, loops } = traffic;
  const compute = computeCycles({ problem, architecture, mapping, loops });
  const fusedOps = problem.prologueOps * onePe.input + problem.epilogueOps * onePe.output;
  const fusedCycles = Math.ceil(fusedOps / architecture.lanesPerPe);
  const { extra } = neighbourBytes(context);
  return {
    ...(mapping.dataflow === "vector" ? { vector: compute + fusedCycles } : { compute, vector: fusedCycles }),
    ...(levels.length > chains.perPeLevel + 1 ? { l2: privateL2Cycles(architecture, onePe) } : {}),
    ...(hasSharedL2(architecture) ? { l2: sharedL2Cycles(architecture, moved, chains.perPeLevel) } : {}),
    "input-bus": (bus.input * operandBytes + extra / usedPeRows(mapping)) / architecture.inputBusBytesPerCycle,
    "weight-bus": (bus.weight * operandBytes) / architecture.weightBusBytesPerCycle,
    "output-bus":
      (bus.output * operandBytes * problem.outputCopies + 2 * bus.partial * accumulatorBytes) /
      architecture.outputBusBytesPerCycle,
  };
}

function usedPeRows(mapping: MatrixMapping): number {
  return mapping.peRows.reduce((all, factor) => all * factor, 1);
}

function hasSharedL2({ levels }: Architecture): boolean {
  return levels.some((level) => level.level === "l2" && !level.isPerPe);
}

/** The first tiles over the buses, the first weights and the skew of the array, the last output over its bus. */
function fillCyclesOf({ problem, architecture }: MatrixContext, mapping: MatrixMapping): number {
  const { operandBytes } = architecture;
  const tile = tileElements(problem, mapping.tiles.at(-1) ?? problem.extents);
  const inputPes = product(mapping.peColumns, [at.g, at.b, at.p, at.q, at.c]);
  const weightPes = product(mapping.peRows, [at.g, at.k, at.c]);
  const fillBus = Math.max(
    (tile.input * operandBytes * inputPes) / architecture.inputBusBytesPerCycle,
    (tile.weight * operandBytes * weightPes) / architecture.weightBusBytesPerCycle,
  );
  const drainBus = (tile.output * operandBytes * usedPeRows(mapping)) / architecture.outputBusBytesPerCycle;
  return Math.ceil(fillBus + drainBus + arrayFillCycles(architecture, mapping.dataflow));
}

function eventsOf(context: MatrixContext, mapping: MatrixMapping, traffic: Traffic): EnergyEvents {
  const { problem, architecture, chains } = context;
  const { moved, first, innermost } = traffic;
  const outputs = outputElements(problem);
  const macs = outputs * reductionSize(problem, extent(problem.extents, at.c));
  const onVector = mapping.dataflow === "vector";
  // PEs that need the same word take it from the bus at once, each into its own memory.
  const inputCopies = product(mapping.peRows, [at.k]) * product(mapping.peColumns, [at.k]);
  const weightCopies = product(mapping.peRows, [at.b, at.p, at.q]) * product(mapping.peColumns, [at.b, at.p, at.q]);
  const bytesIntoPes = ({ input, weight, output, partial }: Moved): number =>
    bytesOf(architecture, { input: input * inputCopies, weight: weight * weightCopies, output, partial });
  const edgeBytes = arrayEdgeBytes(context, innermost.weight * weightCopies);
  const { extra, copies } = neighbourBytes(context);
  const aboveInnermost = moved.at(-2) ?? first;
  const isPrivateL2 = architecture.levels.length > chains.perPeLevel + 1;
  const sharedL2Bytes = hasSharedL2(architecture)
    ? bytesOf(architecture, aboveInnermost) + bytesOf(architecture, innermost)
    : 0;
  return {
    macs: onVector ? 0 : macs,
    vectorOps:
      (onVector ? 2 * macs : 0) + problem.prologueOps * innermost.input * inputCopies + problem.epilogueOps * outputs,
    arrayEdgeBytes: onVector ? 0 : edgeBytes,
    l1Bytes: bytesIntoPes(innermost) + edgeBytes,
    l2Bytes: isPrivateL2 ? bytesIntoPes(aboveInnermost) + bytesIntoPes(innermost) : sharedL2Bytes,
    busBytes: bytesOf(architecture, moved[chains.perPeLevel] ?? first) + extra + copies,
  };
}

const ownShare = {
  input: { kind: "share", factors: [] },
  weight: { kind: "share", factors: [] },
  output: { kind: "share", factors: [] },
} as const satisfies Record<string, Measure>;

function product(factors: Tile, slots: readonly number[]): number {
  return slots.reduce((all, slot) => all * extent(factors, slot), 1);
}

/** Elements of the first step's tiles of all PEs, each once: what DRAM must deliver before any PE can start. */
function firstDistinct(
  { problem }: MatrixContext,
  mapping: MatrixMapping,
): { input: number; weight: number; output: number } {
  return tileElements(problem, gridTile(problem, mapping, mapping.tiles.at(-1) ?? problem.extents));
}

/** Between a PE's own L2 and its L1 the widths are those of the array's edges. */
function privateL2Cycles(architecture: Architecture, onePe: Moved): number {
  const { operandBytes, accumulatorBytes, arrayRows, arrayColumns } = architecture;
  return Math.max(
    onePe.input / arrayRows,
    onePe.weight / arrayColumns,
    (onePe.output * operandBytes + 2 * onePe.partial * accumulatorBytes) / (arrayColumns * accumulatorBytes),
  );
}

/** A shared L2 is filled at the rate of the buses that it feeds. */
function sharedL2Cycles(architecture: Architecture, moved: readonly Moved[], spread: number): number {
  const { operandBytes, accumulatorBytes } = architecture;
  const into = moved[spread - 1];
  if (into === undefined) return 0;
  const bytes = (into.input + into.weight + into.output) * operandBytes + 2 * into.partial * accumulatorBytes;
  const rate =
    architecture.peRows * architecture.inputBusBytesPerCycle +
    architecture.peColumns * (architecture.weightBusBytesPerCycle + architecture.outputBusBytesPerCycle);
  return bytes / rate;
}

/** Bytes over the arrays' edges: inputs once for every column fold, weights once for every L1 fill, sums in and out. */
export function arrayEdgeBytes(
  { problem, architecture }: Pick<MatrixContext, "problem" | "architecture">,
  weightFills: number,
): number {
  const { operandBytes, accumulatorBytes, arrayRows, arrayColumns } = architecture;
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = problem.extents;
  const positions = g * b * p * q;
  const words = reductionSize(problem, c);
  const inputs = positions * words * Math.ceil(k / arrayColumns);
  const sums = 2 * positions * k * Math.ceil(words / arrayRows);
  return (inputs + weightFills) * operandBytes + sums * accumulatorBytes;
}
