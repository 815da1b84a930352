/** Importers of softmax and its relatives. */
import { softmax } from "../../../../ir/ops/normalisation.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import { composer } from "../composer.ts";

/** Makes the rows of one axis. */
type AlongAxis = (node: NodeContext, input: Tensor, axis: number) => Tensor;

const softmaxAlong: AlongAxis = (node, input, axis) => node.emit(softmax, { input }, { axis });

/** x - max - log(sum(e^(x - max))): the logarithm of nn.softmax would lose small probabilities to underflow. */
const logSoftmaxAlong: AlongAxis = (node, input, axis) => {
  const compose = composer(node);
  const shifted = compose.sub(input, compose.largest(input, [axis]));
  return compose.sub(shifted, compose.log(compose.sum(compose.exp(shifted), [axis])));
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

const versions = (along: AlongAxis) => [since(1, [1, 1], rowsFromAxis(along)), since(13, [1, 1], rowsAlongAxis(along))];

export const softmaxOperators: OperatorTable = {
  Softmax: versions(softmaxAlong),
  LogSoftmax: versions(logSoftmaxAlong),
};
