/** Importers of operators that read or change shapes. */
import { broadcastShapes, shapeText } from "../../../../ir/broadcast.ts";
import { broadcastTo, concat, transpose } from "../../../../ir/ops/shape.ts";
import { tensorValue } from "../../../../ir/tensor-value.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import { knownTensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { sameShape } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxes, normalAxis } from "../axes.ts";

function integers(values: readonly number[]): Tensor {
  return knownTensor(tensorValue([values.length], "i64", values));
}

/** Extents from `start` up to `end`, both counted from the end when negative and cut to the rank. */
function importShape(node: NodeContext): Tensor {
  const { shape } = node.input(0).type;
  return integers(shape.slice(node.attributes.int("start") ?? 0, node.attributes.int("end") ?? shape.length));
}

function importSize(node: NodeContext): Tensor {
  return knownTensor(tensorValue([], "i64", [elementCount(node.input(0).type.shape)]));
}

/** The shape asked for, with 0 (copy the input's extent) and -1 (whatever is left) resolved. */
function reshape(node: NodeContext, wanted: readonly number[]): Tensor {
  const input = node.input(0);
  const isZeroAllowed = node.attributes.flag("allowzero");
  const copied = wanted.map((extent, dim) => {
    if (extent !== 0 || isZeroAllowed) return extent;
    return (
      input.type.shape[dim] ??
      node.invalid(`shape ${shapeText(wanted)} copies dimension ${dim}, which the input has not`)
    );
  });
  const open = copied.filter((extent) => extent === -1).length;
  if (open > 1 || copied.some((extent) => extent < -1)) node.invalid(`shape ${shapeText(wanted)} is not possible`);
  const count = elementCount(input.type.shape);
  const rest = elementCount(copied.filter((extent) => extent !== -1));
  const filled = rest === 0 ? 0 : count / rest;
  const shape = copied.map((extent) => (extent === -1 ? filled : extent));
  if (!Number.isInteger(filled) && open > 0) {
    node.invalid(`input ${shapeText(input.type.shape)} does not divide into shape ${shapeText(wanted)}`);
  }
  return node.reshape(input, shape);
}

function importFlatten(node: NodeContext): Tensor {
  const input = node.input(0);
  const { shape } = input.type;
  const given = node.attributes.int("axis") ?? 1;
  const axis = given === shape.length ? given : normalAxis(node, given, shape.length);
  return node.reshape(input, [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]);
}

function squeeze(node: NodeContext, given: readonly number[] | undefined): Tensor {
  const input = node.input(0);
  const { shape } = input.type;
  const axes = given === undefined ? undefined : normalAxes(node, given, shape.length);
  const long = axes?.find((axis) => shape[axis] !== 1);
  if (long !== undefined) node.invalid(`dimension ${long} of ${shapeText(shape)} is not 1`);
  const kept = shape.filter((extent, dim) => (axes === undefined ? extent !== 1 : !axes.includes(dim)));
  return node.reshape(input, kept);
}

function unsqueeze(node: NodeContext, given: readonly number[] | undefined): Tensor {
  const input = node.input(0);
  const { shape } = input.type;
  if (given === undefined) return node.invalid("axes are missing");
  const rank = shape.length + given.length;
  const axes = normalAxes(node, given, rank);
  const rest = [...shape];
  const result = Array.from({ length: rank }, (_unused, dim) => (axes.includes(dim) ? 1 : (rest.shift() ?? 1)));
  return node.reshape(input, result);
}

function importTranspose(node: NodeContext): Tensor {
  const input = node.input(0);
  const dims = input.type.shape.map((_extent, dim) => dim);
  const permutation = node.attributes.ints("perm") ?? dims.toReversed();
  return sameShape(permutation, dims) ? input : node.emit(transpose, { input }, { permutation });
}

function importConcat(node: NodeContext): Tensor {
  const inputs = node.inputs.map((_input, index) => node.input(index));
  const given = node.attributes.int("axis");
  if (given === undefined && node.opset >= 4) node.invalid("attribute 'axis' is missing");
  const axis = normalAxis(node, given ?? 1, node.input(0).type.shape.length);
  return inputs.length === 1 ? node.input(0) : node.emit(concat, { inputs }, { axis });
}

/** Both the input and the shape asked for may have extents of 1 that stretch. */
function importExpand(node: NodeContext): Tensor {
  const wanted = node.knownInts(1, "shape") ?? node.invalid("shape is missing");
  return broadcast(node, node.input(0), wanted);
}

function broadcast(node: NodeContext, input: Tensor, wanted: readonly number[]): Tensor {
  const { shape } = input.type;
  if (wanted.some((extent) => extent < 0)) node.invalid(`shape ${shapeText(wanted)} has a negative extent`);
  const target = broadcastShapes(shape, wanted);
  if (target === undefined) return node.invalid(`shapes ${shapeText(shape)} and ${shapeText(wanted)} do not broadcast`);
  return sameShape(target, shape) ? input : node.emit(broadcastTo, { input }, { shape: target });
}

/** `[a, b]` repeated `[x, y]` times is `[1, a, 1, b]` broadcast to `[x, a, y, b]`. */
function tile(node: NodeContext, repeats: readonly number[]): Tensor {
  const input = node.input(0);
  const { shape } = input.type;
  if (repeats.length !== shape.length)
    node.invalid(`there are ${repeats.length} repeats for ${shape.length} dimensions`);
  if (repeats.some((count) => count < 0)) node.invalid(`repeats ${shapeText(repeats)} are negative`);
  if (repeats.every((count) => count === 1)) return input;
  const apart = node.reshape(
    input,
    shape.flatMap((extent) => [1, extent]),
  );
  const target = shape.flatMap((extent, dim) => [repeats[dim] ?? 1, extent]);
  const repeated = node.emit(broadcastTo, { input: apart }, { shape: target });
  return node.reshape(
    repeated,
    shape.map((extent, dim) => extent * (repeats[dim] ?? 1)),
  );
}

/** Operator set 1 repeats along one axis. */
function importTileAxis(node: NodeContext): Tensor {
  const rank = node.input(0).type.shape.length;
  const [tiles] = node.knownInts(1, "tiles") ?? [];
  const [given] = node.knownInts(2, "axis") ?? [];
  const axis = normalAxis(node, given ?? 0, rank);
  return tile(
    node,
    Array.from({ length: rank }, (_unused, dim) => (dim === axis ? (tiles ?? 1) : 1)),
  );
}

/** Nothing is dropped in inference, nor in training with a ratio of 0. */
function importDropout(node: NodeContext): readonly Tensor[] {
  node.attributes.ignore("ratio", "seed", "is_test", "consumed_inputs");
  const input = node.input(0);
  const isTraining = (node.known(2, "training_mode")?.data[0] ?? 0) !== 0;
  if (isTraining && (node.known(1, "ratio")?.data[0] ?? 0.5) !== 0) {
    node.unsupported("training_mode is true", "export the model for inference");
  }
  if (node.outputCount < 2) return [input];
  // The mask has been of truth values since operator set 10.
  const element = node.opset < 10 ? input.type.element.name : "i1";
  const kept = knownTensor(tensorValue([], element, [1]));
  return [input, node.emit(broadcastTo, { input: kept }, { shape: input.type.shape })];
}

/** Blocks of `size` × `size` pixels, and the depth that they come from or go to, as dimensions of their own. */
function blocks(node: NodeContext): { readonly size: number; readonly isDepthFirst: boolean } {
  const size = node.attributes.int("blocksize") ?? node.invalid("attribute 'blocksize' is missing");
  const mode = node.attributes.string("mode") ?? "DCR";
  const rank = node.input(0).type.shape.length;
  if (rank !== 4) node.invalid(`input has rank ${rank} but needs rank 4`);
  if (size < 1) node.invalid(`blocksize is ${size}`);
  if (mode !== "DCR" && mode !== "CRD") node.invalid(`mode '${mode}' is not known`);
  return { size, isDepthFirst: mode === "DCR" };
}

function importDepthToSpace(node: NodeContext): Tensor {
  const { size, isDepthFirst } = blocks(node);
  const [n = 0, c = 0, h = 0, w = 0] = node.input(0).type.shape;
  const depth = c / (size * size);
  if (!Number.isInteger(depth)) node.invalid(`${c} channels are no multiple of ${size} x ${size}`);
  const apart = node.reshape(node.input(0), isDepthFirst ? [n, size, size, depth, h, w] : [n, depth, size, size, h, w]);
  const permutation = isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
  return node.reshape(node.emit(transpose, { input: apart }, { permutation }), [n, depth, h * size, w * size]);
}

function importSpaceToDepth(node: NodeContext): Tensor {
  const { size, isDepthFirst } = blocks(node);
  const [n = 0, c = 0, h = 0, w = 0] = node.input(0).type.shape;
  const [rows, columns] = [h / size, w / size];
  if (!Number.isInteger(rows) || !Number.isInteger(columns))
    node.invalid(`${h} x ${w} pixels do not divide into blocks of ${size}`);
  const apart = node.reshape(node.input(0), [n, c, rows, size, columns, size]);
  const permutation = isDepthFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4];
  return node.reshape(node.emit(transpose, { input: apart }, { permutation }), [n, c * size * size, rows, columns]);
}

export const shapeOperators: OperatorTable = {
  Shape: [since(1, [1, 1], importShape)],
  Size: [since(1, [1, 1], importSize)],
  Reshape: [
    since(1, [1, 1], (node) => {
      node.attributes.ignore("consumed_inputs");
      return reshape(node, node.attributes.ints("shape") ?? node.invalid("attribute 'shape' is missing"));
    }),
    since(5, [2, 2], (node) => reshape(node, node.knownInts(1, "shape") ?? node.invalid("shape is missing"))),
  ],
  Flatten: [since(1, [1, 1], importFlatten)],
  Squeeze: [
    since(1, [1, 1], (node) => squeeze(node, node.attributes.ints("axes"))),
    since(13, [1, 2], (node) => squeeze(node, node.knownInts(1, "axes"))),
  ],
  Unsqueeze: [
    since(1, [1, 1], (node) => unsqueeze(node, node.attributes.ints("axes"))),
    since(13, [2, 2], (node) => unsqueeze(node, node.knownInts(1, "axes"))),
  ],
  Transpose: [since(1, [1, 1], importTranspose)],
  Concat: [since(1, [1, Infinity], importConcat)],
  Expand: [since(8, [2, 2], importExpand)],
  Tile: [
    since(1, [3, 3], importTileAxis),
    since(6, [2, 2], (node) => tile(node, node.knownInts(1, "repeats") ?? node.invalid("repeats are missing"))),
  ],
  DepthToSpace: [since(1, [1, 1], importDepthToSpace)],
  SpaceToDepth: [since(1, [1, 1], importSpaceToDepth)],
  Identity: [since(1, [1, 1], (node) => node.input(0))],
  Dropout: [since(1, [1, 1], importDropout), since(12, [1, 3], importDropout)],
};
