/** Costs every mapping of a small problem: all tile sizes at every level, whole tiles of the level below or not, all orders. */
import type { Incumbent } from "./incumbent.ts";
import { ordersOf } from "./loop-orders.ts";
import { firstOverflow } from "../matrix-cost.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import type { Tile } from "../problem.ts";
import type { SpatialChoice } from "../spatial.ts";

/** How many combinations of tiles a problem may have, over all spatial choices, to be enumerated. */
export const smallSpace = 4000;

/** Tile sizes of one loop at every level, outermost first. */
type Chain = readonly number[];

/** All chains of a loop: each size a part of what the level above leaves to one PE. `undefined` when there are too many. */
function chainsOf(
  extent: number,
  unroll: number,
  levels: { readonly count: number; readonly perPe: number },
): readonly Chain[] | undefined {
  if (extent > 64) return undefined;
  let found: readonly Chain[] = [[]];
  for (let depth = 0; depth < levels.count; depth++) {
    found = found.flatMap((chain) => {
      const above = chain.at(-1) ?? extent;
      const room = depth === levels.perPe ? Math.ceil(above / unroll) : above;
      return Array.from({ length: room }, (_unused, index) => [...chain, index + 1]);
    });
    if (found.length > smallSpace) return undefined;
  }
  return found;
}

/** The chains of all loops for a spatial choice; undefined when they make more than `limit` combinations. */
function combinations(
  incumbent: Incumbent,
  choice: SpatialChoice,
  limit: number,
): readonly (readonly Chain[])[] | undefined {
  const { problem, architecture, chains } = incumbent.context;
  const levels = { count: architecture.levels.length, perPe: chains.perPeLevel };
  const loops: (readonly Chain[])[] = [];
  let count = 1;
  for (const [slot, extent] of problem.extents.entries()) {
    const found = chainsOf(extent, (choice.peRows[slot] ?? 1) * (choice.peColumns[slot] ?? 1), levels);
    count *= found?.length ?? Infinity;
    if (found === undefined || count > limit) return undefined;
    loops.push(found);
  }
  return loops;
}

/**
 * Costs all mappings of all choices.
 *
 * @returns false, with nothing costed, when there are too many
 */
export function searchEverything(
  incumbent: Incumbent,
  choices: readonly SpatialChoice[],
  groupsPerPass: (choice: SpatialChoice) => number,
): boolean {
  // The innermost tiles alone are as many.
  if (incumbent.context.problem.extents.reduce((all, extent) => all * extent, 1) > smallSpace) return false;
  let left = smallSpace;
  const spaces: { readonly choice: SpatialChoice; readonly loops: readonly (readonly Chain[])[] }[] = [];
  for (const choice of choices) {
    const loops = combinations(incumbent, choice, left);
    if (loops === undefined) return false;
    left -= loops.reduce((product, chains) => product * chains.length, 1);
    spaces.push({ choice, loops });
  }
  for (const { choice, loops } of spaces) {
    const { dataflow, peRows, peColumns } = choice;
    searchTiles(incumbent, { dataflow, peRows, peColumns, groupsPerPass: groupsPerPass(choice) }, loops);
  }
  return true;
}

type Base = Pick<MatrixMapping, "dataflow" | "peRows" | "peColumns" | "groupsPerPass">;

function searchTiles(incumbent: Incumbent, base: Base, loops: readonly (readonly Chain[])[]): void {
  const levels = incumbent.context.architecture.levels.length;
  const picked: Chain[] = [];
  const pick = (slot: number): void => {
    const options = loops[slot];
    if (options === undefined) {
      const tiles = Array.from({ length: levels }, (_unused, depth) => picked.map((chain) => chain[depth] ?? 1));
      searchOrders(incumbent, base, tiles);
      return;
    }
    for (const option of options) {
      picked[slot] = option;
      pick(slot + 1);
    }
  };
  pick(0);
}

function searchOrders(incumbent: Incumbent, base: Base, tiles: readonly Tile[]): void {
  const { context } = incumbent;
  if (firstOverflow(context, { ...base, tiles, orders: [] }) !== undefined) return;
  const { problem, chains } = context;
  const orders: (readonly number[])[] = [];
  const order = (depth: number): void => {
    const tile = tiles[depth];
    if (tile === undefined) {
      const mapping = { ...base, tiles, orders: [...orders] };
      // In some orders sums come up before they are complete, and take more room.
      if (firstOverflow(context, mapping) === undefined) incumbent.offer(incumbent.measure(mapping));
      return;
    }
    const above = depth === 0 ? problem.extents : (tiles[depth - 1] ?? problem.extents);
    const pes = (slot: number): number =>
      depth === chains.perPeLevel ? (base.peRows[slot] ?? 1) * (base.peColumns[slot] ?? 1) : 1;
    const parent = above.map((size, slot) => Math.ceil(size / pes(slot)));
    for (const each of ordersOf(tile, parent)) {
      orders[depth] = each;
      order(depth + 1);
    }
  };
  order(0);
}
