/** Common subexpressions over several blocks, which functions of the text form do not have; the rest is in cse.mlir. */
import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { Block, Operation, Region } from "../../src/ir/core.ts";
import { nameLocation } from "../../src/ir/location.ts";
import { add } from "../../src/ir/ops/elementwise-binary.ts";
import { Rewriter } from "../../src/ir/rewrite/rewriter.ts";
import { tensorType } from "../../src/ir/types.ts";
import { cse } from "../../src/passes/cse.ts";

describe("cse over blocks and regions", () => {
  const type = tensorType([2], "f32");
  const at = nameLocation("here");
  const sum = (lhs: Value, rhs: Value): Operation => add.build({ lhs, rhs }, {}, at);
  const branch = (successors: readonly Block[], operands: readonly Value[] = []): Operation =>
    new Operation({ name: "test.branch", operands, successors, location: at });

  /** A private function that is not in a module: the pass runs on it alone, and does not verify. */
  function functionOf(blocks: readonly Block[]): Operation {
    return new Operation({ name: "func.func", regions: [new Region(blocks)], location: at });
  }

  function merged(fn: Operation): number | undefined {
    return cse.with({}).run(fn, { rewriter: new Rewriter() }).counters["merged"];
  }

  it("merges into a dominating block, not into a sibling", () => {
    // entry -> left, right -> join
    const entry = new Block([type, type]);
    const [left, right, join] = [new Block(), new Block(), new Block()];
    const [x, y] = entry.args as [Value, Value];
    const inBlocks = (values: readonly [Value, Value]): readonly Operation[] =>
      [entry, left, right, join].map((block, index) => {
        // The entry and the join compute x + y, the branches x + x.
        const op = index === 0 || index === 3 ? sum(...values) : sum(x, x);
        block.append(op);
        return op;
      });
    const [first, , , last] = inBlocks([x, y]) as [Operation, Operation, Operation, Operation];
    const end = branch([], [last.result]);
    entry.append(branch([left, right]));
    left.append(branch([join]));
    right.append(branch([join]));
    join.append(end);
    expect(merged(functionOf([entry, left, right, join]))).toBe(1);
    expect(end.operands).toEqual([first.result]);
    expect([left, right].map((block) => [...block.operations()].length)).toEqual([2, 2]);
  });

  it("merges what a nested region computes again, but forgets it behind the region", () => {
    const entry = new Block([type, type]);
    const [x, y] = entry.args as [Value, Value];
    const inner = new Block();
    const [outer, again, onlyInside, behind] = [sum(x, y), sum(y, x), sum(x, x), sum(x, x)];
    inner.append(again);
    inner.append(onlyInside);
    const use = branch([], [again.result, onlyInside.result]);
    inner.append(use);
    entry.append(outer);
    entry.append(new Operation({ name: "test.holder", regions: [new Region([inner])], location: at }));
    entry.append(behind);
    expect(merged(functionOf([entry]))).toBe(1);
    expect(use.operands).toEqual([outer.result, onlyInside.result]);
    expect(behind.parent).toBe(entry);
  });
});
