/**
 * Importers of Resize and Upsample. Each resized dimension by itself is a gather of known indices (nearest) or a sum of a
 * few elements with known weights (linear, cubic); repeating every element a whole number of times is a broadcast.
 */
import { resample } from "../../../../ir/ops/sampling/resample.ts";
import { isFloat } from "../../../../ir/types.ts";
import { integerRange } from "../../../../ir/ops/quantization.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import { composer, numbersOf } from "../composer.ts";
import type { Interpolation, Stretch } from "./resize-taps.ts";
import { coordinates, cubicKernel, interpolationTaps, linearKernel, nearestIndices, roundings } from "./resize-taps.ts";

/** Longer dimensions are refused: their list of indices would be a weight of its own. */
const extentLimit = 2 ** 20;

/** Where output elements lie in the input. */
type Place = (index: number, stretch: Stretch) => number;

/** How one resized dimension is made, and the value of what lies outside of the input, if that is told apart. */
interface Method {
  readonly place: Place;
  readonly kind: "nearest" | Interpolation;
  readonly rounding: (place: number) => number;
  readonly outside: number | undefined;
}

function choice<T>(node: NodeContext, attribute: string, options: Readonly<Record<string, T>>, fallback: string): T {
  const given = node.attributes.string(attribute) ?? fallback;
  const known = Object.hasOwn(options, given) ? options[given] : undefined;
  const help = `supported are ${Object.keys(options).join(", ")}`;
  return known ?? node.unsupported(`${attribute} '${given}' is not supported`, help);
}

/** What is given of the dimensions that are resized: scales or sizes, one for each axis. */
interface Request {
  readonly axes: readonly number[];
  readonly scales: readonly number[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly region: readonly number[] | undefined;
}

/** An input that is left out or empty is not given. */
function notEmpty(numbers: ArrayLike<number> | undefined): readonly number[] | undefined {
  return numbers === undefined || numbers.length === 0 ? undefined : Array.from(numbers);
}

const policies = { stretch: "stretch", not_larger: "not_larger", not_smaller: "not_smaller" } as const;

/** The stretch of each dimension that `axes` names. */
function stretches(node: NodeContext, input: Tensor, request: Request): ReadonlyMap<number, Stretch> {
  const { axes, scales, sizes, region } = request;
  const { shape } = input.type;
  const values = scales ?? sizes ?? node.invalid("neither scales nor sizes are given");
  if (values.length !== axes.length)
    node.invalid(`${values.length} scales or sizes are given for ${axes.length} dimensions`);
  if (values.some((value) => value <= 0)) node.invalid(`scales or sizes [${values.join(", ")}] should be positive`);
  if (region !== undefined && region.length !== 2 * axes.length)
    node.invalid(`roi has ${region.length} numbers but should have ${2 * axes.length}`);
  const policy = choice(node, "keep_aspect_ratio_policy", policies, "stretch");
  const ratios = axes.map((axis, at) => (values[at] ?? 1) / (shape[axis] ?? 1));
  const common = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
  return new Map(
    axes.map((axis, at): [number, Stretch] => {
      const [from, value] = [shape[axis] ?? 0, values[at] ?? 1];
      const shown = [region?.[at] ?? 0, region?.[at + axes.length] ?? 1] as const;
      if (scales !== undefined) return [axis, { from, to: Math.floor(from * value), scale: value, region: shown }];
      if (policy === "stretch") return [axis, { from, to: value, scale: value / from, region: shown }];
      return [axis, { from, to: Math.floor(common * from + 0.5), scale: common, region: shown }];
    }),
  );
}

/** The dimension made by gathering or summing, with the value of the outside where there is one. */
function resizeAxis(node: NodeContext, tensor: Tensor, axis: number, { stretch, method }: AxisTask): Tensor {
  const compose = composer(node);
  const { place, kind, rounding, outside } = method;
  let resized: Tensor;
  if (kind === "nearest") {
    const indices = nearestIndices(stretch, place, rounding);
    resized = compose.gather(tensor, numbersOf([indices.length], "i64", indices), axis);
  } else {
    const { count, taps, indices, weights } = interpolationTaps(stretch, place, kind);
    const operands = {
      input: tensor,
      indices: numbersOf([count, taps], "i64", indices),
      weights: numbersOf([count, taps], tensor.type.element.name, weights),
    };
    resized = node.emit(resample, operands, { axis });
  }
  if (outside === undefined) return resized;
  const isOutside = Array.from({ length: stretch.to }, (_unused, index) => {
    const at = place(index, stretch);
    return at < 0 || at > stretch.from - 1 ? 1 : 0;
  });
  if (!isOutside.includes(1)) return resized;
  const shape = resized.type.shape.map((_extent, dim) => (dim === axis ? stretch.to : 1)).slice(axis);
  return compose.where(numbersOf(shape, "i1", isOutside), node.scalarLike(resized, outside), resized);
}

interface AxisTask {
  readonly stretch: Stretch;
  readonly method: Method;
}

/** True when every element is shown the same whole number of times, one after the other. */
function isRepetition(stretch: Stretch, { place, kind, rounding, outside }: Method): boolean {
  if (kind !== "nearest" || outside !== undefined || stretch.to % stretch.from !== 0) return false;
  const times = stretch.to / stretch.from;
  return nearestIndices(stretch, place, rounding).every((index, at) => index === Math.floor(at / times));
}

/** `[a, b]` with every element `x` and `y` times is `[a, 1, b, 1]` broadcast to `[a, x, b, y]`. */
function repeat(node: NodeContext, tensor: Tensor, times: readonly number[]): Tensor {
  const compose = composer(node);
  const { shape } = tensor.type;
  const isRepeated = times.map((count) => count > 1);
  const apart = shape.flatMap((extent, dim) => (isRepeated[dim] ? [extent, 1] : [extent]));
  const target = shape.flatMap((extent, dim) => (isRepeated[dim] ? [extent, times[dim] ?? 1] : [extent]));
  return compose.reshape(
    compose.broadcast(compose.reshape(tensor, apart), target),
    shape.map((extent, dim) => extent * (times[dim] ?? 1)),
  );
}

function resize(node: NodeContext, given: Tensor, request: Request, method: Method): Tensor {
  const tasks = [...stretches(node, given, request)].filter(
    ([, { from, to, region }]) => from !== to || (method.outside !== undefined && (region[0] !== 0 || region[1] !== 1)),
  );
  const tooLong = tasks.find(([, { to }]) => to > extentLimit);
  if (tooLong !== undefined) node.unsupported(`an extent of ${tooLong[1].to} is not supported`);
  if (tasks.some(([, { to }]) => to < 1)) node.invalid("an extent of the output would be 0");
  if (tasks.every(([, stretch]) => isRepetition(stretch, method))) {
    const byAxis = new Map(tasks);
    const times = given.type.shape.map((extent, dim) => (byAxis.get(dim)?.to ?? extent) / extent);
    return times.every((count) => count === 1) ? given : repeat(node, given, times);
  }
  const { element } = given.type;
  const isRounded = method.kind !== "nearest" && !isFloat(element);
  const compose = composer(node);
  // Dimensions that become shorter first: what follows has less to do.
  const ordered = tasks.toSorted(([, a], [, b]) => a.to / a.from - b.to / b.from);
  const result = ordered.reduce<Tensor>(
    (tensor, [axis, stretch]) => resizeAxis(node, tensor, axis, { stretch, method }),
    isRounded ? compose.cast(given, "f32") : given,
  );
  if (!isRounded) return result;
  const [min, max] = integerRange(element);
  return compose.cast(compose.clip(result, { min, max }), element.name);
}

function methodOf(node: NodeContext, isOldest: boolean): Method {
  const { attributes } = node;
  const kernels = {
    nearest: undefined,
    linear: linearKernel,
    bilinear: linearKernel,
    cubic: cubicKernel(attributes.float("cubic_coeff_a") ?? -0.75),
  };
  const named = attributes.string("mode") ?? "nearest";
  const kernel = named === "nearest" ? undefined : choice(node, "mode", kernels, "nearest");
  const [isAntialiased, excludesOutside] = [attributes.flag("antialias"), attributes.flag("exclude_outside")];
  const place = choice(node, "coordinate_transformation_mode", coordinates, isOldest ? "asymmetric" : "half_pixel");
  const rounding = choice(node, "nearest_mode", roundings, isOldest ? "floor" : "round_prefer_floor");
  const extrapolated = attributes.float("extrapolation_value") ?? 0;
  return {
    place,
    kind: kernel === undefined ? "nearest" : { kernel, isAntialiased, excludesOutside },
    rounding,
    outside: place === coordinates["tf_crop_and_resize"] ? extrapolated : undefined,
  };
}

function allAxes(input: Tensor): readonly number[] {
  return [...input.type.shape.keys()];
}

/** Before version 11 the only other input held the scales. */
function importResizeScales(node: NodeContext): Tensor {
  const input = node.input(0);
  const scales = notEmpty(node.known(1, "scales")?.data);
  const request = { axes: allAxes(input), scales, sizes: undefined, region: undefined };
  return resize(node, input, request, methodOf(node, true));
}

function importResize(node: NodeContext): Tensor {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const method = methodOf(node, false);
  const request = {
    axes: node.attributes.ints("axes")?.map((axis) => normalAxis(node, axis, rank)) ?? allAxes(input),
    // The region only matters where it is shown: others need not be known.
    region: method.outside === undefined ? undefined : notEmpty(node.known(1, "roi")?.data),
    scales: notEmpty(node.known(2, "scales")?.data),
    sizes: notEmpty(node.knownInts(3, "sizes")),
  };
  return resize(node, input, request, method);
}

function importUpsample(node: NodeContext): Tensor {
  const input = node.input(0);
  const scales = node.attributes.floats("scales") ?? node.invalid("attribute 'scales' is missing");
  return resize(
    node,
    input,
    { axes: allAxes(input), scales, sizes: undefined, region: undefined },
    methodOf(node, true),
  );
}

/** The first version scaled rows and columns. */
function importUpsampleRows(node: NodeContext): Tensor {
  const { attributes } = node;
  const scale = (name: string): number => attributes.float(name) ?? node.invalid(`attribute '${name}' is missing`);
  const scales = [scale("height_scale"), scale("width_scale")];
  return resize(
    node,
    node.input(0),
    { axes: [2, 3], scales, sizes: undefined, region: undefined },
    methodOf(node, true),
  );
}

export const resizeOperators: OperatorTable = {
  Resize: [since(10, [2, 2], importResizeScales), since(11, [1, 4], importResize)],
  Upsample: [
    since(1, [1, 1], importUpsampleRows),
    since(7, [1, 1], importUpsample),
    since(9, [2, 2], importResizeScales),
  ],
};
