/** Searches tiles, orders and spatial choices of a matrix problem for the fewest cycles. */
import type { Architecture } from "../architecture.ts";
import { packedGroups } from "./array-cycles.ts";
import { channelChoices, loopOrders, positionBoxes, tileSizes } from "./candidates.ts";
import type { MappingCost } from "./cost.ts";
import { cyclesOf, totalDramBytes } from "./cost.ts";
import type { MatrixContext } from "./matrix-cost.ts";
import { costOfMapping, firstOverflow, occupiedBytes, overflowBytes, parentTile } from "./matrix-cost.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import { ChainCache } from "./matrix-mapping.ts";
import type { MatrixProblem, Tile } from "./problem.ts";
import { at } from "./problem.ts";
import type { SpatialChoice } from "./spatial.ts";
import { shareOf } from "./spatial.ts";
import { movedElements } from "./traffic.ts";

/** The best mapping found. */
export interface SolvedMatrix {
  readonly mapping: MatrixMapping;
  readonly cost: MappingCost;
  readonly cycles: number;
  readonly nodes: number;
  readonly proof: "bound" | "budget";
}

/** No mapping fits: the level and operand bytes of the smallest tile that was tried. */
export interface Unmappable {
  readonly level: string;
  readonly overflowBytes: number;
}

/** How many of the best spatial choices, innermost tiles and global-memory tiles are combined, and how many mappings costed. */
const limits = { spatial: 6, inner: 5, outer: 3, nodes: 6000 } as const;

/** What `searchMatrix` may use. */
export interface MatrixSearch {
  /** Ways to spread the problem over the grid, of all allowed dataflows. */
  readonly choices: readonly SpatialChoice[];
  /** No mapping takes fewer cycles; the search stops when it is met. */
  readonly boundCycles: number;
}

/** The search ends when the bound is met up to this share: what is left is the fill of the first tiles. */
const tolerance = 0.01;

interface Incumbent {
  /** Cycles at which the search ends. */
  readonly goodEnoughCycles: number;
  best:
    { mapping: MatrixMapping; cost: MappingCost; cycles: number; dramBytes: number; stagingBytes: number } | undefined;
  nodes: number;
  smallestOverflow: Unmappable | undefined;
}

/** The mapping with the fewest cycles; ties: fewer DRAM bytes, then less staging space, then the first found. */
export function searchMatrix(
  problem: MatrixProblem,
  architecture: Architecture,
  search: MatrixSearch,
): SolvedMatrix | Unmappable {
  const context: MatrixContext = { problem, architecture, chains: new ChainCache(problem, architecture) };
  const goodEnoughCycles = search.boundCycles * (1 + tolerance);
  const state: Incumbent = { goodEnoughCycles, best: undefined, nodes: 0, smallestOverflow: undefined };
  for (const choice of bestChoices(search.choices)) {
    if (state.best !== undefined && choice.boundCycles >= state.best.cycles) break;
    searchSpatial(context, choice, state);
    if (isDone(state)) break;
  }
  const { best } = state;
  if (best === undefined) return state.smallestOverflow ?? { level: "l1", overflowBytes: 0 };
  const proof = best.cycles <= Math.ceil(search.boundCycles) ? "bound" : "budget";
  return { mapping: best.mapping, cost: best.cost, cycles: best.cycles, nodes: state.nodes, proof };
}

/** The few best of each dataflow, best bound first. */
function bestChoices(choices: readonly SpatialChoice[]): readonly SpatialChoice[] {
  const dataflows = [...new Set(choices.map((choice) => choice.dataflow))];
  const byBound = (a: SpatialChoice, b: SpatialChoice): number => a.boundCycles - b.boundCycles;
  return dataflows
    .flatMap((dataflow) =>
      choices
        .filter((choice) => choice.dataflow === dataflow)
        .sort(byBound)
        .slice(0, limits.spatial),
    )
    .sort(byBound);
}

function searchSpatial(context: MatrixContext, choice: SpatialChoice, state: Incumbent): void {
  const { architecture, problem } = context;
  const { dataflow } = choice;
  const groupsPerPass = dataflow === "weight-stationary" ? packedGroups(problem, architecture) : 1;
  const base = { dataflow, peRows: choice.peRows, peColumns: choice.peColumns, groupsPerPass };
  const share = shareOf({ problem, ...choice });
  const outerKnown = new Map<string, readonly Outer[]>();
  for (const inner of innerTiles(context, { base, share }, state)) {
    for (const middle of middleTiles(context, { base, inner, share })) {
      const below = tileBelowOuter(context, { base, inner, middle });
      const outers = outerKnown.get(below.join("/")) ?? outerTiles(context, { base, below }, state);
      outerKnown.set(below.join("/"), outers);
      for (const outer of outers) {
        if (state.best !== undefined && outer.dramCycles >= state.best.cycles) break;
        considerOrders(context, { base, tiles: [...outer.tiles, ...middle, inner], outer }, state);
        if (isDone(state)) return;
      }
    }
  }
}

/** The tile that one tile of global memory must at least hold: what the level below holds over the whole grid. */
function tileBelowOuter(
  { architecture, problem }: MatrixContext,
  place: { readonly base: Base; readonly inner: Tile; readonly middle: readonly Tile[] },
): Tile {
  const [middle] = place.middle;
  const isPerPe = architecture.levels.find((level) => level.level === "l2")?.isPerPe ?? true;
  if (middle !== undefined && !isPerPe) return middle;
  return gridTile(problem, place.base, middle ?? place.inner);
}

/** Orders of the levels under global memory, all levels alike, that differ in the loops that move at one of them. */
function innerOrders(
  context: MatrixContext,
  place: { readonly base: Base; readonly tiles: readonly Tile[]; readonly outer: Outer },
): readonly (readonly (readonly number[])[])[] {
  const { problem, architecture } = context;
  const { base, tiles, outer } = place;
  const mapping = { ...base, tiles, orders: [] };
  const start = outer.tiles.length;
  const moving = problem.extents.map((_extent, slot) =>
    architecture.levels.some(
      (_level, depth) =>
        depth >= start &&
        (tiles[depth]?.[slot] ?? 1) < (parentTile({ problem, architecture }, mapping, depth)[slot] ?? 1),
    ),
  );
  const distinct = new Map(loopOrders.map((order) => [order.filter((slot) => moving[slot]).join("/"), order]));
  const below = architecture.levels.slice(start);
  return [...distinct.values()].map((order) => [...outer.orders, ...below.map(() => order)]);
}

function isDone({ best, nodes, goodEnoughCycles }: Incumbent): boolean {
  return nodes >= limits.nodes || (best !== undefined && best.cycles <= goodEnoughCycles);
}

type Base = Pick<MatrixMapping, "dataflow" | "peRows" | "peColumns" | "groupsPerPass">;

/** Costs the tiles, when they fit, with every order of the inner levels that makes a difference. */
function considerOrders(
  context: MatrixContext,
  place: { readonly base: Base; readonly tiles: readonly Tile[]; readonly outer: Outer },
  state: Incumbent,
): void {
  const { architecture } = context;
  const { base, tiles } = place;
  const unordered = { ...base, tiles, orders: [] };
  if (firstOverflow(context, unordered) !== undefined) return;
  const { chains } = context.chains.loops(unordered);
  for (const orders of innerOrders(context, place)) {
    state.nodes += 1;
    const mapping = { ...base, tiles, orders };
    const cost = costOfMapping(context, mapping, { chains, orders });
    const dramBytes = totalDramBytes(cost.dramBytes);
    const cycles = cyclesOf(cost, dramBytes, architecture);
    const { input, weight, output } = cost.stagingBytes;
    const found = { mapping, cost, cycles, dramBytes, stagingBytes: input + weight + output };
    if (state.best === undefined || isBetter(found, state.best)) state.best = found;
    if (isDone(state)) return;
  }
}

function isBetter(a: NonNullable<Incumbent["best"]>, b: NonNullable<Incumbent["best"]>): boolean {
  if (a.cycles !== b.cycles) return a.cycles < b.cycles;
  if (a.dramBytes !== b.dramBytes) return a.dramBytes < b.dramBytes;
  return a.stagingBytes < b.stagingBytes;
}

/** The largest innermost tiles that fit, best first: few array passes, then little traffic per MAC. */
function innerTiles(
  context: MatrixContext,
  at0: { readonly base: Base; readonly share: Tile },
  state: Incumbent,
): readonly Tile[] {
  const { problem, architecture } = context;
  const { share, base } = at0;
  const boxes = positionBoxes(share, [1, 1, 1, 1, 1, 1]);
  const found: { tile: Tile; passes: number; traffic: number }[] = [];
  for (const { g, k, c } of channelChoices(problem, architecture, { share, groupsPerPass: base.groupsPerPass })) {
    let kept = 0;
    for (let size = boxes.length - 1; size >= 0 && kept < 2; size--) {
      const [, b = 1, p = 1, q = 1] = boxes[size] ?? [];
      const tile = [g, b, p, q, k, c];
      const over = overflowAnywhere(context, { base, share, tile });
      if (over !== undefined) noteOverflow(state, over.level, over.overflowBytes);
      else {
        kept += 1;
        found.push({ tile, ...innerRank(context, { base, share, tile }) });
      }
    }
  }
  found.sort((a, b) => a.passes - b.passes || a.traffic - b.traffic);
  return found.slice(0, limits.inner).map((entry) => entry.tile);
}

/** The first level that cannot hold an innermost tile, or what all PEs' tiles make together where it serves all of them. */
function overflowAnywhere(
  context: MatrixContext,
  place: { readonly base: Base; readonly share: Tile; readonly tile: Tile },
): Unmappable | undefined {
  const { problem, architecture } = context;
  const { base, share, tile } = place;
  for (const level of [...architecture.levels].reverse()) {
    const need =
      level.level === "l1"
        ? l1Need(context, tile, share)
        : level.isPerPe
          ? occupiedBytes(context, tile, share)
          : occupiedBytes(context, gridTile(problem, base, tile), problem.extents);
    const bytes = overflowBytes(level, need);
    if (bytes > 0) return { level: level.level, overflowBytes: bytes };
  }
  return undefined;
}

function noteOverflow(state: Incumbent, level: string, bytes: number): void {
  if (state.smallestOverflow === undefined || bytes < state.smallestOverflow.overflowBytes) {
    state.smallestOverflow = { level, overflowBytes: bytes };
  }
}

/** L1 need of a tile: sums are held in full width. */
function l1Need(context: MatrixContext, tile: Tile, share: Tile): { input: number; weight: number; output: number } {
  const { architecture, problem } = context;
  const need = occupiedBytes(context, tile, share);
  const isWhole = (tile[at.c] ?? 1) >= (problem.extents[at.c] ?? 1);
  return isWhole
    ? { ...need, output: (need.output / architecture.operandBytes) * architecture.accumulatorBytes }
    : need;
}

function innerRank(
  context: MatrixContext,
  candidate: { readonly base: Base; readonly share: Tile; readonly tile: Tile },
): { passes: number; traffic: number } {
  const { problem, architecture } = context;
  const { base, share, tile } = candidate;
  const trips = share.map((size, slot) => Math.ceil(size / (tile[slot] ?? 1)));
  const steps = trips.reduce((product, count) => product * count, 1);
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = tile;
  const words = c * problem.rows.kernel * problem.columns.kernel;
  const positions = b * p * q;
  const { arrayRows, arrayColumns } = architecture;
  const passes =
    base.dataflow === "vector"
      ? 2 * words * Math.ceil((g * k * positions) / architecture.lanesPerPe)
      : base.dataflow === "weight-stationary"
        ? Math.ceil(g / base.groupsPerPass) *
          Math.ceil(k / arrayColumns) *
          Math.ceil(words / arrayRows) *
          Math.max(positions, Math.min(arrayRows, positions * steps))
        : g * Math.ceil(k / arrayColumns) * Math.ceil(positions / arrayRows) * Math.max(words, arrayRows);
  const need = occupiedBytes(context, tile, tile);
  return { passes: passes * steps, traffic: (need.input + need.weight + need.output) * steps };
}

/** Tiles of an L2, when there is one: the innermost tile itself, and grown as far as it fits in three directions. */
function middleTiles(
  context: MatrixContext,
  place: { readonly base: Base; readonly inner: Tile; readonly share: Tile },
): readonly (readonly Tile[])[] {
  const { architecture, problem } = context;
  const level = architecture.levels.find((each) => each.level === "l2");
  if (level === undefined) return [[]];
  const grid = gridTile(problem, place.base, place.inner);
  const [start, bounds] = level.isPerPe ? [place.inner, place.share] : [grid, problem.extents];
  const directions = [
    [],
    [at.c, at.k, at.q, at.p, at.b, at.g],
    [at.q, at.p, at.b, at.k, at.c, at.g],
    [at.k, at.c, at.q, at.p, at.b, at.g],
  ];
  const grown = directions.map((slots) => {
    let tile: Tile = start;
    for (const slot of slots) {
      for (const size of tileSizes(bounds[slot] ?? 1, start[slot] ?? 1)) {
        const larger = tile.map((old, index) => (index === slot ? Math.max(old, size) : old));
        if (overflowBytes(level, occupiedBytes(context, larger, bounds)) > 0) continue;
        tile = larger;
        break;
      }
    }
    return tile;
  });
  const distinct = new Map(grown.map((tile) => [tile.join("/"), tile]));
  return [...distinct.values()]
    .filter((tile) => overflowBytes(level, occupiedBytes(context, tile, bounds)) === 0)
    .map((tile) => [tile]);
}

/** What all PEs hold together in one step. */
function gridTile(problem: MatrixProblem, base: Base, tile: Tile): Tile {
  return tile.map((size, slot) =>
    Math.min(problem.extents[slot] ?? 1, size * (base.peRows[slot] ?? 1) * (base.peColumns[slot] ?? 1)),
  );
}

interface Outer {
  /** DRAM cycles of the three operands alone. */
  readonly dramCycles: number;
  readonly tiles: readonly Tile[];
  readonly orders: readonly (readonly number[])[];
}

/**
 * Tiles of global memory with their loop order, those with the least DRAM traffic first, then the smallest. Groups share
 * nothing, so one step of them is enough; a cut reduction spills sums, so it is tried only where the whole does not fit.
 */
function outerTiles(
  context: MatrixContext,
  place: { readonly base: Base; readonly below: Tile },
  state: Incumbent,
): readonly Outer[] {
  const { problem, architecture } = context;
  const [level] = architecture.levels;
  if (level?.level !== "gm") return [{ tiles: [], orders: [], dramCycles: 0 }];
  const { below } = place;
  const boxes = positionBoxes(problem.extents, below);
  const fits = (tile: Tile): boolean => overflowBytes(level, occupiedBytes(context, tile, problem.extents)) === 0;
  const found: { outer: Outer; dramElements: number; staging: number }[] = [];
  for (const c of tileSizes(problem.extents[at.c] ?? 1, below[at.c] ?? 1)) {
    for (const k of tileSizes(problem.extents[at.k] ?? 1, below[at.k] ?? 1)) {
      const smallest = firstFitting(boxes, { k, c }, fits);
      if (smallest === undefined) continue;
      const largest = firstFitting([...boxes].reverse(), { k, c }, fits) ?? smallest;
      for (const tile of smallest.join() === largest.join() ? [smallest] : [largest, smallest])
        found.push(...rankedOrders(context, place.base, tile));
    }
    if (found.length > 0) break;
  }
  if (found.length === 0)
    noteOverflow(state, level.level, overflowBytes(level, occupiedBytes(context, below, problem.extents)));
  found.sort((x, y) => x.dramElements - y.dramElements || x.staging - y.staging);
  return found.slice(0, limits.outer).map((entry) => entry.outer);
}

function firstFitting(
  boxes: readonly Tile[],
  channels: { readonly k: number; readonly c: number },
  fits: (tile: Tile) => boolean,
): Tile | undefined {
  for (const box of boxes) {
    const tile = withChannels(box, channels);
    if (fits(tile)) return tile;
  }
  return undefined;
}

function withChannels(box: Tile, channels: { readonly k: number; readonly c: number }): Tile {
  return box.map((size, slot) => (slot === at.k ? channels.k : slot === at.c ? channels.c : size));
}

/** Orders of the loops over tiles of global memory that differ, with the DRAM traffic of each. */
function rankedOrders(
  context: MatrixContext,
  base: Base,
  tile: Tile,
): { outer: Outer; dramElements: number; staging: number }[] {
  const { problem, chains } = context;
  const cut = problem.extents.map((_extent, slot) =>
    chains.chain(slot, [tile[slot] ?? 1], (base.peRows[slot] ?? 1) * (base.peColumns[slot] ?? 1)),
  );
  const isCut = tile.map((size, slot) => size < (problem.extents[slot] ?? 1));
  const distinct = new Map(loopOrders.map((order) => [order.filter((slot) => isCut[slot]).join("/"), order]));
  const need = occupiedBytes(context, tile, problem.extents);
  return [...distinct.values()].map((order) => {
    const loops = { chains: cut, orders: [order] };
    const sum = { kind: "sum" } as const;
    const dramElements =
      movedElements(loops, "input", 0, sum) +
      movedElements(loops, "weight", 0, sum) * problem.rows.kernel * problem.columns.kernel +
      movedElements(loops, "output", 0, sum);
    const dramCycles = (dramElements * context.architecture.operandBytes) / context.architecture.dramBytesPerCycle;
    return {
      outer: { tiles: [tile], orders: [order], dramCycles },
      dramElements,
      staging: need.input + need.weight + need.output,
    };
  });
}
