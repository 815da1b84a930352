/** Searches tiles, orders and spatial choices of a matrix problem for the fewest cycles. */
import type { Architecture } from "../architecture.ts";
import { packedGroups } from "./array-cycles.ts";
import { loopOrders, tileSizes } from "./candidates.ts";
import type { MappingCost } from "./cost.ts";
import { cyclesOf, totalDramBytes } from "./cost.ts";
import type { MatrixContext } from "./matrix-cost.ts";
import { costOfMapping, firstOverflow, occupiedBytes, overflowBytes, parentTile } from "./matrix-cost.ts";
import { innerTiles } from "./inner-tiles.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import { ChainCache } from "./matrix-mapping.ts";
import type { MatrixProblem, Tile } from "./problem.ts";
import { at } from "./problem.ts";
import type { Outer } from "./outer-tiles.ts";
import { outerTiles } from "./outer-tiles.ts";
import type { Base, Incumbent, Unmappable } from "./search-state.ts";
import { gridTile, limits, tolerance } from "./search-state.ts";
import type { SpatialChoice } from "./spatial.ts";
import { shareOf } from "./spatial.ts";

/** The best mapping found. */
export interface SolvedMatrix {
  readonly mapping: MatrixMapping;
  readonly cost: MappingCost;
  readonly cycles: number;
  readonly nodes: number;
  readonly proof: "bound" | "budget";
}

/** What `searchMatrix` may use. */
export interface MatrixSearch {
  /** Ways to spread the problem over the grid, of all allowed dataflows. */
  readonly choices: readonly SpatialChoice[];
  /** No mapping takes fewer cycles; the search stops when it is met. */
  readonly boundCycles: number;
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
