import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { locationNames } from "../../src/ir/location.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import { add, mul } from "../../src/ir/ops/elementwise-binary.ts";
import { relu } from "../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../src/ir/ops/matmul.ts";
import { batchNorm } from "../../src/ir/ops/normalisation.ts";
import { foldBatchNorm } from "../../src/passes/fold-batch-norm.ts";
import type { Builder } from "../support/pass-harness.ts";
import { one, only, program, reasonsOf, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

const run = (module: ReturnType<typeof program>) =>
  runAndCompare(module, [foldBatchNorm.with({})], { tolerance: 1e-5 });

const normalised = (b: Builder, input: Value, channels: number): Value => {
  const [scale, bias, mean, variance] = [
    b.weight(channels),
    b.weight(channels),
    b.weight(channels),
    b.weight(channels),
  ];
  return b.op((at) => batchNorm.build({ input, scale, bias, mean, variance }, { epsilon: 0.125 }, at));
};

const convolved = (b: Builder, input: Value, weight: Value, groups = 1): Value =>
  b.op((at) => conv2d.build({ input, weight }, { strides: [1, 2], pads: [0, 1, 1, 0], groups }, at));

describe("fold-batch-norm", () => {
  it("scales the weights of a convolution, at compile time, and names all nodes", () => {
    const { module, records } = run(
      program([[2, 3, 4, 5]], (b, x) => normalised(b, convolved(b, x, b.weight(6, 3, 2, 3)), 6)),
    );
    expect(runTimeOps(module)).toEqual(["conv2d", "add"]);
    expect(records[0]?.counters).toEqual({ "fold-batch-norm-into-weights": 1 });
    const { op, attrs } = only(module, conv2d);
    expect(attrs).toMatchObject({ strides: [1, 2], pads: [0, 1, 1, 0] });
    expect(locationNames(op.location)).toEqual(["node2", "node7"]);
  });

  it("takes in the convolution's bias, on either side, and groups", () => {
    const { module } = run(
      program([[1, 4, 3, 3]], (b, x) => [
        normalised(b, two(b, add, convolved(b, x, b.weight(4, 1, 2, 2), 4), b.weight(4, 1, 1)), 4),
        normalised(b, two(b, add, b.number(3), convolved(b, x, b.weight(2, 4, 1, 1))), 2),
      ]),
    );
    expect(runTimeOps(module)).toEqual(["conv2d", "add", "conv2d", "add"]);
  });

  it.each([false, true])("scales the columns of a matrix product; transposed: %s", (isTransposed) => {
    const { module } = run(
      program([[5, 3]], (b, x) => {
        const rhs = isTransposed ? b.weight(4, 3) : b.weight(3, 4);
        const product = b.op((at) => matmul.build({ lhs: x, rhs }, { transpose_rhs: isTransposed }, at));
        return normalised(b, two(b, add, product, b.weight(4)), 4);
      }),
    );
    expect(runTimeOps(module)).toEqual(["matmul", "add"]);
    expect(only(module, matmul).attrs.transpose_rhs).toBe(isTransposed);
  });

  it("expands one that follows something else", () => {
    const result = run(program([[2, 3, 4, 5]], (b, x) => normalised(b, one(b, relu, x), 3)));
    expect(runTimeOps(result.module)).toEqual(["relu", "mul", "add"]);
    expect(result.records[0]?.counters).toEqual({ "expand-batch-norm": 1 });
    expect(reasonsOf(result, "fold-batch-norm-into-weights")).toContain(
      "input is not a convolution or a plain matrix product",
    );
  });

  it("expands one of rank 2", () => {
    expect(runTimeOps(run(program([[2, 3]], (b, x) => normalised(b, x, 3))).module)).toEqual(["mul", "add"]);
  });

  it.each<[string, string, (b: Builder, x: Value, y: Value) => Value | readonly Value[]]>([
    [
      "a convolution that others read",
      "the convolution has other readers",
      (b, x) => {
        const conv = convolved(b, x, b.weight(4, 4, 1, 1));
        return [normalised(b, conv, 4), conv];
      },
    ],
    [
      "a biased convolution whose sum others read",
      "the convolution has other readers",
      (b, x) => {
        const sum = two(b, add, convolved(b, x, b.weight(4, 4, 1, 1)), b.weight(4, 1, 1));
        return [normalised(b, sum, 4), sum];
      },
    ],
    [
      "weights that are computed at run time",
      "the weight is computed at run time",
      (b, x, y) => normalised(b, convolved(b, x, y), 4),
    ],
    [
      "a bias for each column",
      "input is not a convolution or a plain matrix product",
      (b, x) => normalised(b, two(b, add, convolved(b, x, b.weight(4, 4, 1, 1)), b.weight(2)), 4),
    ],
    [
      "a matrix product with batch dimensions, whose channels are rows",
      "input is not a convolution or a plain matrix product",
      (b, x) => {
        const rhs = b.weight(3, 4);
        return normalised(
          b,
          b.op((at) => matmul.build({ lhs: x, rhs }, {}, at)),
          4,
        );
      },
    ],
  ])("expands behind %s", (_name, reason, build) => {
    const result = run(
      program(
        [
          [1, 4, 3, 3],
          [4, 4, 1, 1],
        ],
        (b, x, y) => build(b, x, y),
      ),
    );
    expect(runTimeOps(result.module).slice(-2)).toEqual(["mul", "add"]);
    expect(reasonsOf(result, "fold-batch-norm-into-weights")).toContain(reason);
  });

  it("leaves one whose statistics are computed at run time", () => {
    const result = run(
      program([[1, 2, 3, 3], [2]], (b, x, bias) => {
        const [scale, mean, variance] = [b.weight(2), b.weight(2), b.weight(2)];
        return b.op((at) => batchNorm.build({ input: x, scale, bias, mean, variance }, { epsilon: 1 }, at));
      }),
    );
    expect(runTimeOps(result.module)).toEqual(["batch_norm"]);
    expect(reasonsOf(result, "expand-batch-norm")).toEqual(["its statistics are computed at run time"]);
  });

  it("folds two in a row", () => {
    const { module } = run(
      program([[1, 2, 3, 3]], (b, x) => normalised(b, normalised(b, convolved(b, x, b.weight(3, 2, 1, 1)), 3), 3)),
    );
    expect(runTimeOps(module)).toEqual(["conv2d", "add"]);
    expect(only(module, conv2d).operands.weight.definingOp?.name).toBe(mul.name);
  });
});
