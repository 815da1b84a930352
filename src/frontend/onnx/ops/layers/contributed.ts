/**
 * Importers of operators beside the standard that common exporters and optimizers emit: fused matrix products,
 * activations and normalisations of the domain com.microsoft.
 */
import { gelu } from "../../../../ir/ops/elementwise-unary.ts";
import { layerNorm, rmsNorm } from "../../../../ir/ops/normalisation.ts";
import { dequantize, quantize } from "../../../../ir/ops/quantization.ts";
import { scalar } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import type { Composer } from "../composer.ts";
import { composer } from "../composer.ts";
import { importDequantize, importQuantize } from "./quantization.ts";

/** alpha · A · B, of which both may be transposed. */
function importFusedMatMul(node: NodeContext): Tensor {
  const { attributes } = node;
  const compose = composer(node);
  if (attributes.flag("transBatchA") || attributes.flag("transBatchB"))
    node.unsupported("transBatchA and transBatchB are not supported");
  const flags = { transpose_lhs: attributes.flag("transA"), transpose_rhs: attributes.flag("transB") };
  const product = compose.matmul(node.input(0), node.input(1), flags);
  const alpha = attributes.float("alpha") ?? 1;
  return alpha === 1 ? product : compose.mul(product, alpha);
}

/** The input, plus a bias where the operator has one. */
function withBias(node: NodeContext): Tensor {
  const bias = node.inputs[1];
  return bias === undefined ? node.input(0) : composer(node).add(node.input(0), bias);
}

/** x/2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³))). */
function importFastGelu(node: NodeContext): Tensor {
  const compose = composer(node);
  const x = withBias(node);
  const cube = compose.mul(compose.mul(x, x), x);
  const inner = compose.mul(compose.add(x, compose.mul(cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return compose.mul(compose.mul(x, 0.5), compose.add(compose.tanh(inner), 1));
}

/** x · sigmoid(alpha · x). */
function importQuickGelu(node: NodeContext): Tensor {
  const compose = composer(node);
  const alpha = node.attributes.float("alpha") ?? 1.702;
  return compose.mul(node.input(0), compose.sigmoid(compose.mul(node.input(0), alpha)));
}

/** Input, skip connection and bias added up: what is normalised, and the fourth output. */
function skipSum(node: NodeContext, bias: Tensor | undefined): Tensor {
  const compose = composer(node);
  const sum = compose.add(node.input(0), node.input(1));
  return bias === undefined ? sum : compose.add(sum, bias);
}

/** Outputs between the first and the fourth exist in training only. */
function withSum(node: NodeContext, normalised: Tensor, sum: Tensor): Tensor | readonly Tensor[] {
  if (node.outputCount < 4) return normalised;
  const compose = composer(node);
  const last = [sum.type.shape.length - 1];
  // Nobody reads these two of an inference model; they keep the fourth in its place.
  const mean = compose.mean(compose.cast(sum, "f32"), last);
  return [normalised, mean, mean, sum];
}

function importSkipLayerNorm(node: NodeContext): Tensor | readonly Tensor[] {
  const input = skipSum(node, node.inputs[4]);
  const epsilon = node.attributes.float("epsilon") ?? 1e-12;
  const operands = { input, scale: node.input(2), bias: node.inputs[3] };
  const axis = input.type.shape.length - 1;
  return withSum(node, node.emit(layerNorm, operands, { axis, epsilon }), input);
}

function importSkipRmsNorm(node: NodeContext): Tensor | readonly Tensor[] {
  const input = skipSum(node, node.inputs[3]);
  const epsilon = node.attributes.float("epsilon") ?? 1e-6;
  const axis = input.type.shape.length - 1;
  return withSum(node, node.emit(rmsNorm, { input, scale: node.input(2) }, { axis, epsilon }), input);
}

function importSimplifiedLayerNorm(node: NodeContext): Tensor {
  node.attributes.ignore("stash_type");
  const input = node.input(0);
  const axis = normalAxis(node, node.attributes.int("axis") ?? -1, input.type.shape.length);
  const epsilon = node.attributes.float("epsilon") ?? Math.fround(1e-5);
  return node.emit(rmsNorm, { input, scale: node.input(1) }, { axis, epsilon });
}

/** Both operands as numbers, put together, and quantized again. */
function quantizedBinary(combine: (compose: Composer, lhs: Tensor, rhs: Tensor) => Tensor) {
  return (node: NodeContext): Tensor => {
    const number = (first: number): Tensor =>
      node.emit(
        dequantize,
        { input: node.input(first), scale: node.input(first + 1), zero_point: node.inputs[first + 2] },
        { to: scalar("f32") },
      );
    const result = combine(composer(node), number(0), number(3));
    const zero_point = node.inputs[7];
    const to = zero_point?.type.element ?? node.input(0).type.element;
    return node.emit(quantize, { input: result, scale: node.input(6), zero_point }, { to });
  };
}

/** Operators of the domain com.microsoft. */
export const microsoftOperators: OperatorTable = {
  BiasGelu: [since(1, [2, 2], (node) => node.emit(gelu, { input: withBias(node) }, {}))],
  DequantizeLinear: [since(1, [2, 3], importDequantize)],
  FastGelu: [since(1, [1, 2], importFastGelu)],
  FusedMatMul: [since(1, [2, 2], importFusedMatMul)],
  Gelu: [since(1, [1, 1], (node) => node.emit(gelu, { input: node.input(0) }, {}))],
  QLinearAdd: [
    since(
      1,
      [7, 8],
      quantizedBinary((compose, lhs, rhs) => compose.add(lhs, rhs)),
    ),
  ],
  QLinearMul: [
    since(
      1,
      [7, 8],
      quantizedBinary((compose, lhs, rhs) => compose.mul(lhs, rhs)),
    ),
  ],
  QuantizeLinear: [since(1, [2, 3], importQuantize)],
  QuickGelu: [since(1, [1, 1], importQuickGelu)],
  SkipLayerNormalization: [since(1, [3, 5], importSkipLayerNorm)],
  SkipSimplifiedLayerNormalization: [since(1, [3, 4], importSkipRmsNorm)],
};

/** Operators that optimizers write into the standard domain, though no operator set has them. */
export const unofficialOperators: OperatorTable = {
  SimplifiedLayerNormalization: [since(1, [2, 2], importSimplifiedLayerNorm)],
};
