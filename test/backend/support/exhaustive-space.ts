/**
 * Costs every mapping of a small problem on a small machine: all spatial choices, all tile sizes at every level, every order
 * of `loopOrders` at every level. What the mapper finds is held against the best of these, bounds against all of them.
 */
import type { Architecture } from "../../../src/backend/architecture.ts";
import { packedGroups } from "../../../src/backend/mapping/array-cycles.ts";
import { compulsoryDramBytes, throughDramBound } from "../../../src/backend/mapping/bounds.ts";
import { loopOrders } from "../../../src/backend/mapping/search/loop-orders.ts";
import type { MappingCost } from "../../../src/backend/mapping/cost.ts";
import { cyclesOf, totalDramBytes } from "../../../src/backend/mapping/cost.ts";
import { costOfMapping, firstOverflow } from "../../../src/backend/mapping/matrix-cost.ts";
import type { MatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import { ChainCache } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { MatrixProblem, Tile } from "../../../src/backend/mapping/problem.ts";
import type { SpatialChoice } from "../../../src/backend/mapping/spatial.ts";
import { spatialChoices } from "../../../src/backend/mapping/spatial.ts";

export interface Case {
  readonly problem: MatrixProblem;
  readonly architecture: Architecture;
}

/** All ways to spread the problem over the grid, of all dataflows that the machine has. */
export function choicesOf({ problem, architecture }: Case): readonly SpatialChoice[] {
  return spatialChoices(problem, architecture, architecture.dataflows);
}

/** Bounds that the solver states for a case. */
export function boundsOf({ problem, architecture }: Case): { readonly cycles: number; readonly dramBytes: number } {
  const dramBytes = compulsoryDramBytes(problem, architecture.operandBytes);
  return { cycles: throughDramBound(problem, architecture, choicesOf({ problem, architecture })), dramBytes };
}

/** How many tile combinations the space has at most, summed over spatial choices; before capacities and orders. */
export function spaceSize(given: Case): number {
  return choicesOf(given).reduce(
    (sum, choice) =>
      sum +
      given.problem.extents.reduce(
        (product, extent, loop) => product * tileChains(given, choice, { loop, extent }).length,
        1,
      ),
    0,
  );
}

export interface CostedMapping {
  readonly mapping: MatrixMapping;
  readonly cost: MappingCost;
  readonly cycles: number;
  readonly dramBytes: number;
}

/** Every mapping of a spatial choice that fits. Mappings that differ only in loops with one trip are costed once. */
export function* mappingsOf(given: Case, choice: SpatialChoice): Generator<CostedMapping> {
  const { problem, architecture } = given;
  const chains = new ChainCache(problem, architecture);
  const context = { problem, architecture, chains };
  const groupsPerPass = choice.dataflow === "weight-stationary" ? packedGroups(problem, architecture) : 1;
  const { dataflow, peRows, peColumns } = choice;
  for (const tiles of tileCombinations(given, choice)) {
    const unordered = { dataflow, peRows, peColumns, groupsPerPass, tiles, orders: [] };
    if (firstOverflow(context, unordered) !== undefined) continue;
    const cut = chains.loops(unordered).chains;
    for (const orders of orderCombinations(given, { tiles, choice })) {
      const mapping = { ...unordered, orders };
      if (firstOverflow(context, mapping) !== undefined) continue;
      const cost = costOfMapping(context, mapping, { chains: cut, orders });
      const dramBytes = totalDramBytes(cost.dramBytes);
      yield { mapping, cost, dramBytes, cycles: cyclesOf(cost, dramBytes, architecture) };
    }
  }
}

/** Tile sizes of one loop at every level, outermost first: each a part of what the level above leaves to one PE. */
function tileChains(
  { architecture }: Case,
  choice: Pick<SpatialChoice, "peRows" | "peColumns">,
  { loop, extent }: { readonly loop: number; readonly extent: number },
): readonly (readonly number[])[] {
  const pes = (choice.peRows[loop] ?? 1) * (choice.peColumns[loop] ?? 1);
  const spread = architecture.levels.findIndex((level) => level.isPerPe);
  let found: readonly (readonly number[])[] = [[]];
  architecture.levels.forEach((_level, depth) => {
    found = found.flatMap((chain) => {
      const above = chain.at(-1) ?? extent;
      const room = depth === spread ? Math.ceil(above / pes) : above;
      return Array.from({ length: room }, (_unused, index) => [...chain, index + 1]);
    });
  });
  return found;
}

function* tileCombinations(given: Case, choice: SpatialChoice): Generator<readonly Tile[]> {
  const { extents } = given.problem;
  const perLoop = extents.map((extent, loop) => tileChains(given, choice, { loop, extent }));
  const levels = given.architecture.levels.length;
  const picked: (readonly number[])[] = [];
  function* pick(loop: number): Generator<readonly Tile[]> {
    const options = perLoop[loop];
    if (options === undefined) {
      yield Array.from({ length: levels }, (_unused, depth) => picked.map((chain) => chain[depth] ?? 1));
      return;
    }
    for (const option of options) {
      picked[loop] = option;
      yield* pick(loop + 1);
    }
  }
  yield* pick(0);
}

/** Orders of all levels, those that differ in moving loops only. */
function orderCombinations(
  { problem, architecture }: Case,
  { tiles, choice }: { readonly tiles: readonly Tile[]; readonly choice: SpatialChoice },
): readonly (readonly (readonly number[])[])[] {
  const spread = architecture.levels.findIndex((level) => level.isPerPe);
  let found: readonly (readonly (readonly number[])[])[] = [[]];
  tiles.forEach((tile, depth) => {
    const above = depth === 0 ? problem.extents : (tiles[depth - 1] ?? []);
    const pes = (loop: number): number =>
      depth === spread ? (choice.peRows[loop] ?? 1) * (choice.peColumns[loop] ?? 1) : 1;
    const moves = tile.map((size, loop) => Math.ceil((above[loop] ?? 1) / pes(loop)) > size);
    const distinct = new Map(loopOrders.map((order) => [order.filter((loop) => moves[loop]).join("/"), order]));
    found = found.flatMap((orders) => [...distinct.values()].map((order) => [...orders, order]));
  });
  return found;
}
