/** Traffic counts against the loop-nest simulator, on random ragged nests, and proof that the comparison can fail. */
import { expect, test } from "vitest";
import { ChainCache } from "../../../src/backend/mapping/matrix-mapping.ts";
import { movedElements } from "../../../src/backend/mapping/traffic.ts";
import { simulateTraffic } from "../support/loop-nest-simulator.ts";
import type { NestLimits } from "../support/random-nests.ts";
import { problemOf, randomNest } from "../support/random-nests.ts";
import type { ComparedCount, CountElements } from "../support/traffic-comparison.ts";
import { closedForm, compareTraffic, isWrong, seedsFrom, simulatedNest } from "../support/traffic-comparison.ts";

const small: NestLimits = { points: 72, extent: 7, privateL2: true };
const nests = 3000;

/** The simulator on a nest that can be counted by hand. */
test("the simulator counts a hand-counted nest", () => {
  // One dimension of 5 outputs in tiles of 2 (2, 2, 1), two reduction words in tiles of 1; the reduction steps outside.
  const nest = {
    ...simulatedNest(randomNest(0, small)),
    extents: [1, 1, 5, 1, 1, 2],
    rows: { kernel: 3, stride: 1, dilation: 1, padBefore: 1, inputExtent: 5 },
    columns: { kernel: 1, stride: 1, dilation: 1, padBefore: 0, inputExtent: 1 },
    tiles: [[1, 1, 2, 1, 1, 1]],
    orders: [[5, 2]],
    peRows: [1, 1, 1, 1, 1, 1],
    peColumns: [1, 1, 1, 1, 1, 1],
    perPeLevel: 0,
  };
  const [counts] = simulateTraffic(nest);
  // Rows 0-2, 1-4 (2 outputs from row 1), 3-4: 3 + 4 + 2 = 9 rows for each of two channels.
  expect(counts?.input.sum).toBe(18);
  // The weights of each channel come once; the output tile changes with every step: 5 outputs, twice.
  expect(counts?.weight.sum).toBe(2);
  expect(counts?.output.sum).toBe(10);
  // The other way round the outputs stay while the reduction runs, and the weights do not.
  const [turned] = simulateTraffic({ ...nest, orders: [[2, 5]] });
  expect([turned?.input.sum, turned?.weight.sum, turned?.output.sum]).toEqual([18, 6, 5]);
  // Two PEs share the five outputs as 3 and 2: tiles 2, 1 and 2. PE 0 reads rows 0-2 and 1-3, PE 1 rows 2-4.
  const [spread] = simulateTraffic({ ...nest, peRows: [1, 1, 2, 1, 1, 1] });
  expect(spread?.input).toMatchObject({ sum: 18, busiestPe: 12, busiestBus: 12, largestTile: 3, changes: true });
  // The weight bus of the one PE column carries each word once for both PEs.
  expect(spread?.weight).toMatchObject({ sum: 2, busiestPe: 2, busiestBus: 2, largestTile: 1, changes: true });
});

test(`closed-form counts equal the simulator's on ${nests} random nests`, () => {
  const wrong: ComparedCount[] = [];
  let [compared, looser, exact] = [0, 0, 0];
  for (const one of compareTraffic(seedsFrom(0, nests), small)) {
    compared += 1;
    if (one.isExact) exact += 1;
    if (one.closedForm > one.simulated) looser += 1;
    if (isWrong(one)) wrong.push(one);
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(30_000);
  // What is only a bound (the busiest PE under a window, a bus of a loop on both axes) is seldom above the true count.
  expect(exact / compared).toBeGreaterThan(0.8);
  expect(looser / compared).toBeLessThan(0.02);
});

test("tiles that hold the same elements at another place are the only re-reads that a smarter memory could save", () => {
  let [fewer, all] = [0, 0];
  for (const seed of seedsFrom(0, 1000)) {
    const nest = simulatedNest(randomNest(seed, small));
    const byPlace = simulateTraffic(nest, "place");
    for (const [level, counts] of simulateTraffic(nest, "elements").entries()) {
      const place = byPlace[level];
      all += 1;
      if (counts.input.sum < (place?.input.sum ?? 0)) fewer += 1;
      expect(counts.input.sum, `seed ${seed}`).toBeLessThanOrEqual(place?.input.sum ?? 0);
      expect([counts.weight, counts.output], `seed ${seed}`).toEqual([place?.weight, place?.output]);
    }
  }
  expect(fewer / all).toBeLessThan(0.03);
});

/** Counts that are wrong on purpose. */
const planted: Readonly<Record<string, CountElements>> = {
  "ragged ends ignored": ({ problem, architecture, mapping }, operand, level, measure) => {
    const { chains, orders } = new ChainCache(problem, architecture).loops(mapping);
    const merged = chains.map((chain) => ({
      ...chain,
      classes: chain.classes.map(mergeClasses),
      windowClasses: chain.windowClasses.map(mergeClasses),
    }));
    return movedElements({ chains: merged, orders }, operand, level, measure);
  },
  "padding one off": (nest, operand, level, measure) => {
    const rows = { ...nest.problem.rows, padBefore: nest.problem.rows.padBefore + 1 };
    return closedForm(
      { ...nest, problem: problemOf(nest.problem.extents, { ...nest.problem, rows }) },
      operand,
      level,
      measure,
    );
  },
  "spread one level too deep": (nest, operand, level, measure) => {
    const levels = nest.architecture.levels.map((each, depth) => ({ ...each, isPerPe: depth > nest.spread }));
    return closedForm({ ...nest, architecture: { ...nest.architecture, levels } }, operand, level, measure);
  },
  "loops turned round": (nest, operand, level, measure) => {
    const orders = nest.mapping.orders.map((order) => [...order].reverse());
    return closedForm({ ...nest, mapping: { ...nest.mapping, orders } }, operand, level, measure);
  },
  "one element too many in the innermost tile": (nest, operand, level, measure) => {
    const last = nest.mapping.tiles.length - 1;
    const tiles = nest.mapping.tiles.map((tile, depth) =>
      depth === last ? tile.map((size, loop) => (loop === 4 ? size + 1 : size)) : tile,
    );
    return closedForm({ ...nest, mapping: { ...nest.mapping, tiles } }, operand, level, measure);
  },
};

type Classes = Parameters<typeof movedElements>[0]["chains"][number]["classes"][number];

function mergeClasses(classes: Classes): Classes {
  const total = (of: (entry: Classes[number]) => number): number => classes.reduce((sum, entry) => sum + of(entry), 0);
  const signature = classes.reduce((bits, entry) => bits | entry.signature, 0);
  return [{ signature, sum: total((entry) => entry.sum), share: total((entry) => entry.share) }];
}

test.each(Object.entries(planted))("the comparison finds a planted error: %s", (_name, count) => {
  let wrong = 0;
  for (const one of compareTraffic(seedsFrom(0, 300), small, count)) if (isWrong(one)) wrong += 1;
  expect(wrong).toBeGreaterThan(10);
});
