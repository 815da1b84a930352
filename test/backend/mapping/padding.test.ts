/** Ragged tiles make padding a loop in memory worthless: what is padded away is only moved and computed for nothing. */
import { expect, test } from "vitest";
import { cyclesOf, totalDramBytes } from "../../../src/backend/mapping/cost.ts";
import { costOfMapping } from "../../../src/backend/mapping/matrix-cost.ts";
import { ChainCache } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { MatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import { at } from "../../../src/backend/mapping/problem.ts";
import type { MatrixProblem } from "../../../src/backend/mapping/problem.ts";
import { randomStream } from "../../../src/support/random.ts";
import type { RandomNest } from "../support/random-nests.ts";
import { randomNest } from "../support/random-nests.ts";

/** What a mapping takes, and the bytes it moves through DRAM. */
function figuresOf({ problem, architecture, mapping }: Omit<RandomNest, "spread">): { cycles: number; bytes: number } {
  const cost = costOfMapping({ problem, architecture, chains: new ChainCache(problem, architecture) }, mapping);
  const bytes = totalDramBytes(cost.dramBytes);
  return { cycles: cyclesOf(cost, bytes, architecture), bytes };
}

/** The problem before its loop was padded by `zeros`, and the mapping with the zeros left out of its tiles. */
function unpadded(nest: RandomNest, loop: number, zeros: number): { problem: MatrixProblem; mapping: MatrixMapping } {
  const cut = (tile: readonly number[]): readonly number[] =>
    tile.map((size, slot) => (slot === loop ? Math.min(size, (nest.problem.extents[slot] ?? 1) - zeros) : size));
  const extents = cut(nest.problem.extents);
  return { problem: { ...nest.problem, extents }, mapping: { ...nest.mapping, tiles: nest.mapping.tiles.map(cut) } };
}

test("a mapping of a padded problem takes no less without the zeros, on 4000 random nests", () => {
  let [compared, costly] = [0, 0];
  const slower: number[] = [];
  for (let seed = 0; seed < 4000; seed++) {
    const stream = randomStream(seed + 7);
    const nest = randomNest(seed, { points: 400, extent: 9, privateL2: false });
    const loop = [at.g, at.b, at.k, at.c][stream.integer(4)] ?? at.k;
    const extent = nest.problem.extents[loop] ?? 1;
    if (extent < 2) continue;
    const zeros = 1 + stream.integer(extent - 1);
    const padded = figuresOf(nest);
    const real = figuresOf({ architecture: nest.architecture, ...unpadded(nest, loop, zeros) });
    compared += 1;
    if (real.cycles < padded.cycles && real.bytes < padded.bytes) costly += 1;
    if (real.cycles > padded.cycles || real.bytes > padded.bytes * (1 + 1e-9)) slower.push(seed);
  }
  expect(slower).toEqual([]);
  expect(compared).toBeGreaterThan(1000);
  expect(costly).toBeGreaterThan(0.4 * compared);
});
