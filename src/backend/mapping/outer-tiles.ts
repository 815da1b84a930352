/** Tiles of global memory that are worth costing. */
import { loopOrders, positionBoxes, tileSizes } from "./candidates.ts";
import type { MatrixContext } from "./matrix-cost.ts";
import { occupiedBytes, overflowBytes } from "./matrix-cost.ts";
import type { Tile } from "./problem.ts";
import { at } from "./problem.ts";
import type { Base, Incumbent } from "./search-state.ts";
import { limits, noteOverflow } from "./search-state.ts";
import { movedElements } from "./traffic.ts";

/** A tile of global memory with the order of the loops over such tiles. */
export interface Outer {
  /** DRAM cycles of the three operands alone. */
  readonly dramCycles: number;
  readonly tiles: readonly Tile[];
  readonly orders: readonly (readonly number[])[];
}

/**
 * Tiles of global memory with their loop order, those with the least DRAM traffic first, then the smallest. Groups share
 * nothing, so one step of them is enough; a cut reduction spills sums, so it is tried only where the whole does not fit.
 */
export function outerTiles(
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
