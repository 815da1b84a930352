/** Where sums leave a memory level before they are complete. */
import type { Architecture } from "../architecture.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import type { MatrixProblem } from "./problem.ts";
import { at } from "./problem.ts";
import { relevantLoops } from "./traffic.ts";

interface Placed {
  readonly problem: MatrixProblem;
  readonly architecture: Architecture;
  readonly mapping: MatrixMapping;
}

/**
 * True when tiles of the output leave a level before their whole reduction is done: of the loops down to that level, one over
 * the reduction stands outside of one that brings another output tile. They leave in accumulator width.
 */
export function leavesPartialSums(placed: Placed, depth: number): boolean {
  const loops = placed.mapping.orders
    .slice(0, depth + 1)
    .flatMap((order, level) => order.map((slot) => ({ slot, level })))
    .filter(({ slot, level }) => sizeAbove(placed, slot, level) > (placed.mapping.tiles[level]?.[slot] ?? 1));
  const outermost = loops.findIndex(({ slot }) => slot === at.c);
  return outermost >= 0 && loops.slice(outermost).some(({ slot }) => relevantLoops.output.includes(slot));
}

/** Largest size of a loop of which a level's tile is a part. */
function sizeAbove({ problem, architecture, mapping }: Placed, slot: number, depth: number): number {
  const outer = depth === 0 ? (problem.extents[slot] ?? 1) : (mapping.tiles[depth - 1]?.[slot] ?? 1);
  const isSpread = depth === architecture.levels.findIndex((level) => level.isPerPe);
  return isSpread ? Math.ceil(outer / ((mapping.peRows[slot] ?? 1) * (mapping.peColumns[slot] ?? 1))) : outer;
}
