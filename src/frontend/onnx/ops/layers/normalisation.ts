/** Importers of normalisations. */
import { batchNorm, layerNorm, rmsNorm } from "../../../../ir/ops/normalisation.ts";
import { averagePool2d } from "../../../../ir/ops/pooling.ts";
import { broadcastsTo } from "../../../../ir/broadcast.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { sameShape } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxes, normalAxis } from "../axes.ts";
import { composer } from "../composer.ts";
import { channelShape } from "./convolution.ts";
import { powersOf, rooted } from "./pooling.ts";

function epsilonOf(node: NodeContext): number {
  return node.attributes.float("epsilon") ?? Math.fround(1e-5);
}

/** With `spatial` 0 (before version 9) every element of a sample is its own channel. */
function importBatchNormalization(node: NodeContext): Tensor | readonly Tensor[] {
  const { attributes } = node;
  attributes.ignore("consumed_inputs", "is_test");
  const momentum = attributes.float("momentum") ?? 0.9;
  if (attributes.flag("training_mode")) return normaliseBatch(node, momentum);
  const { shape } = node.input(0).type;
  const isSpatial = (attributes.int("spatial") ?? 1) !== 0;
  const flat = isSpatial ? shape : [shape[0] ?? 1, elementCount(shape.slice(1))];
  const vector = (index: number): Tensor => node.reshape(node.input(index), [flat[1] ?? 1]);
  const operands = { scale: vector(1), bias: vector(2), mean: vector(3), variance: vector(4) };
  const input = node.reshape(node.input(0), flat);
  return node.reshape(node.emit(batchNorm, { input, ...operands }, { epsilon: epsilonOf(node) }), shape);
}

/** In training mode the batch's own statistics count, and the running ones move towards them. */
function normaliseBatch(node: NodeContext, momentum: number): readonly Tensor[] {
  const compose = composer(node);
  const input = node.input(0);
  const channels = input.type.shape[1] ?? node.invalid("input has rank 1 but needs at least 2");
  const axes = input.type.shape.flatMap((_extent, dim) => (dim === 1 ? [] : [dim]));
  const average = compose.mean(input, axes);
  const centred = compose.sub(input, average);
  const mean = compose.reshape(average, [channels]);
  const variance = compose.reshape(compose.mean(compose.mul(centred, centred), axes), [channels]);
  const operands = { input, scale: node.input(1), bias: node.input(2), mean, variance };
  const output = node.emit(batchNorm, operands, { epsilon: epsilonOf(node) });
  const moved = (running: Tensor, current: Tensor): Tensor =>
    compose.add(compose.mul(running, momentum), compose.mul(current, 1 - momentum));
  return [output, moved(node.input(3), mean), moved(node.input(4), variance)];
}

/** A factor or summand of normalised rows: without its leading dimensions of extent 1, where they are more than the row's. */
function ofRow(node: NodeContext, tensor: Tensor, row: readonly number[]): Tensor {
  const { shape } = tensor.type;
  const extra = shape.length - row.length;
  const isSlim = extra > 0 && shape.slice(0, extra).every((extent) => extent === 1);
  return isSlim ? node.reshape(tensor, shape.slice(extra)) : tensor;
}

/**
 * The second and third outputs are the mean and the inverse deviation of each row, of type float.
 */
function importLayerNormalization(node: NodeContext): Tensor | readonly Tensor[] {
  const { attributes } = node;
  const compose = composer(node);
  attributes.ignore("stash_type");
  const input = node.input(0);
  const { shape } = input.type;
  const axis = normalAxis(node, attributes.int("axis") ?? -1, shape.length);
  const row = shape.slice(axis);
  const epsilon = epsilonOf(node);
  const given = [node.input(1), node.inputs[2]].map((tensor) => tensor && ofRow(node, tensor, row));
  const fits = given.every((tensor) => tensor === undefined || broadcastsTo(tensor.type.shape, row));
  const [scale = node.scalarLike(input, 1), bias] = fits ? given : [];
  const normalised = node.emit(layerNorm, { input, scale, bias }, { axis, epsilon });
  const scaled = fits ? normalised : affine(node, normalised, given);
  if (node.outputCount < 2) return scaled;
  const axes = row.map((_extent, dim) => axis + dim);
  const exact = compose.cast(input, "f32");
  const mean = compose.mean(exact, axes);
  const centred = compose.sub(exact, mean);
  const variance = compose.mean(compose.mul(centred, centred), axes);
  const deviation = compose.sqrt(compose.add(variance, epsilon));
  return [scaled, mean, compose.div(node.scalarLike(deviation, 1), deviation)];
}

/** x · scale + bias, where they are more than a row. */
function affine(node: NodeContext, tensor: Tensor, [scale, bias]: readonly (Tensor | undefined)[]): Tensor {
  const compose = composer(node);
  const scaled = scale === undefined ? tensor : compose.mul(tensor, scale);
  return bias === undefined ? scaled : compose.add(scaled, bias);
}

function importRmsNormalization(node: NodeContext): Tensor {
  const { attributes } = node;
  attributes.ignore("stash_type");
  const input = node.input(0);
  const { shape } = input.type;
  const axis = normalAxis(node, attributes.int("axis") ?? -1, shape.length);
  const scale = ofRow(node, node.input(1), shape.slice(axis));
  const fits = broadcastsTo(scale.type.shape, shape.slice(axis));
  const own = fits ? scale : node.scalarLike(input, 1);
  const normalised = node.emit(rmsNorm, { input, scale: own }, { axis, epsilon: epsilonOf(node) });
  return fits ? normalised : composer(node).mul(normalised, scale);
}

/** Each group of channels is a row; scale and bias are one number a channel. */
function normaliseGroups(node: NodeContext, groups: number, [scale, bias]: readonly [Tensor, Tensor]): Tensor {
  const compose = composer(node);
  const input = node.input(0);
  const { shape } = input.type;
  const [n = 1, channels = 1] = shape;
  if (groups < 1 || channels % groups !== 0) node.invalid(`${groups} groups do not divide ${channels} channels`);
  const rows = compose.reshape(input, [n, groups, elementCount(shape.slice(1)) / groups]);
  const operands = { input: rows, scale: node.scalarLike(input, 1) };
  const normalised = node.emit(layerNorm, operands, { axis: 2, epsilon: epsilonOf(node) });
  const place = (vector: Tensor): Tensor => compose.reshape(vector, channelShape(channels, input));
  return affine(node, compose.reshape(normalised, shape), [place(scale), place(bias)]);
}

/** Before version 21 scale and bias were one number a group. */
function importGroupNormalization(node: NodeContext): Tensor {
  const compose = composer(node);
  node.attributes.ignore("stash_type");
  const groups = node.attributes.int("num_groups") ?? node.invalid("attribute 'num_groups' is missing");
  const channels = node.input(0).type.shape[1] ?? 0;
  const perChannel = (vector: Tensor): Tensor => {
    if (node.opset >= 21 || !sameShape(vector.type.shape, [groups])) return vector;
    const repeated = compose.broadcast(compose.reshape(vector, [groups, 1]), [groups, channels / groups]);
    return compose.reshape(repeated, [channels]);
  };
  return normaliseGroups(node, groups, [perChannel(node.input(1)), perChannel(node.input(2))]);
}

function importInstanceNormalization(node: NodeContext): Tensor {
  node.attributes.ignore("consumed_inputs");
  return normaliseGroups(node, node.input(0).type.shape[1] ?? 0, [node.input(1), node.input(2)]);
}

/** x / (sum of |x|^p)^(1/p) along one axis; rows of zeros stay zeros. */
function importLpNormalization(node: NodeContext): Tensor {
  const compose = composer(node);
  const input = node.input(0);
  const axis = normalAxis(node, node.attributes.int("axis") ?? -1, input.type.shape.length);
  const p = node.attributes.int("p") ?? 2;
  const norm = rooted(node, compose.sum(powersOf(node, input, p), [axis]), p);
  const divisor = compose.where(compose.equal(norm, 0), node.scalarLike(norm, 1), norm);
  return compose.div(input, divisor);
}

/** (x - mean) / (sqrt(mean of x² - mean²) + 1e-9), as ONNX's function spells it. */
function importMeanVarianceNormalization(node: NodeContext): Tensor {
  const compose = composer(node);
  const input = node.input(0);
  const axes = normalAxes(node, node.attributes.ints("axes") ?? [0, 2, 3], input.type.shape.length);
  const mean = compose.mean(input, axes);
  const centred = compose.sub(input, mean);
  const deviation = compose.sqrt(compose.mean(compose.mul(centred, centred), axes));
  return compose.div(centred, compose.add(deviation, 1e-9));
}

/**
 * Local response normalisation over neighbouring channels: x / (bias + alpha · mean of x² over `size` channels)^beta. The
 * mean is an average pooling with the channels as rows, whose padding counts as zeros.
 */
function importLrn(node: NodeContext): Tensor {
  const { attributes } = node;
  const compose = composer(node);
  const input = node.input(0);
  const { shape } = input.type;
  const [n, c, ...spatial] = shape;
  if (n === undefined || c === undefined) return node.invalid(`input has rank ${shape.length} but needs at least 2`);
  const size = attributes.int("size") ?? node.invalid("attribute 'size' is missing");
  if (size < 1 || size > 2 * c) node.invalid(`size ${size} does not fit ${c} channels`);
  const planes = compose.reshape(compose.mul(input, input), [n, 1, c, elementCount(spatial)]);
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const window = { kernel: [size, 1], strides: [1, 1], pads: [before, 0, after, 0], count_include_pad: true } as const;
  const mean = compose.reshape(node.emit(averagePool2d, { input: planes }, window), shape);
  const scaled = compose.mul(mean, attributes.float("alpha") ?? 1e-4);
  const raised = compose.add(scaled, attributes.float("bias") ?? 1);
  return compose.div(input, compose.pow(raised, attributes.float("beta") ?? 0.75));
}

export const normalisationOperators: OperatorTable = {
  BatchNormalization: [since(1, [5, 5], importBatchNormalization)],
  GroupNormalization: [since(18, [3, 3], importGroupNormalization)],
  InstanceNormalization: [since(1, [3, 3], importInstanceNormalization)],
  LRN: [since(1, [1, 1], importLrn)],
  LayerNormalization: [since(17, [2, 3], importLayerNormalization)],
  LpNormalization: [since(1, [1, 1], importLpNormalization)],
  MeanVarianceNormalization: [since(9, [1, 1], importMeanVarianceNormalization)],
  RMSNormalization: [since(23, [2, 2], importRmsNormalization)],
};
