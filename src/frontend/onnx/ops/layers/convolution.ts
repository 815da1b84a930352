/** Importers of convolutions. */
import { conv2d } from "../../../../ir/ops/convolution.ts";
import { add } from "../../../../ir/ops/elementwise-binary.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { sameShape } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { readWindow, withoutRows, withRows } from "./window.ts";

/** One or two spatial dimensions; the bias is an addition of its own. */
function importConv(node: NodeContext): Tensor {
  const [input, weight, bias] = [node.input(0), node.input(1), node.inputs[2]];
  const rank = input.type.shape.length;
  if (weight.type.shape.length !== rank)
    node.invalid(`input has rank ${rank} but W has rank ${weight.type.shape.length}`);
  const kernel = weight.type.shape.slice(2);
  const declared = node.attributes.ints("kernel_shape") ?? kernel;
  if (!sameShape(declared, kernel))
    node.invalid(`kernel_shape is [${declared.join(", ")}] but W has [${kernel.join(", ")}]`);
  const { strides, pads, dilations } = readWindow(node, input, kernel);
  const groups = node.attributes.int("group") ?? 1;
  const operands = { input: withRows(node, input), weight: withRows(node, weight) };
  const output = node.emit(conv2d, operands, { strides, pads, dilations, groups });
  return withoutRows(node, bias === undefined ? output : addBias(node, output, bias), rank);
}

function addBias(node: NodeContext, output: Tensor, bias: Tensor): Tensor {
  const channels = output.type.shape[1] ?? 0;
  if (!sameShape(bias.type.shape, [channels])) {
    node.invalid(`B has shape [${bias.type.shape.join(", ")}] but there are ${channels} output channels`);
  }
  return node.emit(add, { lhs: output, rhs: node.reshape(bias, [channels, 1, 1]) }, {});
}

export const convolutionOperators: OperatorTable = { Conv: [since(1, [2, 3], importConv)] };
