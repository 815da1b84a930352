/** Sizes of a loop's tiles that are worth telling apart. */

/** One way to cut a loop evenly. */
export interface CutSize {
  readonly size: number;
  readonly trips: number;
  /** Σ over the tiles of ⌈tile ÷ unit⌉: passes, folds or lanes that the cut loop takes in all. */
  readonly folds: number;
}

function foldsOf(extent: number, size: number, unit: number): number {
  const full = Math.floor(extent / size);
  return full * Math.ceil(size / unit) + Math.ceil((extent - full * size) / unit);
}

/**
 * Cuts of a loop, largest tiles first: for every number of trips the smallest size, and where whole multiples of the unit take
 * fewer folds at the same number of trips, the smallest of those too. Any other size needs more room for nothing.
 */
export function cutSizes(extent: number, unit: number): readonly CutSize[] {
  const cuts: CutSize[] = [];
  for (let trips = 1, size = extent; ;) {
    const smallest = Math.ceil(extent / trips);
    const folds = foldsOf(extent, smallest, unit);
    const even = Math.ceil(smallest / unit) * unit;
    if (even > smallest && even < size && Math.ceil(extent / even) === trips) {
      const evenFolds = foldsOf(extent, even, unit);
      if (evenFolds < folds) cuts.push({ size: even, trips, folds: evenFolds });
    }
    cuts.push({ size: smallest, trips, folds });
    if (smallest === 1) return cuts;
    size = smallest;
    // The fewest trips that a smaller tile can have.
    trips = Math.ceil(extent / (smallest - 1));
  }
}

/**
 * Sizes made of whole tiles of the level below, largest first: for every number of trips the smallest such size, and the whole
 * loop.
 */
export function multiplesOf(tile: number, extent: number): readonly number[] {
  return cutSizes(Math.ceil(extent / tile), 1).map(({ size }) => Math.min(extent, size * tile));
}

/** Sizes up to one tile of the level below, largest first: those that cut the loop, or the tile, evenly. */
export function partsOf(tile: number, extent: number): readonly number[] {
  const sizes = [...cutSizes(extent, 1), ...cutSizes(tile, 1)].map(({ size }) => size);
  return [...new Set(sizes.filter((size) => size <= tile))].sort((a, b) => b - a);
}

/** Index of the first size that fits; sizes fall, and the smallest is known to fit. */
export function firstFitting(sizes: readonly number[], fits: (size: number) => boolean): number {
  const fitsAt = (index: number): boolean => {
    const size = sizes[index];
    return size !== undefined && fits(size);
  };
  if (fitsAt(0)) return 0;
  let [low, high] = [0, sizes.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fitsAt(middle)) high = middle;
    else low = middle;
  }
  return high;
}
