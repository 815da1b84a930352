/** Cuts of one loop in the innermost level, nothing outside of it cut: what the search looks up for every tile size. */
import type { MatrixContext } from "../matrix-cost.ts";
import type { MatrixProblem } from "../problem.ts";
import { at } from "../problem.ts";
import { cutSizes } from "./sizes.ts";
import type { LoopChain } from "../tiling.ts";
import { windowFootprint } from "../tiling.ts";

/** One size of a loop's innermost tiles. */
export interface LoopCut {
  readonly size: number;
  /** Tiles of the busiest PE. */
  readonly trips: number;
  /** Tiles of the busiest PE that are not ragged. */
  readonly whole: number;
  /** Σ over the tiles of the busiest PE of array folds (or passes of groups, or lanes). */
  readonly folds: number;
  /** Elements that the busiest PE brings in over all tiles, and all PEs together; of the input under a window, with halos. */
  readonly share: number;
  readonly sum: number;
  /** Input elements under one tile, and under the tiles of all PEs. */
  readonly footprint: number;
  readonly gridFootprint: number;
  /** Steps in the tiles of all PEs. */
  readonly gridSize: number;
}

/** Folds of a tile of a loop, and the size at which a fold is full. */
export interface Folding {
  readonly unit: number;
  readonly folds: (size: number) => number;
}

const total = (chain: LoopChain, level: number, of: "sum" | "share"): number =>
  (chain.windowClasses[level] ?? []).reduce((sum, entry) => sum + entry[of], 0);

/** All cuts of a loop that is spread over `unroll` PEs, largest tiles first. */
export function loopCuts(
  context: MatrixContext,
  loop: { readonly slot: number; readonly unroll: number },
  folding: Folding,
): readonly LoopCut[] {
  const { problem, architecture, chains } = context;
  const { slot, unroll } = loop;
  const extent = problem.extents[slot] ?? 1;
  const share = Math.ceil(extent / unroll);
  const last = architecture.levels.length - 1;
  const outer = architecture.levels.map((_level, depth) => (depth < chains.perPeLevel ? extent : share));
  return cutSizes(share, folding.unit).map(({ size, trips }) => {
    const full = Math.floor(share / size);
    const rest = share - full * size;
    const folds = full * folding.folds(size) + (rest > 0 ? folding.folds(rest) : 0);
    const gridSize = Math.min(extent, size * unroll);
    const gridFootprint = footprintOf(problem, slot, gridSize);
    const footprint = footprintOf(problem, slot, size);
    const cut = { size, trips, whole: full, folds, footprint, gridFootprint, gridSize };
    if (!slides(slot)) return { ...cut, share, sum: extent };
    outer[last] = size;
    const chain = chains.chain(slot, outer, unroll);
    return { ...cut, share: total(chain, last, "share"), sum: total(chain, last, "sum") };
  });
}

/** True for loops whose input elements are not one for each step. */
function slides(slot: number): boolean {
  return slot === at.p || slot === at.q;
}

function footprintOf(problem: MatrixProblem, slot: number, size: number): number {
  if (slot === at.p) return windowFootprint(problem.rows, size);
  return slot === at.q ? windowFootprint(problem.columns, size) : size;
}

/** Cuts of a problem's loops, made once for each way to spread a loop. */
export class CutCache {
  private readonly known = new Map<number, readonly LoopCut[]>();
  private readonly context: MatrixContext;
  private readonly foldings: readonly Folding[];

  constructor(context: MatrixContext, foldings: readonly Folding[]) {
    this.context = context;
    this.foldings = foldings;
  }

  cuts(slot: number, unroll: number): readonly LoopCut[] {
    const key = slot * 2 ** 24 + unroll;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const folding = this.foldings[slot] ?? { unit: 1, folds: () => 1 };
    const made = loopCuts(this.context, { slot, unroll }, folding);
    this.known.set(key, made);
    return made;
  }
}
