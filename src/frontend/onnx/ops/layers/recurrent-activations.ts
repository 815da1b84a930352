/** The activation functions that recurrent layers may name. */
import { hardSigmoid, leakyRelu } from "../../../../ir/ops/elementwise-unary.ts";
import { elu, softplus } from "../../../../ir/ops/tensors/functions.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { composer } from "../composer.ts";

/** Applies an activation function, after the clipping that the layer asks for. */
export type Activation = (input: Tensor) => Tensor;

/** A function by name: what alpha and beta are when they are not given (undefined: it has none), and the function. */
interface NamedFunction {
  readonly alpha?: number;
  readonly beta?: number;
  readonly apply: (node: NodeContext, input: Tensor, constants: { alpha: number; beta: number }) => Tensor;
}

/** ONNX, RNN, GRU and LSTM, "Activation functions". */
const functions: Readonly<Record<string, NamedFunction>> = {
  relu: { apply: (node, x) => composer(node).relu(x) },
  tanh: { apply: (node, x) => composer(node).tanh(x) },
  sigmoid: { apply: (node, x) => composer(node).sigmoid(x) },
  affine: {
    alpha: 1,
    beta: 0,
    apply: (node, x, { alpha, beta }) => composer(node).add(composer(node).mul(x, alpha), beta),
  },
  leakyrelu: { alpha: 0.01, apply: (node, input, { alpha }) => node.emit(leakyRelu, { input }, { alpha }) },
  thresholdedrelu: {
    alpha: 1,
    apply: (node, x, { alpha }) =>
      composer(node).where(composer(node).greaterOrEqual(x, alpha), x, node.scalarLike(x, 0)),
  },
  scaledtanh: {
    alpha: 1,
    beta: 1,
    apply: (node, x, { alpha, beta }) => {
      const compose = composer(node);
      return compose.mul(compose.tanh(compose.mul(x, beta)), alpha);
    },
  },
  hardsigmoid: {
    alpha: 0.2,
    beta: 0.5,
    apply: (node, input, constants) => node.emit(hardSigmoid, { input }, constants),
  },
  elu: { alpha: 1, apply: (node, input, { alpha }) => node.emit(elu, { input }, { alpha }) },
  softsign: {
    apply: (node, x) => composer(node).div(x, composer(node).add(composer(node).abs(x), 1)),
  },
  softplus: { apply: (node, input) => node.emit(softplus, { input }, {}) },
};

/** The clip bounds what f and g are given; the cell state that LSTM's h is given is not cut, as in ONNX Runtime. */
const gateFunctions = 2;

/**
 * The functions of each direction. Alphas and betas are lists for those functions that take one, in their order.
 * @param defaults  names for one direction
 */
export function readActivations(
  node: NodeContext,
  defaults: readonly string[],
  directions: number,
): readonly (readonly Activation[])[] {
  const { attributes } = node;
  const all = Array.from({ length: directions }, () => defaults).flat();
  const names = attributes.strings("activations") ?? all;
  // Some exporters write the names of both directions where there is one.
  if (names.length < all.length)
    node.invalid(`there are ${names.length} activations but there should be ${all.length}`);
  const [alphas, betas] = [
    [...(attributes.floats("activation_alpha") ?? [])],
    [...(attributes.floats("activation_beta") ?? [])],
  ];
  const threshold = attributes.float("clip");
  const activations = names.slice(0, all.length).map((name, at): Activation => {
    const key = name.toLowerCase();
    const known = Object.hasOwn(functions, key) ? functions[key] : undefined;
    if (known === undefined) return node.unsupported(`activation '${name}' is not known`);
    const alpha = known.alpha === undefined ? 0 : (alphas.shift() ?? known.alpha);
    const beta = known.beta === undefined ? 0 : (betas.shift() ?? known.beta);
    return (input) => {
      const isClipped = threshold !== undefined && at % defaults.length < gateFunctions;
      const bounds = isClipped ? { min: -threshold, max: threshold } : undefined;
      return known.apply(node, bounds === undefined ? input : composer(node).clip(input, bounds), { alpha, beta });
    };
  });
  const each = defaults.length;
  return Array.from({ length: directions }, (_unused, at) => activations.slice(at * each, (at + 1) * each));
}
