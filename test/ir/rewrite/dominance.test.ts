import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block, Operation, Region } from "../../../src/ir/core.ts";
import { unknownLocation } from "../../../src/ir/location.ts";
import type { DominatorNode } from "../../../src/ir/rewrite/dominance.ts";
import { dominatorTree } from "../../../src/ir/rewrite/dominance.ts";
import { holds } from "../testing.ts";

/** A region whose block number i branches to the blocks of `edges[i]`. */
function regionOf(edges: readonly (readonly number[])[]): Region {
  const blocks = edges.map(() => new Block());
  edges.forEach((targets, from) => {
    const successors = targets.map((to) => blocks[to]!);
    blocks[from]!.append(new Operation({ name: "test.branch", successors, location: unknownLocation }));
  });
  return new Region(blocks);
}

/** For each block in the tree, the number of the block above it. */
function parents(region: Region): Readonly<Record<number, number>> {
  const found: Record<number, number> = {};
  const visit = ({ block, children }: DominatorNode): void => {
    for (const child of children) {
      found[region.blocks.indexOf(child.block)] = region.blocks.indexOf(block);
      visit(child);
    }
  };
  visit(dominatorTree(region)!);
  return found;
}

/** Blocks that can be reached from the entry without going through `without`. */
function reachable(edges: readonly (readonly number[])[], without?: number): ReadonlySet<number> {
  const seen = new Set(without === 0 ? [] : [0]);
  for (const from of seen) for (const to of edges[from]!) if (to !== without) seen.add(to);
  return seen;
}

describe("dominatorTree", () => {
  it("finds the tree of a loop with a branch in it", () => {
    // 0 -> 1; 1 -> 2, 3; 2 -> 4; 3 -> 4; 4 -> 1, 5; 6 cannot be reached
    const edges = [[1], [2, 3], [4], [4], [1, 5], [], [5]];
    expect(parents(regionOf(edges))).toEqual({ 1: 0, 2: 1, 3: 1, 4: 1, 5: 4 });
  });

  it("puts below a block exactly what cannot be reached without it", () => {
    const graphs = fc
      .integer({ min: 1, max: 7 })
      .chain((size) => fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }));
    holds(graphs, (edges) => {
      const above = parents(regionOf(edges));
      const all = reachable(edges);
      for (const block of all) {
        const dominators = new Set<number>();
        for (let at: number | undefined = block; at !== undefined; at = above[at]) dominators.add(at);
        for (const other of all) expect(dominators.has(other)).toBe(!reachable(edges, other).has(block));
      }
    });
  });
});
