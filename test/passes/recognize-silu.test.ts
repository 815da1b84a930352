import { describe, expect, it } from "vitest";
import { mul } from "../../src/ir/ops/elementwise-binary.ts";
import { sigmoid, silu } from "../../src/ir/ops/elementwise-unary.ts";
import { locationNames } from "../../src/ir/location.ts";
import { recognizeSilu } from "../../src/passes/recognize-silu.ts";
import { one, only, program, reasonsOf, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

const run = (module: ReturnType<typeof program>) =>
  runAndCompare(module, [recognizeSilu.with({})], { tolerance: 1e-6 });

describe("recognize-silu", () => {
  it("recognises x * sigmoid(x), and names both nodes", () => {
    const { module, records } = run(program([[2, 3]], (b, x) => two(b, mul, x, one(b, sigmoid, x))));
    expect(runTimeOps(module)).toEqual(["silu"]);
    expect(records[0]?.counters).toEqual({ "match-silu": 1 });
    expect(locationNames(only(module, silu).op.location)).toEqual(["node1", "node2"]);
  });

  it("recognises sigmoid(x) * x", () => {
    const { module } = run(program([[2, 3]], (b, x) => two(b, mul, one(b, sigmoid, x), x)));
    expect(runTimeOps(module)).toEqual(["silu"]);
  });

  it("recognises sigmoid(x) * x where x is itself a sigmoid", () => {
    const { module } = run(
      program([[2, 3]], (b, x) => {
        const inner = one(b, sigmoid, x);
        return two(b, mul, inner, one(b, sigmoid, inner));
      }),
    );
    expect(runTimeOps(module)).toEqual(["sigmoid", "silu"]);
  });

  it("leaves a squeeze-and-excite gate: the sigmoid is that of another tensor", () => {
    const result = run(
      program(
        [
          [1, 3, 2, 2],
          [1, 3, 1, 1],
        ],
        (b, x, gate) => two(b, mul, x, one(b, sigmoid, gate)),
      ),
    );
    expect(runTimeOps(result.module)).toEqual(["sigmoid", "mul"]);
    expect(reasonsOf(result, "match-silu")).toEqual(["no factor is the sigmoid of the other"]);
  });

  it("refuses where the sigmoid has other readers", () => {
    const result = run(
      program([[2, 3]], (b, x) => {
        const gate = one(b, sigmoid, x);
        return [two(b, mul, x, gate), gate];
      }),
    );
    expect(runTimeOps(result.module)).toEqual(["sigmoid", "mul"]);
    expect(reasonsOf(result, "match-silu")).toEqual(["the sigmoid has other readers"]);
  });
});
