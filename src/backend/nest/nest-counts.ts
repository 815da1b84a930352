/**
 * How often each memory is read and written under a nest, in closed form and exact for ragged tiles.
 *
 * One rule: a tile is loaded when a loop in time above it that its operand depends on takes a step. All instances step together;
 * an instance without work in a step loads nothing. The recursion walks the loops outer to inner and splits each into its whole
 * tiles and the smaller last one, so every combination of sizes is counted once.
 */
import type { NestDim, NestOperand, NestProblem } from "./nest-problem.ts";
import { inputAxis, inputLength, isRelevant, nestDims, nestOperands } from "./nest-problem.ts";
import type { ResolvedLoop, ResolvedNest, ResolvedStore } from "./resolve-nest.ts";

/** Words that move at one place where an operand stays. */
export interface StoreCounts {
  readonly level: string;
  readonly operand: NestOperand;
  /** Words of one whole tile. */
  readonly tileWords: number;
  /** Reads for the level below or the MACs, of partial sums, and (where charged) of outputs that are handed up. */
  readonly reads: number;
  /** Words written that come from the level above. */
  readonly fills: number;
  /** Words of outputs written that come from below. */
  readonly updates: number;
}

/** What a nest moves and how long it computes. */
export interface NestCounts {
  /** Sums over all instances. */
  readonly stores: readonly StoreCounts[];
  /** The same of the busiest instance, the one that every step uses. */
  readonly busiest: readonly StoreCounts[];
  /** Steps of the MAC array. */
  readonly computeSteps: number;
}

/** Counts a nest. */
export function countNest(nest: ResolvedNest): NestCounts {
  const stores = (scope: Scope): readonly StoreCounts[] =>
    nestOperands.flatMap((operand) =>
      nest.stores[operand].map((store, index) =>
        operand === "output"
          ? outputCounts(nest, { index, store, scope })
          : inputCounts(nest, { operand, index, store, scope }),
      ),
    );
  const steps: Walk = {
    operand: "output",
    depth: nest.loops.length,
    spatial: () => "first",
    walk: "every-step",
    leaf: () => 1,
  };
  return { stores: stores("all"), busiest: stores("busiest"), computeSteps: countWords(nest, steps) };
}

/** Sum over the instances, or what the busiest one does. */
type Scope = "all" | "busiest";

interface StorePlace {
  readonly index: number;
  readonly store: ResolvedStore;
  readonly scope: Scope;
}

function inputCounts(nest: ResolvedNest, place: StorePlace & { readonly operand: "input" | "weight" }): StoreCounts {
  const { operand, index, store, scope } = place;
  const child = nest.stores[operand][index + 1];
  const { loops } = nest;
  const above =
    (depth: number): Spatial =>
    (at) =>
      at < depth && scope === "busiest" ? "first" : "all";
  const shared: Spatial = (at) => {
    if (at < store.depth) return above(store.depth)(at);
    const isServedOnce = isServedTogether(loops[at], operand);
    return isServedOnce ? "first" : "all";
  };
  const walk = child === undefined ? "every-step" : "changes";
  const reads = countWords(nest, { operand, depth: child?.depth ?? loops.length, spatial: shared, walk });
  const fills =
    index === 0 ? 0 : countWords(nest, { operand, depth: store.depth, spatial: above(store.depth), walk: "changes" });
  return { ...labels(nest.problem, operand, store), reads, fills, updates: 0 };
}

/** Whether instances of a spatial loop that want the same tile are served by one read. */
function isServedTogether(loop: ResolvedLoop | undefined, operand: "input" | "weight"): boolean {
  return loop?.spatial !== undefined && !isRelevant(operand, loop.dim) && loop.spatial.multicast.includes(operand);
}

/** Words that arrive at a store from its child, and those of them that are the first of their output there. */
function arrivals(
  nest: ResolvedNest,
  { index, store, scope }: StorePlace,
): { readonly updates: number; readonly first: number } {
  const child = nest.stores.output[index + 1];
  const depth = child?.depth ?? nest.loops.length;
  const above: Spatial = (at) => (at < store.depth && scope === "busiest" ? "first" : "all");
  const summed: Spatial = (at) => {
    const loop = nest.loops[at];
    const isSummed = at >= store.depth && loop?.spatial?.reducesOutputs === true && !isRelevant("output", loop.dim);
    return isSummed ? "first" : above(at);
  };
  const walk = child === undefined ? "every-step" : "changes";
  const updates = countWords(nest, { operand: "output", depth, spatial: summed, walk });
  const first = countWords(nest, { operand: "output", depth: store.depth, spatial: above, walk: "first-visit" });
  return { updates, first };
}

/** Partial sums are read back for every arrival but the first, by the child that goes on with them or to add to them here. */
function outputCounts(nest: ResolvedNest, place: StorePlace): StoreCounts {
  const { index, store, scope } = place;
  const { updates, first } = arrivals(nest, place);
  const parent = nest.stores.output[index - 1];
  const spatial: Spatial = (at) => (at < store.depth && scope === "busiest" ? "first" : "all");
  const leaves =
    parent === undefined ? 0 : countWords(nest, { operand: "output", depth: store.depth, spatial, walk: "changes" });
  const drained = nest.architecture.accounting.drainReads ? leaves : 0;
  return {
    ...labels(nest.problem, "output", store),
    reads: updates - first + drained,
    fills: parent === undefined ? 0 : readBack(nest, { place, parent, leaves, spatial }),
    updates,
  };
}

interface ReadBack {
  readonly place: StorePlace;
  readonly parent: ResolvedStore;
  readonly leaves: number;
  readonly spatial: Spatial;
}

/** Partial sums that come back from the level above: all that it hands out, or for one instance all but its first visits. */
function readBack(nest: ResolvedNest, { place, parent, leaves, spatial }: ReadBack): number {
  if (place.scope === "all") {
    const { updates, first } = arrivals(nest, { index: place.index - 1, store: parent, scope: "all" });
    return updates - first;
  }
  return leaves - countWords(nest, { operand: "output", depth: place.store.depth, spatial, walk: "first-visit" });
}

const labels = (
  problem: NestProblem,
  operand: NestOperand,
  store: ResolvedStore,
): Pick<StoreCounts, "level" | "operand" | "tileWords"> => ({
  level: store.memory.name,
  operand,
  tileWords: leafWords(
    problem,
    operand,
    nestDims.map((dim) => store.tile[dim]),
  ),
});

/** Which instances of a spatial loop are counted. */
type Spatial = (loop: number) => "all" | "first";

interface Walk {
  readonly operand: NestOperand;
  /** Loops above the place that is counted. */
  readonly depth: number;
  readonly spatial: Spatial;
  /** When words move: in every step, when the tile changes, or only on its first visit. */
  readonly walk: "every-step" | "changes" | "first-visit";
  /** Words of the innermost tile, where it is not the operand's. */
  readonly leaf?: () => number;
}

/** Extents by index of `nestDims`. */
type Sizes = readonly number[];

/** A slide along one axis of the input: only the overlap of two neighbours is counted there. */
interface Overlap {
  readonly axis: 0 | 1;
  readonly length: number;
}

/** Words that move at a place below `depth` loops. */
function countWords(nest: ResolvedNest, walk: Walk): number {
  const { problem, loops } = nest;
  const { operand, depth } = walk;
  const hasHalo = operand === "input" && walk.walk === "changes" && nest.architecture.accounting.halo === "reuse";
  const memo = new Map<string, number>();

  /** `sizes` are those of the instances counted, `leader` those of the one that every step uses. */
  const visit = (at: number, sizes: Sizes, leader: Sizes, overlap?: Overlap): number => {
    const loop = loops[at];
    if (at >= depth || loop === undefined) return walk.leaf?.() ?? leafWords(problem, operand, sizes, overlap);
    const key = `${at},${sizes.join()},${leader.join()},${overlap === undefined ? "" : `${overlap.axis}:${overlap.length}`}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const words =
      loop.spatial === undefined
        ? inTime(at, loop, { sizes, leader, overlap })
        : acrossInstances(at, loop, { sizes, leader, overlap });
    memo.set(key, words);
    return words;
  };

  interface At {
    readonly sizes: Sizes;
    readonly leader: Sizes;
    readonly overlap: Overlap | undefined;
  }

  const acrossInstances = (at: number, { dim, tile }: ResolvedLoop, { sizes, leader, overlap }: At): number => {
    const size = sizeOf(sizes, dim);
    const below = withSize(leader, dim, Math.min(tile, sizeOf(leader, dim)));
    if (walk.spatial(at) === "first") return visit(at + 1, withSize(sizes, dim, Math.min(tile, size)), below, overlap);
    const whole = Math.floor(size / tile);
    const rest = size - whole * tile;
    const words = whole === 0 ? 0 : whole * visit(at + 1, withSize(sizes, dim, tile), below, overlap);
    return words + (rest === 0 ? 0 : visit(at + 1, withSize(sizes, dim, rest), below, overlap));
  };

  const inTime = (at: number, { dim, tile }: ResolvedLoop, { sizes, leader, overlap }: At): number => {
    const [size, leading] = [sizeOf(sizes, dim), sizeOf(leader, dim)];
    const step = (index: number, length: number, slide = overlap): number =>
      visit(at + 1, withSize(sizes, dim, length), withSize(leader, dim, Math.min(tile, leading - index * tile)), slide);
    const isStill = walk.walk !== "every-step" && !movesBelow(at + 1, withSize(leader, dim, Math.min(tile, leading)));
    const staysPut = !isRelevant(operand, dim) && (isStill || walk.walk === "first-visit");
    if (staysPut) return step(0, Math.min(tile, size));
    const whole = Math.floor(size / tile);
    const rest = size - whole * tile;
    const words = (whole === 0 ? 0 : whole * step(0, tile)) + (rest === 0 ? 0 : step(whole, rest));
    const slides = whole + (rest === 0 ? 0 : 1) - 1;
    const shared = hasHalo && isStill && slides > 0 ? sharedLength(at, { dim, tile }, sizes) : undefined;
    return shared === undefined ? words : words - slides * step(0, tile, shared);
  };

  /** Whether a loop in time below changes the operand's tile. */
  const movesBelow = (from: number, sizes: Sizes): boolean => {
    const left = [...sizes];
    for (const { dim, tile, spatial } of loops.slice(from, depth)) {
      const size = sizeOf(left, dim);
      if (spatial === undefined && size > tile && isRelevant(operand, dim)) return true;
      left[nestDims.indexOf(dim)] = Math.min(size, tile);
    }
    return false;
  };

  /** What two neighbours along a loop of the input share; nothing where instances below split that axis among them. */
  const sharedLength = (at: number, { dim, tile }: ResolvedLoop, sizes: Sizes): Overlap | undefined => {
    const axis = inputAxis(dim);
    if (axis === undefined) return undefined;
    const isSplit = loops
      .slice(at + 1, depth)
      .some((loop) => loop.spatial !== undefined && inputAxis(loop.dim) === axis);
    const shift = tile * (dim === "p" || dim === "q" ? problem.strides[axis] : problem.dilations[axis]);
    const length = axisLength(problem, axis, withSize(sizes, dim, tile)) - shift;
    return isSplit || length <= 0 ? undefined : { axis, length };
  };

  const whole = nestDims.map((dim) => problem.extents[dim]);
  return visit(0, whole, whole);
}

const sizeOf = (sizes: Sizes, dim: NestDim): number => sizes[nestDims.indexOf(dim)] ?? 1;
const withSize = (sizes: Sizes, dim: NestDim, size: number): Sizes => sizes.with(nestDims.indexOf(dim), size);

function axisLength(problem: NestProblem, axis: 0 | 1, sizes: Sizes): number {
  const [, , p = 1, q = 1, , , r = 1, s = 1] = sizes;
  return inputLength(problem, axis, { g: 1, b: 1, p, q, k: 1, c: 1, r, s });
}

function leafWords(problem: NestProblem, operand: NestOperand, sizes: Sizes, overlap?: Overlap): number {
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1, r = 1, s = 1] = sizes;
  if (operand === "weight") return g * k * c * r * s;
  if (operand === "output") return g * b * p * q * k;
  const length = (axis: 0 | 1): number => (overlap?.axis === axis ? overlap.length : axisLength(problem, axis, sizes));
  return g * b * c * length(0) * length(1);
}
