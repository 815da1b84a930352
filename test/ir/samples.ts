/** One valid operation of every kind of the `nn` dialect, on small tensors whose extents differ. */
import { denseAttribute } from "../../src/ir/attributes.ts";
import type { Operation } from "../../src/ir/core.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import { conv2d } from "../../src/ir/ops/convolution.ts";
import { conv3d } from "../../src/ir/ops/convolution3d.ts";
import * as binary from "../../src/ir/ops/elementwise-binary.ts";
import * as unary from "../../src/ir/ops/elementwise-unary.ts";
import { gather, gatherNd } from "../../src/ir/ops/gather.ts";
import { matmul } from "../../src/ir/ops/matmul.ts";
import { batchNorm, layerNorm, rmsNorm, softmax } from "../../src/ir/ops/normalisation.ts";
import { averagePool2d, maxPool2d } from "../../src/ir/ops/pooling.ts";
import { dequantize, quantize } from "../../src/ir/ops/quantization.ts";
import * as reduction from "../../src/ir/ops/reduction.ts";
import { where } from "../../src/ir/ops/selection.ts";
import { gridSample } from "../../src/ir/ops/sampling/grid-sample.ts";
import { maxPoolIndices } from "../../src/ir/ops/sampling/max-pool-indices.ts";
import { maxRoiPool, roiAlign } from "../../src/ir/ops/sampling/region-pooling.ts";
import { resample } from "../../src/ir/ops/sampling/resample.ts";
import * as shape from "../../src/ir/ops/shape.ts";
import { bitcast } from "../../src/ir/ops/tensors/bitcast.ts";
import * as bits from "../../src/ir/ops/tensors/bits.ts";
import * as functions from "../../src/ir/ops/tensors/functions.ts";
import { determinant } from "../../src/ir/ops/tensors/matrix-functions.ts";
import { argMax, argMin, topKIndices } from "../../src/ir/ops/tensors/ordering.ts";
import { cumulativeProduct, cumulativeSum, reverseSequence } from "../../src/ir/ops/tensors/running.ts";
import { gatherElements, scatterElements, scatterNd } from "../../src/ir/ops/tensors/scatter.ts";
import type { ScalarName } from "../../src/ir/types.ts";
import { scalar, tensorType } from "../../src/ir/types.ts";
import { counting, f32, here, valueOf } from "./testing.ts";

const { and, or, xor, ...numeric } = binary;
const { not, hardSigmoid, leakyRelu, clip, cast, ...plain } = unary;

const { prelu, ...onBits } = bits;
const { bitwiseNot, isInf, elu, trilu, ...functionsOfOne } = functions;

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
    conv3d.build(
      { input: f32(1, 2, 3, 4, 3), weight: f32(2, 1, 2, 2, 1) },
      { strides: [1, 2, 1], pads: [1, 0, 0, 0, 1, 1], dilations: [2, 1, 1], groups: 2 },
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
    rmsNorm.build({ input: f32(2, 3, 4), scale: f32(4) }, { axis: 1, epsilon: 0.5 }, here),
    softmax.build({ input: f32(2, 3, 4) }, { axis: 1 }, here),
    ...Object.values(reduction).map((kind) => kind.build({ input: f32(2, 3, 4) }, { axes: [0, 2] }, here)),
    maxPool2d.build({ input: f32(2, 3, 5, 4) }, window, here),
    quantize.build(
      { input: f32(2, 3, 4), scale: f32(3, 1), zero_point: typed("i8", 3, 1) },
      { to: scalar("i8") },
      here,
    ),
    dequantize.build(
      { input: typed("ui8", 2, 3), scale: f32(), zero_point: typed("ui8", 3) },
      { to: scalar("f32") },
      here,
    ),
    resample.build({ input: f32(2, 5, 3), indices: typed("i64", 4, 2), weights: f32(4, 2) }, { axis: 1 }, here),
    gridSample.build({ input: f32(2, 3, 5, 4), points: f32(2, 3, 2, 2) }, { mode: "cubic", padding: "border" }, here),
    roiAlign.build(
      { input: f32(2, 3, 5, 4), regions: f32(3, 4), batch_indices: typed("i64", 3) },
      { output: [2, 3], sampling_ratio: 2 },
      here,
    ),
    maxRoiPool.build({ input: f32(2, 3, 5, 4), regions: f32(3, 5) }, { output: [2, 3], spatial_scale: 0.5 }, here),
    maxPoolIndices.build(
      { input: f32(2, 3, 5, 4) },
      { kernel: [2, 3], strides: [2, 1], pads: [1, 0, 0, 2], dilations: [1, 1] },
      here,
    ),
    averagePool2d.build({ input: f32(2, 3, 5, 4) }, window, here),
    shape.reshape.build({ input: f32(2, 3) }, { shape: [6] }, here),
    shape.transpose.build({ input: f32(2, 3, 4) }, { permutation: [2, 0, 1] }, here),
    shape.concat.build({ inputs: [f32(2, 3), f32(2, 1), f32(2, 2)] }, { axis: 1 }, here),
    shape.slice.build({ input: f32(5, 6) }, { starts: [4, 1], sizes: [2, 3], steps: [-3, 2] }, here),
    shape.pad.build({ input: f32(2, 3) }, { low: [1, -1], high: [0, 2] }, here),
    shape.broadcastTo.build({ input: f32(3, 1) }, { shape: [2, 3, 4] }, here),
    gather.build({ data: f32(2, 5, 3), indices: typed("i64", 2, 2) }, { axis: 1 }, here),
    gatherNd.build({ data: f32(2, 3, 4, 5), indices: typed("i64", 2, 3, 2) }, { batch_dims: 1 }, here),
    ...tensorOperations(),
  ];
}

function tensorOperations(): readonly Operation[] {
  const indices = typed("i64", 2, 3);
  return [
    ...Object.values(onBits).map((kind) => kind.build({ lhs: typed("ui8", 2, 3), rhs: typed("ui8", 3) }, {}, here)),
    prelu.build({ lhs: f32(2, 3, 4), rhs: f32(3, 1) }, {}, here),
    ...Object.values(functionsOfOne).map((kind) => kind.build({ input: f32(2, 3) }, {}, here)),
    bitwiseNot.build({ input: typed("i8", 2, 3) }, {}, here),
    isInf.build({ input: f32(2, 3) }, { negative: false }, here),
    elu.build({ input: f32(2, 3) }, { alpha: 0.5 }, here),
    trilu.build({ input: f32(2, 3, 4) }, { diagonal: 1 }, here),
    argMax.build({ input: f32(2, 3, 4) }, { axis: 1 }, here),
    argMin.build({ input: f32(2, 3, 4) }, { axis: 2, keepdims: false, select_last: true }, here),
    topKIndices.build({ input: f32(2, 5, 3) }, { axis: 1, k: 2 }, here),
    cumulativeSum.build({ input: f32(2, 3, 4) }, { axis: 1, reverse: true }, here),
    cumulativeProduct.build({ input: f32(2, 3) }, { axis: 0, exclusive: true }, here),
    reverseSequence.build({ input: f32(3, 4, 2), lengths: typed("i64", 4) }, { batch_axis: 1, time_axis: 0 }, here),
    gatherElements.build({ data: f32(4, 3), indices }, { axis: 0 }, here),
    scatterElements.build({ data: f32(4, 3), indices, updates: f32(2, 3) }, { axis: 0, reduction: "max" }, here),
    scatterNd.build({ data: f32(4, 3, 5), indices: typed("i64", 2, 2), updates: f32(2, 5) }, {}, here),
    determinant.build({ input: f32(2, 3, 3) }, {}, here),
    bitcast.build({ input: f32(2, 3) }, { to: scalar("i32") }, here),
  ];
}
