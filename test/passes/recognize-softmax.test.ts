import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { locationNames } from "../../src/ir/location.ts";
import { div, mul, sub } from "../../src/ir/ops/elementwise-binary.ts";
import { exp, reciprocal } from "../../src/ir/ops/elementwise-unary.ts";
import { softmax } from "../../src/ir/ops/normalisation.ts";
import { reduceMax, reduceSum } from "../../src/ir/ops/reduction.ts";
import { reshape } from "../../src/ir/ops/shape.ts";
import { recognizeSoftmax } from "../../src/passes/recognize-softmax.ts";
import type { Builder } from "../support/pass-harness.ts";
import { one, only, program, reasonsOf, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

const run = (build: (b: Builder, x: Value) => Value | readonly Value[]) =>
  runAndCompare(
    program([[2, 3, 5]], (b, x) => build(b, x)),
    [recognizeSoftmax.with({})],
    { tolerance: 1e-6 },
  );

const reduce = (b: Builder, kind: typeof reduceSum, input: Value, axes: readonly number[]): Value =>
  b.op((at) => kind.build({ input }, { axes }, at));

const shifted = (b: Builder, x: Value, axis: number): Value => two(b, sub, x, reduce(b, reduceMax, x, [axis]));

describe("recognize-softmax", () => {
  it("recognises exp(x - max) / sum, and names every node", () => {
    const { module } = run((b, x) => {
      const e = one(b, exp, shifted(b, x, 1));
      return two(b, div, e, reduce(b, reduceSum, e, [1]));
    });
    expect(runTimeOps(module)).toEqual(["softmax"]);
    expect(only(module, softmax).attrs.axis).toBe(1);
    expect(locationNames(only(module, softmax).op.location)).toEqual(["node1", "node2", "node3", "node4", "node5"]);
  });

  it("recognises it without the maximum, with a reciprocal, and with dimensions put back by a reshape", () => {
    const { module } = run((b, x) => {
      const e = one(b, exp, x);
      const sum = b.op((at) => reduceSum.build({ input: e }, { axes: [2], keepdims: false }, at));
      const kept = b.op((at) => reshape.build({ input: sum }, { shape: [2, 3, 1] }, at));
      return two(b, mul, one(b, reciprocal, kept), e);
    });
    expect(runTimeOps(module)).toEqual(["softmax"]);
    expect(only(module, softmax).attrs.axis).toBe(2);
  });

  it("keeps a subtraction of the maximum over another dimension", () => {
    const { module } = run((b, x) => {
      const e = one(b, exp, shifted(b, x, 0));
      return two(b, div, e, reduce(b, reduceSum, e, [1]));
    });
    expect(runTimeOps(module)).toEqual(["reduce_max", "sub", "softmax"]);
  });

  it("leaves a sum without kept dimensions, which broadcasts along another one", () => {
    const square = program([[3, 3]], (b, x) => {
      const e = one(b, exp, x);
      return two(
        b,
        div,
        e,
        b.op((at) => reduceSum.build({ input: e }, { axes: [1], keepdims: false }, at)),
      );
    });
    const result = runAndCompare(square, [recognizeSoftmax.with({})]);
    expect(reasonsOf(result, "match-softmax")).toEqual(["the denominator is not the sum of the numerator"]);
  });

  it.each<[string, string, (b: Builder, x: Value) => Value | readonly Value[]]>([
    [
      "a sum over two dimensions",
      "the sum is over 2 dimensions, not 1",
      (b, x) => {
        const e = one(b, exp, x);
        return two(b, div, e, reduce(b, reduceSum, e, [1, 2]));
      },
    ],
    [
      "a maximum in place of the sum",
      "the denominator is not the sum of the numerator",
      (b, x) => {
        const e = one(b, exp, x);
        return two(b, div, e, reduce(b, reduceMax, e, [1]));
      },
    ],
    [
      "the sum of another tensor",
      "the denominator is not the sum of the numerator",
      (b, x) => two(b, div, one(b, exp, x), reduce(b, reduceSum, one(b, exp, shifted(b, x, 1)), [1])),
    ],
    [
      "exponentials that others read",
      "the exponentials have other readers",
      (b, x) => {
        const e = one(b, exp, x);
        return [two(b, div, e, reduce(b, reduceSum, e, [1])), two(b, sub, e, x)];
      },
    ],
    [
      "a sum that others read",
      "the sum has other readers",
      (b, x) => {
        const e = one(b, exp, x);
        const sum = reduce(b, reduceSum, e, [1]);
        return [two(b, div, e, sum), sum];
      },
    ],
  ])("leaves %s", (_name, reason, build) => {
    const result = run(build);
    expect(runTimeOps(result.module)).not.toContain("softmax");
    expect(reasonsOf(result, "match-softmax")).toContain(reason);
  });
});
