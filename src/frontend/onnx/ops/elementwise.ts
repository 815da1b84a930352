/** Importers of element-wise operators. */
import * as binary from "../../../ir/ops/elementwise-binary.ts";
import * as unary from "../../../ir/ops/elementwise-unary.ts";
import { where } from "../../../ir/ops/selection.ts";
import type { ScalarType } from "../../../ir/types.ts";
import { isFloat, scalar } from "../../../ir/types.ts";
import { dataTypeName, scalarOfDataType } from "../read/data-types.ts";
import type { Tensor } from "../module-builder.ts";
import type { NodeContext } from "../node-context.ts";
import type { ImportNode, OperatorTable } from "../operator.ts";
import { since } from "../operator.ts";

type Unary = typeof unary.relu;
type Binary = typeof binary.add;

/** `consumed_inputs` is what operators of the first opsets said about sharing memory. */
function oneInput(kind: Unary): ImportNode {
  return (node) => {
    node.attributes.ignore("consumed_inputs");
    return node.emit(kind, { input: node.input(0) }, {});
  };
}

const twoInputs =
  (kind: Binary): ImportNode =>
  (node) =>
    node.emit(kind, { lhs: node.input(0), rhs: node.input(1) }, {});

/** Any number of inputs, put together two by two from the left. */
function chain(node: NodeContext, kind: Binary): Tensor {
  node.attributes.ignore("consumed_inputs");
  const [first, ...rest] = node.inputs.map((_input, index) => node.input(index));
  return rest.reduce((lhs, rhs) => node.emit(kind, { lhs, rhs }, {}), first ?? node.input(0));
}

const manyInputs =
  (kind: Binary): ImportNode =>
  (node) =>
    chain(node, kind);

function importMean(node: NodeContext): Tensor {
  const sum = chain(node, binary.add);
  return node.emit(binary.div, { lhs: sum, rhs: node.scalarLike(sum, node.inputs.length) }, {});
}

/** The exponent may be of another type than the base, which is the result's. */
function importPow(node: NodeContext): Tensor {
  const [base, exponent] = [node.input(0), node.input(1)];
  const [own, other] = [base.type.element, exponent.type.element];
  const inner = isFloat(other) && !isFloat(own) ? other : own;
  const power = node.emit(binary.pow, { lhs: cast(node, base, inner), rhs: cast(node, exponent, inner) }, {});
  return cast(node, power, own);
}

function importMod(node: NodeContext): Tensor {
  const [lhs, rhs] = [node.input(0), node.input(1)];
  const { element } = lhs.type;
  const isFmod = node.attributes.flag("fmod");
  if (isFloat(element) && !isFmod) node.invalid(`fmod is 0 but must be 1 for element type ${element.name}`);
  if (isFmod && !isFloat(element)) node.unsupported(`fmod=1 is not supported for element type ${element.name}`);
  return node.emit(binary.mod, { lhs, rhs }, {});
}

function cast(node: NodeContext, input: Tensor, to: ScalarType): Tensor {
  return input.type.element === to ? input : node.emit(unary.cast, { input }, { to });
}

function importCast(node: NodeContext): Tensor {
  const to = node.attributes.int("to") ?? node.invalid("attribute 'to' is missing");
  if (node.attributes.int("saturate") === 0) node.unsupported("saturate=0 is not supported");
  const name = scalarOfDataType(to) ?? node.unsupported(`element type ${dataTypeName(to)} is not supported`);
  return cast(node, node.input(0), scalar(name));
}

/** The element type is that of the second input, whose numbers are not read. */
function importCastLike(node: NodeContext): Tensor {
  if (node.attributes.int("saturate") === 0) node.unsupported("saturate=0 is not supported");
  return cast(node, node.input(0), node.input(1).type.element);
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
  const raised = min === undefined ? input : node.emit(binary.max, { lhs: input, rhs: min }, {});
  return max === undefined ? raised : node.emit(binary.min, { lhs: raised, rhs: max }, {});
}

/** The tanh approximation is spelt out: x/2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³))). */
function importGelu(node: NodeContext): Tensor {
  const input = node.input(0);
  const approximate = node.attributes.string("approximate") ?? "none";
  if (approximate === "none") return node.emit(unary.gelu, { input }, {});
  if (approximate !== "tanh") node.unsupported(`approximate '${approximate}' is not supported`);
  const times = (lhs: Tensor, rhs: Tensor): Tensor => node.emit(binary.mul, { lhs, rhs }, {});
  const plus = (lhs: Tensor, rhs: Tensor): Tensor => node.emit(binary.add, { lhs, rhs }, {});
  const number = (value: number): Tensor => node.scalarLike(input, value);
  const cube = times(times(input, input), input);
  const inner = times(plus(input, times(cube, number(0.044715))), number(Math.sqrt(2 / Math.PI)));
  const gate = plus(node.emit(unary.tanh, { input: inner }, {}), number(1));
  return times(times(input, number(0.5)), gate);
}

function importWhere(node: NodeContext): Tensor {
  return node.emit(where, { condition: node.input(0), on_true: node.input(1), on_false: node.input(2) }, {});
}

/** An operator whose definition never changed in a way that matters here. */
const unaryFrom = (version: number, kind: Unary) => [since(version, [1, 1], oneInput(kind))];
/** Before version 7 the operands of binary operators broadcast by an attribute. */
const binaryFrom = (version: number, kind: Binary) => [since(version, [2, 2], twoInputs(kind))];

export const elementwiseOperators: OperatorTable = {
  Relu: unaryFrom(1, unary.relu),
  Sigmoid: unaryFrom(1, unary.sigmoid),
  Tanh: unaryFrom(1, unary.tanh),
  Erf: unaryFrom(9, unary.erf),
  Exp: unaryFrom(1, unary.exp),
  Log: unaryFrom(1, unary.log),
  Sqrt: unaryFrom(1, unary.sqrt),
  Neg: unaryFrom(1, unary.neg),
  Abs: unaryFrom(1, unary.abs),
  Reciprocal: unaryFrom(1, unary.reciprocal),
  Ceil: unaryFrom(1, unary.ceil),
  Floor: unaryFrom(1, unary.floor),
  Round: unaryFrom(11, unary.round),
  Not: unaryFrom(1, unary.not),
  HardSwish: unaryFrom(14, unary.hardSwish),
  HardSigmoid: [
    since(1, [1, 1], (node) => {
      const { attributes } = node;
      attributes.ignore("consumed_inputs");
      const [alpha, beta] = [attributes.float("alpha") ?? 0.2, attributes.float("beta") ?? 0.5];
      return node.emit(unary.hardSigmoid, { input: node.input(0) }, { alpha, beta });
    }),
  ],
  LeakyRelu: [
    since(1, [1, 1], (node) => {
      node.attributes.ignore("consumed_inputs");
      return node.emit(unary.leakyRelu, { input: node.input(0) }, { alpha: node.attributes.float("alpha") ?? 0.01 });
    }),
  ],
  Gelu: [since(20, [1, 1], importGelu)],
  Clip: [since(6, [1, 1], importClipAttributes), since(11, [1, 3], importClipInputs)],
  Cast: [since(6, [1, 1], importCast)],
  CastLike: [since(15, [2, 2], importCastLike)],
  Add: binaryFrom(7, binary.add),
  Sub: binaryFrom(7, binary.sub),
  Mul: binaryFrom(7, binary.mul),
  Div: binaryFrom(7, binary.div),
  And: binaryFrom(7, binary.and),
  Or: binaryFrom(7, binary.or),
  Xor: binaryFrom(7, binary.xor),
  Equal: binaryFrom(7, binary.equal),
  Less: binaryFrom(7, binary.less),
  LessOrEqual: binaryFrom(12, binary.lessOrEqual),
  Greater: binaryFrom(7, binary.greater),
  GreaterOrEqual: binaryFrom(12, binary.greaterOrEqual),
  Pow: [since(7, [2, 2], importPow)],
  Mod: [since(10, [2, 2], importMod)],
  Where: [since(9, [3, 3], importWhere)],
  // Before version 8 all operands had one shape, which broadcasting includes.
  Max: [since(6, [1, Infinity], manyInputs(binary.max))],
  Min: [since(6, [1, Infinity], manyInputs(binary.min))],
  Sum: [since(6, [1, Infinity], manyInputs(binary.add))],
  Mean: [since(6, [1, Infinity], importMean)],
};
