/** Which of an innermost tile's loops move, in which order, and what that brings in again: the cases that bounds tell apart. */
import { at } from "../problem.ts";
import { ordersOf } from "./loop-orders.ts";

/** One case. Positions are b, p and q together. */
export interface OrderClass {
  readonly order: readonly number[];
  readonly movesGroups: boolean;
  readonly movesPositions: boolean;
  readonly movesChannels: boolean;
  readonly movesReduction: boolean;
  /** The input is brought in once for every trip over output channels; else it stays. */
  readonly repeatsInput: boolean;
  /** Weights are brought in once for every box of positions. */
  readonly repeatsWeight: boolean;
  /** Partial sums leave once for every trip over the reduction. */
  readonly repeatsOutput: boolean;
  /** A weight tile that fills no more than the array may stay there over all boxes; an input tile over all output channels. */
  readonly staysWeight: boolean;
  readonly staysInput: boolean;
}

type Moves = readonly [groups: boolean, positions: boolean, channels: boolean, reduction: boolean];

function classesOf([movesGroups, movesPositions, movesChannels, movesReduction]: Moves): readonly OrderClass[] {
  const parent = [2, 2, 2, 2, 2, 2];
  const tile = [
    movesGroups ? 1 : 2,
    movesPositions ? 1 : 2,
    movesPositions ? 1 : 2,
    movesPositions ? 1 : 2,
    movesChannels ? 1 : 2,
    movesReduction ? 1 : 2,
  ];
  return ordersOf(tile, parent).map((order) => {
    const place = { m: order.indexOf(at.b), k: order.indexOf(at.k), c: order.indexOf(at.c) };
    const positionsIn = (outer: number): boolean => movesPositions && place.m > outer;
    const channelsIn = (outer: number): boolean => movesChannels && place.k > outer;
    const reductionIn = (outer: number): boolean => movesReduction && place.c > outer;
    return {
      order,
      movesGroups,
      movesPositions,
      movesChannels,
      movesReduction,
      repeatsInput: movesChannels && (positionsIn(place.k) || reductionIn(place.k)),
      repeatsWeight: movesPositions && (channelsIn(place.m) || reductionIn(place.m)),
      repeatsOutput: movesReduction && (positionsIn(place.c) || channelsIn(place.c)),
      staysWeight:
        (!movesChannels || place.m > place.k || !movesPositions) &&
        (!movesReduction || place.m > place.c || !movesPositions),
      staysInput:
        (!movesPositions || place.k > place.m || !movesChannels) &&
        (!movesReduction || place.k > place.c || !movesChannels),
    };
  });
}

const both = [false, true] as const;

/** All cases: of every set of moving loops the orders that differ in reuse. */
export const orderClasses: readonly OrderClass[] = both.flatMap((groups) =>
  both.flatMap((positions) =>
    both.flatMap((channels) => both.flatMap((reduction) => classesOf([groups, positions, channels, reduction]))),
  ),
);
