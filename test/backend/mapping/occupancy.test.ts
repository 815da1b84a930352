/** What a mapping needs of every memory, against what the loop-nest simulator really holds there. */
import { expect, test } from "vitest";
import type { Architecture } from "../../../src/backend/architecture.ts";
import { costOfMapping, firstOverflow } from "../../../src/backend/mapping/matrix-cost.ts";
import { ChainCache } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { Counts } from "../support/loop-nest-simulator.ts";
import { simulateTraffic } from "../support/loop-nest-simulator.ts";
import type { NestLimits, RandomNest } from "../support/random-nests.ts";
import { plainWindow, randomNest } from "../support/random-nests.ts";
import { seedsFrom, simulatedNest } from "../support/traffic-comparison.ts";

const small: NestLimits = { points: 72, extent: 7, privateL2: true };

/** The nest without sliding windows, so that what a tile touches at the borders is no less than elsewhere. */
function withoutWindows(nest: RandomNest): RandomNest {
  const [, , p = 1, q = 1] = nest.problem.extents;
  const rows = { ...plainWindow, inputExtent: p };
  return { ...nest, problem: { ...nest.problem, rows, columns: { ...plainWindow, inputExtent: q } } };
}

type Split = Record<"input" | "weight" | "output", number>;

/** Bytes that a level really holds: every tile that changes has a second one on its way. Sums are 4 bytes, others 2. */
function heldBytes({ problem, mapping, architecture }: RandomNest, level: number, all: readonly Counts[]): Split {
  const counts = all[level];
  if (counts === undefined) throw new Error("no such level");
  const buffers = (operand: keyof Split): number => (counts[operand].changes ? 2 : 1);
  const kernel = problem.rows.kernel * problem.columns.kernel;
  const isInnermost = level === architecture.levels.length - 1;
  // More words than there are outputs come up from the level below: some of them more than once, as sums.
  const outputs = problem.extents.slice(0, 5).reduce((product, extent) => product * extent, 1);
  const sumsComeUp = (all[level + 1]?.output.sum ?? 0) > outputs;
  const sumsAreFinal = (mapping.tiles[level]?.[5] ?? 1) >= (problem.extents[5] ?? 1) && !sumsComeUp;
  return {
    input: 2 * counts.input.largestTile * buffers("input"),
    weight: 2 * counts.weight.largestTile * kernel * buffers("weight"),
    output: (isInnermost || !sumsAreFinal ? 4 : 2) * counts.output.largestTile * buffers("output"),
  };
}

/** True when the mapping fits with this split capacity at one level and room everywhere else. */
function fits({ problem, mapping, architecture }: RandomNest, level: number, capacity: Split): boolean {
  const levels: Architecture["levels"] = architecture.levels.map((each, depth) =>
    depth === level ? { ...each, capacity: { kind: "split", ...capacity } } : each,
  );
  const limited = { ...architecture, levels };
  const chains = new ChainCache(problem, limited);
  return firstOverflow({ problem, architecture: limited, chains }, mapping) === undefined;
}

test("a mapping fits exactly what it holds, and not a byte less, on 600 random nests at every level", () => {
  for (const seed of seedsFrom(0, 600)) {
    const nest = withoutWindows(randomNest(seed, small));
    const all = simulateTraffic(simulatedNest(nest));
    for (const level of all.keys()) {
      const held = heldBytes(nest, level, all);
      expect(fits(nest, level, held), `seed ${seed} level ${level}`).toBe(true);
      for (const operand of ["input", "weight", "output"] as const) {
        const less = { ...held, [operand]: held[operand] - 1 };
        expect(fits(nest, level, less), `seed ${seed} level ${level} ${operand}`).toBe(false);
      }
    }
  }
});

test("under sliding windows a mapping never holds more than it is charged", () => {
  for (const seed of seedsFrom(0, 600)) {
    const nest = randomNest(seed, small);
    const all = simulateTraffic(simulatedNest(nest));
    for (const level of all.keys()) {
      const held = heldBytes(nest, level, all);
      if (held.input === 0) continue;
      const less = { ...held, input: held.input - 1 };
      expect(fits(nest, level, less), `seed ${seed} level ${level}`).toBe(false);
    }
  }
});

test("staging space is what global memory holds", () => {
  let compared = 0;
  for (const seed of seedsFrom(0, 600)) {
    const nest = withoutWindows(randomNest(seed, small));
    const { problem, architecture, mapping } = nest;
    if (architecture.levels[0]?.level !== "gm") continue;
    const all = simulateTraffic(simulatedNest(nest));
    const { stagingBytes } = costOfMapping(
      { problem, architecture, chains: new ChainCache(problem, architecture) },
      mapping,
    );
    expect(stagingBytes, `seed ${seed}`).toMatchObject(heldBytes(nest, 0, all));
    compared += 1;
  }
  expect(compared).toBeGreaterThan(200);
});
