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

/** Every choice for a loop of `extent` steps, fewest tiles first. */
export function tileChoices(extent: number, unit: number, space: TileSpace): readonly TileChoice[] {
  const choices = sizes(extent, unit, space).flatMap((outer) =>
    (space.tiles === "per-level" ? [outer] : sizes(outer, unit, space)).map((inner) =>
      choice(extent, { outer, inner, unit }),
    ),
  );
  return choices.toSorted((a, b) => a.innerTiles - b.innerTiles || a.outerTiles - b.outerTiles || a.units - b.units);
}

/** Divisors that the unit divides; or the smallest size of each trip count, also rounded up to whole units. */
function sizes(extent: number, unit: number, { factors }: TileSpace): readonly number[] {
  const found = new Set<number>();
  for (let trips = 1; trips <= extent; trips++) {
    const size = Math.ceil(extent / trips);
    if (factors === "perfect") {
      if (extent % trips === 0 && size % unit === 0) found.add(size);
      continue;
    }
    found.add(size);
    found.add(Math.min(extent, Math.ceil(size / unit) * unit));
  }
  return [...found];
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
