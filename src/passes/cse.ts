/**
 * Common-subexpression elimination: what pure operations compute twice from the same values is computed once. The operation
 * that stays has the locations of both.
 */
import type { Block, Operation, Region } from "../ir/core.ts";
import { dominatorTree } from "../ir/dominance.ts";
import { fusedLocation } from "../ir/location.ts";
import { hasTrait } from "../ir/ops/registry.ts";
import { OperationSet } from "../ir/rewrite/equality.ts";
import type { Rewriter } from "../ir/rewrite/rewriter.ts";
import { definePass } from "./manager/pass.ts";

/** See the file's comment. */
export const cse = definePass({
  name: "cse",
  summary: "Compute only once what pure operations compute twice from the same values.",
  runsOn: "func.func",
  options: {},
  run: (fn, _options, { rewriter }) => ({ counters: { merged: mergeInside(fn, new OperationSet(), rewriter) } }),
});

/** Number of operations inside of `op` that were merged into one that must have run before. `known`: those seen so far. */
function mergeInside(op: Operation, known: OperationSet, rewriter: Rewriter): number {
  // What an isolated operation holds reads nothing from outside, also not what is the same there.
  const isIsolated = hasTrait(op, "isolated");
  return op.regions.reduce((merged, region) => {
    const visible = isIsolated ? new OperationSet() : known;
    return merged + mergeInRegion(region, { known: visible, isForgotten: isIsolated }, rewriter);
  }, 0);
}

/** What was seen before a region; forgotten as a whole behind it, so that nothing need be taken out again. */
interface Scope {
  readonly known: OperationSet;
  readonly isForgotten: boolean;
}

/** Walks the dominator tree: what a block computes is known in the blocks that it dominates and forgotten behind them. */
function mergeInRegion(region: Region, { known, isForgotten }: Scope, rewriter: Rewriter): number {
  const [entry] = region.blocks;
  if (entry === undefined) return 0;
  const { childrenOf } = dominatorTree(region);
  const stack: (Block | readonly Operation[])[] = [entry];
  let merged = 0;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (!("operations" in top)) {
      for (const op of top) known.remove(op);
      continue;
    }
    const added: Operation[] = [];
    if (!isForgotten || top !== entry) stack.push(added);
    stack.push(...[...childrenOf(top)].reverse());
    for (const op of top.operations()) {
      if (op.regions.length > 0) merged += mergeInside(op, known, rewriter);
      else if (hasTrait(op, "pure")) merged += mergeOrAdd(op, { known, added, rewriter });
    }
  }
  return merged;
}

function mergeOrAdd(
  op: Operation,
  {
    known,
    added,
    rewriter,
  }: { readonly known: OperationSet; readonly added: Operation[]; readonly rewriter: Rewriter },
): number {
  const earlier = known.findOrAdd(op);
  if (earlier === undefined) {
    added.push(op);
    return 0;
  }
  // Constants are merged by the dozen; their readers say where they come from.
  if (!hasTrait(op, "constant")) rewriter.setLocation(earlier, fusedLocation([earlier.location, op.location]));
  rewriter.replace(op, earlier.results);
  return 1;
}
