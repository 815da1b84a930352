/** What convolutions and poolings share: a window that slides over the spatial dimensions, with its padding. */
import { windowExtent } from "../../../../ir/ops/convolution.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";

/** A window over rows and columns, as the `nn` ops take it. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  /** How much of the bottom and right padding only exists because the output's extent was rounded up. */
  readonly extra: readonly [number, number];
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

const noSlide: Slide = { kernel: 1, stride: 1, dilation: 1, low: 0, high: 0, extra: 0 };

/** The input as `[n, c, h, w]`: one spatial dimension becomes columns of a single row. */
export function withRows(node: NodeContext, tensor: Tensor): Tensor {
  const [first = 1, second = 1, ...spatial] = tensor.type.shape;
  return spatial.length === 2 ? tensor : node.reshape(tensor, [first, second, 1, ...spatial]);
}

/** Undoes `withRows` on the result. */
export function withoutRows(node: NodeContext, tensor: Tensor, rank: number): Tensor {
  const [n = 1, c = 1, , ...columns] = tensor.type.shape;
  return rank === 4 ? tensor : node.reshape(tensor, [n, c, ...columns]);
}

/**
 * Reads the window's attributes (`strides`, `pads`, `auto_pad`, `dilations`, `ceil_mode`) for an input `[n, c, spatial...]`
 * of one or two spatial dimensions.
 */
export function readWindow(node: NodeContext, input: Tensor, kernel: readonly number[]): Window {
  const extents = input.type.shape.slice(2);
  if (extents.length < 1) node.invalid(`input has rank ${input.type.shape.length} but needs at least 3`);
  if (extents.length > 2) node.unsupported(`${extents.length} spatial dimensions are not supported`);
  const strides = numbers(node, "strides", extents.length) ?? extents.map(() => 1);
  const dilations = numbers(node, "dilations", extents.length) ?? extents.map(() => 1);
  const pads = readPads(node, extents.length);
  const isCeiling = node.attributes.flag("ceil_mode");
  const slides = extents.map((extent, dim) => {
    const own = { kernel: kernel[dim] ?? 1, stride: strides[dim] ?? 1, dilation: dilations[dim] ?? 1 };
    return slideOf(
      extent,
      { ...own, low: pads.low[dim] ?? 0, high: pads.high[dim] ?? 0, extra: 0 },
      pads.mode,
      isCeiling,
    );
  });
  const [rows, columns] =
    slides.length === 1 ? [noSlide, slides[0] ?? noSlide] : [slides[0] ?? noSlide, slides[1] ?? noSlide];
  return {
    kernel: [rows.kernel, columns.kernel],
    strides: [rows.stride, columns.stride],
    dilations: [rows.dilation, columns.dilation],
    pads: [rows.low, columns.low, rows.high, columns.high],
    extra: [rows.extra, columns.extra],
  };
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

function readPads(node: NodeContext, count: number): Pads {
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

/** Resolves automatic padding and rounding up into padding. */
function slideOf(extent: number, slide: Slide, mode: PaddingMode, isCeiling: boolean): Slide {
  const span = (slide.kernel - 1) * slide.dilation + 1;
  if (mode === "SAME_UPPER" || mode === "SAME_LOWER") {
    const total = Math.max((Math.ceil(extent / slide.stride) - 1) * slide.stride + span - extent, 0);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return mode === "SAME_UPPER" ? { ...slide, low: less, high: more } : { ...slide, low: more, high: less };
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
