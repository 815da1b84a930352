import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { Block, Operation, Region } from "../../src/ir/core.ts";
import { locationNames, nameLocation } from "../../src/ir/location.ts";
import { add, sub } from "../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../src/ir/ops/elementwise-unary.ts";
import { reduceSum } from "../../src/ir/ops/reduction.ts";
import { transpose } from "../../src/ir/ops/shape.ts";
import { Rewriter } from "../../src/ir/rewrite/rewriter.ts";
import { tensorType } from "../../src/ir/types.ts";
import { cse } from "../../src/passes/cse.ts";
import { one, only, program, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

const run = (module: ReturnType<typeof program>) => runAndCompare(module, [cse.with({})]);

describe("cse", () => {
  it("computes equal expressions once, with the constants in them, and names both nodes", () => {
    const { module, records } = run(
      program([[2, 3]], (b, x) => [
        two(b, add, one(b, relu, x), b.number(2)),
        two(b, add, one(b, relu, x), b.number(2)),
      ]),
    );
    expect(runTimeOps(module)).toEqual(["relu", "add"]);
    expect(records[0]?.counters).toEqual({ merged: 3 });
    expect(locationNames(only(module, relu).op.location)).toEqual(["node1", "node4"]);
  });

  it("exchanges the operands of commutative ops only", () => {
    const { module } = run(
      program([[2], [2]], (b, x, y) => [two(b, add, x, y), two(b, add, y, x), two(b, sub, x, y), two(b, sub, y, x)]),
    );
    expect(runTimeOps(module)).toEqual(["add", "sub", "sub"]);
  });

  it("keeps what differs in an attribute, in a number, in a type, or in the weight it reads", () => {
    const { module, records } = run(
      program([[2, 2]], (b, x) => [
        b.op((at) => transpose.build({ input: x }, { permutation: [1, 0] }, at)),
        b.op((at) => transpose.build({ input: x }, { permutation: [0, 1] }, at)),
        b.op((at) => reduceSum.build({ input: x }, { axes: [0] }, at)),
        b.op((at) => reduceSum.build({ input: x }, { axes: [0], keepdims: false }, at)),
        two(b, add, x, b.number(1)),
        two(b, add, x, b.number(2)),
        two(b, add, x, b.tensor([1], [1])),
        two(b, add, x, b.weight(2)),
        two(b, add, x, b.weight(2)),
      ]),
    );
    expect(runTimeOps(module)).toHaveLength(9);
    expect(records[0]?.counters).toEqual({ merged: 0 });
  });
});

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
