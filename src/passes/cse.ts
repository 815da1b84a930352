/**
 * Common-subexpression elimination: what pure operations compute twice from the same values is computed once. The operation
 * that stays has the locations of both.
 */
import { entriesText } from "../ir/attributes.ts";
import type { Block, Operation, Value } from "../ir/core.ts";
import { fusedLocation } from "../ir/location.ts";
import { hasTrait } from "../ir/ops/registry.ts";
import type { Rewriter } from "../ir/rewrite/rewriter.ts";
import { typeText } from "../ir/types.ts";
import { definePass } from "./manager/pass.ts";

/** See the file's comment. */
export const cse = definePass({
  name: "cse",
  summary: "Compute only once what pure operations compute twice from the same values.",
  runsOn: "func.func",
  options: {},
  run: (fn, _options, { rewriter }) => ({ counters: { merged: mergeEqual(fn, rewriter) } }),
});

/** Number of operations under `op` that were merged into an earlier one of the same block. */
function mergeEqual(op: Operation, rewriter: Rewriter): number {
  const blocks: readonly Block[] = op.regions.flatMap((region) => region.blocks);
  let merged = 0;
  for (const block of blocks) {
    const known = new Map<string, Operation>();
    const numbers = new Map<Value, number>();
    for (const inner of block.operations()) {
      merged += mergeEqual(inner, rewriter);
      if (!hasTrait(inner, "pure") || inner.regions.length > 0) continue;
      const key = keyOf(inner, (value) => numberOf(value, numbers));
      const earlier = known.get(key);
      if (earlier === undefined) {
        known.set(key, inner);
        continue;
      }
      // Constants are merged by the dozen; their readers say where they come from.
      if (!hasTrait(inner, "constant"))
        rewriter.setLocation(earlier, fusedLocation([earlier.location, inner.location]));
      rewriter.replace(inner, earlier.results);
      merged++;
    }
  }
  return merged;
}

function numberOf(value: Value, numbers: Map<Value, number>): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, numbers.size);
  return numbers.size - 1;
}

/** Equal for two operations exactly when they compute the same from the same values. */
function keyOf(op: Operation, numberOfValue: (value: Value) => number): string {
  const operands = op.operands.map(numberOfValue);
  if (hasTrait(op, "commutative")) operands.sort((a, b) => a - b);
  const attributes = [...op.attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  const types = op.results.map((result) => typeText(result.type));
  return `${op.name}(${operands.join()}){${entriesText(attributes)}}${types.join()}`;
}
