/** Importers of operators that read or write at computed places: grids, regions of interest, deformable kernels, columns. */
import { gridSample } from "../../../../ir/ops/sampling/grid-sample.ts";
import { maxRoiPool, roiAlign } from "../../../../ir/ops/sampling/region-pooling.ts";
import { scatterElements } from "../../../../ir/ops/tensors/scatter.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { sameShape } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer, numbersOf } from "../composer.ts";
import { addBias, kernelOfWeight } from "./convolution.ts";
import { kernelAttribute } from "./pooling.ts";
import { readPads, readSteps, spatialExtents } from "./window.ts";

const modes = { bilinear: "linear", linear: "linear", nearest: "nearest", bicubic: "cubic", cubic: "cubic" } as const;
const paddings = ["zeros", "border", "reflection"] as const;

function modeOf(node: NodeContext): "linear" | "nearest" | "cubic" {
  const given = node.attributes.string("mode") ?? "linear";
  const isKnown = (name: string): name is keyof typeof modes => Object.hasOwn(modes, name);
  return isKnown(given) ? modes[given] : node.invalid(`mode '${given}' is not known`);
}

/** A grid has places between -1 and 1, the innermost dimension first. */
function importGridSample(node: NodeContext): Tensor {
  const compose = composer(node);
  const [input, grid] = [node.input(0), node.input(1)];
  const mode = modeOf(node);
  const given = node.attributes.string("padding_mode") ?? "zeros";
  const padding = paddings.find((known) => known === given) ?? node.invalid(`padding_mode '${given}' is not known`);
  const isAligned = node.attributes.flag("align_corners");
  const extents = input.type.shape.slice(2).toReversed();
  const vector = (values: readonly number[]): Tensor => numbersOf([values.length], grid.type.element.name, values);
  const scale = vector(extents.map((extent) => (isAligned ? extent - 1 : extent) / 2));
  const centre = vector(extents.map((extent) => (extent - 1) / 2));
  const points = compose.add(compose.mul(grid, scale), centre);
  const border = isAligned ? "centres" : "edges";
  return node.emit(gridSample, { input, points }, { mode, padding, border, innermost_first: true });
}

/** x' = sum of theta's columns, each times the place along one dimension, plus the last one. */
function importAffineGrid(node: NodeContext): Tensor {
  const compose = composer(node);
  const theta = node.input(0);
  const size = node.knownInts(1, "size") ?? node.invalid("size is missing");
  const extents = size.slice(2);
  const rank = extents.length;
  const [n = 1] = size;
  if (!sameShape(theta.type.shape, [n, rank, rank + 1]))
    node.invalid(`theta has shape [${theta.type.shape.join(", ")}] but should have [${n}, ${rank}, ${rank + 1}]`);
  const isAligned = node.attributes.flag("align_corners");
  const ones = extents.map(() => 1);
  const column = (index: number): Tensor =>
    compose.reshape(compose.slice(theta, 2, [index, index + 1]), [n, ...ones, rank]);
  const parts = extents.map((extent, dim) => {
    const places = Array.from({ length: extent }, (_unused, index) =>
      isAligned ? (extent === 1 ? -1 : -1 + (2 * index) / (extent - 1)) : -1 + (2 * index + 1) / extent,
    );
    const shape = [...ones.map((one, at) => (at === dim ? extent : one)), 1];
    // The first column is for the innermost dimension.
    return compose.mul(column(rank - 1 - dim), numbersOf(shape, theta.type.element.name, places));
  });
  const grid = parts.reduce((sum, part) => compose.add(sum, part), column(rank));
  return compose.broadcast(grid, [n, ...extents, rank]);
}

function importRoiAlign(node: NodeContext): Tensor {
  const { attributes } = node;
  const mode = attributes.string("mode")?.toLowerCase() ?? "avg";
  if (mode !== "avg" && mode !== "max") return node.invalid(`mode '${mode}' is not known`);
  // Before version 16 no half pixel was taken off.
  const transformation =
    attributes.string("coordinate_transformation_mode") ?? (node.opset < 16 ? "output_half_pixel" : "half_pixel");
  return node.emit(
    roiAlign,
    { input: node.input(0), regions: node.input(1), batch_indices: node.input(2) },
    {
      output: [attributes.int("output_height") ?? 1, attributes.int("output_width") ?? 1],
      sampling_ratio: attributes.int("sampling_ratio") ?? 0,
      spatial_scale: attributes.float("spatial_scale") ?? 1,
      half_pixel: transformation === "half_pixel",
      mode,
    },
  );
}

function importMaxRoiPool(node: NodeContext): Tensor {
  const [height, width, ...more] = node.attributes.ints("pooled_shape") ?? [];
  if (height === undefined || width === undefined || more.length > 0)
    return node.invalid("pooled_shape needs 2 numbers");
  const attributes = { output: [height, width] as const, spatial_scale: node.attributes.float("spatial_scale") ?? 1 };
  return node.emit(maxRoiPool, { input: node.input(0), regions: node.input(1) }, attributes);
}

/** Where the weights of a kernel lie without offsets: `[positions, output..., dimensions]`. */
function kernelPlaces(node: NodeContext, input: Tensor, kernel: readonly number[], extents: readonly number[]): Tensor {
  const compose = composer(node);
  const rank = kernel.length;
  const { strides, dilations } = readSteps(node, rank);
  const { low } = readPads(node, rank);
  const element = input.type.element.name;
  const positions = elementCount(kernel);
  const strideOf = (dim: number): number => elementCount(kernel.slice(dim + 1));
  const offsets = Array.from({ length: positions }, (_unused, at) =>
    kernel.map((extent, dim) => (Math.floor(at / strideOf(dim)) % extent) * (dilations[dim] ?? 1) - (low[dim] ?? 0)),
  );
  const base = numbersOf([positions, ...extents.map(() => 1), rank], element, offsets.flat());
  return extents.reduce((places, extent, dim) => {
    const shape = [1, ...extents.map((_extent, at) => (at === dim ? extent : 1)), rank];
    const steps = Array.from({ length: extent }, (_unused, index) =>
      kernel.map((_kernel, at) => (at === dim ? index * (strides[dim] ?? 1) : 0)),
    );
    return compose.add(places, numbersOf(shape, element, steps.flat()));
  }, base);
}

/** The input is read at displaced places, one a weight, and multiplied by the weights as a matrix. */
function importDeformConv(node: NodeContext): Tensor {
  const compose = composer(node);
  const [input, weight, offset, bias, mask] = [
    node.input(0),
    node.input(1),
    node.input(2),
    node.inputs[3],
    node.inputs[4],
  ];
  const kernel = kernelOfWeight(node, input, weight);
  const groups = node.attributes.int("group") ?? 1;
  const shared = node.attributes.int("offset_group") ?? 1;
  const [n = 1, channels = 1, ...spatial] = input.type.shape;
  const [outputs = 1, perGroup = 1] = weight.type.shape;
  const [rank, positions, extents] = [kernel.length, elementCount(kernel), offset.type.shape.slice(2)];
  if (channels % shared !== 0 || outputs % groups !== 0 || channels !== perGroup * groups)
    node.invalid(`group ${groups} and offset_group ${shared} do not fit ${channels} channels`);
  const apart = compose.reshape(offset, [n * shared, positions, rank, ...extents]);
  const last = extents.map((_extent, dim) => dim + 3);
  const moves = compose.transpose(apart, [0, 1, ...last, 2]);
  const points = compose.add(moves, kernelPlaces(node, moves, kernel, extents));
  const pictures = compose.reshape(input, [n * shared, channels / shared, ...spatial]);
  const sampled = node.emit(gridSample, { input: pictures, points }, { mode: "linear", border: "centres" });
  const masked =
    mask === undefined ? sampled : compose.mul(sampled, compose.reshape(mask, [n * shared, 1, positions, ...extents]));
  const columns = compose.reshape(masked, [n, groups, perGroup * positions, elementCount(extents)]);
  const rows = compose.reshape(weight, [groups, outputs / groups, perGroup * positions]);
  const output = compose.reshape(compose.matmul(rows, columns), [n, outputs, ...extents]);
  return bias === undefined ? output : addBias(node, output, bias);
}

/** Elements along an axis with zeros between them, at `low` in an extent of `total`; negative amounts cut off. */
function placed(
  node: NodeContext,
  tensor: Tensor,
  axis: number,
  place: { stride: number; low: number; total: number },
): Tensor {
  const compose = composer(node);
  const { shape } = tensor.type;
  const extent = shape[axis] ?? 1;
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const apart = compose.reshape(tensor, [...outer, extent, 1, ...inner]);
  const none = apart.type.shape.map(() => 0);
  const gaps = none.map((_zero, dim) => (dim === axis + 1 ? place.stride - 1 : 0));
  const wide = compose.reshape(compose.pad(apart, none, gaps), [...outer, extent * place.stride, ...inner]);
  const amounts = (amount: number): readonly number[] => shape.map((_extent, dim) => (dim === axis ? amount : 0));
  return compose.pad(wide, amounts(place.low), amounts(place.total - place.low - extent * place.stride));
}

/** Blocks of columns put back where they came from and added up: one dimension after the other. */
function importCol2Im(node: NodeContext): Tensor {
  const compose = composer(node);
  const input = node.input(0);
  const image = node.knownInts(1, "image_shape") ?? node.invalid("image_shape is missing");
  const block = node.knownInts(2, "block_shape") ?? node.invalid("block_shape is missing");
  const rank = image.length;
  const { strides, dilations } = readSteps(node, rank);
  const { low, high } = readPads(node, rank);
  const counts = image.map((extent, dim) => {
    const span = ((block[dim] ?? 1) - 1) * (dilations[dim] ?? 1) + 1;
    return Math.floor((extent + (low[dim] ?? 0) + (high[dim] ?? 0) - span) / (strides[dim] ?? 1)) + 1;
  });
  const [n = 1, rows = 1, columns = 1] = input.type.shape;
  const channels = rows / elementCount(block);
  if (block.length !== rank || elementCount(counts) !== columns || !Number.isInteger(channels))
    node.invalid(
      `input [${input.type.shape.join(", ")}] does not hold blocks [${block.join(", ")}] of an image [${image.join(", ")}]`,
    );
  const apart = compose.reshape(input, [n * channels, ...block, ...counts]);
  const result = image.reduce((tensor, total, dim) => {
    // The block's dimensions that are left stand in front of the image's, of which those before this one are done.
    const terms = Array.from({ length: block[dim] ?? 1 }, (_unused, at) => {
      const part = compose.slice(tensor, 1, [at, at + 1]);
      const shape = part.type.shape.toSpliced(1, 1);
      const place = { stride: strides[dim] ?? 1, low: at * (dilations[dim] ?? 1) - (low[dim] ?? 0), total };
      return placed(node, compose.reshape(part, shape), rank, place);
    });
    return terms.reduce((sum, term) => compose.add(sum, term));
  }, apart);
  return compose.reshape(result, [n, channels, ...image]);
}

/**
 * Each number goes where its index says, in the flattened tensor that the pooling was of; everything else is zero. With
 * a larger `output_shape`, that tensor is the corner of the result.
 */
function importMaxUnpool(node: NodeContext): Tensor {
  const compose = composer(node);
  const [input, indices] = [node.input(0), node.input(1)];
  const extents = spatialExtents(node, input);
  const kernel = kernelAttribute(node);
  const { strides } = readSteps(node, extents.length);
  const { low, high } = readPads(node, extents.length);
  const inferred = [
    ...input.type.shape.slice(0, 2),
    ...extents.map(
      (extent, dim) => (extent - 1) * (strides[dim] ?? 1) - (low[dim] ?? 0) - (high[dim] ?? 0) + (kernel[dim] ?? 1),
    ),
  ];
  const wanted = node.knownInts(2, "output_shape") ?? inferred;
  const [count, total] = [elementCount(input.type.shape), elementCount(inferred)];
  const flat = node.emit(
    scatterElements,
    {
      data: compose.broadcast(node.scalarLike(input, 0), [total]),
      indices: compose.reshape(indices, [count]),
      updates: compose.reshape(input, [count]),
    },
    { axis: 0 },
  );
  const grown = inferred.map((extent, dim) => (wanted[dim] ?? extent) - extent);
  return compose.pad(
    compose.reshape(flat, inferred),
    inferred.map(() => 0),
    grown,
  );
}

export const samplingOperators: OperatorTable = {
  GridSample: [since(16, [2, 2], importGridSample)],
  AffineGrid: [since(20, [2, 2], importAffineGrid)],
  RoiAlign: [since(10, [3, 3], importRoiAlign)],
  MaxRoiPool: [since(1, [2, 2], importMaxRoiPool)],
  DeformConv: [since(19, [3, 5], importDeformConv)],
  Col2Im: [since(18, [3, 3], importCol2Im)],
  MaxUnpool: [since(9, [2, 3], importMaxUnpool)],
};
