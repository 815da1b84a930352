/** `nn.matmul`: by hand, against another formula, and its loop nest against its reference. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macCount } from "../../../src/ir/loop-nest.ts";
import { matmul } from "../../../src/ir/ops/matmul.ts";
import { transpose } from "../../../src/ir/ops/shape.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { elementCount, typeText } from "../../../src/ir/types.ts";
import {
  accessed,
  apply,
  counting,
  f32,
  here,
  holds,
  integerTensor,
  nestOf,
  numbers,
  opInvalid,
  points,
} from "../testing.ts";
import { refusal, t } from "../testing.ts";

function product(
  lhs: TensorValue,
  rhs: TensorValue,
  flags: { transpose_lhs?: boolean; transpose_rhs?: boolean } = {},
): TensorValue {
  return apply((a, b) => matmul.build({ lhs: a, rhs: b }, flags, here), lhs, rhs);
}

function swapLast(tensor: TensorValue): TensorValue {
  const rank = tensor.type.shape.length;
  const permutation = tensor.type.shape.map((_extent, dim) => (dim < rank - 2 ? dim : 2 * rank - 3 - dim));
  return apply((input) => transpose.build({ input }, { permutation }, here), tensor);
}

const extent = fc.integer({ min: 1, max: 4 });
/** Batch dimensions that broadcast: each operand has them whole, as 1, or cut off from the left. */
const problems = fc
  .record({
    batch: fc.array(extent, { maxLength: 2 }),
    m: extent,
    n: extent,
    k: extent,
    lhs: fc.nat(7),
    rhs: fc.nat(7),
  })
  .chain(({ batch, m, n, k, lhs, rhs }) =>
    fc.record({ transpose_lhs: fc.boolean(), transpose_rhs: fc.boolean() }).map((flags) => ({
      lhs: [...thinned(batch, lhs), ...(flags.transpose_lhs ? [k, m] : [m, k])],
      rhs: [...thinned(batch, rhs), ...(flags.transpose_rhs ? [n, k] : [k, n])],
      flags,
    })),
  );

function thinned(batch: readonly number[], how: number): readonly number[] {
  const ones = batch.map((own, dim) => (((how >> dim) & 1) === 1 ? 1 : own));
  return (how & 4) === 4 ? ones.slice(1) : ones;
}

describe("nn.matmul", () => {
  it("multiplies two matrices", () => {
    // Rows 1 2 3 / 4 5 6 times columns 1 4 / 2 5 / 3 6 of the transposed same.
    expect(numbers(product(counting([2, 3]), counting([3, 2])))).toEqual([22, 28, 49, 64]);
    expect(numbers(product(counting([2, 3]), counting([2, 3]), { transpose_rhs: true }))).toEqual([14, 32, 32, 77]);
  });

  it("stretches batch dimensions", () => {
    const result = product(counting([2, 1, 1, 2]), t([3, 2, 1], [1, 0, 0, 1, 1, 1]));
    expect(typeText(result.type)).toBe("tensor<2x3x1x1xf32>");
    expect(numbers(result)).toEqual([1, 2, 3, 3, 4, 7]);
  });

  it("reads a transposed operand as the operand that was transposed before", () => {
    holds(problems, ({ lhs, rhs, flags }) => {
      const [a, b] = [integerTensor(lhs, 1), integerTensor(rhs, 2)];
      const plain = product(flags.transpose_lhs ? swapLast(a) : a, flags.transpose_rhs ? swapLast(b) : b);
      expect(numbers(product(a, b, flags))).toEqual(numbers(plain));
    });
  });

  it("transposes as a product: (A B)' = B' A'", () => {
    holds(fc.tuple(extent, extent, extent), ([m, n, k]) => {
      const [a, b] = [integerTensor([m, k], 1), integerTensor([k, n], 2)];
      expect(numbers(swapLast(product(a, b)))).toEqual(numbers(product(swapLast(b), swapLast(a))));
    });
  });

  it("has a loop nest whose points add up to the reference", () => {
    holds(problems, ({ lhs, rhs, flags }) => {
      const [a, b] = [integerTensor(lhs, 3), integerTensor(rhs, 4)];
      const nest = nestOf(matmul.build({ lhs: f32(...lhs), rhs: f32(...rhs) }, flags, here));
      const reference = product(a, b, flags);
      const sums = new Array<number>(elementCount(reference.type.shape)).fill(0);
      for (const point of points(nest)) {
        const [x, y] = [accessed(nest.access["lhs"]!, lhs, point)!, accessed(nest.access["rhs"]!, rhs, point)!];
        sums[accessed(nest.access["output"]!, reference.type.shape, point)!]! += a.data[x]! * b.data[y]!;
      }
      expect(sums.map((sum) => sum + 0)).toEqual(numbers(reference));
    });
  });

  it("counts MACs and leaves the batch out of a weight's access", () => {
    const nest = nestOf(matmul.build({ lhs: f32(8, 128, 64), rhs: f32(64, 32) }, {}, here));
    expect(macCount(nest)).toBe(8 * 128 * 32 * 64);
    expect(nest.extents).toEqual({ b0: 8, m: 128, n: 32, k: 64 });
    const shared = nestOf(matmul.build({ lhs: f32(8, 128, 64), rhs: f32(1, 64, 32) }, {}, here));
    expect(shared.access["rhs"]![0]).toEqual({ terms: {}, offset: 0 });
  });

  it("refuses what does not fit", () => {
    const attempt = (lhs: readonly number[], rhs: readonly number[]): string =>
      refusal(() => matmul.build({ lhs: f32(...lhs), rhs: f32(...rhs) }, {}, here));
    expect(attempt([2, 3], [4, 5])).toBe(opInvalid("nn.matmul: lhs has 3 columns but rhs has 4 rows"));
    expect(attempt([3], [3, 4])).toBe(opInvalid("nn.matmul: operands have ranks 1 and 2 but need at least 2"));
    expect(attempt([2, 3, 4], [5, 4, 3])).toBe(opInvalid("nn.matmul: batch dimensions [2] and [5] do not broadcast"));
  });
});
