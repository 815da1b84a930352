/** Sizes that a search of real extents must not lose, which problems of a few steps do not show. */
import { expect, test } from "vitest";
import { mapNest } from "../../../src/backend/nest/mapper/map-nest.ts";
import type { NestProblem } from "../../../src/backend/nest/nest-problem.ts";
import { peerMachine } from "./peer-data.ts";

// 50 columns on 12: tiles of 26 and 24 take 3 + 2 folds, the smallest tile of two trips (25, 25) 3 + 3, whole folds (24, 24, 2) three trips.
test("a tile whose last one fills whole folds is found", () => {
  const problem: NestProblem = {
    name: "matmul 28x50x63",
    extents: { g: 1, b: 28, p: 1, q: 1, k: 50, c: 63, r: 1, s: 1 },
    strides: [1, 1],
    dilations: [1, 1],
  };
  const machine = peerMachine(16, { drainReads: true });
  const architecture = {
    ...machine,
    memories: machine.memories.map((memory) => (memory.name === "GB" ? { ...memory, capacityBytes: 1766 } : memory)),
    spatial: machine.spatial.map((level) => ({ ...level, fanout: level.name === "rows" ? 11 : 12 })),
  };
  const search = { factors: "ragged", tiles: "per-level", objective: "edp", nodes: 1e6 } as const;
  const { mapping, certificate } = mapNest(problem, architecture, search);
  expect(mapping.nest).toContainEqual({ kind: "temporal", dim: "k", tile: 26 });
  expect(certificate.achieved).toBeLessThanOrEqual(2_186_677_920);
});
