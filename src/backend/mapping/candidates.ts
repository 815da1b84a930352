/** Tile sizes worth trying at each level, from the array outwards. */
import type { Architecture } from "../architecture.ts";
import { reductionSize } from "./array-cycles.ts";
import type { MatrixProblem, Tile } from "./problem.ts";
import { at } from "./problem.ts";

/** Sizes from `unit` to `extent`: multiples of the unit by powers of two, each also evened out over its trips. */
export function tileSizes(extent: number, unit: number): readonly number[] {
  const sizes = new Set<number>([extent]);
  for (let size = Math.min(unit, extent); size < extent; size *= 2) {
    sizes.add(size);
    sizes.add(evened(extent, size));
  }
  return [...sizes].sort((a, b) => b - a);
}

/** The smallest size with as many trips as `size` has. */
function evened(extent: number, size: number): number {
  return Math.ceil(extent / Math.ceil(extent / size));
}

/** Streamed positions as boxes that grow along q, then p, then b; smallest first. `unit` is the smallest box. */
export function positionBoxes(bounds: Tile, unit: Tile): readonly Tile[] {
  const boxes: Tile[] = [];
  const base = [...unit];
  for (const slot of [at.q, at.p, at.b]) {
    for (const size of [...tileSizes(bounds[slot] ?? 1, unit[slot] ?? 1)].reverse()) {
      if (size < (base[slot] ?? 1)) continue;
      base[slot] = size;
      boxes.push([...base]);
    }
    base[slot] = bounds[slot] ?? 1;
  }
  return boxes;
}

/** Sizes of the reduction's and the output channels' tiles, and of the groups', that fill whole array passes. */
export interface ChannelChoice {
  readonly g: number;
  readonly k: number;
  readonly c: number;
}

/** Channel tiles of one PE: multiples of what one array pass takes, or of the `shrink`-th part of it. */
export function channelChoices(
  problem: MatrixProblem,
  architecture: Architecture,
  limits: { readonly share: Tile; readonly groupsPerPass: number; readonly shrink: number },
): readonly ChannelChoice[] {
  const [g = 1, , , , k = 1, c = 1] = limits.share;
  const perChannel = reductionSize(problem, 1);
  const part = (unit: number): number => Math.max(1, Math.floor(unit / limits.shrink));
  const cUnit = part(architecture.arrayRows / perChannel);
  const kUnit = part(Math.min(k, architecture.arrayColumns));
  const choices: ChannelChoice[] = [];
  for (const gSize of tileSizes(g, part(limits.groupsPerPass))) {
    for (const kSize of tileSizes(k, kUnit)) {
      for (const cSize of tileSizes(c, cUnit)) choices.push({ g: gSize, k: kSize, c: cSize });
    }
  }
  return choices;
}

/** Orders of the tile loops, outermost first: groups outside, then every order of positions, output channels, reduction. */
export const loopOrders: readonly (readonly number[])[] = (
  [
    ["m", "k", "c"],
    ["k", "c", "m"],
    ["c", "m", "k"],
    ["k", "m", "c"],
    ["m", "c", "k"],
    ["c", "k", "m"],
  ] as const
).map((order) => [at.g, ...order.flatMap((name) => (name === "m" ? [at.b, at.p, at.q] : [at[name]]))]);
