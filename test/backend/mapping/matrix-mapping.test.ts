/** The written form of a mapping loses nothing: read back, it costs the same. */
import { expect, test } from "vitest";
import { costOfMapping } from "../../../src/backend/mapping/matrix-cost.ts";
import type { MatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import { ChainCache, exportMatrixMapping, importMatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { NestLimits } from "../support/random-nests.ts";
import { machineOf, problemOf, randomNest } from "../support/random-nests.ts";
import { seedsFrom } from "../support/traffic-comparison.ts";

const small: NestLimits = { points: 200, extent: 7, privateL2: true };

test("a mapping that was written and read again costs the same, on 500 random nests", () => {
  for (const seed of seedsFrom(0, 500)) {
    const { problem, architecture, mapping } = randomNest(seed, small);
    const again = importMatrixMapping(problem, exportMatrixMapping(problem, architecture, mapping));
    const cost = (each: MatrixMapping): unknown =>
      costOfMapping({ problem, architecture, chains: new ChainCache(problem, architecture) }, each);
    expect(cost(again), `seed ${seed}`).toEqual(cost(mapping));
  }
});

test("loops have the op's own names; those of extent 1 and orders of one trip are left out", () => {
  const names = { loopNames: ["g", "n", "p", "q", "m", "c"] };
  const problem = problemOf([1, 6, 4, 1, 8, 3], names);
  const exported = exportMatrixMapping(problem, machineOf(), {
    dataflow: "output-stationary",
    peRows: [1, 2, 1, 1, 1, 1],
    peColumns: [1, 1, 1, 1, 4, 1],
    tiles: [
      [1, 6, 2, 1, 8, 3],
      [1, 3, 2, 1, 1, 3],
    ],
    orders: [
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
    ],
    groupsPerPass: 1,
  });
  expect(exported).toEqual({
    dataflow: "output-stationary",
    extents: { n: 6, p: 4, m: 8, c: 3 },
    spatial: { peRows: { n: 2 }, peColumns: { m: 4 } },
    groupsPerPass: 1,
    levels: [
      { level: "gm", tile: { n: 6, p: 2, m: 8, c: 3 }, order: ["p"] },
      // A PE has 3 of n in one trip, and 2 of m in two.
      { level: "l1", tile: { n: 3, p: 2, m: 1, c: 3 }, order: ["m"] },
    ],
  });
});

test("a mapping that was read has every loop in every order, so that a search from it may cut any of them", () => {
  const { problem, architecture, mapping } = randomNest(7, small);
  const again = importMatrixMapping(problem, exportMatrixMapping(problem, architecture, mapping));
  for (const order of again.orders) expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
});
