/** How one loop is cut: tiles of tiles, spread over PEs in between, with exact sums for ragged ends and window halos. */
import type { SlidingWindow } from "./problem.ts";

/**
 * Tiles of one level that see the same loops moving. Bit j of `signature`: on the way to these tiles the loop at level j
 * has more than one trip.
 */
export interface TileClass {
  readonly signature: number;
  /** Elements in these tiles, all PEs together; window halos count once for every tile that needs them. */
  readonly sum: number;
  /** The same for the PE that has most. */
  readonly share: number;
}

/** Tiles of one size: `size` is that of the PE that has most, once the loop is spread over PEs. */
export interface TileNode {
  readonly count: number;
  readonly size: number;
  /** Elements of the busiest PE in all innermost tiles under one such tile. */
  readonly shareBelow: number;
}

/** A loop cut at every level, outermost first. */
export interface LoopChain {
  /** Number of tiles at each level. */
  readonly tileCounts: readonly number[];
  readonly classes: readonly (readonly TileClass[])[];
  /** The same classes counted in input elements under a sliding window; equals `classes` where nothing slides. */
  readonly windowClasses: readonly (readonly TileClass[])[];
  readonly nodes: readonly (readonly TileNode[])[];
}

/** Where a loop is cut: tile sizes by level, and before which level it is spread over how many PEs. */
export interface Cuts {
  readonly extent: number;
  readonly tiles: readonly number[];
  readonly unroll: number;
  /** The first level whose memory every PE has for itself. */
  readonly perPeLevel: number;
}

/** One interval of the loop; after spreading, one for each PE. */
interface Span {
  readonly start: number;
  readonly size: number;
}

/** The chain of a loop; `window` for the loops that slide over the input. */
export function cutLoop(cuts: Cuts, window?: SlidingWindow): LoopChain {
  return window === undefined ? cutPlain(cuts) : cutWindow(cuts, window);
}

interface Level {
  tileCount: number;
  readonly classes: Map<number, { sum: number; share: number }>;
  readonly windowClasses: Map<number, { sum: number; share: number }>;
  readonly nodes: Map<number, { count: number; shareBelow: number }>;
}

function emptyLevels(cuts: Cuts): Level[] {
  return cuts.tiles.map(() => ({ tileCount: 0, classes: new Map(), windowClasses: new Map(), nodes: new Map() }));
}

function add(map: Map<number, { sum: number; share: number }>, signature: number, sum: number, share: number): void {
  const entry = map.get(signature);
  if (entry === undefined) map.set(signature, { sum, share });
  else {
    entry.sum += sum;
    entry.share += share;
  }
}

function chainOf(levels: readonly Level[], slides: boolean): LoopChain {
  const classes = levels.map((level) => [...level.classes].map(([signature, entry]) => ({ signature, ...entry })));
  const windowClasses = slides
    ? levels.map((level) => [...level.windowClasses].map(([signature, entry]) => ({ signature, ...entry })))
    : classes;
  return {
    tileCounts: levels.map((level) => level.tileCount),
    classes,
    windowClasses,
    nodes: levels.map((level) => [...level.nodes].map(([size, node]) => ({ size, ...node }))),
  };
}

/**
 * Equal tiles of all PEs: `pes` PEs hold `size` elements each, one more holds `rest`, at most as many, and the others none.
 * Before the loop is spread there is one PE.
 */
interface PlainTiles {
  readonly size: number;
  readonly pes: number;
  readonly rest: number;
  readonly count: number;
  readonly signature: number;
}

/** Few kinds of tile occur under each tile (full, last, and where the last PE runs out), so equal tiles are counted at once. */
function cutPlain(cuts: Cuts): LoopChain {
  const levels = emptyLevels(cuts);
  /** Adds tiles; returns one tile's `shareBelow`. */
  function descend(depth: number, tiles: PlainTiles): number {
    const level = levels[depth];
    if (level === undefined) return tiles.size;
    const { size, pes, rest } = depth === cuts.perPeLevel ? spreadSizes(tiles.size, cuts.unroll) : tiles;
    const step = Math.min(cuts.tiles[depth] ?? size, size);
    const trips = Math.ceil(size / step);
    const signature = tiles.signature | (trips > 1 ? 1 << depth : 0);
    level.tileCount += tiles.count * trips;
    add(level.classes, signature, tiles.count * (pes * size + rest), tiles.count * size);
    let below = 0;
    for (const kind of kindsOfTrips({ size, rest }, step)) {
      const count = tiles.count * kind.trips;
      const shareBelow = descend(depth + 1, { size: kind.size, pes, rest: kind.rest, count, signature });
      addNode(level, { size: kind.size, count, shareBelow });
      below += kind.trips * shareBelow;
    }
    return below;
  }
  descend(0, { size: cuts.extent, pes: 1, rest: 0, count: 1, signature: 0 });
  return chainOf(levels, false);
}

/** Contiguous shares of a tile: as many PEs as get a whole share, then one with what is left. */
function spreadSizes(total: number, unroll: number): Pick<PlainTiles, "size" | "pes" | "rest"> {
  const size = Math.ceil(total / unroll);
  const pes = Math.floor(total / size);
  return { size, pes, rest: total - pes * size };
}

/** Trips over PEs' tiles, those with equal steps together: the last PE runs out of work before the others do. */
function kindsOfTrips(
  { size, rest }: Pick<PlainTiles, "size" | "rest">,
  step: number,
): readonly { readonly trips: number; readonly size: number; readonly rest: number }[] {
  const trips = Math.ceil(size / step);
  const whole = Math.floor(size / step);
  const wholeOfRest = Math.floor(rest / step);
  const afterRest = Math.ceil(rest / step);
  const edges = [...new Set([0, wholeOfRest, afterRest, whole, trips])].sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => {
    const from = edges[index] ?? 0;
    const left = (elements: number): number => Math.max(0, Math.min(step, elements - from * step));
    return { trips: end - from, size: left(size), rest: left(rest) };
  });
}

function addNode(level: Level, node: TileNode): void {
  const entry = level.nodes.get(node.size);
  if (entry === undefined) level.nodes.set(node.size, { count: node.count, shareBelow: node.shareBelow });
  else entry.count += node.count;
}

/** Every tile by its place, because tiles at the border touch fewer input elements (padding is not moved). */
function cutWindow(cuts: Cuts, window: SlidingWindow): LoopChain {
  const levels = emptyLevels(cuts);
  function descend(depth: number, parent: readonly Span[], above: number): number {
    const level = levels[depth];
    if (level === undefined) return parent[0]?.size ?? 0;
    const spans = depth === cuts.perPeLevel ? spread(parent, cuts.unroll) : parent;
    const size = spans[0]?.size ?? 0;
    const step = Math.min(cuts.tiles[depth] ?? size, size);
    const trips = Math.ceil(size / step);
    const signature = above | (trips > 1 ? 1 << depth : 0);
    level.tileCount += trips;
    let below = 0;
    for (let trip = 0; trip < trips; trip++) {
      const tiles = spans.map((span) => part(span, trip * step, step)).filter((span) => span.size > 0);
      const touched = tiles.map((span) => touchedElements(window, span.start, span.size));
      const sizes = tiles.map((span) => span.size);
      add(level.classes, signature, sum(sizes), Math.max(...sizes));
      add(level.windowClasses, signature, sum(touched), Math.max(...touched));
      const inner = descend(depth + 1, tiles, signature);
      addNode(level, { size: Math.max(...sizes), count: 1, shareBelow: inner });
      below += inner;
    }
    return below;
  }
  descend(0, [{ start: 0, size: cuts.extent }], 0);
  return chainOf(levels, true);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function spread(spans: readonly Span[], pes: number): readonly Span[] {
  return spans.flatMap((span) => {
    const share = Math.ceil(span.size / pes);
    return Array.from({ length: pes }, (_unused, pe) => part(span, pe * share, share)).filter((each) => each.size > 0);
  });
}

function part(span: Span, offset: number, size: number): Span {
  return { start: span.start + offset, size: Math.max(0, Math.min(size, span.size - offset)) };
}

/** Input elements along one axis that outputs [start, start + size) read; padding is not counted. */
export function touchedElements(window: SlidingWindow, start: number, size: number): number {
  const { kernel, stride, dilation, padBefore, inputExtent } = window;
  if (dilation === 1 && stride <= kernel) {
    const first = start * stride - padBefore;
    const last = first + (size - 1) * stride + kernel;
    return Math.max(0, Math.min(last, inputExtent) - Math.max(first, 0));
  }
  // An element that two outputs read counts for the first: tap t of one output is tap t + apart of the output `before` it.
  const common = greatestCommonDivisor(stride, dilation);
  const [before, apart] = [dilation / common, stride / common];
  let touched = 0;
  for (let tap = 0; tap < kernel; tap++) {
    const firsts = tap + apart < kernel ? Math.min(size, before) : size;
    const offset = tap * dilation - padBefore;
    const from = Math.max(start, Math.ceil(-offset / stride));
    const to = Math.min(start + firsts, Math.ceil((inputExtent - offset) / stride));
    touched += Math.max(0, to - from);
  }
  return touched;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Input elements along one axis that a tile of `size` outputs needs at most (a bound on `touchedElements`). */
export function windowFootprint(window: SlidingWindow, size: number): number {
  const reach = (window.kernel - 1) * window.dilation + 1;
  const span = (size - 1) * window.stride + reach;
  const taps = size * window.kernel;
  return Math.min(window.inputExtent, span, taps);
}
