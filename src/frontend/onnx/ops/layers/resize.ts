/** Importer of Resize in its nearest mode: each resized dimension is a gather of known indices. */
import { gather } from "../../../../ir/ops/gather.ts";
import { tensorValue } from "../../../../ir/tensor-value.ts";
import type { Tensor } from "../../module-builder.ts";
import { knownTensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";

/** One dimension: its extents before and after, and how much longer it becomes. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Longer dimensions are refused: their list of indices would be a weight of its own. */
const extentLimit = 2 ** 20;

/** Where the centre of output element `index` lies in the input (ONNX, Resize, "coordinate_transformation_mode"). */
const coordinates: Readonly<Record<string, (index: number, stretch: Stretch) => number>> = {
  asymmetric: (index, { scale }) => index / scale,
  half_pixel: (index, { scale }) => (index + 0.5) / scale - 0.5,
  pytorch_half_pixel: (index, { scale, to }) => (to > 1 ? (index + 0.5) / scale - 0.5 : 0),
  align_corners: (index, { from, to }) => (to > 1 ? (index * (from - 1)) / (to - 1) : 0),
};

/** Which input element is nearest to a place (ONNX, Resize, "nearest_mode"). */
const roundings: Readonly<Record<string, (place: number) => number>> = {
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

function choice<T>(node: NodeContext, attribute: string, options: Readonly<Record<string, T>>, fallback: string): T {
  const given = node.attributes.string(attribute) ?? fallback;
  const known = Object.hasOwn(options, given) ? options[given] : undefined;
  const help = `supported are ${Object.keys(options).join(", ")}`;
  return known ?? node.unsupported(`${attribute} '${given}' is not supported`, help);
}

/** The stretch of each dimension that `axes` names, from scales or from sizes. */
function stretches(node: NodeContext, input: Tensor, first: number): ReadonlyMap<number, Stretch> {
  const { shape } = input.type;
  const axes = node.attributes.ints("axes")?.map((axis) => normalAxis(node, axis, shape.length)) ?? [...shape.keys()];
  const [scales, sizes] = [node.known(first, "scales")?.data, node.knownInts(first + 1, "sizes")].map(notEmpty);
  const values = scales ?? sizes ?? node.invalid("neither scales nor sizes are given");
  if (values.length !== axes.length)
    node.invalid(`${values.length} scales or sizes are given for ${axes.length} dimensions`);
  if (values.some((value) => value <= 0)) node.invalid(`scales or sizes [${values.join(", ")}] should be positive`);
  return new Map(
    axes.map((axis, index): [number, Stretch] => {
      const [from, value] = [shape[axis] ?? 0, values[index] ?? 1];
      if (scales !== undefined) return [axis, { from, to: Math.floor(from * value), scale: value }];
      return [axis, { from, to: value, scale: value / from }];
    }),
  );
}

/** An input that is left out or empty is not given. */
function notEmpty(numbers: ArrayLike<number> | undefined): readonly number[] | undefined {
  return numbers === undefined || numbers.length === 0 ? undefined : Array.from(numbers);
}

/** `first` is the input that holds the scales. */
const importResize =
  (first: number) =>
  (node: NodeContext): Tensor => {
    const { attributes } = node;
    // These concern other modes, or only regions of the input.
    attributes.ignore("cubic_coeff_a", "exclude_outside", "extrapolation_value", "antialias");
    choice(node, "mode", { nearest: true }, "nearest");
    choice(node, "keep_aspect_ratio_policy", { stretch: true }, "stretch");
    const isOldest = node.opset < 11;
    const place = choice(node, "coordinate_transformation_mode", coordinates, isOldest ? "asymmetric" : "half_pixel");
    const rounding = choice(node, "nearest_mode", roundings, isOldest ? "floor" : "round_prefer_floor");
    let tensor = node.input(0);
    for (const [axis, stretch] of stretches(node, tensor, first)) {
      if (stretch.from === stretch.to) continue;
      if (stretch.to > extentLimit) node.unsupported(`an extent of ${stretch.to} is not supported`);
      const indices = Array.from({ length: stretch.to }, (_unused, index) =>
        Math.min(Math.max(rounding(place(index, stretch)), 0), stretch.from - 1),
      );
      const known = knownTensor(tensorValue([indices.length], "i64", indices));
      tensor = node.emit(gather, { data: tensor, indices: known }, { axis });
    }
    return tensor;
  };

export const resizeOperators: OperatorTable = {
  Resize: [since(10, [2, 2], importResize(1)), since(11, [1, 4], importResize(2))],
};
