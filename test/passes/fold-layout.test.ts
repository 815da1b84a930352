import { describe, expect, it } from "vitest";
import type { Value } from "../../src/ir/core.ts";
import { locationNames } from "../../src/ir/location.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import { add, greater, mul } from "../../src/ir/ops/elementwise-binary.ts";
import { gelu, relu } from "../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../src/ir/ops/matmul.ts";
import { averagePool2d, maxPool2d } from "../../src/ir/ops/pooling.ts";
import { where } from "../../src/ir/ops/selection.ts";
import { pad, transpose } from "../../src/ir/ops/shape.ts";
import { foldLayout } from "../../src/passes/fold-layout.ts";
import type { Builder, InputSpec } from "../support/pass-harness.ts";
import { one, only, program, reasonsOf, runAndCompare, runTimeOps, two } from "../support/pass-harness.ts";

const run = (
  inputs: readonly InputSpec[],
  build: (b: Builder, ...args: readonly Value[]) => Value | readonly Value[],
) => runAndCompare(program(inputs, build), [foldLayout.with({})]);

const permuted = (b: Builder, input: Value, ...permutation: readonly number[]): Value =>
  b.op((at) => transpose.build({ input }, { permutation }, at));
const product = (b: Builder, lhs: Value, rhs: Value, flags = {}): Value =>
  b.op((at) => matmul.build({ lhs, rhs }, flags, at));

describe("fold-layout: matrix products", () => {
  it("reads both operands transposed, and names the transposes", () => {
    const { module } = run(
      [
        [2, 4, 3],
        [2, 5, 4],
      ],
      (b, x, y) => product(b, permuted(b, x, 0, 2, 1), permuted(b, y, 0, 2, 1)),
    );
    expect(runTimeOps(module)).toEqual(["matmul"]);
    expect(only(module, matmul).attrs).toEqual({ transpose_lhs: true, transpose_rhs: true });
    expect(new Set(locationNames(only(module, matmul).op.location))).toEqual(new Set(["node1", "node2", "node3"]));
  });

  it("undoes a flag", () => {
    const { module } = run(
      [
        [3, 4],
        [4, 5],
      ],
      (b, x, y) => product(b, permuted(b, x, 1, 0), y, { transpose_lhs: true }),
    );
    expect(only(module, matmul).attrs.transpose_lhs).toBe(false);
    expect(runTimeOps(module)).toEqual(["matmul"]);
  });

  it("reads a weight transposed, and the transpose of an input that others read", () => {
    const { module } = run([[3, 4]], (b, x) => {
      const turned = permuted(b, x, 1, 0);
      return [product(b, turned, permuted(b, b.weight(5, 3), 1, 0)), turned];
    });
    expect(runTimeOps(module)).toEqual(["transpose", "matmul"]);
    expect(only(module, matmul).attrs).toEqual({ transpose_lhs: true, transpose_rhs: true });
  });

  it("leaves of an attention head's transpose only the move of the heads", () => {
    const { module } = run(
      [
        [2, 5, 3, 4],
        [2, 5, 3, 4],
      ],
      (b, q, k) => product(b, permuted(b, q, 0, 2, 1, 3), permuted(b, k, 0, 2, 3, 1)),
    );
    expect(runTimeOps(module)).toEqual(["transpose", "transpose", "matmul"]);
    const { operands, attrs } = only(module, matmul);
    expect(transpose.match(operands.rhs.definingOp)?.attrs.permutation).toEqual([0, 2, 1, 3]);
    expect(attrs).toEqual({ transpose_lhs: false, transpose_rhs: true });
  });

  it("keeps such a transpose where others read it", () => {
    const result = run(
      [
        [2, 5, 3, 4],
        [2, 5, 3, 4],
      ],
      (b, q, k) => {
        const keys = permuted(b, k, 0, 2, 3, 1);
        return [product(b, permuted(b, q, 0, 2, 1, 3), keys), keys];
      },
    );
    expect(only(result.module, matmul).attrs.transpose_rhs).toBe(false);
    expect(reasonsOf(result, "fold-transpose-into-matmul-rhs")).toContain(
      "the transpose moves a batch dimension and has other readers",
    );
    expect(reasonsOf(result, "fold-transpose-into-matmul-lhs")).toContain(
      "the transpose leaves the last two dimensions in order",
    );
  });

  it("writes the result transposed: (AB)ᵀ = BᵀAᵀ, with flags", () => {
    const { module } = run(
      [
        [2, 4, 3],
        [4, 5],
      ],
      (b, x, y) => permuted(b, product(b, x, y, { transpose_lhs: true }), 0, 2, 1),
    );
    expect(runTimeOps(module)).toEqual(["matmul"]);
    expect(only(module, matmul).attrs).toEqual({ transpose_lhs: true, transpose_rhs: false });
  });

  it("keeps the transpose of a product that others read, and one of a batch dimension", () => {
    const result = run(
      [
        [2, 3, 4],
        [4, 5],
      ],
      (b, x, y) => {
        const shared = product(b, x, y);
        return [permuted(b, shared, 0, 2, 1), shared, permuted(b, product(b, relu_(b, x), y), 1, 0, 2)];
      },
    );
    expect(runTimeOps(result.module).filter((name) => name === "transpose")).toHaveLength(2);
    expect(reasonsOf(result, "fold-transpose-of-matmul")).toEqual(
      expect.arrayContaining(["the product has other readers", "it does not just exchange the last two dimensions"]),
    );
  });
});

const relu_ = (b: Builder, x: Value): Value => one(b, relu, x);

describe("fold-layout: transposes around element-wise operations", () => {
  it("cancels two around a chain, with vectors, numbers and a residual in the same order", () => {
    const { module } = run(
      [
        [2, 3, 4, 5],
        [2, 3, 4, 5],
      ],
      (b, x, y) => {
        const inner = two(b, add, two(b, mul, relu_(b, permuted(b, x, 0, 2, 3, 1)), b.weight(3)), b.number(2));
        return permuted(b, two(b, add, inner, permuted(b, y, 0, 2, 3, 1)), 0, 3, 1, 2);
      },
    );
    expect(runTimeOps(module)).toEqual(["relu", "mul", "add", "add"]);
  });

  it("cancels them around where, whose operands have different types", () => {
    const { module } = run([[2, 3, 4]], (b, x) => {
      const turned = permuted(b, x, 2, 0, 1);
      const condition = two(b, greater, turned, b.weight(2, 3));
      return permuted(
        b,
        b.op((at) => where.build({ condition, on_true: turned, on_false: b.number(-1) }, {}, at)),
        1,
        2,
        0,
      );
    });
    expect(runTimeOps(module)).toEqual(["greater", "where"]);
  });

  it("sinks through a tensor whose move is only a view", () => {
    const { module } = run(
      [
        [2, 3, 4, 5],
        [2, 1, 1, 3],
      ],
      (b, x, gate) => permuted(b, two(b, mul, permuted(b, x, 0, 2, 3, 1), gate), 0, 3, 1, 2),
    );
    expect(runTimeOps(module)).toEqual(["reshape", "mul"]);
  });

  it.each<[string, (b: Builder, x: Value, y: Value, row: Value) => Value | readonly Value[]]>([
    ["another operand in the new order", (b, x, y) => permuted(b, two(b, add, permuted(b, x, 2, 0, 1), y), 1, 2, 0)],
    [
      "a run-time vector of lower rank",
      (b, x, _y, row) => permuted(b, two(b, add, permuted(b, x, 2, 0, 1), row), 1, 2, 0),
    ],
    [
      "a permutation that is not the inverse",
      (b, x, y) => [permuted(b, relu_(b, permuted(b, x, 2, 0, 1)), 2, 0, 1), y],
    ],
    [
      "an element-wise operation that others read",
      (b, x) => {
        const inner = one(b, gelu, permuted(b, x, 2, 0, 1));
        return [permuted(b, inner, 1, 2, 0), inner];
      },
    ],
  ])("keeps them with %s", (_name, build) => {
    const result = run([[2, 3, 4], [4, 2, 3], [3]], (b, x, y, row) => build(b, x, y, row));
    expect(runTimeOps(result.module).filter((name) => name === "transpose")).toHaveLength(2);
    expect(reasonsOf(result, "sink-transpose")).toContain("no transpose above would be undone at no cost");
  });
});

const border = [0, 0, 1, 2, 0, 0, 3, 4] as const;
const padded = (
  b: Builder,
  input: Value,
  amounts: readonly number[] = border,
  rest: { value?: number; mode?: "edge" } = {},
): Value => b.op((at) => pad.build({ input }, { low: amounts.slice(0, 4), high: amounts.slice(4), ...rest }, at));
const convolved = (b: Builder, input: Value, channels = 2): Value =>
  b.op((at) =>
    conv2d.build({ input, weight: b.weight(3, channels, 5, 6) }, { strides: [2, 1], pads: [2, 4, 1, 3] }, at),
  );
const window = { kernel: [5, 6], strides: [2, 1] } as const;
const maxPooled = (b: Builder, input: Value): Value =>
  b.op((at) => maxPool2d.build({ input }, { ...window, pads: [0, 1, 1, 0] }, at));
const averaged = (
  b: Builder,
  input: Value,
  rest: { pads?: [number, number, number, number]; count_include_pad?: boolean } = {},
): Value => b.op((at) => averagePool2d.build({ input }, { ...window, pads: [0, 0, 0, 0], ...rest }, at));

describe("fold-layout: padding", () => {
  it("adds a pad to the padding of a convolution", () => {
    const { module } = run([[1, 2, 4, 5]], (b, x) => convolved(b, padded(b, x)));
    expect(runTimeOps(module)).toEqual(["conv2d"]);
    expect(only(module, conv2d).attrs).toMatchObject({ pads: [3, 6, 4, 7], strides: [2, 1] });
  });

  it("folds it also where others read the padded tensor", () => {
    const { module } = run([[1, 2, 4, 5]], (b, x) => {
      const wide = padded(b, x);
      return [convolved(b, wide), relu_(b, wide)];
    });
    expect(runTimeOps(module)).toEqual(["pad", "conv2d", "relu"]);
  });

  it("adds it to max pooling where it is never the largest", () => {
    const { module } = run([[1, 2, 6, 7]], (b, x) => [
      maxPooled(b, padded(b, relu_(b, x))),
      maxPooled(b, padded(b, x, border, { value: -Infinity })),
    ]);
    expect(runTimeOps(module)).toEqual(["relu", "max_pool2d", "max_pool2d"]);
  });

  it("adds it to average pooling that counts its padding, or has none", () => {
    const { module } = run([[1, 2, 6, 7]], (b, x) => [
      averaged(b, padded(b, x)),
      averaged(b, padded(b, x), { pads: [1, 1, 0, 1], count_include_pad: true }),
    ]);
    expect(runTimeOps(module)).toEqual(["average_pool2d", "average_pool2d"]);
  });

  it.each<[string, string, string, (b: Builder, x: Value) => Value]>([
    [
      "a value other than 0",
      "fold-pad-into-conv",
      "the padding is 1, not 0",
      (b, x) => convolved(b, padded(b, x, border, { value: 1 })),
    ],
    [
      "padded channels",
      "fold-pad-into-conv",
      "samples or channels are padded",
      (b, x) => convolved(b, padded(b, x, [0, 1, 0, 0, 0, 0, 0, 0]), 3),
    ],
    [
      "cut rows",
      "fold-pad-into-conv",
      "it cuts rows or columns off",
      (b, x) => convolved(b, padded(b, x, [0, 0, -1, 0, 0, 0, 0, 0])),
    ],
    [
      "repeated edges",
      "fold-pad-into-conv",
      "the padding is of mode edge",
      (b, x) => convolved(b, padded(b, x, border, { mode: "edge" })),
    ],
    [
      "zeros that may be the largest",
      "fold-pad-into-max-pool",
      "the padding of 0 can be the largest in a window",
      (b, x) => maxPooled(b, padded(b, x)),
    ],
    [
      "a whole window of padding",
      "fold-pad-into-max-pool",
      "a window could lie in the padding alone",
      (b, x) => maxPooled(b, padded(b, relu_(b, x), [0, 0, 5, 0, 0, 0, 0, 0])),
    ],
    [
      "other padding that does not count",
      "fold-pad-into-average-pool",
      "the pool's own padding does not count but the explicit one does",
      (b, x) => averaged(b, padded(b, x), { pads: [1, 0, 0, 0] }),
    ],
  ])("keeps a pad with %s", (_name, pattern, reason, build) => {
    const result = run([[1, 2, 6, 7]], (b, x) => build(b, x));
    expect(runTimeOps(result.module)).toContain("pad");
    expect(reasonsOf(result, pattern)).toEqual([reason]);
  });
});
