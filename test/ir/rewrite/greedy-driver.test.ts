import { describe, expect, it } from "vitest";
import { integerAttribute } from "../../../src/ir/attributes.ts";
import { add, max, min, sub } from "../../../src/ir/ops/elementwise-binary.ts";
import { abs, neg, relu } from "../../../src/ir/ops/elementwise-unary.ts";
import { concat, reshape, slice, transpose } from "../../../src/ir/ops/shape.ts";
import type { Refusal } from "../../../src/ir/rewrite/pattern.ts";
import { applyPatterns } from "../../../src/ir/rewrite/greedy-driver.ts";
import { definingOp, noMatch, pattern } from "../../../src/ir/rewrite/pattern.ts";
import { one, program, runTimeOps, two } from "../../support/pass-harness.ts";

const dropDoubleNeg = pattern({
  name: "drop-double-neg",
  root: neg,
  rewrite({ op, operands }, rw) {
    const inner = definingOp(operands.input, neg);
    if (inner === undefined) return noMatch("input is not a neg");
    rw.replace(op, [inner.operands.input]);
    return undefined;
  },
});

const absToRelu = pattern({
  name: "abs-to-relu",
  root: abs,
  rewrite({ op, operands }, rw) {
    rw.replace(op, relu.build(operands, {}, op.location));
    return undefined;
  },
});

const reluToAbs = pattern({
  name: "relu-to-abs",
  root: relu,
  rewrite({ op, operands }, rw) {
    rw.replace(op, abs.build(operands, {}, op.location));
    return undefined;
  },
});

describe("applyPatterns", () => {
  it("applies until nothing matches, and counts by pattern", () => {
    const module = program([[2]], (b, x) => one(b, neg, one(b, neg, one(b, neg, one(b, neg, one(b, abs, x))))));
    expect(applyPatterns(module, [dropDoubleNeg, absToRelu])).toEqual({ "drop-double-neg": 2, "abs-to-relu": 1 });
    expect(runTimeOps(module)).toEqual(["relu"]);
  });

  it("looks again at readers far away from a change", () => {
    // Matches only when both readers of the sum's left operand are gone.
    const oneReader = pattern({
      name: "sub-of-one-reader",
      root: sub,
      rewrite({ op, operands }, rw) {
        if (!operands.rhs.hasOneUse) return noMatch("rhs has other readers");
        rw.replace(op, add.build(operands, {}, op.location));
        return undefined;
      },
    });
    const module = program([[2], [2]], (b, x, y) => {
      const shared = one(b, abs, y);
      return [
        two(b, sub, x, shared),
        one(b, neg, one(b, neg, x)),
        two(b, add, x, x),
        one(b, neg, one(b, neg, two(b, sub, x, x))),
      ];
    });
    expect(applyPatterns(module, [oneReader, dropDoubleNeg])).toEqual({ "sub-of-one-reader": 1, "drop-double-neg": 2 });
  });

  it("looks again at operations that look far up", () => {
    // Looks at the readers of what is two operations above it.
    const lonelyAbs = pattern({
      name: "lonely-abs",
      root: sub,
      rewrite({ op, operands }, rw) {
        const source = definingOp(operands.lhs, relu)?.operands.input;
        if (source?.hasOneUse !== true) return noMatch("what is above lhs has other readers");
        rw.replace(op, add.build(operands, {}, op.location));
        return undefined;
      },
    });
    const module = program([[2], [2]], (b, x, y) => {
      const top = one(b, abs, x);
      const bottom = two(b, sub, one(b, relu, top), y);
      return [bottom, two(b, add, one(b, neg, one(b, neg, y)), two(b, max, two(b, min, top, top), y))];
    });
    const dropMax = pattern({
      name: "drop-max",
      root: max,
      rewrite({ op, operands }, rw) {
        rw.replace(op, [operands.rhs]);
        return undefined;
      },
    });
    expect(applyPatterns(module, [lonelyAbs, dropMax])).toEqual({ "drop-max": 1, "lonely-abs": 1 });
  });

  it("tells why a pattern refused", () => {
    const refusals: Refusal[] = [];
    const module = program([[2]], (b, x) => one(b, neg, x));
    applyPatterns(module, [dropDoubleNeg, absToRelu], {
      observer: { refused: (refusal) => refusals.push(refusal) },
    });
    expect(refusals.map(({ pattern: name, op, reason }) => [name, op.name, reason])).toEqual([
      ["drop-double-neg", "nn.neg", "input is not a neg"],
    ]);
  });

  it("throws when patterns undo each other, and names them with the operations that go round in circles", () => {
    const module = program([[2]], (b, x) => one(b, abs, one(b, neg, x)));
    // Two operations are looked at: 10 rewrites for each and 100 besides are allowed.
    expect(() => applyPatterns(module, [absToRelu, reluToAbs, dropDoubleNeg])).toThrow(
      `bug: patterns do not converge after 121 rewrites (abs-to-relu: 61, relu-to-abs: 60)
  relu-to-abs on nn.relu at node "node2" in test.onnx (node 2) (16 of the last 32)
  abs-to-relu on nn.abs at node "node2" in test.onnx (node 2) (16 of the last 32)`,
    );
  });

  it("throws when something still changes after as many iterations as it may take", () => {
    // Each iteration sees the number that the one before wrote, from an operation that is not looked at again by itself.
    const counts = pattern({
      name: "count-up",
      root: neg,
      rewrite({ op }, rw) {
        const other = op.previous;
        if (other === undefined) return noMatch("it is the first");
        const mark = other.attributes.get("test.mark");
        const next = (mark?.kind === "integer" ? Number(mark.value) : 0) + 1;
        if (next > 3) return noMatch("enough");
        rw.setAttribute(other, "test.mark", integerAttribute(next));
        return undefined;
      },
    });
    const sample = () => program([[2], [2]], (b, x, y) => [one(b, abs, x), one(b, neg, y)]);
    expect(applyPatterns(sample(), [counts], { maxIterations: 3 })).toEqual({ "count-up": 3 });
    expect(() => applyPatterns(sample(), [counts], { maxIterations: 2 })).toThrow(
      /^bug: patterns do not converge after 2 iterations \(count-up: 3\)\n {2}count-up on nn\.neg at node "node2"/,
    );
  });

  it("folds where the op's record says so, before any pattern, and only when asked", () => {
    const folds = () =>
      program([[2, 3]], (b, x) => {
        const same = b.op((at) => reshape.build({ input: x }, { shape: [2, 3] }, at));
        const turned = b.op((at) => transpose.build({ input: same }, { permutation: [0, 1] }, at));
        const cut = b.op((at) => slice.build({ input: turned }, { starts: [0, 1], sizes: [2, 2], steps: [1, 1] }, at));
        return b.op((at) => concat.build({ inputs: [cut] }, { axis: 0 }, at));
      });
    const folded = folds();
    expect(applyPatterns(folded, [], { isFolding: true })).toEqual({ fold: 3 });
    expect(runTimeOps(folded)).toEqual(["slice"]);
    const kept = folds();
    expect(applyPatterns(kept, [])).toEqual({});
    expect(runTimeOps(kept)).toEqual(["reshape", "transpose", "slice", "concat"]);
  });

  it("throws when a pattern changes and refuses, or changes nothing", () => {
    const changesAndRefuses = pattern({
      name: "half",
      root: neg,
      rewrite({ op }, rw) {
        rw.setAttribute(op, "mark", integerAttribute(1));
        return noMatch("too late");
      },
    });
    const idle = pattern({ name: "idle", root: neg, rewrite: () => undefined });
    const module = program([[2]], (b, x) => one(b, neg, x));
    expect(() => applyPatterns(module, [changesAndRefuses])).toThrow(
      "bug: half changed nn.neg and then refused: too late",
    );
    expect(() => applyPatterns(module, [idle])).toThrow("bug: idle says that it rewrote nn.neg but changed nothing");
  });
});
