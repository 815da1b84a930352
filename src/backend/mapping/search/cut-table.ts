/** Cuts of one loop in the innermost level, nothing outside of it cut: figures of every tile size, and the least of any run of sizes. */
import type { MatrixProblem, SlidingWindow } from "../problem.ts";
import { at } from "../problem.ts";
import { touchedElements, windowFootprint } from "../tiling.ts";
import { cutSizes } from "./sizes.ts";

/** Folds of a tile of a loop, and the size at which a fold is full. */
export interface Folding {
  readonly unit: number;
  readonly folds: (size: number) => number;
}

/** The least of each run of a list of figures. */
export interface RunMinima {
  /** Least of the figures at `from` up to and including `to`. */
  least(from: number, to: number): number;
}

/** All cuts of a loop that is spread over PEs, largest tiles first; the lists go by position. */
export interface CutTable {
  readonly count: number;
  readonly sizes: Float64Array;
  /** Tiles of the busiest PE, and those of them that are not ragged. */
  readonly trips: Float64Array;
  readonly whole: Float64Array;
  /** Elements of the loop that fall to the busiest PE. */
  readonly share: number;
  /** Σ over the tiles of the busiest PE of array folds (or passes of groups, or lanes). */
  readonly folds: RunMinima;
  /** Input elements that the busiest PE brings in over all tiles, and all PEs together; under a window, with halos. */
  readonly inputShares: RunMinima;
  readonly inputSums: RunMinima;
  /** Input elements under one tile, and under the tiles of all PEs. */
  readonly footprints: Float64Array;
  readonly gridFootprints: Float64Array;
  /** Steps in the tiles of all PEs. */
  readonly gridSizes: Float64Array;
}

/** The cuts of a loop of `extent` that is spread over `unroll` PEs. */
export function cutTable(
  problem: MatrixProblem,
  loop: { readonly slot: number; readonly unroll: number },
  folding: Folding,
): CutTable {
  const { slot, unroll } = loop;
  const extent = problem.extents[slot] ?? 1;
  const window = slot === at.p ? problem.rows : slot === at.q ? problem.columns : undefined;
  const share = Math.ceil(extent / unroll);
  const cuts = cutSizes(share, folding.unit);
  const count = cuts.length;
  const [sizes, trips, whole, folds] = [lists(count), lists(count), lists(count), lists(count)];
  const [footprints, gridFootprints, gridSizes] = [lists(count), lists(count), lists(count)];
  const [shares, sums] = window === undefined ? [undefined, undefined] : [lists(count), lists(count)];
  cuts.forEach((cut, index) => {
    const { size } = cut;
    const full = Math.floor(share / size);
    const rest = share - full * size;
    const gridSize = Math.min(extent, size * unroll);
    sizes[index] = size;
    trips[index] = cut.trips;
    whole[index] = full;
    folds[index] = full * folding.folds(size) + (rest > 0 ? folding.folds(rest) : 0);
    gridSizes[index] = gridSize;
    footprints[index] = window === undefined ? size : windowFootprint(window, size);
    gridFootprints[index] = window === undefined ? gridSize : windowFootprint(window, gridSize);
    if (window === undefined || shares === undefined || sums === undefined) return;
    const moved = slidingInput(window, { extent, share, size });
    shares[index] = moved.share;
    sums[index] = moved.sum;
  });
  return {
    count,
    sizes,
    trips,
    whole,
    share,
    folds: runMinima(folds),
    inputShares: shares === undefined ? constant(share) : runMinima(shares),
    inputSums: sums === undefined ? constant(extent) : runMinima(sums),
    footprints,
    gridFootprints,
    gridSizes,
  };
}

function lists(count: number): Float64Array {
  return new Float64Array(count);
}

/**
 * Input elements that tiles of `size` outputs bring in when each PE steps over its contiguous share: the sum over all tiles, and
 * the sum over steps of what the PE with most needs. As the classes of `cutLoop` for one level.
 */
function slidingInput(
  window: SlidingWindow,
  { extent, share, size }: { readonly extent: number; readonly share: number; readonly size: number },
): { readonly share: number; readonly sum: number } {
  let [most, sum] = [0, 0];
  for (let step = 0; step < share; step += size) {
    let mostOfStep = 0;
    for (let pe = 0; pe < extent; pe += share) {
      const end = Math.min(pe + step + size, pe + share, extent);
      if (end <= pe + step) continue;
      const touched = touchedElements(window, pe + step, end - pe - step);
      sum += touched;
      if (touched > mostOfStep) mostOfStep = touched;
    }
    most += mostOfStep;
  }
  return { share: most, sum };
}

function constant(value: number): RunMinima {
  return { least: () => value };
}

/**
 * Minima of all runs whose length is a power of two: any other run is two of them that overlap.
 *
 * @see Bender & Farach-Colton, The LCA problem revisited, LATIN 2000, section 3 (sparse table)
 */
function runMinima(values: Float64Array): RunMinima {
  const [first = 0] = values;
  if (values.every((value) => value === first)) return constant(first);
  const levels = [values];
  for (let width = 1; 2 * width <= values.length; width *= 2) {
    const below = levels.at(-1) ?? values;
    const above = new Float64Array(values.length - 2 * width + 1);
    for (let from = 0; from < above.length; from++) above[from] = Math.min(below[from] ?? 0, below[from + width] ?? 0);
    levels.push(above);
  }
  return {
    least(from, to) {
      const depth = 31 - Math.clz32(to - from + 1);
      const level = levels[depth] ?? values;
      return Math.min(level[from] ?? 0, level[to - (1 << depth) + 1] ?? 0);
    },
  };
}

/** Cut tables of a problem's loops, made once for each way to spread a loop and each way that the array folds it. */
export class CutTables {
  private readonly known = new Map<number, CutTable>();
  private readonly problem: MatrixProblem;

  constructor(problem: MatrixProblem) {
    this.problem = problem;
  }

  /** @param key  of the folding: equal keys, equal foldings */
  table(loop: { readonly slot: number; readonly unroll: number }, folding: Folding, key: number): CutTable {
    const number = (key * 8 + loop.slot) * 2 ** 24 + loop.unroll;
    const known = this.known.get(number);
    if (known !== undefined) return known;
    const made = cutTable(this.problem, loop, folding);
    this.known.set(number, made);
    return made;
  }
}
