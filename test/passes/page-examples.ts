/** The programs that docs/passes.md shows before and after each pass. */
import type { Operation, Value } from "../../src/ir/core.ts";
import type { Decisions } from "../../src/ir/decisions.ts";
import { freeze } from "../../src/ir/frozen.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import { add, div, mul, pow, sub } from "../../src/ir/ops/elementwise-binary.ts";
import { erf, exp, relu, sigmoid, silu, sqrt } from "../../src/ir/ops/elementwise-unary.ts";
import { matmul } from "../../src/ir/ops/matmul.ts";
import { batchNorm } from "../../src/ir/ops/normalisation.ts";
import { reduceMax, reduceMean, reduceSum } from "../../src/ir/ops/reduction.ts";
import { reshape, transpose } from "../../src/ir/ops/shape.ts";
import { printModule } from "../../src/ir/text/print.ts";
import { canonicalize } from "../../src/passes/canonicalize.ts";
import { cse } from "../../src/passes/cse.ts";
import { dce } from "../../src/passes/dce.ts";
import { foldBatchNorm } from "../../src/passes/fold-batch-norm.ts";
import { foldLayout } from "../../src/passes/fold-layout.ts";
import type { PassInstance } from "../../src/passes/manager/pass.ts";
import { recognizeGelu } from "../../src/passes/recognize-gelu.ts";
import { recognizeLayerNorm } from "../../src/passes/recognize-layer-norm.ts";
import { recognizeSilu } from "../../src/passes/recognize-silu.ts";
import { recognizeSoftmax } from "../../src/passes/recognize-softmax.ts";
import type { Builder, InputSpec } from "../support/pass-harness.ts";
import { one, program, two } from "../support/pass-harness.ts";

/** A pass and a program that it changes. */
export interface PageExample {
  readonly pass: PassInstance;
  readonly program: Operation;
}

type Body = Parameters<typeof program>[1];

function example(pass: PassInstance, inputs: readonly InputSpec[], build: Body): PageExample {
  return { pass, program: program(inputs, build) };
}

const convolution = (b: Builder, input: Value, weight: Value, attributes: { stride: number; padding: number }): Value =>
  b.op((at) => {
    const { stride, padding } = attributes;
    const pads = [padding, padding, padding, padding] as const;
    return conv2d.build({ input, weight }, { strides: [stride, stride], pads }, at);
  });

const batchNormalised = (b: Builder, input: Value, channels: number): Value => {
  const [scale, bias] = [b.weight(channels), b.weight(channels)];
  const [mean, variance] = [b.weight(channels), b.weight(channels)];
  return b.op((at) => batchNorm.build({ input, scale, bias, mean, variance }, { epsilon: 0.001 }, at));
};

/** The simplifying passes, in the order of the page. */
export const pageExamples: readonly PageExample[] = [
  example(dce.with({}), [[2, 3]], (b, x) => {
    one(b, relu, one(b, exp, x));
    return one(b, relu, x);
  }),
  example(canonicalize.with({}), [[2, 3, 4]], (b, x) => {
    const rows = b.op((at) => reshape.build({ input: x }, { shape: [6, 4] }, at));
    const scaled = two(b, mul, b.number(1), rows);
    return b.op((at) => reshape.build({ input: two(b, add, b.number(2), scaled) }, { shape: [24] }, at));
  }),
  example(cse.with({}), [[2, 3]], (b, x) => two(b, add, one(b, exp, x), two(b, mul, one(b, exp, x), x))),
  example(foldBatchNorm.with({}), [[1, 3, 8, 8]], (b, x) =>
    batchNormalised(b, convolution(b, x, b.weight(4, 3, 3, 3), { stride: 2, padding: 1 }), 4),
  ),
  example(recognizeSoftmax.with({}), [[2, 5]], (b, x) => {
    const largest = b.op((at) => reduceMax.build({ input: x }, { axes: [1] }, at));
    const powers = one(b, exp, two(b, sub, x, largest));
    return two(
      b,
      div,
      powers,
      b.op((at) => reduceSum.build({ input: powers }, { axes: [1] }, at)),
    );
  }),
  example(recognizeLayerNorm.with({}), [[2, 4]], (b, x) => {
    const mean = (input: Value): Value => b.op((at) => reduceMean.build({ input }, { axes: [1] }, at));
    const centred = two(b, sub, x, mean(x));
    const variance = two(b, add, mean(two(b, pow, centred, b.number(2))), b.number(0.5));
    const rows = two(b, div, centred, one(b, sqrt, variance));
    return two(b, add, two(b, mul, rows, b.weight(4)), b.weight(4));
  }),
  example(recognizeGelu.with({}), [[2, 4]], (b, x) => {
    const half = two(b, mul, x, b.number(0.5));
    const root2 = b.number(Math.fround(Math.SQRT2));
    return two(b, mul, half, two(b, add, one(b, erf, two(b, div, x, root2)), b.number(1)));
  }),
  example(recognizeSilu.with({}), [[2, 4]], (b, x) => two(b, mul, x, one(b, sigmoid, x))),
  example(foldLayout.with({}), [[8, 16]], (b, x) => {
    const turned = b.op((at) => transpose.build({ input: b.weight(32, 16) }, { permutation: [1, 0] }, at));
    return b.op((at) => matmul.build({ lhs: x, rhs: turned }, {}, at));
  }),
];

/** A convolution with bias and SiLU, as the materialising passes find it: 24 channels in, 40 out. */
const materializedExample = program([[8, 24, 28, 28]], (b, x) =>
  one(b, silu, two(b, add, convolution(b, x, b.weight(40, 24, 3, 3), { stride: 1, padding: 1 }), b.weight(40, 1, 1))),
);

export const frozenExample = freeze(materializedExample);

/**
 * What the back end decided about it for fast-small with `dataflows=["weight-stationary"]`. Written down here, so that the
 * page does not change with the mapper.
 */
export const exampleDecisions: Decisions = {
  moduleSha256: frozenExample.sha256,
  partition: { regions: [{ id: 0, anchor: 3, operations: [3, 5, 6], engine: "systolic-array" }] },
  mappings: [
    {
      region: 0,
      dataflow: "weight-stationary",
      extents: { n: 8, p: 28, q: 28, k: 40, c: 24 },
      spatial: { peRows: { n: 2 }, peColumns: { p: 2, q: 2 } },
      groupsPerPass: 1,
      levels: [
        { level: "gm", tile: { n: 8, p: 28, q: 28, k: 40, c: 24 }, order: [] },
        { level: "l1", tile: { n: 1, p: 7, q: 14, k: 20, c: 6 }, order: ["n", "p", "k", "c"] },
      ],
    },
  ],
  paddings: [{ region: 0, loops: { k: 24, c: 4 } }],
  residency: {
    capacityBytes: 8 * 2 ** 20,
    tensors: [
      {
        value: { operation: 2, index: 0 },
        sizeBytes: 17280,
        offsetBytes: 0,
        firstRegion: 0,
        lastRegion: 0,
        isPinned: true,
      },
    ],
  },
};

/** The function of a module as the page shows it: without the module around it. */
export function functionText(module: Operation): string {
  const lines = printModule(module).trimEnd().split("\n").slice(1, -1);
  return lines.map((line) => line.replace(/^ {2}/, "")).join("\n");
}
