/** Importers of poolings. A window over three dimensions is one over rows and columns, then one over the depth. */
import { averagePool2d, maxPool2d } from "../../../../ir/ops/pooling.ts";
import { reduceMax, reduceMean } from "../../../../ir/ops/reduction.ts";
import { maxPoolIndices } from "../../../../ir/ops/sampling/max-pool-indices.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer } from "../composer.ts";
import type { PlanarWindow, Window } from "./window.ts";
import { planar, readWindow, spatialExtents, windowPart, withoutRows, withRows } from "./window.ts";

/** Larger windows are refused: the pooling ops visit each place of a window to see whether it lies in the padding. */
const kernelLimit = 4096;

/** The window's extents from `kernel_shape`. */
function kernelAttribute(node: NodeContext): readonly number[] {
  const kernel = node.attributes.ints("kernel_shape") ?? node.invalid("attribute 'kernel_shape' is missing");
  const count = node.input(0).type.shape.length - 2;
  const isGood = kernel.length === count && kernel.every((extent) => extent >= 1);
  if (kernel.some((extent) => extent > kernelLimit))
    node.unsupported(`kernel_shape [${kernel.join(", ")}] is too large`);
  return isGood ? kernel : node.invalid(`kernel_shape [${kernel.join(", ")}] should be ${count} numbers ≥ 1`);
}

/** Pools `[n, c, h, w]` by a window over rows and columns. */
type PoolPlanes = (input: Tensor, window: PlanarWindow) => Tensor;

/** Pools one to three spatial dimensions by what pools two: maxima and means of a box are those of its planes' results. */
function pooled(node: NodeContext, input: Tensor, window: Window, pool: PoolPlanes): Tensor {
  const { shape } = input.type;
  if (shape.length < 5) return withoutRows(node, pool(withRows(node, input), planar(window)), shape.length);
  const [n = 1, c = 1, depth = 1, height = 1, width = 1] = shape;
  const slices = node.reshape(input, [n, c * depth, height, width]);
  const planes = pool(slices, planar(windowPart(window, 1)));
  const [, , p = 1, q = 1] = planes.type.shape;
  const columns = node.reshape(planes, [n, c, depth, p * q]);
  // The depth slides along the rows; every column stands for one place of a plane.
  const [along, across] = [planar(windowPart(window, 0, 1)), { kernel: 1, stride: 1, dilation: 1, pad: 0 }];
  const result = pool(columns, {
    kernel: [along.kernel[1], across.kernel],
    strides: [along.strides[1], across.stride],
    dilations: [along.dilations[1], across.dilation],
    pads: [along.pads[1], across.pad, along.pads[3], across.pad],
  });
  return node.reshape(result, [n, c, result.type.shape[2] ?? 1, p, q]);
}

/** The second output holds where each maximum lies, in the flattened input; `storage_order` is about it alone. */
function importMaxPool(node: NodeContext): Tensor | readonly Tensor[] {
  const isColumnMajor = node.attributes.flag("storage_order");
  const input = node.input(0);
  const window = readWindow(node, input, kernelAttribute(node));
  const largest = pooled(node, input, window, (planes, own) => node.emit(maxPool2d, { input: planes }, own));
  if (node.outputCount < 2) return largest;
  const { kernel, strides, dilations, low, high } = window;
  const attributes = { kernel, strides, dilations, pads: [...low, ...high], column_major: isColumnMajor };
  return [largest, node.emit(maxPoolIndices, { input }, attributes)];
}

/** Padding counts when asked for, but not what rounding the output's extent up adds to it. */
function importAveragePool(node: NodeContext): Tensor {
  const given = node.input(0);
  const window = readWindow(node, given, kernelAttribute(node));
  const isPaddingCounted = node.attributes.flag("count_include_pad");
  const isExtended = isPaddingCounted && Math.max(...window.extra) > 0;
  const average =
    (count_include_pad: boolean): PoolPlanes =>
    (input, own) =>
      node.emit(averagePool2d, { input }, { ...own, count_include_pad });
  if (!isExtended) return pooled(node, given, window, average(isPaddingCounted));
  const high = window.high.map((amount, dim) => amount - (window.extra[dim] ?? 0));
  const padded = composer(node).pad(given, [0, 0, ...window.low], [0, 0, ...high]);
  return pooled(node, padded, { ...window, low: window.low.map(() => 0), high: window.extra }, average(false));
}

/** (sum of |x|^p)^(1/p): the sum is the mean, padding counted as zeros, times the size of the window. */
function importLpPool(node: NodeContext): Tensor {
  const compose = composer(node);
  const input = node.input(0);
  const window = readWindow(node, input, kernelAttribute(node));
  const p = exponent(node);
  const powers = powersOf(node, input, p);
  const means = pooled(node, powers, window, (planes, own) =>
    node.emit(averagePool2d, { input: planes }, { ...own, count_include_pad: true }),
  );
  return rooted(node, compose.mul(means, elementCount(window.kernel)), p);
}

/** `p` was a float in the first operator set. */
function exponent(node: NodeContext): number {
  return (node.opset < 2 ? node.attributes.float("p") : node.attributes.int("p")) ?? 2;
}

/** |x|^p. */
export function powersOf(node: NodeContext, input: Tensor, p: number): Tensor {
  const compose = composer(node);
  if (p === 2) return compose.mul(input, input);
  const positive = compose.abs(input);
  return p === 1 ? positive : compose.pow(positive, p);
}

/** x^(1/p). */
export function rooted(node: NodeContext, sum: Tensor, p: number): Tensor {
  const compose = composer(node);
  if (p === 1) return sum;
  return p === 2 ? compose.sqrt(sum) : compose.pow(sum, 1 / p);
}

function spatialAxes(node: NodeContext): readonly number[] {
  return spatialExtents(node, node.input(0)).map((_extent, dim) => dim + 2);
}

/** All spatial dimensions as one window. */
const importGlobal =
  (kind: typeof reduceMean) =>
  (node: NodeContext): Tensor =>
    node.emit(kind, { input: node.input(0) }, { axes: spatialAxes(node) });

function importGlobalLpPool(node: NodeContext): Tensor {
  const p = exponent(node);
  return rooted(node, composer(node).sum(powersOf(node, node.input(0), p), spatialAxes(node)), p);
}

export const poolingOperators: OperatorTable = {
  MaxPool: [since(1, [1, 1], importMaxPool)],
  AveragePool: [since(1, [1, 1], importAveragePool)],
  LpPool: [since(1, [1, 1], importLpPool)],
  GlobalAveragePool: [since(1, [1, 1], importGlobal(reduceMean))],
  GlobalMaxPool: [since(1, [1, 1], importGlobal(reduceMax))],
  GlobalLpPool: [since(1, [1, 1], importGlobalLpPool)],
};
