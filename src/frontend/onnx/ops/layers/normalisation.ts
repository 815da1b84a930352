/** Importers of normalisations. */
import { add, div, mul, pow, sub } from "../../../../ir/ops/elementwise-binary.ts";
import { exp, log } from "../../../../ir/ops/elementwise-unary.ts";
import { batchNorm, layerNorm, softmax } from "../../../../ir/ops/normalisation.ts";
import { averagePool2d } from "../../../../ir/ops/pooling.ts";
import { reduceMax, reduceSum } from "../../../../ir/ops/reduction.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";

/** The outputs after the first exist in training only. */
function importBatchNormalization(node: NodeContext): Tensor {
  const { attributes } = node;
  attributes.ignore("momentum", "consumed_inputs", "is_test");
  if (attributes.flag("training_mode"))
    node.unsupported("training_mode=1 is not supported", "export the model for inference");
  if (attributes.int("spatial") === 0) node.unsupported("spatial=0 is not supported");
  const [input, scale, bias] = [node.input(0), node.input(1), node.input(2)];
  const [mean, variance] = [node.input(3), node.input(4)];
  const epsilon = attributes.float("epsilon") ?? Math.fround(1e-5);
  return node.emit(batchNorm, { input, scale, bias, mean, variance }, { epsilon });
}

/** The outputs after the first (mean, inverse deviation) are not made; `stash_type` is about their precision. */
function importLayerNormalization(node: NodeContext): Tensor {
  const { attributes } = node;
  attributes.ignore("stash_type");
  const input = node.input(0);
  const axis = normalAxis(node, attributes.int("axis") ?? -1, input.type.shape.length);
  const epsilon = attributes.float("epsilon") ?? Math.fround(1e-5);
  return node.emit(layerNorm, { input, scale: node.input(1), bias: node.inputs[2] }, { axis, epsilon });
}

/** Makes the rows of one axis. */
type AlongAxis = (node: NodeContext, input: Tensor, axis: number) => Tensor;

const softmaxAlong: AlongAxis = (node, input, axis) => node.emit(softmax, { input }, { axis });

/** x - max - log(sum(e^(x - max))): the logarithm of nn.softmax would lose small probabilities to underflow. */
const logSoftmaxAlong: AlongAxis = (node, input, axis) => {
  const highest = node.emit(reduceMax, { input }, { axes: [axis] });
  const shifted = node.emit(sub, { lhs: input, rhs: highest }, {});
  const sum = node.emit(reduceSum, { input: node.emit(exp, { input: shifted }, {}) }, { axes: [axis] });
  return node.emit(sub, { lhs: shifted, rhs: node.emit(log, { input: sum }, {}) }, {});
};

const rowsAlongAxis =
  (along: AlongAxis) =>
  (node: NodeContext): Tensor => {
    const input = node.input(0);
    return along(node, input, normalAxis(node, node.attributes.int("axis") ?? -1, input.type.shape.length));
  };

/** Before version 13 everything from the axis on was one row. */
const rowsFromAxis =
  (along: AlongAxis) =>
  (node: NodeContext): Tensor => {
    const input = node.input(0);
    const { shape } = input.type;
    const given = node.attributes.int("axis") ?? 1;
    const axis = given === shape.length ? given : normalAxis(node, given, shape.length);
    if (axis === shape.length - 1) return along(node, input, axis);
    const rows = [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))];
    return node.reshape(along(node, node.reshape(input, rows), 1), shape);
  };

/**
 * Local response normalisation over neighbouring channels: x / (bias + alpha · mean of x² over `size` channels)^beta. The
 * mean is an average pooling with the channels as rows, whose padding counts as zeros.
 */
function importLrn(node: NodeContext): Tensor {
  const { attributes } = node;
  const input = node.input(0);
  const { shape } = input.type;
  const [n, c, ...spatial] = shape;
  if (n === undefined || c === undefined) return node.invalid(`input has rank ${shape.length} but needs at least 2`);
  const size = attributes.int("size") ?? node.invalid("attribute 'size' is missing");
  if (size < 1 || size > 2 * c) node.invalid(`size ${size} does not fit ${c} channels`);
  const [alpha, beta] = [attributes.float("alpha") ?? 1e-4, attributes.float("beta") ?? 0.75];
  const planes = node.reshape(node.emit(mul, { lhs: input, rhs: input }, {}), [n, 1, c, elementCount(spatial)]);
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const window = { kernel: [size, 1], strides: [1, 1], pads: [before, 0, after, 0], count_include_pad: true } as const;
  const mean = node.reshape(node.emit(averagePool2d, { input: planes }, window), shape);
  const scaled = node.emit(mul, { lhs: mean, rhs: node.scalarLike(mean, alpha) }, {});
  const raised = node.emit(add, { lhs: scaled, rhs: node.scalarLike(mean, attributes.float("bias") ?? 1) }, {});
  const divisor = node.emit(pow, { lhs: raised, rhs: node.scalarLike(mean, beta) }, {});
  return node.emit(div, { lhs: input, rhs: divisor }, {});
}

export const normalisationOperators: OperatorTable = {
  BatchNormalization: [since(1, [5, 5], importBatchNormalization)],
  LRN: [since(1, [1, 1], importLrn)],
  LayerNormalization: [since(17, [2, 3], importLayerNormalization)],
  Softmax: [since(1, [1, 1], rowsFromAxis(softmaxAlong)), since(13, [1, 1], rowsAlongAxis(softmaxAlong))],
  LogSoftmax: [since(1, [1, 1], rowsFromAxis(logSoftmaxAlong)), since(13, [1, 1], rowsAlongAxis(logSoftmaxAlong))],
};
