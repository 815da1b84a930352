/** Cost of tiles on an array machine; of some of the tiles only, a lower bound for every completion. */
import type { NestMemory } from "../nest-architecture.ts";
import { touchedLength } from "../nest-bounds.ts";
import type { NestOperand, NestProblem } from "../nest-problem.ts";
import { isRelevant } from "../nest-problem.ts";
import type { ArrayMachine } from "./array-machine.ts";
import type { LoopOrder } from "./loop-orders.ts";
import type { NestObjective } from "./nest-objective.ts";
import type { SearchDim, TileChoice, Units } from "./tile-choices.ts";
import { leastChoice, searchDims } from "./tile-choices.ts";

/** Choices made so far; loops without one have a single tile, which is never worse. */
export type PartialTiles = Partial<Record<SearchDim, TileChoice | undefined>>;

/** What is the same for all tiles of a search. */
export interface CostSetting {
  readonly machine: ArrayMachine;
  readonly problem: NestProblem;
  readonly objective: NestObjective;
  /** Rows and columns of the input that are needed at all. */
  readonly touched: readonly [number, number];
}

/** Completes a setting. */
export function costSetting(machine: ArrayMachine, problem: NestProblem, objective: NestObjective): CostSetting {
  return { machine, problem, objective, touched: [touchedLength(problem, 0), touchedLength(problem, 1)] };
}

/** Words per group that move for each tensor. */
interface Multipliers {
  readonly weight: number;
  readonly input: number;
  readonly output: number;
  readonly register: number;
}

/** How often each tensor is moved: trips of the loops that do not change it, above the innermost one that does. */
function multipliers(order: LoopOrder, tiles: PartialTiles): Multipliers {
  const found = { weight: 1, input: 1, output: 1, register: 1 };
  const above = { weight: 1, input: 1, output: 1 };
  const isPlaced = { weight: false, input: false, output: false };
  for (const item of order.items) {
    if ("operand" in item) {
      isPlaced[item.operand] = true;
      continue;
    }
    const tile = tiles[item.dim];
    if (tile === undefined) continue;
    const isOuter = item.place === "outer";
    const moves = isOuter ? tile.outerMoves : tile.innerMoves;
    const trips = isOuter ? tile.outerTiles : tile.innerTiles / tile.outerTiles;
    for (const operand of ["weight", "input", "output"] as const) {
      if (!isRelevant(operand, item.dim)) above[operand] *= trips;
      else if (moves) {
        if (!isPlaced[operand]) found[operand] = above[operand];
        if (operand === "weight") found.register = above.weight;
      }
    }
  }
  const movesUnits = (["k", "c", "r", "s"] as const).some((dim) => tiles[dim]?.unitMoves === true);
  return movesUnits ? { ...found, register: above.weight } : found;
}

/** Rows or columns of the input that are loaded, over all tiles of an axis. */
function loadedLength(setting: CostSetting, axis: 0 | 1, order: LoopOrder, tiles: PartialTiles): number {
  const [output, kernel] = axis === 0 ? (["p", "r"] as const) : (["q", "s"] as const);
  const [outputs, kernels] = [tiles[output], tiles[kernel]];
  if (outputs?.isChosen !== true || kernels?.isChosen !== true) return setting.touched[axis];
  const { extents, strides, dilations } = setting.problem;
  const [stride, dilation] = [strides[axis], dilations[axis]];
  const [os, ks] = [
    inputTiles(extents[output], outputs, order, output),
    inputTiles(extents[kernel], kernels, order, kernel),
  ];
  const all =
    (extents[output] - os.count) * stride * ks.count +
    (extents[kernel] - ks.count) * dilation * os.count +
    os.count * ks.count;
  if (order.slide === output) return all - os.steps * ks.sum((size) => Math.max(0, (size - 1) * dilation + 1 - stride));
  if (order.slide === kernel) return all - ks.steps * os.sum((size) => Math.max(0, (size - 1) * stride + 1 - dilation));
  return all;
}

interface InputTiles {
  readonly count: number;
  /** Steps from one tile to the next within one sweep of the loop directly above the input. */
  readonly steps: number;
  /** Sum over the tiles. */
  readonly sum: (value: (size: number) => number) => number;
}

/** Tiles of one loop at the input's place. */
function inputTiles(extent: number, tile: TileChoice, order: LoopOrder, dim: SearchDim): InputTiles {
  const size = inputTile(tile, order, dim);
  const isInner = isSecond(order, dim);
  const count = isInner ? tile.innerTiles : tile.outerTiles;
  const sweeps = isInner ? tile.outerTiles : 1;
  const sum = (value: (size: number) => number): number => {
    const sweep = (length: number): number => {
      const rest = length % size;
      return Math.floor(length / size) * value(size) + (rest === 0 ? 0 : value(rest));
    };
    if (!isInner) return sweep(extent);
    const rest = extent % tile.outer;
    return Math.floor(extent / tile.outer) * sweep(tile.outer) + (rest === 0 ? 0 : sweep(rest));
  };
  return { count, steps: count - sweeps, sum };
}

/** Whether the input's place is the second of a loop. */
function isSecond(order: LoopOrder, dim: SearchDim): boolean {
  const at = order.items.findIndex((item) => "operand" in item && item.operand === "input");
  return order.items.slice(0, at).some((item) => "dim" in item && item.dim === dim && item.place === "inner");
}

const inputTile = (tile: TileChoice, order: LoopOrder, dim: SearchDim): number =>
  isSecond(order, dim) ? tile.inner : tile.outer;

/** The objective: exact where tiles divide, never below the exact count of ragged ones. */
export function partialCost(setting: CostSetting, order: LoopOrder, units: Units, tiles: PartialTiles): number {
  const { machine, problem } = setting;
  const { g, b, p, q, k, c, r, s } = problem.extents;
  const count = (dim: "k" | "c" | "r" | "s"): number =>
    tiles[dim]?.units ?? Math.ceil(problem.extents[dim] / units[dim]);
  const [weights, outputs] = [g * k * c * r * s, g * b * p * q * k];
  const moved = multipliers(order, tiles);
  const input =
    g * b * c * loadedLength(setting, 0, order, tiles) * loadedLength(setting, 1, order, tiles) * moved.input;
  const written = outputs * moved.output;
  const outer = { reads: weights * moved.weight + input + written - outputs, writes: written };
  const inputReads = g * b * p * q * c * r * s * count("k");
  const updates = outputs * count("c") * count("r") * count("s");
  const drains = machine.architecture.accounting.drainReads ? written : 0;
  const buffer = {
    reads: weights * moved.register + inputReads + updates - outputs + drains,
    writes: outer.reads + updates,
  };
  const macs = outputs * c * r * s;
  const { compute } = machine.architecture;
  const energy =
    energyOf(machine.outer, outer) +
    energyOf(machine.buffer, buffer) +
    energyOf(machine.register, { reads: macs, writes: weights * moved.register }) +
    macs * compute.energyPj;
  const steps = g * b * p * q * count("k") * count("c") * count("r") * count("s");
  const cycles = Math.max(
    cyclesOf(machine.outer, outer),
    cyclesOf(machine.buffer, buffer),
    steps / compute.macsPerCycle,
  );
  switch (setting.objective) {
    case "energy":
      return energy;
    case "latency":
      return cycles;
    case "edp":
      return energy * cycles;
  }
}

interface Traffic {
  readonly reads: number;
  readonly writes: number;
}

const energyOf = (memory: NestMemory, { reads, writes }: Traffic): number =>
  reads * memory.readPjPerWord + writes * memory.writePjPerWord;

function cyclesOf({ wordsPerCycle: port }: NestMemory, { reads, writes }: Traffic): number {
  if (port === "unlimited") return 0;
  return "shared" in port ? (reads + writes) / port.shared : Math.max(reads / port.read, writes / port.write);
}

/** Bytes of the buffer that the tiles take; loops without a choice have their smallest tile. */
export function partialBytes(
  { machine, problem }: CostSetting,
  { order, smallest, tiles }: { readonly order: LoopOrder; readonly smallest: Units; readonly tiles: PartialTiles },
): number {
  const { wordBits } = machine.architecture;
  const size: Record<SearchDim, number> = { ...smallest };
  for (const dim of searchDims) if (tiles[dim] !== undefined) size[dim] = problem.extents[dim];
  const at = (dim: SearchDim): number => size[dim];
  let bits = 0;
  for (const item of order.items) {
    if ("dim" in item) {
      const tile = tiles[item.dim];
      if (tile !== undefined) size[item.dim] = item.place === "outer" ? tile.outer : tile.inner;
      continue;
    }
    bits += wordBits[item.operand] * wordsAt(problem, item.operand, at);
  }
  return bits / 8;
}

function wordsAt({ strides, dilations }: NestProblem, operand: NestOperand, at: (dim: SearchDim) => number): number {
  switch (operand) {
    case "weight":
      return at("k") * at("c") * at("r") * at("s");
    case "output":
      return at("b") * at("p") * at("q") * at("k");
    case "input":
      return (
        at("b") *
        at("c") *
        ((at("p") - 1) * strides[0] + (at("r") - 1) * dilations[0] + 1) *
        ((at("q") - 1) * strides[1] + (at("s") - 1) * dilations[1] + 1)
      );
  }
}

/** The tiles with stand-ins for what is not chosen yet: what fits beside the others at all bounds the number of tiles. */
export function withLeastTiles(
  setting: CostSetting,
  {
    order,
    units,
    smallest,
    tiles,
  }: { readonly order: LoopOrder; readonly units: Units; readonly smallest: Units; readonly tiles: PartialTiles },
  capacity: number,
): PartialTiles {
  const more: PartialTiles = { ...tiles };
  const { extents } = setting.problem;
  for (const dim of searchDims) {
    if (tiles[dim] !== undefined || extents[dim] === 1) continue;
    const least = smallest[dim];
    const bytes = (outer: number, inner: number): number => {
      const trial = { ...leastChoice(extents[dim], { outer, inner, unit: 1 }) };
      return partialBytes(setting, { order, smallest, tiles: { ...tiles, [dim]: trial } });
    };
    const base = bytes(least, least);
    // Bytes grow linearly with either size; the slack of one step covers rounding.
    const largest = (slope: number): number =>
      slope <= 0
        ? extents[dim]
        : Math.min(extents[dim], Math.max(least, Math.floor(least + (capacity - base) / slope + 1e-9)));
    const outer = largest(bytes(least + 1, least) - base);
    const inner = Math.min(outer, largest(bytes(least + 1, least + 1) - base));
    more[dim] = leastChoice(extents[dim], { outer, inner, unit: units[dim] });
  }
  return more;
}
