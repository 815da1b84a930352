import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { locationNames } from "../../src/ir/location.ts";
import { add, div, mul, pow, sub } from "../../src/ir/ops/elementwise-binary.ts";
import { reciprocal, rsqrt, sqrt } from "../../src/ir/ops/elementwise-unary.ts";
import { layerNorm } from "../../src/ir/ops/normalisation.ts";
import { reduceMean } from "../../src/ir/ops/reduction.ts";
import { reshape } from "../../src/ir/ops/shape.ts";
import { recognizeLayerNorm } from "../../src/passes/recognize-layer-norm.ts";
import type { Builder } from "../support/pass-harness.ts";
import { one, only, program, reasonsOf, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

const run = (build: (b: Builder, x: Value) => Value | readonly Value[]) =>
  runAndCompare(
    program([[2, 3, 4]], (b, x) => build(b, x)),
    [recognizeLayerNorm.with({})],
    { tolerance: 1e-5 },
  );

const mean = (b: Builder, input: Value, axes: readonly number[]): Value =>
  b.op((at) => reduceMean.build({ input }, { axes }, at));
const centre = (b: Builder, x: Value, axes: readonly number[]): Value => two(b, sub, x, mean(b, x, axes));
const square = (b: Builder, x: Value): Value => two(b, pow, x, b.number(2));

/** (x - mean) / sqrt(mean((x - mean)²) + 0.001) as PyTorch's exporter writes it. */
function standard(b: Builder, x: Value, axes: readonly number[] = [2]): Value {
  const centred = centre(b, x, axes);
  const variance = two(b, add, mean(b, square(b, centred), axes), b.number(0.001));
  return two(b, div, centred, one(b, sqrt, variance));
}

describe("recognize-layer-norm", () => {
  it("recognises PyTorch's nine ops with scale and bias, and names each", () => {
    const { module } = run((b, x) => two(b, add, two(b, mul, standard(b, x), b.weight(4)), b.weight(4)));
    expect(runTimeOps(module)).toEqual(["layer_norm"]);
    const norm = only(module, layerNorm);
    expect(norm.attrs).toEqual({ axis: 2, epsilon: Math.fround(0.001) });
    expect(norm.operands.bias).toBeDefined();
    expect(locationNames(norm.op.location)).toHaveLength(9);
  });

  it("recognises the plain normalisation, over two dimensions, and gives it a scale of 1", () => {
    const { module } = run((b, x) => standard(b, x, [1, 2]));
    expect(runTimeOps(module)).toEqual(["layer_norm"]);
    expect(only(module, layerNorm).attrs.axis).toBe(1);
  });

  it.each<[string, (b: Builder, centred: Value, variance: Value) => Value]>([
    ["rsqrt", (b, centred, variance) => two(b, mul, one(b, rsqrt, variance), centred)],
    ["reciprocal of sqrt", (b, centred, variance) => two(b, mul, centred, one(b, reciprocal, one(b, sqrt, variance)))],
    ["1 / sqrt", (b, centred, variance) => two(b, mul, centred, two(b, div, b.number(1), one(b, sqrt, variance)))],
  ])("recognises %s and a square written as a product", (_name, finish) => {
    const { module } = run((b, x) => {
      const centred = centre(b, x, [2]);
      return finish(b, centred, two(b, add, b.number(0.5), mean(b, two(b, mul, centred, centred), [2])));
    });
    expect(runTimeOps(module)).toEqual(["layer_norm"]);
  });

  it("looks through reshapes that put reduced dimensions back", () => {
    const { module } = run((b, x) => {
      const flat = (input: Value): Value => {
        const dropped = b.op((at) => reduceMean.build({ input }, { axes: [2], keepdims: false }, at));
        return b.op((at) => reshape.build({ input: dropped }, { shape: [2, 3, 1] }, at));
      };
      const centred = two(b, sub, x, flat(x));
      return two(b, div, centred, one(b, sqrt, two(b, add, flat(square(b, centred)), b.number(1))));
    });
    expect(runTimeOps(module)).toEqual(["layer_norm"]);
  });

  it("drops leading dimensions of extent 1 from scale and bias", () => {
    const { module } = run((b, x) => two(b, add, b.weight(1, 4), two(b, mul, b.weight(1, 1, 4), standard(b, x))));
    expect(runTimeOps(module)).toEqual(["layer_norm"]);
  });

  it("keeps a scale for each row, a residual, and a second scale outside", () => {
    const { module } = run((b, x) => {
      const once = two(b, mul, standard(b, x), b.weight(3, 1));
      return two(b, add, once, x);
    });
    expect(runTimeOps(module)).toEqual(["layer_norm", "mul", "add"]);
    const twice = run((b, x) => two(b, mul, two(b, mul, standard(b, x), b.weight(4)), b.weight(4)));
    expect(runTimeOps(twice.module)).toEqual(["layer_norm", "mul"]);
    expect(reasonsOf(twice, "fold-scale-into-layer-norm")).toContain("the normalisation has a scale or bias already");
  });

  it.each<[string, string, (b: Builder, x: Value) => Value | readonly Value[]]>([
    ["inner dimensions", "dimensions 1 are not the last ones", (b, x) => standard(b, x, [1])],
    [
      "means over different dimensions",
      "the numerator is not x less its mean over the same dimensions",
      (b, x) => {
        const centred = centre(b, x, [1]);
        return two(b, div, centred, one(b, sqrt, two(b, add, mean(b, square(b, centred), [2]), b.number(1))));
      },
    ],
    [
      "a cube",
      "the divisor is not the deviation of the numerator",
      (b, x) => {
        const centred = centre(b, x, [2]);
        const cube = two(b, pow, centred, b.number(3));
        return two(b, div, centred, one(b, sqrt, two(b, add, mean(b, cube, [2]), b.number(1000))));
      },
    ],
    [
      "the deviation of another tensor",
      "the divisor is not the deviation of the numerator",
      (b, x) => two(b, div, x, one(b, sqrt, two(b, add, mean(b, square(b, centre(b, x, [2])), [2]), b.number(1)))),
    ],
    [
      "centred rows that others read",
      "the centred rows have other readers",
      (b, x) => {
        const centred = centre(b, x, [2]);
        const variance = two(b, add, mean(b, square(b, centred), [2]), b.number(1));
        return [two(b, div, centred, one(b, sqrt, variance)), two(b, add, centred, x)];
      },
    ],
  ])("leaves %s", (_name, reason, build) => {
    const result = run(build);
    expect(runTimeOps(result.module)).not.toContain("layer_norm");
    expect(reasonsOf(result, "match-layer-norm")).toContain(reason);
  });
});
