/** What convolutions and poolings share: a window that slides over the spatial dimensions, with its padding. */
import { windowExtent } from "../../../../ir/ops/convolution.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";

/** A window over the spatial dimensions: one number for each. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before and after. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** How much of the padding after only exists because the output's extent was rounded up. */
  readonly extra: readonly number[];
}

/** A window over rows and columns, as the 2-D `nn` ops take it. */
export interface PlanarWindow {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** The window along one spatial dimension. */
interface Slide {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
  readonly high: number;
  readonly extra: number;
}

/** A window of one or two dimensions over rows and columns; one dimension becomes columns of a single row. */
export function planar(window: Window): PlanarWindow {
  const pair = (values: readonly number[], single: number): readonly [number, number] => {
    const [first = single, second] = values;
    return second === undefined ? [single, first] : [first, second];
  };
  const [top, left] = pair(window.low, 0);
  const [bottom, right] = pair(window.high, 0);
  return {
    kernel: pair(window.kernel, 1),
    strides: pair(window.strides, 1),
    dilations: pair(window.dilations, 1),
    pads: [top, left, bottom, right],
  };
}

/** Some of the window's spatial dimensions. */
export function windowPart(window: Window, from: number, to?: number): Window {
  const part = (values: readonly number[]): readonly number[] => values.slice(from, to);
  return {
    kernel: part(window.kernel),
    strides: part(window.strides),
    dilations: part(window.dilations),
    low: part(window.low),
    high: part(window.high),
    extra: part(window.extra),
  };
}

/** The input as `[n, c, h, w]`: one spatial dimension becomes columns of a single row. */
export function withRows(node: NodeContext, tensor: Tensor): Tensor {
  const [first = 1, second = 1, ...spatial] = tensor.type.shape;
  return spatial.length === 1 ? node.reshape(tensor, [first, second, 1, ...spatial]) : tensor;
}

/** Undoes `withRows` on the result. */
export function withoutRows(node: NodeContext, tensor: Tensor, rank: number): Tensor {
  const [n = 1, c = 1, , ...columns] = tensor.type.shape;
  return rank === 3 ? node.reshape(tensor, [n, c, ...columns]) : tensor;
}

/** Spatial extents of an input `[n, c, spatial...]` of one to three spatial dimensions. */
export function spatialExtents(node: NodeContext, input: Tensor): readonly number[] {
  const extents = input.type.shape.slice(2);
  if (extents.length < 1) node.invalid(`input has rank ${input.type.shape.length} but needs at least 3`);
  if (extents.length > 3) node.unsupported(`${extents.length} spatial dimensions are not supported`);
  return extents;
}

/**
 * Reads the window's attributes (`strides`, `pads`, `auto_pad`, `dilations`, `ceil_mode`) for an input `[n, c, spatial...]`
 * of one to three spatial dimensions.
 */
export function readWindow(node: NodeContext, input: Tensor, kernel: readonly number[]): Window {
  const extents = spatialExtents(node, input);
  const { strides, dilations } = readSteps(node, extents.length);
  const pads = readPads(node, extents.length);
  const isCeiling = node.attributes.flag("ceil_mode");
  const slides = extents.map((extent, dim) => {
    const own = { kernel: kernel[dim] ?? 1, stride: strides[dim] ?? 1, dilation: dilations[dim] ?? 1 };
    const slide = { ...own, low: pads.low[dim] ?? 0, high: pads.high[dim] ?? 0, extra: 0 };
    return slideOf(extent, slide, pads.mode, isCeiling);
  });
  return {
    kernel: slides.map((slide) => slide.kernel),
    strides,
    dilations,
    low: slides.map(({ low }) => low),
    high: slides.map(({ high }) => high),
    extra: slides.map(({ extra }) => extra),
  };
}

/** `strides` and `dilations`, 1 where they are left out. */
export function readSteps(
  node: NodeContext,
  count: number,
): { readonly strides: readonly number[]; readonly dilations: readonly number[] } {
  const ones = Array.from({ length: count }, () => 1);
  return { strides: numbers(node, "strides", count) ?? ones, dilations: numbers(node, "dilations", count) ?? ones };
}

/** A list attribute with one positive number a spatial dimension. */
function numbers(node: NodeContext, name: string, count: number): readonly number[] | undefined {
  const values = node.attributes.ints(name);
  if (values === undefined) return undefined;
  const isGood = values.length === count && values.every((value) => value >= 1);
  return isGood ? values : node.invalid(`${name} [${values.join(", ")}] should be ${count} numbers ≥ 1`);
}

const paddingModes = ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"] as const;
type PaddingMode = (typeof paddingModes)[number];

interface Pads {
  readonly mode: PaddingMode;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** `pads` and `auto_pad`; of the two only one may say something. */
export function readPads(node: NodeContext, count: number): Pads {
  const given = node.attributes.string("auto_pad") ?? "NOTSET";
  const mode = paddingModes.find((known) => known === given) ?? node.invalid(`auto_pad '${given}' is not known`);
  const pads = node.attributes.ints("pads") ?? Array.from({ length: 2 * count }, () => 0);
  if (pads.length !== 2 * count || pads.some((pad) => pad < 0)) {
    node.invalid(`pads [${pads.join(", ")}] should be ${2 * count} numbers ≥ 0`);
  }
  if (mode !== "NOTSET" && pads.some((pad) => pad > 0))
    node.invalid(`both auto_pad ${mode} and pads [${pads.join(", ")}] are given`);
  return { mode, low: pads.slice(0, count), high: pads.slice(count) };
}

/** A total padding split over both sides; what is odd goes after (`SAME_UPPER`) or before. */
export function splitPadding(total: number, isUpper: boolean): readonly [low: number, high: number] {
  const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
  return isUpper ? [less, more] : [more, less];
}

/** Resolves automatic padding and rounding up into padding. */
function slideOf(extent: number, slide: Slide, mode: PaddingMode, isCeiling: boolean): Slide {
  const span = (slide.kernel - 1) * slide.dilation + 1;
  if (mode === "SAME_UPPER" || mode === "SAME_LOWER") {
    const total = Math.max((Math.ceil(extent / slide.stride) - 1) * slide.stride + span - extent, 0);
    const [low, high] = splitPadding(total, mode === "SAME_UPPER");
    return { ...slide, low, high };
  }
  if (!isCeiling) return slide;
  const padded = extent + slide.low + slide.high;
  const whole = windowExtent(extent, { ...slide, pads: slide.low + slide.high });
  const hasRest = (padded - span) % slide.stride !== 0;
  // A window that would start in the padding after the input does not count (ONNX, operator set 19, "ceil_mode").
  if (!hasRest || whole * slide.stride >= extent + slide.low) return slide;
  const extra = whole * slide.stride + span - padded;
  return { ...slide, high: slide.high + extra, extra };
}
