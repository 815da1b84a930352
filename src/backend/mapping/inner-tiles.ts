/** Innermost tiles of one PE that are worth costing. */
import { reductionSize } from "./array-cycles.ts";
import type { ChannelChoice } from "./candidates.ts";
import { channelChoices, positionBoxes } from "./candidates.ts";
import type { MatrixContext } from "./matrix-cost.ts";
import { occupiedBytes, overflowBytes } from "./matrix-cost.ts";
import type { Tile } from "./problem.ts";
import { at } from "./problem.ts";
import type { Base, Incumbent, Unmappable } from "./search-state.ts";
import { gridTile, limits, noteOverflow } from "./search-state.ts";

/** What an innermost tile is chosen for. */
interface InnerPlace {
  readonly base: Base;
  readonly share: Tile;
}

/**
 * The largest innermost tiles that fit, best first: few array passes, then little traffic per MAC. Where not even the tile
 * of one array pass fits, tiles of a half, a quarter, … of a pass are tried.
 */
export function innerTiles(context: MatrixContext, place: InnerPlace, state: Incumbent): readonly Tile[] {
  const { problem, architecture } = context;
  const { share, base } = place;
  const largest = Math.max(base.groupsPerPass, architecture.arrayRows, architecture.arrayColumns);
  const boxes = positionBoxes(share, [1, 1, 1, 1, 1, 1]);
  const found: { tile: Tile; passes: number; traffic: number }[] = [];
  for (let shrink = 1; found.length === 0 && shrink < 2 * largest; shrink *= 2) {
    for (const channels of channelChoices(problem, architecture, { ...base, share, shrink })) {
      for (const tile of fittingTiles(context, { ...place, boxes, channels }, state)) {
        found.push({ tile, ...innerRank(context, { base, share, tile }) });
      }
    }
  }
  found.sort((a, b) => a.passes - b.passes || a.traffic - b.traffic);
  return found.slice(0, limits.inner).map((entry) => entry.tile);
}

/**
 * The two largest boxes of positions that every level can hold with these channels. The whole box is tried by itself, since
 * what never changes needs no second buffer; the others need the more space the larger they are.
 */
function fittingTiles(
  context: MatrixContext,
  place: InnerPlace & { readonly boxes: readonly Tile[]; readonly channels: ChannelChoice },
  state: Incumbent,
): readonly Tile[] {
  const { base, share, boxes, channels } = place;
  const tileOf = (size: number): Tile => {
    const [, b = 1, p = 1, q = 1] = boxes[size] ?? [];
    return [channels.g, b, p, q, channels.k, channels.c];
  };
  const fits = (size: number): boolean => {
    const over = overflowAnywhere(context, { base, share, tile: tileOf(size) });
    if (over !== undefined) noteOverflow(state, over.level, over.overflowBytes);
    return over === undefined;
  };
  const whole = boxes.length - 1;
  let [low, high] = [-1, whole];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const sizes = fits(whole) ? [whole, low] : [low, low - 1];
  return sizes.filter((size) => size >= 0).map(tileOf);
}

/** The first level that cannot hold an innermost tile, or what all PEs' tiles make together where it serves all of them. */
function overflowAnywhere(context: MatrixContext, place: InnerPlace & { readonly tile: Tile }): Unmappable | undefined {
  const { problem, architecture } = context;
  const { base, share, tile } = place;
  for (const level of [...architecture.levels].reverse()) {
    const need =
      level.level === "l1"
        ? l1Need(context, tile, share)
        : level.isPerPe
          ? occupiedBytes(context, tile, share)
          : occupiedBytes(context, gridTile(problem, base, tile), problem.extents);
    const bytes = overflowBytes(level, need);
    if (bytes > 0) return { level: level.level, overflowBytes: bytes };
  }
  return undefined;
}

/** L1 need of a tile: sums are held in full width. */
function l1Need(context: MatrixContext, tile: Tile, share: Tile): { input: number; weight: number; output: number } {
  const { architecture, problem } = context;
  const need = occupiedBytes(context, tile, share);
  const isWhole = (tile[at.c] ?? 1) >= (problem.extents[at.c] ?? 1);
  return isWhole
    ? { ...need, output: (need.output / architecture.operandBytes) * architecture.accumulatorBytes }
    : need;
}

function innerRank(
  context: MatrixContext,
  candidate: { readonly base: Base; readonly share: Tile; readonly tile: Tile },
): { passes: number; traffic: number } {
  const { problem, architecture } = context;
  const { base, share, tile } = candidate;
  const trips = share.map((size, slot) => Math.ceil(size / (tile[slot] ?? 1)));
  const steps = trips.reduce((product, count) => product * count, 1);
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = tile;
  const words = reductionSize(problem, c);
  const positions = b * p * q;
  const { arrayRows, arrayColumns } = architecture;
  const passes =
    base.dataflow === "vector"
      ? 2 * words * Math.ceil((g * k * positions) / architecture.lanesPerPe)
      : base.dataflow === "weight-stationary"
        ? Math.ceil(g / base.groupsPerPass) *
          Math.ceil(k / arrayColumns) *
          Math.ceil(words / arrayRows) *
          Math.max(positions, Math.min(arrayRows, positions * steps))
        : g * Math.ceil(k / arrayColumns) * Math.ceil(positions / arrayRows) * Math.max(words, arrayRows);
  const need = occupiedBytes(context, tile, tile);
  return { passes: passes * steps, traffic: (need.input + need.weight + need.output) * steps };
}
