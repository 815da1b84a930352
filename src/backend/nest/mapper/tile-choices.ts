/** The tile sizes that one loop may have at its two places above the array. */
import type { NestDim } from "../nest-problem.ts";

/** Loops that the search decides; groups are walked one by one outside of everything. */
export const searchDims = ["k", "c", "p", "q", "b", "r", "s"] as const;
export type SearchDim = Exclude<NestDim, "g">;

/** Tiles of one loop: `outer` below its first place, `inner` below its second, `unit` of them spatial at once. */
export interface TileChoice {
  readonly outer: number;
  readonly inner: number;
  readonly unit: number;
  /** Tiles in all, ragged ones counted as they come. */
  readonly outerTiles: number;
  readonly innerTiles: number;
  readonly units: number;
  readonly outerMoves: boolean;
  readonly innerMoves: boolean;
  readonly unitMoves: boolean;
  /** False of a stand-in for all choices that fit: its counts are the least of theirs, its sizes say nothing. */
  readonly isChosen: boolean;
}

/** What restricts the tiles. */
export interface TileSpace {
  readonly factors: "perfect" | "ragged";
  /** One place: the tile is the same for all operands. */
  readonly tiles: "per-level" | "per-tensor";
}

/** Every choice for a loop of `extent` steps that is not worse than another in every respect, fewest tiles first. */
export function tileChoices(
  { extent, skipsInput }: { readonly extent: number; readonly skipsInput: boolean },
  unit: number,
  space: TileSpace,
): readonly TileChoice[] {
  const found = new Map<number, TileChoice>();
  const add = (outer: number, inner: number): void => {
    const key = outer * (extent + 1) + inner;
    if (!found.has(key)) found.set(key, choice(extent, { outer, inner, unit }));
  };
  const isRagged = space.factors === "ragged";
  const isSmall = isRagged && extent <= everyPair;
  for (const outer of isSmall ? upTo(extent) : sizes(extent, unit, space)) {
    if (space.tiles === "per-level") {
      add(outer, outer);
      continue;
    }
    const inners = isSmall
      ? upTo(outer)
      : [...sizes(outer, unit, space), ...(isRagged ? sizes(extent % outer, unit, space) : [])];
    for (const inner of inners) {
      add(outer, inner);
      // Whole inner tiles: the last of each outer tile is not cut.
      if (isRagged) add(Math.min(extent, Math.ceil(outer / inner) * inner), inner);
    }
  }
  const all = [...found.values()];
  // What a stride skips is not loaded between small tiles: there fewer tiles are not always better.
  const kept = skipsInput ? all : undominated(all);
  return kept.toSorted((a, b) => a.innerTiles - b.innerTiles || a.outerTiles - b.outerTiles || a.units - b.units);
}

/** Choices without those that need as much room, and make as many tiles that move as often, as another. */
function undominated(choices: readonly TileChoice[]): readonly TileChoice[] {
  const kept: TileChoice[] = [];
  const order = choices.toSorted(
    (a, b) => a.outer - b.outer || a.inner - b.inner || a.innerTiles - b.innerTiles || a.units - b.units,
  );
  for (const one of order) {
    const isWorse = kept.some(
      (other) =>
        other.inner <= one.inner &&
        other.outerTiles <= one.outerTiles &&
        other.innerTiles <= one.innerTiles &&
        other.units <= one.units &&
        (!other.outerMoves || one.outerMoves) &&
        (!other.innerMoves || one.innerMoves) &&
        (!other.unitMoves || one.unitMoves),
    );
    if (!isWorse) kept.push(one);
  }
  return kept;
}

/** Longest loop of which every pair of tile sizes is tried. */
const everyPair = 48;

const upTo = (size: number): readonly number[] => Array.from({ length: size }, (_, index) => index + 1);

/** Divisors that the unit divides; or the smallest size of each number of tiles and of units, the last ones' counted as they are. */
function sizes(extent: number, unit: number, { factors }: TileSpace): readonly number[] {
  if (factors === "perfect") return upTo(extent).filter((size) => extent % size === 0 && size % unit === 0);
  const found: number[] = [];
  let [trips, fewest] = [Infinity, Infinity];
  for (let size = 1; size <= extent; size++) {
    const whole = Math.floor(extent / size);
    const own = Math.ceil(extent / size);
    const units = whole * Math.ceil(size / unit) + Math.ceil((extent - whole * size) / unit);
    if (own === trips && units >= fewest) continue;
    [trips, fewest] = [own, units];
    found.push(size);
  }
  return found;
}

function choice(extent: number, { outer, inner, unit }: { outer: number; inner: number; unit: number }): TileChoice {
  const within = (size: number, tiles: (size: number) => number, step: number): number => {
    const rest = size % step;
    return Math.floor(size / step) * tiles(step) + (rest === 0 ? 0 : tiles(rest));
  };
  const unitsOf = (size: number): number => Math.ceil(size / unit);
  const unitsOfOuter = (size: number): number => within(size, unitsOf, inner);
  return {
    outer,
    inner,
    unit,
    outerTiles: Math.ceil(extent / outer),
    innerTiles: within(extent, (size) => Math.ceil(size / inner), outer),
    units: within(extent, unitsOfOuter, outer),
    outerMoves: outer < extent,
    innerMoves: inner < outer,
    unitMoves: unit < inner,
    isChosen: true,
  };
}

/** Stands for every choice whose tiles are at most `outer` and `inner`. */
export function leastChoice(
  extent: number,
  { outer, inner, unit }: { outer: number; inner: number; unit: number },
): TileChoice {
  const outerTiles = Math.ceil(extent / outer);
  const innerTiles = Math.max(outerTiles, Math.ceil(extent / inner));
  const units = Math.max(innerTiles, Math.ceil(extent / unit));
  const moves = { outerMoves: outerTiles > 1, innerMoves: false, unitMoves: false };
  return { outer, inner, unit, outerTiles, innerTiles, units, ...moves, isChosen: false };
}

/** How the array is filled: steps of each loop that run at once. */
export type Units = Readonly<Record<SearchDim, number>>;

/** Every way to fill the array; ragged tiles lose nothing by filling it as far as it goes. */
export function unitChoices(
  extents: Readonly<Record<SearchDim, number>>,
  { rows, columns, rowDims }: { readonly rows: number; readonly columns: number; readonly rowDims: readonly NestDim[] },
  factors: TileSpace["factors"],
): readonly Units[] {
  const upTo = (extent: number, limit: number): readonly number[] =>
    Array.from({ length: Math.min(extent, limit) }, (_, index) => index + 1).filter(
      (unit) => factors === "ragged" || extent % unit === 0,
    );
  const limit = (dim: SearchDim): number => (rowDims.includes(dim) ? rows : 1);
  const ks = factors === "ragged" ? [Math.min(columns, extents.k)] : upTo(extents.k, columns);
  const found: Units[] = [];
  for (const k of ks) {
    for (const r of upTo(extents.r, limit("r"))) {
      for (const s of upTo(extents.s, Math.floor(Math.max(limit("s"), 1) / (limit("s") > 1 ? r : 1)))) {
        const room = limit("c") === 1 ? 1 : Math.floor(rows / (r * s));
        const cs = upTo(extents.c, room);
        for (const c of factors === "ragged" ? cs.slice(-1) : cs) found.push({ k, c, r, s, b: 1, p: 1, q: 1 });
      }
    }
  }
  return found;
}
