/** Importers of operators that read at computed places: grids, regions of interest, deformable kernels. */
import { gridSample } from "../../../../ir/ops/sampling/grid-sample.ts";
import { maxRoiPool, roiAlign } from "../../../../ir/ops/sampling/region-pooling.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer, numbersOf } from "../composer.ts";
import { addBias, kernelOfWeight } from "./convolution.ts";
import { readPads, readSteps } from "./window.ts";

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

export const samplingOperators: OperatorTable = {
  GridSample: [since(16, [2, 2], importGridSample)],
  RoiAlign: [since(10, [3, 3], importRoiAlign)],
  MaxRoiPool: [since(1, [2, 2], importMaxRoiPool)],
  DeformConv: [since(19, [3, 5], importDeformConv)],
};
