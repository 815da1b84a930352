/** When the folds of one tile's array passes begin and end, walked fold by fold. Unit: cycles from the first fold's start. */
import type { Pass } from "../schedule/program.ts";

/** One PE's array. */
export interface ArrayShape {
  readonly rows: number;
  readonly columns: number;
  /** False: a fold begins when the one before has left the array altogether. */
  readonly isPipelined: boolean;
}

/** What one PE computes in a step: elements of each loop, and kernel positions. */
export interface TileShape {
  readonly g: number;
  readonly positions: number;
  readonly k: number;
  readonly c: number;
  readonly kernel: number;
}

export interface PassTiming {
  readonly folds: number;
  /** Cycles to put the first fold's stationary operand into the array before it starts; 0: nothing is stationary. */
  readonly loadCycles: number;
  /** When the last fold starts: from then on the next tile's stationary operand may be loaded. */
  readonly lastStart: number;
  /** When the array can take the next tile's first word. */
  readonly free: number;
  /** When the first complete sum, and the last sum, are out of the array. */
  readonly firstSum: number;
  readonly lastSum: number;
}

/** The passes of a tile under the pass's dataflow. */
export function passTiming(
  array: ArrayShape,
  tile: TileShape,
  pass: { readonly dataflow: Exclude<Pass["dataflow"], "vector">; readonly groupsPerPass: number },
): PassTiming {
  const words = tile.c * tile.kernel;
  switch (pass.dataflow) {
    case "weight-stationary":
      return stationaryTiming(array, {
        groups: Math.ceil(tile.g / pass.groupsPerPass),
        rowFolds: Math.ceil(words / array.rows),
        columnFolds: Math.ceil(tile.k / array.columns),
        streamed: tile.positions,
      });
    case "input-stationary":
      return stationaryTiming(array, {
        groups: tile.g,
        rowFolds: Math.ceil(words / array.rows),
        columnFolds: Math.ceil(tile.positions / array.columns),
        streamed: tile.k,
      });
    case "output-stationary": {
      const outputs = Math.ceil(tile.k / array.columns) * Math.ceil(tile.positions / array.rows);
      return outputTiming(array, tile.g * outputs, words);
    }
  }
}

interface Folds {
  readonly groups: number;
  readonly rowFolds: number;
  readonly columnFolds: number;
  readonly streamed: number;
}

/** Cycles from the last word in to the last sum out. */
function skewOf({ rows, columns }: ArrayShape): number {
  return rows + columns - 2;
}

/**
 * A block of operand words is held while the other operand streams. The next block is shifted in, one row a cycle, behind the
 * one that is used, so a fold starts when the one before has streamed and its block is in.
 */
function stationaryTiming(array: ArrayShape, { groups, rowFolds, columnFolds, streamed }: Folds): PassTiming {
  const load = array.rows;
  const folds = groups * columnFolds * rowFolds;
  let [start, firstComplete] = [0, 0];
  for (let fold = 0; fold < folds; fold++) {
    if (fold > 0) {
      const blockIsIn = start + load;
      start = array.isPipelined ? Math.max(start + streamed, blockIsIn) : start + streamed + skewOf(array) + load;
    }
    // Sums of a column fold are complete in its last row fold.
    if (fold === rowFolds - 1) firstComplete = start;
  }
  const end = start + streamed;
  return {
    folds,
    loadCycles: load,
    lastStart: array.isPipelined ? start : end + skewOf(array),
    free: array.isPipelined ? end : end + skewOf(array),
    firstSum: firstComplete + array.rows,
    lastSum: end + skewOf(array),
  };
}

/**
 * Sums stay while the reduction streams, then shift out, one row a cycle, while those of the next fold are made: a fold starts
 * when the one before has streamed and its predecessor's sums are out.
 */
function outputTiming(array: ArrayShape, folds: number, words: number): PassTiming {
  const drain = array.rows;
  const streamed = array.isPipelined ? words : words + skewOf(array);
  let start = 0;
  let free = 0;
  for (let fold = 0; fold < folds; fold++) {
    start = free;
    const sumsAreOut = array.isPipelined ? start + drain : 0;
    free = Math.max(start + streamed, sumsAreOut);
  }
  // A word that is made later, further from the edge that it came in at, has a shorter way out: the wavefront goes on outwards.
  const out = array.isPipelined ? skewOf(array) : 0;
  return { folds, loadCycles: 0, lastStart: start, free, firstSum: streamed, lastSum: start + streamed + out };
}
