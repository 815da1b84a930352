import { describe, expect, it } from "vitest";
import { locationNames } from "../../src/ir/location.ts";
import { add, sub } from "../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../src/ir/ops/elementwise-unary.ts";
import { reduceSum } from "../../src/ir/ops/reduction.ts";
import { transpose } from "../../src/ir/ops/shape.ts";
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
