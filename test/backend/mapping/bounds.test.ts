/** Lower bounds and the mapper against exhaustive search on small cases; a bound that is a little too high must be caught. */
import { describe, expect, test } from "vitest";
import { gmCapacityBytes } from "../../../src/backend/architecture.ts";
import { packedGroups } from "../../../src/backend/mapping/array-cycles.ts";
import { vectorBound } from "../../../src/backend/mapping/bounds.ts";
import { loopOrders } from "../../../src/backend/mapping/search/loop-orders.ts";
import { cyclesOf, totalDramBytes } from "../../../src/backend/mapping/cost.ts";
import { costOfMapping } from "../../../src/backend/mapping/matrix-cost.ts";
import { searchMatrix } from "../../../src/backend/mapping/matrix-mapper.ts";
import type { MatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import { ChainCache } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { VectorProblem } from "../../../src/backend/mapping/problem.ts";
import { placeVector } from "../../../src/backend/mapping/vector-mapper.ts";
import type { RandomStream } from "../../../src/support/random.ts";
import { randomStream } from "../../../src/support/random.ts";
import type { Checked } from "../support/exhaustive-check.ts";
import { checkCase, outsideOfSpace } from "../support/exhaustive-check.ts";
import type { Case } from "../support/exhaustive-space.ts";
import { boundsOf, choicesOf } from "../support/exhaustive-space.ts";
import { randomCase } from "../support/random-cases.ts";
import { machineOf, problemOf, roomyLevels } from "../support/random-nests.ts";
import { seedsFrom } from "../support/traffic-comparison.ts";

const cases = 150;
/** Room for the rounding of sums of fractions. */
const epsilon = 1e-9;

interface NamedCase extends Checked {
  readonly seed: number;
  readonly given: Case;
}

/** All cases, enumerated when the first test asks. */
const checkedCases = once((): readonly NamedCase[] =>
  [...seedsFrom(0, cases)].map((seed) => {
    const given = randomCase(seed, 2500);
    return { seed, given, ...checkCase(given) };
  }),
);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const feasibleCases = (): readonly NamedCase[] => checkedCases().filter((one) => one.bestCycles < Infinity);
const seedsWhere = (holds: (one: NamedCase) => boolean): readonly number[] =>
  checkedCases()
    .filter(holds)
    .map((one) => one.seed);

describe(`on ${cases} random small cases, every mapping costed`, () => {
  test("there are mappings to compare", () => {
    expect(feasibleCases().length).toBeGreaterThan(0.8 * cases);
    expect(checkedCases().reduce((sum, one) => sum + one.mappings, 0)).toBeGreaterThan(30_000);
  });

  test("no mapping takes fewer cycles than the bound of its spatial choice or of the case", () => {
    expect(seedsWhere((one) => one.bestCycles < one.bounds.cycles - epsilon)).toEqual([]);
    expect(seedsWhere((one) => one.excessOfChoiceBound > epsilon)).toEqual([]);
  });

  test("no mapping moves fewer DRAM bytes than is compulsory", () => {
    expect(seedsWhere((one) => one.leastDramBytes < one.bounds.dramBytes - epsilon)).toEqual([]);
  });

  test("the gate has power: a bound of cycles raised by 5 %, or of bytes by 1 %, is caught many times", () => {
    const feasible = feasibleCases();
    const cycles = feasible.filter((one) => one.bestCycles < 1.05 * one.bounds.cycles);
    const bytes = feasible.filter((one) => one.leastDramBytes < 1.01 * one.bounds.dramBytes);
    expect(cycles.length).toBeGreaterThan(4);
    expect(bytes.length).toBeGreaterThan(40);
  });

  test("what the mapper finds is in the space, and no better than the best", () => {
    for (const { seed, given, found, bestCycles } of checkedCases()) {
      if (found === undefined) continue;
      const { mapping, cycles, cost } = found;
      expect(outsideOfSpace(given, found), `seed ${seed}`).toBeUndefined();
      expect(cycles, `seed ${seed}`).toBeGreaterThanOrEqual(bestCycles);
      const { problem, architecture } = given;
      const again = costOfMapping({ problem, architecture, chains: new ChainCache(problem, architecture) }, mapping);
      expect(again, `seed ${seed}`).toEqual(cost);
      expect(cyclesOf(again, totalDramBytes(again.dramBytes), architecture), `seed ${seed}`).toBe(cycles);
    }
  });

  test("a proof by bound is claimed when the bound is met, and only then", () => {
    let proven = 0;
    for (const { seed, given, found, bounds } of feasibleCases()) {
      if (found === undefined) continue;
      expect(found.proof === "bound", `seed ${seed}`).toBe(found.cycles <= Math.ceil(bounds.cycles));
      // The search ends when the bound that it is given is met.
      const boundCycles = found.cycles;
      const met = searchMatrix(given.problem, given.architecture, { choices: choicesOf(given), boundCycles });
      if (!("proof" in met)) throw new Error(`seed ${seed}: nothing found`);
      expect(met.cycles, `seed ${seed}`).toBe(boundCycles);
      expect(met.proof, `seed ${seed}`).toBe("bound");
      proven += met.proof === "bound" ? 1 : 0;
    }
    expect(proven).toBeGreaterThan(100);
  });

  test("the mapper finds the best mapping of every case", () => {
    expect(seedsWhere(({ found, bestCycles }) => (found?.cycles ?? Infinity) !== bestCycles)).toEqual([]);
  });
});

/** A random mapping of one of a case's spatial choices, whether it fits or not. */
function randomMapping(given: Case, stream: RandomStream): MatrixMapping {
  const { problem, architecture } = given;
  const choices = choicesOf(given);
  const choice = choices[stream.integer(choices.length)];
  if (choice === undefined) throw new Error("no spatial choice");
  const { dataflow, peRows, peColumns } = choice;
  const spread = architecture.levels.findIndex((level) => level.isPerPe);
  const tiles: (readonly number[])[] = [];
  let above = problem.extents;
  architecture.levels.forEach((_level, depth) => {
    const pes = (loop: number): number => (depth === spread ? (peRows[loop] ?? 1) * (peColumns[loop] ?? 1) : 1);
    const tile = above.map((size, loop) => 1 + stream.integer(Math.ceil(size / pes(loop))));
    tiles.push(tile);
    above = tile;
  });
  const orders = tiles.map(() => loopOrders[stream.integer(loopOrders.length)] ?? []);
  const groupsPerPass = dataflow === "weight-stationary" ? packedGroups(problem, architecture) : 1;
  return { dataflow, peRows, peColumns, groupsPerPass, tiles, orders };
}

test("no random mapping beats the bounds on machines with an L2, shared or of each PE", () => {
  for (const seed of seedsFrom(0, 200)) {
    const stream = randomStream(seed, 7);
    const { problem, architecture } = randomCase(seed, 50_000);
    const given = { problem, architecture: { ...architecture, levels: roomyLevels(3, 1 + (seed % 2)) } };
    const bounds = boundsOf(given);
    const context = { ...given, chains: new ChainCache(problem, given.architecture) };
    for (let round = 0; round < 20; round++) {
      const cost = costOfMapping(context, randomMapping(given, stream));
      const dramBytes = totalDramBytes(cost.dramBytes);
      expect(cyclesOf(cost, dramBytes, given.architecture), `seed ${seed}`).toBeGreaterThanOrEqual(
        bounds.cycles - epsilon,
      );
      expect(dramBytes, `seed ${seed}`).toBeGreaterThanOrEqual(bounds.dramBytes - epsilon);
    }
  }
});

test("a loop on both axes of the grid: ragged tiles may load the busiest bus less than rounded shares do", () => {
  // 9 output channels on a 2 × 2 grid in tiles of 8: the first tile gives each PE 2, the second one PE 1. The bus of a PE
  // column carries 4 + 1 = 5 channels, not 2 · ceil(9 / 4) = 6. 60 words each, 2 bytes a word, 1 byte a cycle: 600 cycles,
  // and the first tiles of both PEs, 2 words, before: 4 cycles and the array's fill of 1 + 1 + 1 - 2.
  const given = {
    problem: problemOf([1, 1, 1, 1, 9, 60]),
    architecture: machineOf({
      peRows: 2,
      peColumns: 2,
      arrayRows: 1,
      arrayColumns: 1,
      dramBytesPerCycle: 1e12,
      gmBytesPerCycle: 1e12,
      inputBusBytesPerCycle: 1e12,
      weightBusBytesPerCycle: 1,
      outputBusBytesPerCycle: 1e12,
    }),
  };
  const onK = [1, 1, 1, 1, 2, 1];
  const mapping: MatrixMapping = {
    dataflow: "weight-stationary",
    peRows: onK,
    peColumns: onK,
    tiles: [
      [1, 1, 1, 1, 8, 60],
      [1, 1, 1, 1, 1, 1],
    ],
    orders: [[4], [4, 5]],
    groupsPerPass: 1,
  };
  const { problem, architecture } = given;
  const cost = costOfMapping({ ...given, chains: new ChainCache(problem, architecture) }, mapping);
  expect(cost.busyCycles["weight-bus"]).toBe(5 * 60 * 2);
  const choice = choicesOf(given).find(
    ({ peRows, peColumns }) => peRows.join() === onK.join() && peColumns.join() === onK.join(),
  );
  expect(choice?.boundCycles).toBe(5 * 60 * 2);
});

function randomVectorProblem(stream: RandomStream): VectorProblem {
  const [rows, inner] = [1 + stream.integer(40), 1 + stream.integer(30)];
  return {
    kind: "vector",
    points: rows * inner,
    rows,
    opsPerPoint: stream.integer(6),
    inputElements: rows * inner * (1 + stream.integer(2)),
    outputElements: stream.integer(2) === 0 ? rows : rows * inner,
    sweeps: 1 + stream.integer(3),
    isCopy: false,
  };
}

test("streamed regions take at least their bound, and move at least their tensors", () => {
  let met = 0;
  for (const seed of seedsFrom(0, 500)) {
    const { architecture } = randomCase(seed, 1e6);
    const problem = randomVectorProblem(randomStream(seed, 9));
    const placed = placeVector(problem, architecture);
    if (!("mapping" in placed)) continue;
    const { cost } = placed;
    const dramBytes = totalDramBytes(cost.dramBytes);
    const cycles = cyclesOf(cost, dramBytes, architecture);
    const bound = vectorBound(problem, architecture);
    expect(cycles, `seed ${seed}`).toBeGreaterThanOrEqual(bound - epsilon);
    if (cycles < 1.02 * bound) met += 1;
    const compulsory = (problem.inputElements + problem.outputElements) * architecture.operandBytes;
    expect(dramBytes, `seed ${seed}`).toBeGreaterThanOrEqual(compulsory);
    if (gmCapacityBytes(architecture) === 0) expect(cost.gmBytes, `seed ${seed}`).toBe(0);
  }
  expect(met).toBeGreaterThan(5);
});
