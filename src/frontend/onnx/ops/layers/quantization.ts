/**
 * Importers of quantization. Quantized convolutions and matrix products become nn.dequantize, the plain operation and
 * nn.quantize, as exporters write them that quantize around operations: one form for all.
 */
import { dequantize, quantize } from "../../../../ir/ops/quantization.ts";
import { elementCount, scalar } from "../../../../ir/types.ts";
import type { ScalarType } from "../../../../ir/types.ts";
import { dataTypeName, scalarOfDataType } from "../../read/data-types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import { composer, numbersOf } from "../composer.ts";
import { channelShape, convolve, kernelOfWeight } from "./convolution.ts";
import { multiply } from "./matrix.ts";
import { readWindow } from "./window.ts";

/** Scale and zero point of a quantized tensor, as they are stored: one number, one an index of an axis, or one a block. */
interface Grid {
  readonly scale: Tensor;
  readonly zero: Tensor | undefined;
}

/** A scalar type that an attribute names by ONNX's number; undefined when it is absent or 0. */
function typeAttribute(node: NodeContext, name: string): ScalarType | undefined {
  const number = node.attributes.int(name) ?? 0;
  if (number === 0) return undefined;
  return scalar(scalarOfDataType(number) ?? node.unsupported(`${name} ${dataTypeName(number)} is not supported`));
}

/** Computes on the input and its grid, brought under shapes that broadcast: one number, one an index of the axis, or blocks. */
function onGrid(
  node: NodeContext,
  { scale, zero }: Grid,
  compute: (input: Tensor, scale: Tensor, zero: Tensor | undefined) => Tensor,
): Tensor {
  const compose = composer(node);
  const input = node.input(0);
  const { shape } = input.type;
  const given = node.attributes.int("axis") ?? 1;
  const block = node.attributes.int("block_size") ?? 0;
  const withGrid = (from: Tensor, place: (part: Tensor) => Tensor): Tensor =>
    compute(from, place(scale), zero === undefined ? undefined : place(zero));
  if (elementCount(scale.type.shape) === 1) return withGrid(input, (part) => compose.reshape(part, []));
  // With a vector of one number an index, the axis of a vector is the only one.
  const axis = shape.length === 1 ? 0 : normalAxis(node, given, shape.length);
  const extent = shape[axis] ?? 0;
  if (block === 0) {
    const one = shape.map((_extent, dim) => (dim === axis ? extent : 1));
    return withGrid(input, (part) => compose.reshape(part, one));
  }
  const count = Math.ceil(extent / block);
  const blocks = shape.map((own, dim) => (dim === axis ? count : own));
  if (scale.type.shape.length !== shape.length || elementCount(scale.type.shape) !== elementCount(blocks))
    node.invalid(
      `a scale of shape [${scale.type.shape.join(", ")}] does not fit blocks of ${block} in dimension ${axis}`,
    );
  if (extent % block !== 0) {
    const owners = numbersOf(
      [extent],
      "i64",
      Array.from({ length: extent }, (_unused, index) => Math.floor(index / block)),
    );
    return withGrid(input, (part) => compose.gather(part, owners, axis));
  }
  const apart = (size: number): readonly number[] => [...shape.slice(0, axis), count, size, ...shape.slice(axis + 1)];
  const result = withGrid(compose.reshape(input, apart(block)), (part) => compose.reshape(part, apart(1)));
  return compose.reshape(result, shape);
}

export function importQuantize(node: NodeContext): Tensor {
  const grid = { scale: node.input(1), zero: node.inputs[2] };
  const to = grid.zero?.type.element ?? typeAttribute(node, "output_dtype") ?? scalar("ui8");
  node.attributes.ignore("output_dtype");
  // The type of the scale says how precise the division is; integers are divided in f32.
  const precision = typeAttribute(node, "precision") ?? grid.scale.type.element;
  const saturate = (node.attributes.int("saturate") ?? 1) !== 0 || !to.name.startsWith("f8");
  return onGrid(node, grid, (input, scale, zero_point) =>
    node.emit(quantize, { input, scale, zero_point }, { to, precision, saturate }),
  );
}

export function importDequantize(node: NodeContext): Tensor {
  const grid = { scale: node.input(1), zero: node.inputs[2] };
  const to = typeAttribute(node, "output_dtype") ?? grid.scale.type.element;
  return onGrid(node, grid, (input, scale, zero_point) => node.emit(dequantize, { input, scale, zero_point }, { to }));
}

/** The range of the numbers, which includes 0, over 255 steps. */
function importDynamicQuantize(node: NodeContext): readonly Tensor[] {
  const compose = composer(node);
  const input = node.input(0);
  const axes = input.type.shape.map((_extent, dim) => dim);
  const most = compose.max(compose.largest(input, axes, false), 0);
  const least = compose.min(compose.least(input, axes, false), 0);
  const range = compose.sub(most, least);
  const scale = compose.div(compose.where(compose.equal(range, 0), node.scalarLike(range, 1), range), 255);
  const zero = compose.cast(
    compose.clip(compose.round(compose.neg(compose.div(least, scale))), { min: 0, max: 255 }),
    "ui8",
  );
  const quantized = node.emit(quantize, { input, scale, zero_point: zero }, { to: zero.type.element });
  return [quantized, scale, zero];
}

/** The integers of a quantized tensor without their zero point, as floats, so that products and sums of them are exact. */
function integers(node: NodeContext, input: Tensor, zero: Tensor | undefined): Tensor {
  const scale = numbersOf([], "f32", [1]);
  return node.emit(dequantize, { input, scale, zero_point: zero }, { to: scalar("f32") });
}

/** A vector of one number an output channel, or a single number, under a shape that broadcasts. */
function aligned(node: NodeContext, vector: Tensor | undefined, shape: readonly number[]): Tensor | undefined {
  if (vector === undefined) return undefined;
  return node.reshape(vector, elementCount(vector.type.shape) === 1 ? [] : shape);
}

function importQLinearConv(node: NodeContext): Tensor {
  const compose = composer(node);
  const [x, xScale, xZero, w] = [node.input(0), node.input(1), node.input(2), node.input(3)];
  const [wScale, wZero, yScale, yZero, bias] = [
    node.input(4),
    node.input(5),
    node.input(6),
    node.input(7),
    node.inputs[8],
  ];
  const window = readWindow(node, x, kernelOfWeight(node, x, w));
  const groups = node.attributes.int("group") ?? 1;
  const channels = w.type.shape[0] ?? 0;
  const input = integers(node, x, aligned(node, xZero, []));
  const weight = integers(node, w, aligned(node, wZero, [channels, ...w.type.shape.slice(1).map(() => 1)]));
  const shift = bias === undefined ? undefined : compose.cast(bias, "f32");
  const sums = convolve(node, { input, weight, bias: shift }, { window, groups });
  const step = compose.mul(
    aligned(node, wScale, channelShape(channels, sums)) ?? wScale,
    aligned(node, xScale, []) ?? xScale,
  );
  const scale = compose.div(node.reshape(yScale, []), step);
  const zero_point = node.reshape(yZero, []);
  return node.emit(quantize, { input: sums, scale, zero_point }, { to: zero_point.type.element });
}

/** One number a row of the left operand, a column of the right one, or a single number, under a shape that broadcasts. */
function alongMatrix(node: NodeContext, vector: Tensor, side: "rows" | "columns"): Tensor {
  const { shape } = vector.type;
  if (elementCount(shape) === 1) return node.reshape(vector, []);
  return shape.length === 1 && side === "rows" ? node.reshape(vector, [...shape, 1]) : vector;
}

function importQLinearMatMul(node: NodeContext): Tensor {
  const compose = composer(node);
  const [a, aScale, aZero, b] = [node.input(0), node.input(1), node.input(2), node.input(3)];
  const [bScale, bZero, yScale, yZero] = [node.input(4), node.input(5), node.input(6), node.input(7)];
  const lhs = integers(node, a, alongMatrix(node, aZero, "rows"));
  const rhs = integers(node, b, alongMatrix(node, bZero, "columns"));
  const product = multiply(node, lhs, rhs);
  const [rows, columns] = [alongMatrix(node, aScale, "rows"), alongMatrix(node, bScale, "columns")];
  const step = compose.mul(compose.cast(rows, "f32"), compose.cast(columns, "f32"));
  const scale = compose.div(compose.cast(alongMatrix(node, yScale, "rows"), "f32"), step);
  const zero_point = alongMatrix(node, yZero, "rows");
  return node.emit(quantize, { input: product, scale, zero_point }, { to: zero_point.type.element });
}

/** The integers without their zero point, as 32-bit integers. */
function wide(node: NodeContext, input: Tensor, zero: Tensor | undefined): Tensor {
  const compose = composer(node);
  const integer = compose.cast(input, "i32");
  return zero === undefined ? integer : compose.sub(integer, compose.cast(zero, "i32"));
}

function importMatMulInteger(node: NodeContext): Tensor {
  const [aZero, bZero] = [node.inputs[2], node.inputs[3]];
  const lhs = wide(node, node.input(0), aZero && alongMatrix(node, aZero, "rows"));
  const rhs = wide(node, node.input(1), bZero && alongMatrix(node, bZero, "columns"));
  return multiply(node, lhs, rhs);
}

function importConvInteger(node: NodeContext): Tensor {
  const [x, w] = [node.input(0), node.input(1)];
  const window = readWindow(node, x, kernelOfWeight(node, x, w));
  const channels = w.type.shape[0] ?? 0;
  const input = wide(node, x, aligned(node, node.inputs[2], []));
  const weight = wide(node, w, aligned(node, node.inputs[3], [channels, ...w.type.shape.slice(1).map(() => 1)]));
  return convolve(node, { input, weight, bias: undefined }, { window, groups: node.attributes.int("group") ?? 1 });
}

export const quantizationOperators: OperatorTable = {
  QuantizeLinear: [since(10, [2, 3], importQuantize)],
  DequantizeLinear: [since(10, [2, 3], importDequantize)],
  DynamicQuantizeLinear: [since(11, [1, 1], importDynamicQuantize)],
  QLinearConv: [since(10, [8, 9], importQLinearConv)],
  QLinearMatMul: [since(10, [8, 8], importQLinearMatMul)],
  MatMulInteger: [since(10, [2, 4], importMatMulInteger)],
  ConvInteger: [since(10, [2, 4], importConvInteger)],
};
