/** Importers of element-wise operators of several inputs. */
import * as binary from "../../../../ir/ops/elementwise-binary.ts";
import { where } from "../../../../ir/ops/selection.ts";
import * as bits from "../../../../ir/ops/tensors/bits.ts";
import { isFloat } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { ImportNode, OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import { composer } from "../composer.ts";

type Binary = typeof binary.add;

const twoInputs =
  (kind: Binary): ImportNode =>
  (node) =>
    node.emit(kind, { lhs: node.input(0), rhs: node.input(1) }, {});

/**
 * The second input as it broadcasts before operator set 7: only when `broadcast` is set, and with its dimensions beginning
 * at `axis`, or else at the end.
 */
function broadcastByAxis(node: NodeContext): Tensor {
  const [lhs, rhs] = [node.input(0), node.input(1)];
  node.attributes.ignore("consumed_inputs", "broadcast");
  const given = node.attributes.int("axis");
  if (given === undefined) return rhs;
  const rank = lhs.type.shape.length;
  const after = rank - normalAxis(node, given, rank) - rhs.type.shape.length;
  if (after < 0) node.invalid(`axis ${given} leaves no room for an input of rank ${rhs.type.shape.length}`);
  return node.reshape(rhs, [...rhs.type.shape, ...Array.from({ length: after }, () => 1)]);
}

const twoInputsByAxis =
  (kind: Binary): ImportNode =>
  (node) =>
    node.emit(kind, { lhs: node.input(0), rhs: broadcastByAxis(node) }, {});

/** An operator that broadcast by an attribute before operator set 7. */
const binaryFrom1 = (kind: Binary) => [since(1, [2, 2], twoInputsByAxis(kind)), since(7, [2, 2], twoInputs(kind))];
const binaryFrom = (version: number, kind: Binary) => [since(version, [2, 2], twoInputs(kind))];

/** Any number of inputs, put together two by two from the left. */
function chain(node: NodeContext, kind: Binary): Tensor {
  node.attributes.ignore("consumed_inputs");
  const [first, ...rest] = node.inputs.map((_input, index) => node.input(index));
  return rest.reduce((lhs, rhs) => node.emit(kind, { lhs, rhs }, {}), first ?? node.input(0));
}

/** Before version 8 all operands had one shape, which broadcasting includes. */
const manyInputs = (kind: Binary) => [since(1, [1, Infinity], (node) => chain(node, kind))];

function importMean(node: NodeContext): Tensor {
  return composer(node).div(chain(node, binary.add), node.inputs.length);
}

/** The exponent may be of another type than the base, which is the result's; mixed ones are computed as floats. */
function power(node: NodeContext, base: Tensor, exponent: Tensor): Tensor {
  const [own, other] = [base.type.element, exponent.type.element];
  const inner = isFloat(other) && !isFloat(own) ? "f64" : own.name;
  const { cast, pow } = composer(node);
  return cast(pow(cast(base, inner), cast(exponent, inner)), own.name);
}

/**
 * The remainder has the sign of the divisor, or with `fmod` that of the dividend. `nn.mod` does the first for integers and
 * the second for floats; the others are made from it.
 */
function importMod(node: NodeContext): Tensor {
  const [lhs, rhs] = [node.input(0), node.input(1)];
  const { element } = lhs.type;
  const isFmod = node.attributes.flag("fmod");
  const isNative = isFloat(element) === isFmod || element.name.startsWith("u");
  if (isNative) return node.emit(binary.mod, { lhs, rhs }, {});
  return isFmod ? truncatedRemainder(node, lhs, rhs) : flooredRemainder(node, lhs, rhs);
}

/** a - b · (a / b), the quotient truncated. */
function truncatedRemainder(node: NodeContext, lhs: Tensor, rhs: Tensor): Tensor {
  const { div, mul, sub } = composer(node);
  return sub(lhs, mul(div(lhs, rhs), rhs));
}

/** b is added where the truncated remainder is not 0 and has the other sign. */
function flooredRemainder(node: NodeContext, lhs: Tensor, rhs: Tensor): Tensor {
  if (node.opset < 28) node.invalid(`fmod is 0 but must be 1 for element type ${lhs.type.element.name}`);
  const make = composer(node);
  const rest = make.mod(lhs, rhs);
  const differ = node.emit(binary.xor, { lhs: make.less(rest, 0), rhs: make.less(rhs, 0) }, {});
  return make.where(make.and(differ, make.not(make.equal(rest, 0))), make.add(rest, rhs), rest);
}

function importBitShift(node: NodeContext): Tensor {
  const direction = node.attributes.string("direction") ?? node.invalid("attribute 'direction' is missing");
  if (direction !== "LEFT" && direction !== "RIGHT") node.invalid(`direction '${direction}' is not known`);
  return twoInputs(direction === "LEFT" ? bits.shiftLeft : bits.shiftRight)(node) as Tensor;
}

/** Before operator set 7 a slope of one dimension is one for each channel, the second dimension. */
function importPreluChannels(node: NodeContext): Tensor {
  node.attributes.ignore("consumed_inputs");
  const [lhs, slope] = [node.input(0), node.input(1)];
  const isOne = slope.type.shape.length === 1 && slope.type.shape[0] !== 1 && lhs.type.shape.length > 2;
  const after = lhs.type.shape.slice(2).map(() => 1);
  const rhs = isOne ? node.reshape(slope, [...slope.type.shape, ...after]) : slope;
  return node.emit(bits.prelu, { lhs, rhs }, {});
}

function importWhere(node: NodeContext): Tensor {
  return node.emit(where, { condition: node.input(0), on_true: node.input(1), on_false: node.input(2) }, {});
}

export const arithmeticOperators: OperatorTable = {
  Add: binaryFrom1(binary.add),
  Sub: binaryFrom1(binary.sub),
  Mul: binaryFrom1(binary.mul),
  Div: binaryFrom1(binary.div),
  And: binaryFrom1(binary.and),
  Or: binaryFrom1(binary.or),
  Xor: binaryFrom1(binary.xor),
  Equal: binaryFrom1(binary.equal),
  Less: binaryFrom1(binary.less),
  Greater: binaryFrom1(binary.greater),
  LessOrEqual: binaryFrom(12, binary.lessOrEqual),
  GreaterOrEqual: binaryFrom(12, binary.greaterOrEqual),
  BitwiseAnd: binaryFrom(18, bits.bitwiseAnd),
  BitwiseOr: binaryFrom(18, bits.bitwiseOr),
  BitwiseXor: binaryFrom(18, bits.bitwiseXor),
  BitShift: [since(11, [2, 2], importBitShift)],
  Pow: [
    since(1, [2, 2], (node) => power(node, node.input(0), broadcastByAxis(node))),
    since(7, [2, 2], (node) => power(node, node.input(0), node.input(1))),
  ],
  Mod: [since(10, [2, 2], importMod)],
  PRelu: [since(1, [2, 2], importPreluChannels), since(7, [2, 2], twoInputs(bits.prelu))],
  Where: [since(9, [3, 3], importWhere)],
  Max: manyInputs(binary.max),
  Min: manyInputs(binary.min),
  Sum: manyInputs(binary.add),
  Mean: [since(1, [1, Infinity], importMean)],
};
