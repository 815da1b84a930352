/** What the parts of the mapping search share: limits, the incumbent, and what was too large. */
import type { MappingCost } from "./cost.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import type { MatrixProblem, Tile } from "./problem.ts";

/** No mapping fits: the level and operand bytes of the smallest tile that was tried. */
export interface Unmappable {
  readonly level: string;
  readonly overflowBytes: number;
}

/** How many of the best spatial choices, innermost tiles and global-memory tiles are combined, and how many mappings costed. */
export const limits = { spatial: 6, inner: 5, outer: 3, nodes: 6000 } as const;

/** The search ends when the bound is met up to this share: what is left is the fill of the first tiles. */
export const tolerance = 0.01;

/** The best mapping so far, and when to end. */
export interface Incumbent {
  /** Cycles at which the search ends. */
  readonly goodEnoughCycles: number;
  best:
    { mapping: MatrixMapping; cost: MappingCost; cycles: number; dramBytes: number; stagingBytes: number } | undefined;
  nodes: number;
  smallestOverflow: Unmappable | undefined;
}

/** What is fixed before tiles are chosen. */
export type Base = Pick<MatrixMapping, "dataflow" | "peRows" | "peColumns" | "groupsPerPass">;

/** Remembers the smallest overflow, for the message when nothing fits. */
export function noteOverflow(state: Incumbent, level: string, bytes: number): void {
  if (state.smallestOverflow === undefined || bytes < state.smallestOverflow.overflowBytes) {
    state.smallestOverflow = { level, overflowBytes: bytes };
  }
}

/** What all PEs hold together in one step. */
export function gridTile(problem: MatrixProblem, base: Base, tile: Tile): Tile {
  return tile.map((size, slot) =>
    Math.min(problem.extents[slot] ?? 1, size * (base.peRows[slot] ?? 1) * (base.peColumns[slot] ?? 1)),
  );
}
