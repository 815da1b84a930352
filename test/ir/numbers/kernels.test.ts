/** The fast kernels against plain loops: the same sums in the same order, so the same bits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Convolution2d } from "../../../src/ir/numbers/convolution-2d.ts";
import { convolve2d } from "../../../src/ir/numbers/convolution-2d.ts";
import { multiply, packRows } from "../../../src/ir/numbers/matrix-product.ts";
import { elementCount } from "../../../src/ir/types.ts";
import { randomStream } from "../../../src/support/random.ts";
import { holds } from "../testing.ts";

/** Numbers whose products and sums are not exact. */
function random(count: number, seed: number): Float32Array {
  const { next } = randomStream(seed);
  return Float32Array.from({ length: count }, () => next() * 2 - 1);
}

/** The definition, one output element after the other. */
function plainConvolution(problem: Convolution2d, input: Float32Array, weight: Float32Array): Float32Array {
  const { strides, pads, dilations, groups } = problem;
  const [, channels, height, width] = problem.input;
  const [, c, r, s] = problem.weight;
  const [n, k, p, q] = problem.output;
  const output = new Float32Array(n * k * p * q);
  let out = 0;
  for (let in0 = 0; in0 < n; in0++) {
    for (let ik = 0; ik < k; ik++) {
      const firstChannel = Math.floor(ik / (k / groups)) * c;
      for (let ip = 0; ip < p; ip++) {
        for (let iq = 0; iq < q; iq++) {
          let sum = 0;
          for (let ic = 0; ic < c; ic++) {
            for (let ir = 0; ir < r; ir++) {
              const y = ip * strides[0] + ir * dilations[0] - pads[0];
              if (y < 0 || y >= height) continue;
              for (let is = 0; is < s; is++) {
                const x = iq * strides[1] + is * dilations[1] - pads[1];
                if (x < 0 || x >= width) continue;
                const at = ((in0 * channels + firstChannel + ic) * height + y) * width + x;
                sum += input[at]! * weight[((ik * c + ic) * r + ir) * s + is]!;
              }
            }
          }
          output[out++] = sum;
        }
      }
    }
  }
  return output;
}

function expectSameConvolution(problem: Convolution2d): void {
  const [input, weight] = [random(elementCount(problem.input), 1), random(elementCount(problem.weight), 2)];
  const output = new Float32Array(elementCount(problem.output)).fill(NaN);
  convolve2d(problem, { input, weight, output });
  expect(output).toEqual(plainConvolution(problem, input, weight));
}

const count = (most: number) => fc.integer({ min: 1, max: most });
const pair = (most: number) => fc.tuple(count(most), count(most));

describe("convolve2d", () => {
  const problems = fc
    .record({ n: count(2), groups: count(3), perGroup: count(7), c: count(3), kernel: pair(4) })
    .chain((sizes) =>
      fc
        .record({
          image: pair(9),
          output: pair(6),
          strides: pair(3),
          dilations: pair(2),
          pads: fc.tuple(fc.nat(4), fc.nat(4)),
        })
        .map(({ image, output, ...window }): Convolution2d => {
          const { n, groups, perGroup, c, kernel } = sizes;
          return {
            input: [n, c * groups, ...image],
            weight: [perGroup * groups, c, ...kernel],
            output: [n, perGroup * groups, ...output],
            groups,
            ...window,
          };
        }),
    );
  it("gives the bits of the plain loops", () => {
    holds(problems, expectSameConvolution, 400);
  });

  it("does so where the patches are laid out in several strips, and for a pointwise one", () => {
    const window = { strides: [1, 1], pads: [1, 1], dilations: [1, 1], groups: 1 } as const;
    expectSameConvolution({ input: [1, 40, 5, 700], weight: [4, 40, 3, 3], output: [1, 4, 5, 700], ...window });
    const pointwise = { ...window, pads: [0, 0] } as const;
    expectSameConvolution({ input: [2, 5, 3, 7], weight: [8, 5, 1, 1], output: [2, 8, 3, 7], ...pointwise });
  });
});

describe("multiply", () => {
  const layouts = fc.record({
    m: count(8),
    n: count(8),
    k: fc.nat(6),
    lhsTurned: fc.boolean(),
    rhsTurned: fc.boolean(),
    start: fc.nat(3),
  });
  it("gives the bits of the plain loops in every layout", () => {
    holds(layouts, ({ m, n, k, lhsTurned, rhsTurned, start }) => {
      const [lhs, rhs] = [random(start + m * k, 3), random(start + k * n, 4)];
      const lhsView = lhsTurned ? { rowStride: 1, columnStride: m } : { rowStride: k, columnStride: 1 };
      const rhsView = rhsTurned ? { rowStride: 1, columnStride: k } : { rowStride: n, columnStride: 1 };
      const out = new Float32Array(start + m * n + 1).fill(7);
      const packed = packRows({ data: lhs, start, ...lhsView }, m, k);
      const view = { data: out, start, rowStride: n, columnStride: 1 };
      multiply(packed, { data: rhs, start, ...rhsView }, n, view);
      const want = new Float32Array(out.length).fill(7);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let at = 0; at < k; at++) {
            const a = lhs[start + i * lhsView.rowStride + at * lhsView.columnStride]!;
            sum += a * rhs[start + at * rhsView.rowStride + j * rhsView.columnStride]!;
          }
          want[start + i * n + j] = sum;
        }
      }
      expect(out).toEqual(want);
    });
  });
});
