/** Importers of element-wise operators of one input. */
import * as unary from "../../../../ir/ops/elementwise-unary.ts";
import * as functions from "../../../../ir/ops/tensors/functions.ts";
import { isFloat } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { ImportNode, OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer } from "../composer.ts";

type Unary = typeof unary.relu;

/** `consumed_inputs` is what operators of the first opsets said about sharing memory. */
function oneInput(kind: Unary): ImportNode {
  return (node) => {
    node.attributes.ignore("consumed_inputs");
    return node.emit(kind, { input: node.input(0) }, {});
  };
}

/** An operator whose definition never changed in a way that matters here. */
const unaryFrom = (version: number, kind: Unary) => [since(version, [1, 1], oneInput(kind))];

/** A float attribute of an activation, with ONNX's default. */
function parameter(node: NodeContext, name: string, fallback: number): number {
  node.attributes.ignore("consumed_inputs");
  return node.attributes.float(name) ?? fallback;
}

function importClipAttributes(node: NodeContext): Tensor {
  node.attributes.ignore("consumed_inputs");
  const { attributes } = node;
  return node.emit(
    unary.clip,
    { input: node.input(0) },
    { min: attributes.float("min"), max: attributes.float("max") },
  );
}

/** Bounds that are computed at run time take a maximum and a minimum instead. */
function importClipInputs(node: NodeContext): Tensor {
  const input = node.input(0);
  const [min, max] = [node.inputs[1], node.inputs[2]];
  const isKnown = [min, max].every((bound) => bound === undefined || bound.kind === "known");
  if (isKnown) {
    const bounds = { min: node.known(1, "min")?.data[0], max: node.known(2, "max")?.data[0] };
    return node.emit(unary.clip, { input }, bounds);
  }
  const make = composer(node);
  const raised = min === undefined ? input : make.max(input, min);
  return max === undefined ? raised : make.min(raised, max);
}

/** The tanh approximation is spelt out: x/2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³))). */
function importGelu(node: NodeContext): Tensor {
  const input = node.input(0);
  const approximate = node.attributes.string("approximate") ?? "none";
  if (approximate === "none") return node.emit(unary.gelu, { input }, {});
  if (approximate !== "tanh") node.unsupported(`approximate '${approximate}' is not supported`);
  const { add, mul, tanh } = composer(node);
  const cube = mul(mul(input, input), input);
  const inner = mul(add(input, mul(cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(input, 0.5), add(tanh(inner), 1));
}

/** gamma · elu(x, alpha); the defaults of operator set 1 have fewer digits. */
function importSelu(node: NodeContext): Tensor {
  const [alpha, gamma] = node.opset < 6 ? [1.6732, 1.0507] : [1.67326319217681884765625, 1.05070102214813232421875];
  const bent = node.emit(functions.elu, { input: node.input(0) }, { alpha: parameter(node, "alpha", alpha) });
  return composer(node).mul(bent, parameter(node, "gamma", gamma));
}

function importCelu(node: NodeContext): Tensor {
  const alpha = parameter(node, "alpha", 1);
  return node.emit(functions.elu, { input: node.input(0) }, { alpha, width: alpha });
}

/** x / (1 + |x|). */
function importSoftsign(node: NodeContext): Tensor {
  const { abs, add, div } = composer(node);
  return div(node.input(0), add(abs(node.input(0)), 1));
}

/** x · tanh(ln(1 + e^x)). */
function importMish(node: NodeContext): Tensor {
  const { mul, tanh } = composer(node);
  return mul(node.input(0), tanh(node.emit(functions.softplus, { input: node.input(0) }, {})));
}

/** x · sigmoid(alpha · x). */
function swish(node: NodeContext): Tensor {
  const input = node.input(0);
  const alpha = parameter(node, "alpha", 1);
  const { mul, sigmoid } = composer(node);
  return alpha === 1 ? node.emit(unary.silu, { input }, {}) : mul(input, sigmoid(mul(input, alpha)));
}

function importThresholdedRelu(node: NodeContext): Tensor {
  const input = node.input(0);
  const make = composer(node);
  return make.where(make.greater(input, parameter(node, "alpha", 1)), input, node.scalarLike(input, 0));
}

/** x + bias below -lambd, x - bias above lambd, 0 between. */
function importShrink(node: NodeContext): Tensor {
  const input = node.input(0);
  const [lambd, bias] = [parameter(node, "lambd", 0.5), parameter(node, "bias", 0)];
  const make = composer(node);
  const moved = (by: number): Tensor => (by === 0 ? input : make.add(input, by));
  const upper = make.where(make.greater(input, lambd), moved(-bias), node.scalarLike(input, 0));
  return make.where(make.less(input, -lambd), moved(bias), upper);
}

function importIsInf(node: NodeContext): Tensor {
  const [positive, negative] = ["detect_positive", "detect_negative"].map((name) => node.attributes.int(name) !== 0);
  return node.emit(functions.isInf, { input: node.input(0) }, { positive, negative });
}

/** Integers stay what they are. */
function roundings(kind: Unary): ImportNode {
  return (node) => (isFloat(node.input(0).type.element) ? oneInput(kind)(node) : node.input(0));
}

const trigonometry: OperatorTable = {
  Sin: unaryFrom(7, functions.sin),
  Cos: unaryFrom(7, functions.cos),
  Tan: unaryFrom(7, functions.tan),
  Asin: unaryFrom(7, functions.asin),
  Acos: unaryFrom(7, functions.acos),
  Atan: unaryFrom(7, functions.atan),
  Sinh: unaryFrom(9, functions.sinh),
  Cosh: unaryFrom(9, functions.cosh),
  Asinh: unaryFrom(9, functions.asinh),
  Acosh: unaryFrom(9, functions.acosh),
  Atanh: unaryFrom(9, functions.atanh),
};

const activations: OperatorTable = {
  Relu: unaryFrom(1, unary.relu),
  Sigmoid: unaryFrom(1, unary.sigmoid),
  Tanh: unaryFrom(1, unary.tanh),
  HardSwish: unaryFrom(14, unary.hardSwish),
  HardSigmoid: [
    since(1, [1, 1], (node) => {
      const [alpha, beta] = [parameter(node, "alpha", 0.2), parameter(node, "beta", 0.5)];
      return node.emit(unary.hardSigmoid, { input: node.input(0) }, { alpha, beta });
    }),
  ],
  LeakyRelu: [
    since(1, [1, 1], (node) =>
      node.emit(unary.leakyRelu, { input: node.input(0) }, { alpha: parameter(node, "alpha", 0.01) }),
    ),
  ],
  Elu: [
    since(1, [1, 1], (node) =>
      node.emit(functions.elu, { input: node.input(0) }, { alpha: parameter(node, "alpha", 1) }),
    ),
  ],
  Celu: [since(12, [1, 1], importCelu)],
  Selu: [since(1, [1, 1], importSelu)],
  Gelu: [since(20, [1, 1], importGelu)],
  Mish: [since(18, [1, 1], importMish)],
  Swish: [since(24, [1, 1], swish)],
  SwiGLU: [since(28, [2, 2], (node) => composer(node).mul(swish(node), node.input(1)))],
  Softplus: unaryFrom(1, functions.softplus),
  Softsign: [since(1, [1, 1], importSoftsign)],
  ThresholdedRelu: [since(10, [1, 1], importThresholdedRelu)],
  Shrink: [since(9, [1, 1], importShrink)],
  Clip: [since(1, [1, 1], importClipAttributes), since(11, [1, 3], importClipInputs)],
};

export const mathOperators: OperatorTable = {
  ...trigonometry,
  ...activations,
  Erf: unaryFrom(9, unary.erf),
  Exp: unaryFrom(1, unary.exp),
  Log: unaryFrom(1, unary.log),
  Sqrt: unaryFrom(1, unary.sqrt),
  Neg: unaryFrom(1, unary.neg),
  Abs: unaryFrom(1, unary.abs),
  Sign: unaryFrom(9, functions.sign),
  Reciprocal: unaryFrom(1, unary.reciprocal),
  Ceil: [since(1, [1, 1], roundings(unary.ceil))],
  Floor: [since(1, [1, 1], roundings(unary.floor))],
  Round: [since(11, [1, 1], roundings(unary.round))],
  Not: unaryFrom(1, unary.not),
  BitwiseNot: unaryFrom(18, functions.bitwiseNot),
  IsNaN: unaryFrom(9, functions.isNan),
  IsInf: [since(10, [1, 1], importIsInf)],
};
