/** Importers of convolutions. */
import { conv2d } from "../../../../ir/ops/convolution.ts";
import { conv3d } from "../../../../ir/ops/convolution3d.ts";
import { add } from "../../../../ir/ops/elementwise-binary.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { sameShape } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer } from "../composer.ts";
import type { Window } from "./window.ts";
import { planar, readWindow, withoutRows, withRows } from "./window.ts";

/** What a convolution reads. */
export interface ConvolutionOperands {
  readonly input: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/** A convolution over one to three spatial dimensions; one dimension is columns of a single row. */
export function convolve(
  node: NodeContext,
  { input, weight, bias }: ConvolutionOperands,
  { window, groups }: { readonly window: Window; readonly groups: number },
): Tensor {
  const { strides, dilations, low, high } = window;
  const withBias = (output: Tensor): Tensor => (bias === undefined ? output : addBias(node, output, bias));
  if (strides.length === 3) {
    const attributes = { strides, dilations, groups, pads: [...low, ...high] };
    return withBias(node.emit(conv3d, { input, weight }, attributes));
  }
  const { pads, ...slide } = planar(window);
  const operands = { input: withRows(node, input), weight: withRows(node, weight) };
  const attributes = { strides: slide.strides, dilations: slide.dilations, pads, groups };
  return withoutRows(node, withBias(node.emit(conv2d, operands, attributes)), input.type.shape.length);
}

/** The kernel's extents from the weight `W`, which `kernel_shape` may repeat. */
export function kernelOfWeight(node: NodeContext, input: Tensor, weight: Tensor): readonly number[] {
  const rank = input.type.shape.length;
  if (weight.type.shape.length !== rank)
    node.invalid(`input has rank ${rank} but W has rank ${weight.type.shape.length}`);
  const kernel = weight.type.shape.slice(2);
  const declared = node.attributes.ints("kernel_shape") ?? kernel;
  if (!sameShape(declared, kernel))
    node.invalid(`kernel_shape is [${declared.join(", ")}] but W has [${kernel.join(", ")}]`);
  return kernel;
}

/** The sum with one number a channel. */
export function addBias(node: NodeContext, output: Tensor, bias: Tensor): Tensor {
  const channels = output.type.shape[1] ?? 0;
  if (!sameShape(bias.type.shape, [channels])) {
    node.invalid(`B has shape [${bias.type.shape.join(", ")}] but there are ${channels} output channels`);
  }
  return node.emit(add, { lhs: output, rhs: node.reshape(bias, channelShape(channels, output)) }, {});
}

/** A vector of channels under a shape that broadcasts over the spatial dimensions of `like`. */
export function channelShape(channels: number, like: Tensor): readonly number[] {
  return [channels, ...like.type.shape.slice(2).map(() => 1)];
}

function importConv(node: NodeContext): Tensor {
  const [input, weight, bias] = [node.input(0), node.input(1), node.inputs[2]];
  const window = readWindow(node, input, kernelOfWeight(node, input, weight));
  const groups = node.attributes.int("group") ?? 1;
  return convolve(node, { input, weight, bias }, { window, groups });
}

/**
 * Depthwise over the last `k` positions up to each one: what came before the input is the state, which is handed on. With
 * the state in front, the convolution needs no padding.
 */
function importCausalConv(node: NodeContext): readonly Tensor[] {
  const compose = composer(node);
  const [input, weight, bias, past] = [node.input(0), node.input(1), node.inputs[2], node.inputs[3]];
  const [n = 0, channels = 0] = input.type.shape;
  const kernel = weight.type.shape[2] ?? node.invalid(`weight has rank ${weight.type.shape.length} but needs 3`);
  const isGood = input.type.shape.length === 3 && sameShape(weight.type.shape, [channels, 1, kernel]);
  if (!isGood || (past !== undefined && !sameShape(past.type.shape, [n, channels, kernel - 1])))
    node.invalid("input, weight and past_state do not fit together");
  const before = kernel - 1;
  const whole = past === undefined ? compose.pad(input, [0, 0, before], [0, 0, 0]) : compose.concat([past, input], 2);
  const length = whole.type.shape[2] ?? 0;
  const ones = { strides: [1], dilations: [1], low: [0], high: [0], extra: [0] };
  const window = { kernel: [kernel], ...ones };
  const shifted = convolve(node, { input: whole, weight, bias }, { window, groups: channels });
  const activation = node.attributes.string("activation") ?? "none";
  if (!["none", "silu", "swish"].includes(activation)) node.invalid(`activation '${activation}' is not known`);
  const activated = activation === "none" ? shifted : compose.mul(shifted, compose.sigmoid(shifted));
  return [activated, compose.slice(whole, 2, [length - before, length])];
}

export const convolutionOperators: OperatorTable = {
  Conv: [since(1, [2, 3], importConv)],
  CausalConvWithState: [since(27, [2, 4], importCausalConv)],
};
