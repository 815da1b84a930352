import { describe, expect, it } from "vitest";
import { integerAttribute } from "../../../src/ir/attributes.ts";
import type { Operation } from "../../../src/ir/core.ts";
import { nameLocation } from "../../../src/ir/location.ts";
import { functionBody, mainFunction } from "../../../src/ir/ops/builtin.ts";
import { add, mul } from "../../../src/ir/ops/elementwise-binary.ts";
import { relu, sigmoid } from "../../../src/ir/ops/elementwise-unary.ts";
import { broadcastTo } from "../../../src/ir/ops/shape.ts";
import { Rewriter } from "../../../src/ir/rewrite/rewriter.ts";
import { verifyOperation } from "../../../src/ir/verify.ts";
import { one, program, runTimeOps, two } from "../../support/pass-harness.ts";

/** relu, sigmoid, mul of both, on one input; its operations in order. */
function sample(): { readonly module: Operation; readonly ops: readonly Operation[] } {
  const module = program([[2, 3]], (b, x) => two(b, mul, one(b, relu, x), one(b, sigmoid, x)));
  return { module, ops: [...functionBody(mainFunction(module)).operations()] };
}

const at = nameLocation("new");

describe("Rewriter", () => {
  it("replaces an operation by a new one, with what only it read, and counts", () => {
    const { module, ops } = sample();
    const [first, , product] = ops as [Operation, Operation, Operation];
    const erased: string[] = [];
    const inserted: string[] = [];
    const rw = new Rewriter({ inserted: (op) => inserted.push(op.name), erased: (op) => erased.push(op.name) });
    rw.replace(product, add.build({ lhs: first.result, rhs: first.result }, {}, at));
    expect(runTimeOps(module)).toEqual(["relu", "add"]);
    expect(verifyOperation(module)).toEqual([]);
    expect([inserted, erased]).toEqual([["nn.add"], ["nn.mul", "nn.sigmoid"]]);
    // Insertion, the return's operand, two removals.
    expect(rw.changes).toBe(4);
  });

  it("replaces an operation by values and keeps what others read", () => {
    const { module, ops } = sample();
    const [first, , product] = ops as [Operation, Operation, Operation];
    new Rewriter().replace(product, [first.result]);
    expect(runTimeOps(module)).toEqual(["relu"]);
  });

  it("sets and removes attributes, moves operations, and tells the listener", () => {
    const { module, ops } = sample();
    const [first, second] = ops as [Operation, Operation];
    const changed: string[] = [];
    const rw = new Rewriter({ changed: (op) => changed.push(op.name) });
    rw.setAttribute(first, "mark", integerAttribute(1));
    rw.setAttribute(first, "mark", undefined);
    rw.moveBefore(first, second);
    expect(runTimeOps(module)).toEqual(["sigmoid", "relu", "mul"]);
    expect(changed).toEqual(["nn.relu", "nn.relu", "nn.sigmoid"]);
    expect(first.attributes.size).toBe(0);
  });

  it("refuses what would break the IR, as our own mistake", () => {
    const { ops } = sample();
    const [first, , product] = ops as [Operation, Operation, Operation];
    const rw = new Rewriter();
    const wider = broadcastTo.build({ input: first.result }, { shape: [4, 2, 3] }, at);
    expect(() => rw.replace(product, wider)).toThrow(
      "bug: nn.mul gives (tensor<2x3xf32>) but is replaced by (tensor<4x2x3xf32>)",
    );
    expect(() => rw.erase(first)).toThrow("bug: nn.relu is erased but still read");
    expect(() => rw.replace(relu.build({ input: first.result }, {}, at), [])).toThrow(
      "bug: nn.relu is replaced but stands in no block",
    );
  });
});
