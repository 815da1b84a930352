/** One valid operation of every kind of the `nn` dialect, on small tensors whose extents differ. */
import { denseAttribute } from "../../src/ir/attributes.ts";
import type { Operation } from "../../src/ir/core.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import * as binary from "../../src/ir/ops/elementwise-binary.ts";
import * as unary from "../../src/ir/ops/elementwise-unary.ts";
import { gather, gatherNd } from "../../src/ir/ops/gather.ts";
import { matmul } from "../../src/ir/ops/matmul.ts";
import { batchNorm, layerNorm, softmax } from "../../src/ir/ops/normalisation.ts";
import { averagePool2d, maxPool2d } from "../../src/ir/ops/pooling.ts";
import * as reduction from "../../src/ir/ops/reduction.ts";
import { where } from "../../src/ir/ops/selection.ts";
import * as shape from "../../src/ir/ops/shape.ts";
import type { ScalarName } from "../../src/ir/types.ts";
import { scalar, tensorType } from "../../src/ir/types.ts";
import { counting, f32, here, valueOf } from "./testing.ts";

const { and, or, xor, ...numeric } = binary;
const { not, hardSigmoid, leakyRelu, clip, cast, ...plain } = unary;

function typed(element: ScalarName, ...extents: readonly number[]) {
  return valueOf(tensorType(extents, element));
}

/** Fresh operations, in no block. */
export function sampleOperations(): readonly Operation[] {
  const window = { kernel: [2, 3], strides: [2, 1], pads: [1, 0, 0, 2] } as const;
  return [
    constant.build({}, { value: denseAttribute(counting([2, 3])) }, here),
    conv2d.build(
      { input: f32(2, 4, 6, 5), weight: f32(6, 2, 3, 2) },
      { strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 2], groups: 2 },
      here,
    ),
    matmul.build({ lhs: f32(2, 1, 3, 4), rhs: f32(5, 6, 4) }, { transpose_rhs: true }, here),
    ...Object.values(numeric).map((kind) => kind.build({ lhs: f32(2, 3, 4), rhs: f32(3, 1) }, {}, here)),
    ...[and, or, xor].map((kind) => kind.build({ lhs: typed("i1", 2, 3), rhs: typed("i1", 3) }, {}, here)),
    ...Object.values(plain).map((kind) => kind.build({ input: f32(2, 3) }, {}, here)),
    not.build({ input: typed("i1", 2, 3) }, {}, here),
    hardSigmoid.build({ input: f32(2, 3) }, { alpha: 0.2, beta: 0.5 }, here),
    leakyRelu.build({ input: f32(2, 3) }, { alpha: 0.1 }, here),
    clip.build({ input: f32(2, 3) }, { min: 0, max: 6 }, here),
    cast.build({ input: f32(2, 3) }, { to: scalar("i32") }, here),
    where.build({ condition: typed("i1", 3, 1), on_true: f32(2, 1, 4), on_false: f32(4) }, {}, here),
    batchNorm.build(
      { input: f32(2, 3, 4), scale: f32(3), bias: f32(3), mean: f32(3), variance: f32(3) },
      { epsilon: 0.5 },
      here,
    ),
    layerNorm.build({ input: f32(2, 3, 4), scale: f32(3, 4), bias: f32(4) }, { axis: 1, epsilon: 0.5 }, here),
    softmax.build({ input: f32(2, 3, 4) }, { axis: 1 }, here),
    ...Object.values(reduction).map((kind) => kind.build({ input: f32(2, 3, 4) }, { axes: [0, 2] }, here)),
    maxPool2d.build({ input: f32(2, 3, 5, 4) }, window, here),
    averagePool2d.build({ input: f32(2, 3, 5, 4) }, window, here),
    shape.reshape.build({ input: f32(2, 3) }, { shape: [6] }, here),
    shape.transpose.build({ input: f32(2, 3, 4) }, { permutation: [2, 0, 1] }, here),
    shape.concat.build({ inputs: [f32(2, 3), f32(2, 1), f32(2, 2)] }, { axis: 1 }, here),
    shape.slice.build({ input: f32(5, 6) }, { starts: [4, 1], sizes: [2, 3], steps: [-3, 2] }, here),
    shape.pad.build({ input: f32(2, 3) }, { low: [1, -1], high: [0, 2] }, here),
    shape.broadcastTo.build({ input: f32(3, 1) }, { shape: [2, 3, 4] }, here),
    gather.build({ data: f32(2, 5, 3), indices: typed("i64", 2, 2) }, { axis: 1 }, here),
    gatherNd.build({ data: f32(2, 3, 4, 5), indices: typed("i64", 2, 3, 2) }, { batch_dims: 1 }, here),
  ];
}
