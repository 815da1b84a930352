/** No nest of the stated space is better than the mapper's best, on small problems and machines; and an incomplete search is caught. */
import { describe, expect, test } from "vitest";
import type { Handicap } from "./mapper-gate.ts";
import { gate } from "./mapper-gate.ts";

test("no nest is better than the mapper's best, nor below its bound", () => {
  const { cases, misses } = gate({ from: 0, count: 24, limit: 1000 });
  expect(misses).toEqual([]);
  expect(cases).toBeGreaterThan(45);
});

const handicaps: Readonly<Record<string, Handicap>> = {
  "of perfect factors": (one, space) => ({ one, space: { ...space, factors: "perfect" } }),
  "without bypass": ({ problem, architecture }, space) => ({
    one: {
      problem,
      architecture: {
        ...architecture,
        memories: architecture.memories.map((memory) => ({ ...memory, mayBypass: [] })),
      },
    },
    space,
  }),
  "without one loop of each fan-out": ({ problem, architecture }, space) => ({
    one: {
      problem,
      architecture: {
        ...architecture,
        spatial: architecture.spatial.map((level) => ({ ...level, dims: level.dims.slice(0, -1) })),
      },
    },
    space,
  }),
};

describe("the gate catches a search", () => {
  test.each(Object.entries(handicaps))("%s", (_, handicap) => {
    expect(gate({ from: 0, count: 24, limit: 1000 }, handicap).misses.length).toBeGreaterThan(0);
  });
});
