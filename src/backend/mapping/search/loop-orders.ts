/** Orders of the tile loops of one level that differ in cost. */
import { at } from "../problem.ts";

const positions = [at.b, at.p, at.q] as const;

/**
 * Orders of the tile loops, outermost first: groups outside, then every order of positions, output channels, reduction. Groups
 * are in all three operands, so that inside another loop they could only bring tiles in again. Positions are in the same two
 * operands, so that their order among themselves makes no difference (halos are fetched again at every step).
 */
export const loopOrders: readonly (readonly number[])[] = (
  [
    ["m", "k", "c"],
    ["k", "c", "m"],
    ["c", "m", "k"],
    ["k", "m", "c"],
    ["m", "c", "k"],
    ["c", "k", "m"],
  ] as const
).map((order) => [at.g, ...order.flatMap((name) => (name === "m" ? positions : [at[name]]))]);

/** The order of a level whose loops have one trip each. */
export const anyOrder = loopOrders[0] ?? [];

/** Bits of a set of moving loops: positions, output channels, reduction. */
const [movesPositions, movesChannels, movesReduction] = [1, 2, 4];

function distinctOrders(set: number): readonly (readonly number[])[] {
  const isMoving = (slot: number): boolean =>
    slot === at.k
      ? (set & movesChannels) !== 0
      : slot === at.c
        ? (set & movesReduction) !== 0
        : slot !== at.g && (set & movesPositions) !== 0;
  return [...new Map(loopOrders.map((order) => [order.filter(isMoving).join("/"), order])).values()];
}

/**
 * Where all three groups move, the cyclic orders are enough: only the innermost moving loop matters to reuse, and where a ragged
 * end leaves it with one trip, each of the other two is innermost in one of them.
 */
const bySet = Array.from({ length: 8 }, (_unused, set) =>
  set === (movesPositions | movesChannels | movesReduction) ? loopOrders.slice(0, 3) : distinctOrders(set),
);

/** The orders of `loopOrders` that differ in the loops whose tile is smaller than what it is cut from. */
export function ordersOf(tile: readonly number[], parent: readonly number[]): readonly (readonly number[])[] {
  const moves = (slot: number): boolean => (tile[slot] ?? 1) < (parent[slot] ?? 1);
  const set =
    (positions.some(moves) ? movesPositions : 0) |
    (moves(at.k) ? movesChannels : 0) |
    (moves(at.c) ? movesReduction : 0);
  return bySet[set] ?? loopOrders;
}
