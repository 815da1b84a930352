/** The tree of dominators against its definition: without a dominator, what it dominates cannot be reached. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block, Operation, Region } from "../../src/ir/core.ts";
import { dominatorTree, successorsOf } from "../../src/ir/dominance.ts";
import { unknownLocation } from "../../src/ir/location.ts";
import { holds } from "./testing.ts";

/** A region whose block `i` goes to the blocks that `edges[i]` lists. */
function regionOf(edges: readonly (readonly number[])[]): Region {
  const blocks = edges.map(() => new Block());
  edges.forEach((targets, index) => {
    const successors = targets.map((target) => blocks[target % blocks.length]!);
    blocks[index]!.append(new Operation({ name: "test.branch", successors, location: unknownLocation }));
  });
  return new Region(blocks);
}

/** Blocks that can be reached from the first one without stepping on `avoided`. */
function reached(region: Region, avoided: Block | undefined): ReadonlySet<Block> {
  const seen = new Set<Block>();
  const open = region.blocks.slice(0, 1);
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    if (block === avoided || seen.has(block)) continue;
    seen.add(block);
    open.push(...successorsOf(block));
  }
  return seen;
}

function dominatedBy(region: Region, block: Block): ReadonlySet<Block> {
  const { childrenOf } = dominatorTree(region);
  const found = new Set<Block>();
  const open = [block];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    found.add(top);
    open.push(...childrenOf(top));
  }
  return found;
}

describe("dominators", () => {
  it("are the blocks that cannot be avoided", () => {
    holds(fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 }), (edges) => {
      const region = regionOf(edges);
      const all = reached(region, undefined);
      expect(new Set(dominatorTree(region).unreachable)).toEqual(new Set(region.blocks.filter((b) => !all.has(b))));
      for (const block of all) {
        const without = reached(region, block);
        expect(dominatedBy(region, block)).toEqual(new Set([...all].filter((other) => !without.has(other))));
      }
    });
  });

  it("of a long chain need no deep stack", () => {
    const length = 50_000;
    const region = regionOf(Array.from({ length }, (_unused, index) => (index + 1 < length ? [index + 1] : [])));
    expect(dominatedBy(region, region.blocks[0]!).size).toBe(length);
  });
});
