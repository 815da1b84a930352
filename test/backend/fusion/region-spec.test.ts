/** What a region's problem is and which words it reads and writes, by hand. */
import { describe, expect, test } from "vitest";
import type { RegionSpec } from "../../../src/backend/fusion/region-spec.ts";
import type { MatrixProblem } from "../../../src/backend/mapping/problem.ts";
import { buildWorkload } from "../../../src/backend/workload.ts";
import type { Operation, Value } from "../../../src/ir/core.ts";
import { freeze } from "../../../src/ir/frozen.ts";
import { conv2d } from "../../../src/ir/ops/convolution.ts";
import { add, mul } from "../../../src/ir/ops/elementwise-binary.ts";
import { gelu, relu } from "../../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../../src/ir/ops/matmul.ts";
import { softmax } from "../../../src/ir/ops/normalisation.ts";
import { transpose } from "../../../src/ir/ops/shape.ts";
import { present } from "../../../src/support/bug.ts";
import type { Builder } from "../../support/pass-harness.ts";
import { program } from "../../support/pass-harness.ts";
import { randomWorkload } from "../support/random-networks.ts";
import { seedsFrom } from "../support/traffic-comparison.ts";

function regionsOf(module: Operation, mode: "none" | "xla" = "xla"): readonly RegionSpec[] {
  return buildWorkload(freeze(module), { name: "hand", sha256: "", batch: 1, hasSymbolicBatch: false }).regions[mode];
}

/** The only region of a program. */
function regionOf(
  inputs: readonly (readonly number[])[],
  build: (builder: Builder, ...args: readonly Value[]) => Value | readonly Value[],
): RegionSpec {
  const [region, ...others] = regionsOf(program(inputs, build));
  expect(others).toEqual([]);
  return present(region, "a region");
}

function matrixOf(region: RegionSpec): MatrixProblem {
  if (region.problem.kind !== "matrix") throw new Error("no matrix problem");
  return region.problem;
}

const reads = (region: RegionSpec): readonly (readonly [string, number])[] =>
  region.reads.map(({ role, words }) => [role, words] as const);

describe("convolutions", () => {
  test("a strided 1×1 convolution reads the pixels that it touches", () => {
    const region = regionOf([[2, 3, 8, 6]], (builder, x) => {
      const weight = builder.weight(5, 3, 1, 1);
      const input = present(x, "input");
      return builder.op((at) => conv2d.build({ input, weight }, { strides: [2, 3], pads: [0, 0, 0, 0] }, at));
    });
    // Rows 0, 2, 4, 6 and columns 0, 3 of two images of three channels.
    expect(reads(region)).toEqual([
      ["input", 2 * 3 * 4 * 2],
      ["weight", 15],
    ]);
    expect(region.writes.map(({ words }) => words)).toEqual([2 * 5 * 4 * 2]);
    expect(matrixOf(region).extents).toEqual([1, 2, 4, 2, 5, 3]);
  });

  test("all of it, when a residual reads the rest", () => {
    const region = regionOf([[1, 3, 5, 5]], (builder, x) => {
      const weight = builder.weight(3, 3, 3, 3);
      const input = present(x, "input");
      const conv = builder.op((at) => conv2d.build({ input, weight }, { strides: [1, 1], pads: [1, 1, 1, 1] }, at));
      return builder.op((at) => add.build({ lhs: conv, rhs: input }, {}, at));
    });
    expect(reads(region)).toEqual([
      ["input", 75],
      ["weight", 81],
    ]);
  });

  test("a group convolution keeps its groups apart; bias and activation are an epilogue", () => {
    const region = regionOf([[2, 8, 7, 7]], (builder, x) => {
      const [weight, bias] = [builder.weight(12, 2, 3, 3), builder.weight(12, 1, 1)];
      const input = present(x, "input");
      const attributes = { strides: [2, 2], pads: [1, 1, 1, 1], groups: 4 } as const;
      const conv = builder.op((at) => conv2d.build({ input, weight }, attributes, at));
      const sum = builder.op((at) => add.build({ lhs: conv, rhs: bias }, {}, at));
      return builder.op((at) => gelu.build({ input: sum }, {}, at));
    });
    const problem = matrixOf(region);
    // 4 groups, 2 images, 4×4 outputs, 3 of 12 output channels and 2 of 8 input channels a group.
    expect(problem.extents).toEqual([4, 2, 4, 4, 3, 2]);
    expect(problem.rows).toEqual({ kernel: 3, stride: 2, dilation: 1, padBefore: 1, inputExtent: 7 });
    // An addition and a gelu of five operations for every output; 12 words of bias.
    expect(problem.epilogueOps).toBe(6);
    expect(problem.extraElements).toBe(12);
    expect(region.macs).toBe(4 * 2 * 16 * 3 * 2 * 9);
  });

  test("what else reads the sum is written as well", () => {
    const module = program([[1, 2, 4, 4]], (builder, x) => {
      const weight = builder.weight(2, 2, 1, 1);
      const input = present(x, "input");
      const conv = builder.op((at) => conv2d.build({ input, weight }, { strides: [1, 1], pads: [0, 0, 0, 0] }, at));
      const active = builder.op((at) => relu.build({ input: conv }, {}, at));
      return [conv, active];
    });
    const [region] = regionsOf(module);
    expect(region?.writes.map(({ words }) => words)).toEqual([32, 32]);
    expect(matrixOf(present(region, "region")).outputCopies).toBe(2);
  });
});

describe("products", () => {
  test("batches that both operands have are groups, those of one stream", () => {
    const both = regionOf(
      [
        [3, 4, 5],
        [3, 5, 6],
      ],
      (builder, lhs, rhs) =>
        builder.op((at) => matmul.build({ lhs: present(lhs, "lhs"), rhs: present(rhs, "rhs") }, {}, at)),
    );
    expect(matrixOf(both).extents).toEqual([3, 4, 1, 1, 6, 5]);
    expect(both.kind).toBe("attention-matmul");
    const one = regionOf([[3, 4, 5]], (builder, lhs) =>
      builder.op((at) => matmul.build({ lhs: present(lhs, "lhs"), rhs: builder.weight(5, 6) }, {}, at)),
    );
    expect(matrixOf(one).extents).toEqual([1, 12, 1, 1, 6, 5]);
    expect(one.kind).toBe("matmul");
  });

  test("a tensor that is both operands is read as the input", () => {
    const region = regionOf([[4, 5]], (builder, x) => {
      const both = present(x, "input");
      return builder.op((at) => matmul.build({ lhs: both, rhs: both }, { transpose_rhs: true }, at));
    });
    expect(reads(region)).toEqual([["input", 20]]);
  });

  test("an operand that comes through a prologue keeps its role", () => {
    const region = regionOf(
      [
        [2, 4, 5],
        [2, 6, 5],
      ],
      (builder, x, y) => {
        const [first, second] = [present(x, "x"), present(y, "y")];
        const lhs = builder.op((at) => relu.build({ input: first }, {}, at));
        const rhs = builder.op((at) => transpose.build({ input: second }, { permutation: [0, 2, 1] }, at));
        return builder.op((at) => matmul.build({ lhs, rhs }, {}, at));
      },
    );
    expect(reads(region)).toEqual([
      ["input", 40],
      ["weight", 60],
    ]);
    // One operation for each of the 40 input elements; the transpose only changes addresses.
    expect(matrixOf(region).prologueOps).toBe(1);
    expect(matrixOf(region).extraElements).toBe(0);
  });
});

describe("rows", () => {
  test("a softmax reads three times; a scale before it runs with it", () => {
    const region = regionOf([[4, 6]], (builder, x) => {
      const scaled = builder.op((at) => mul.build({ lhs: present(x, "x"), rhs: builder.number(0.5) }, {}, at));
      return builder.op((at) => softmax.build({ input: scaled }, { axis: 1 }, at));
    });
    if (region.problem.kind !== "vector") throw new Error("no vector problem");
    const { points, rows, sweeps, opsPerPoint, isCopy } = region.problem;
    // 24 points in 4 rows: 5 operations of the softmax and one of the product.
    expect({ points, rows, sweeps, opsPerPoint, isCopy }).toEqual({
      points: 24,
      rows: 4,
      sweeps: 3,
      opsPerPoint: 6,
      isCopy: false,
    });
  });

  test("a transpose alone is a copy", () => {
    const region = regionOf([[4, 6]], (builder, x) =>
      builder.op((at) => transpose.build({ input: present(x, "x") }, { permutation: [1, 0] }, at)),
    );
    expect(region.problem).toMatchObject({ kind: "vector", isCopy: true, inputElements: 24, outputElements: 24 });
  });
});

test("a matrix problem has as many MACs as its op, on random networks", () => {
  let compared = 0;
  for (const seed of seedsFrom(0, 100)) {
    for (const { problem, macs } of randomWorkload(seed).regions.none) {
      if (problem.kind !== "matrix") continue;
      const points = problem.extents.reduce((product, extent) => product * extent, 1);
      expect(points * problem.rows.kernel * problem.columns.kernel, `seed ${seed}`).toBe(macs);
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(100);
});
