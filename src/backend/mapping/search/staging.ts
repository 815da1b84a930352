/** Makes the tiles of global memory as small as they can be without costing anything: what they leave is for residents. */
import type { Incumbent } from "./incumbent.ts";
import { occupancyAt, overflowBytes } from "../matrix-cost.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import type { Tile } from "../problem.ts";
import { at } from "../problem.ts";
import { gridTile } from "../spatial.ts";
import { multiplesOf } from "./sizes.ts";

const extent = (tile: Tile, slot: number): number => tile[slot] ?? 1;

/** Replaces the best mapping by one with less staging space, when there is one that is as good otherwise. */
export function shrinkStaging(incumbent: Incumbent): void {
  const { best, context } = incumbent;
  const [level] = context.architecture.levels;
  if (best === undefined || level?.level !== "gm") return;
  const { mapping } = best;
  const inner = mapping.tiles[1] ?? context.problem.extents;
  const below = context.chains.perPeLevel === 1 ? gridTile(context.problem, mapping, inner) : inner;
  const whole = context.problem.extents;
  const boxes = growingBoxes(below, mapping.tiles[0] ?? whole);
  const channels = [
    [extent(below, at.k), extent(whole, at.c)],
    [extent(below, at.k), extent(below, at.c)],
    [extent(whole, at.k), extent(whole, at.c)],
    [extent(whole, at.k), extent(below, at.c)],
  ] as const;
  for (const [k, c] of channels) {
    const tryBox = (index: number): boolean => {
      const [g = 1, b = 1, p = 1, q = 1] = boxes[index] ?? below;
      return tryTile(incumbent, mapping, [g, b, p, q, k, c]);
    };
    let [bad, good] = [-1, boxes.length];
    while (good - bad > 1) {
      const middle = (good + bad) >> 1;
      if (tryBox(middle)) good = middle;
      else bad = middle;
    }
  }
}

/** Offers the mapping with another tile of global memory; true when it is as good. */
function tryTile(incumbent: Incumbent, mapping: MatrixMapping, tile: Tile): boolean {
  const { context, best } = incumbent;
  const [level] = context.architecture.levels;
  const [, ...inner] = mapping.tiles;
  const [, innerOrder = []] = mapping.orders;
  const orders = [innerOrder, ...mapping.orders.slice(1)];
  const other = { ...mapping, tiles: [tile, ...inner], orders };
  if (best === undefined || level === undefined) return false;
  if (overflowBytes(level, occupancyAt(context, other, 0)) > 0) return false;
  const found = incumbent.measure(other);
  const isAsGood =
    found.value <= best.value && found.cycles <= best.cycles && found.figures.dramBytes <= best.figures.dramBytes;
  if (isAsGood) incumbent.offer(found);
  return isAsGood;
}

/** Boxes of positions from one step of the level below to the present tile, that grow along q, then p, then b. */
function growingBoxes(below: Tile, present: Tile): readonly Tile[] {
  const boxes: Tile[] = [];
  const box = [...below];
  for (const slot of [at.q, at.p, at.b]) {
    for (const size of [...multiplesOf(extent(below, slot), extent(present, slot))].reverse()) {
      box[slot] = size;
      boxes.push([...box]);
    }
  }
  return boxes;
}
