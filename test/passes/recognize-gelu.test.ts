import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { locationNames } from "../../src/ir/location.ts";
import { add, div, mul } from "../../src/ir/ops/elementwise-binary.ts";
import { erf, gelu } from "../../src/ir/ops/elementwise-unary.ts";
import { recognizeGelu } from "../../src/passes/recognize-gelu.ts";
import type { Builder } from "../support/pass-harness.ts";
import { one, only, program, reasonsOf, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

/** √2 as PyTorch's exporters write it: rounded to f32. */
const root2 = Math.fround(Math.SQRT2);

/** 1 + erf(x / √2), with the parts that exporters write differently. */
function distribution(
  b: Builder,
  x: Value,
  options: { scale?: number; isProduct?: boolean; shift?: number } = {},
): Value {
  const { scale = root2, isProduct = false, shift = 1 } = options;
  const scaled = isProduct ? two(b, mul, x, b.number(1 / scale)) : two(b, div, x, b.number(scale));
  return two(b, add, one(b, erf, scaled), b.number(shift));
}

const run = (build: (b: Builder, x: Value) => Value | readonly Value[]) =>
  runAndCompare(
    program([[2, 9]], (b, x) => build(b, x)),
    [recognizeGelu.with({})],
    { tolerance: 1e-6 },
  );

describe("recognize-gelu", () => {
  it.each<[string, (b: Builder, x: Value) => Value]>([
    ["(x * (1 + erf)) * 0.5", (b, x) => two(b, mul, two(b, mul, x, distribution(b, x)), b.number(0.5))],
    ["x * (0.5 * (1 + erf))", (b, x) => two(b, mul, x, two(b, mul, b.number(0.5), distribution(b, x)))],
    ["(x * 0.5) * (1 + erf)", (b, x) => two(b, mul, two(b, mul, x, b.number(0.5)), distribution(b, x))],
    ["(1 + erf) * (0.5 * x)", (b, x) => two(b, mul, distribution(b, x), two(b, mul, b.number(0.5), x))],
    ["(x / 2) * (1 + erf)", (b, x) => two(b, mul, two(b, div, x, b.number(2)), distribution(b, x))],
    ["(x * (1 + erf)) / 2", (b, x) => two(b, div, two(b, mul, x, distribution(b, x)), b.number(2))],
    ["erf of a product", (b, x) => two(b, mul, x, two(b, mul, b.number(0.5), distribution(b, x, { isProduct: true })))],
    [
      "1 on the left",
      (b, x) => {
        const error = one(b, erf, two(b, div, x, b.number(root2)));
        return two(b, mul, two(b, mul, x, two(b, add, b.number(1), error)), b.number(0.5));
      },
    ],
  ])("recognises %s", (_name, build) => {
    expect(runTimeOps(run(build).module)).toEqual(["gelu"]);
  });

  it("names every node that it stands for, producers first", () => {
    const { module } = run((b, x) => two(b, mul, two(b, mul, x, distribution(b, x)), b.number(0.5)));
    expect(locationNames(only(module, gelu).op.location)).toEqual(["node2", "node3", "node5", "node6", "node8"]);
  });

  it("leaves a later scale alone", () => {
    const { module } = run((b, x) =>
      two(b, mul, two(b, mul, x, two(b, mul, b.number(0.5), distribution(b, x))), b.number(3)),
    );
    expect(runTimeOps(module)).toEqual(["gelu", "mul"]);
  });

  it("recognises it where x is itself a product", () => {
    const { module } = run((b, x) => {
      const scaled = two(b, mul, x, b.number(3));
      return two(b, mul, scaled, two(b, mul, b.number(0.5), distribution(b, scaled)));
    });
    expect(runTimeOps(module)).toEqual(["mul", "gelu"]);
  });

  it.each<[string, string, (b: Builder, x: Value) => Value | readonly Value[]]>([
    [
      "erf(x / 1.5)",
      "no factor is 1 + erf(x / sqrt 2) of the other",
      (b, x) => two(b, mul, two(b, mul, x, b.number(0.5)), distribution(b, x, { scale: 1.5 })),
    ],
    [
      "2 + erf",
      "no factor is 1 + erf(x / sqrt 2) of the other",
      (b, x) => two(b, mul, two(b, mul, x, b.number(0.5)), distribution(b, x, { shift: 2 })),
    ],
    [
      "a factor of 0.25",
      "the constant factor is 0.25, not 0.5",
      (b, x) => two(b, mul, two(b, mul, x, b.number(0.25)), distribution(b, x)),
    ],
    [
      "the erf of another tensor",
      "no factor is 1 + erf(x / sqrt 2) of the other",
      (b, x) => two(b, mul, two(b, mul, x, b.number(0.5)), distribution(b, two(b, add, x, x))),
    ],
    [
      "an inner product with other readers",
      "it has 1 factors, not 2",
      (b, x) => {
        const inner = two(b, mul, x, distribution(b, x));
        return [two(b, mul, inner, b.number(0.5)), inner];
      },
    ],
  ])("leaves %s", (_name, reason, build) => {
    const result = run(build);
    expect(runTimeOps(result.module)).not.toContain("gelu");
    expect(reasonsOf(result, "match-gelu")).toContain(reason);
  });
});
