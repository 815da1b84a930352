/** Makes the tiles of global memory as small as they can be without costing anything: what they leave is for residents. */
import type { Incumbent } from "./incumbent.ts";
import { compulsoryDramBytes } from "../bounds.ts";
import { occupancyAt, overflowAt } from "../matrix-cost.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import type { SlidingWindow, Tile } from "../problem.ts";
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
  for (const [k, c] of channelsOf(below, whole)) {
    const tryBox = (index: number): boolean => {
      const [g = 1, b = 1, p = 1, q = 1] = boxes[index] ?? below;
      return tryTile(incumbent, mapping, [g, b, p, q, k, c]);
    };
    // What stands in the order of the level below costs nothing at any size: mostly the smallest box will do.
    const first = boxes.findIndex(([g = 1, b = 1, p = 1, q = 1]) => mayBeAsGood(incumbent, [g, b, p, q, k, c]));
    if (first === -1 || tryBox(first)) continue;
    let [bad, good] = [first, boxes.length];
    while (good - bad > 1) {
      const middle = (good + bad) >> 1;
      if (tryBox(middle)) good = middle;
      else bad = middle;
    }
  }
}

/** One step of the level below or the whole loop, for output channels and for the reduction. */
function channelsOf(below: Tile, whole: Tile): readonly (readonly [number, number])[] {
  const ks = new Set([extent(below, at.k), extent(whole, at.k)]);
  const cs = new Set([extent(whole, at.c), extent(below, at.c)]);
  return [...ks].flatMap((k) => [...cs].map((c) => [k, c] as const));
}

/**
 * False for tiles that bring more through DRAM than the best mapping does, when that is no more than is compulsory: where two of
 * positions, output channels and reduction step, one operand comes again; where a window is cut, its halos do.
 */
function mayBeAsGood({ best, context }: Incumbent, tile: Tile): boolean {
  const { problem, architecture } = context;
  const compulsory = compulsoryDramBytes(problem, architecture.operandBytes);
  if (best === undefined || best.figures.dramBytes > compulsory * (1 + 1e-9)) return true;
  const moves = (slot: number): boolean => extent(tile, slot) < extent(problem.extents, slot);
  const groups = [moves(at.b) || moves(at.p) || moves(at.q), moves(at.k), moves(at.c)].filter(Boolean).length;
  return groups < 2 && !(moves(at.p) && overlaps(problem.rows)) && !(moves(at.q) && overlaps(problem.columns));
}

/** True when neighbouring outputs share input elements. */
function overlaps({ kernel, stride, dilation }: SlidingWindow): boolean {
  return (kernel - 1) * dilation + 1 > stride;
}

/** Offers the mapping with another tile of global memory; true when it is as good, or needs no less space. */
function tryTile(incumbent: Incumbent, mapping: MatrixMapping, tile: Tile): boolean {
  const { context, best } = incumbent;
  const [, ...inner] = mapping.tiles;
  const [, innerOrder = []] = mapping.orders;
  const orders = [innerOrder, ...mapping.orders.slice(1)];
  const other = { ...mapping, tiles: [tile, ...inner], orders };
  if (best === undefined) return false;
  const need = occupancyAt(context, other, 0);
  if (overflowAt(context, 0, need) > 0) return false;
  if (need.input + need.weight + need.output >= best.stagingBytes) return true;
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
