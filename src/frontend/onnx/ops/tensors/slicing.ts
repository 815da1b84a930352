/** Importers of operators that cut tensors and put borders around them. */
import { shapeText } from "../../../../ir/broadcast.ts";
import { pad, slice } from "../../../../ir/ops/shape.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";

/** One stretch of each dimension, as ONNX gives it: in the order of `axes`, which may leave dimensions out. */
interface Cut {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[] | undefined;
  readonly steps: readonly number[] | undefined;
}

function cut(node: NodeContext, { starts, ends, axes, steps }: Cut): Tensor {
  const input = node.input(0);
  const { shape } = input.type;
  const dims = (axes ?? starts.map((_start, dim) => dim)).map((axis) => normalAxis(node, axis, shape.length));
  const counts = [ends.length, dims.length, steps?.length ?? starts.length];
  if (counts.some((count) => count !== starts.length) || new Set(dims).size !== dims.length) {
    node.invalid(
      `starts, ends, axes and steps do not fit: [${starts.join(", ")}], [${ends.join(", ")}], [${dims.join(", ")}]`,
    );
  }
  const whole = { starts: shape.map(() => 0), sizes: [...shape], steps: shape.map(() => 1) };
  dims.forEach((dim, index) => {
    const step = steps?.[index] ?? 1;
    if (step === 0) node.invalid("a step is 0");
    const range = { start: starts[index] ?? 0, end: ends[index] ?? 0, step };
    const { start, size } = resolveRange(shape[dim] ?? 0, range);
    [whole.starts[dim], whole.sizes[dim], whole.steps[dim]] = [start, size, step];
  });
  const isWhole = whole.sizes.every(
    (size, dim) => size === shape[dim] && whole.starts[dim] === 0 && whole.steps[dim] === 1,
  );
  return isWhole ? input : node.emit(slice, { input }, whole);
}

/** First index and number of elements, after counting from the end and cutting to the extent as ONNX does. */
function resolveRange(
  extent: number,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): { readonly start: number; readonly size: number } {
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const place = (index: number, least: number): number =>
    Math.min(Math.max(index < 0 ? index + extent : index, least), high);
  const [first, last] = [place(start, Math.max(low, 0)), place(end, low)];
  const size = Math.max(Math.ceil((last - first) / step), 0);
  return { start: size === 0 ? 0 : first, size };
}

function importSliceAttributes(node: NodeContext): Tensor {
  const { attributes } = node;
  const starts = attributes.ints("starts") ?? node.invalid("attribute 'starts' is missing");
  const ends = attributes.ints("ends") ?? node.invalid("attribute 'ends' is missing");
  return cut(node, { starts, ends, axes: attributes.ints("axes"), steps: undefined });
}

function importSliceInputs(node: NodeContext): Tensor {
  const starts = node.knownInts(1, "starts") ?? node.invalid("starts are missing");
  const ends = node.knownInts(2, "ends") ?? node.invalid("ends are missing");
  return cut(node, { starts, ends, axes: node.knownInts(3, "axes"), steps: node.knownInts(4, "steps") });
}

/** Sizes along the axis: given, or equal ones, of which the last may be smaller. */
function split(node: NodeContext, given: readonly number[] | undefined): readonly Tensor[] {
  const input = node.input(0);
  const { shape } = input.type;
  const axis = normalAxis(node, node.attributes.int("axis") ?? 0, shape.length);
  const extent = shape[axis] ?? 0;
  const count = node.attributes.int("num_outputs") ?? node.outputCount;
  if (count !== node.outputCount) node.invalid(`num_outputs is ${count} but there are ${node.outputCount} outputs`);
  const sizes = given ?? equalSizes(extent, count);
  if (
    sizes.reduce((sum, size) => sum + size, 0) !== extent ||
    sizes.some((size) => size < 0) ||
    sizes.length !== node.outputCount
  ) {
    node.invalid(
      `sizes ${shapeText(sizes)} do not split dimension ${axis} of ${shapeText(shape)} into ${node.outputCount} outputs`,
    );
  }
  let from = 0;
  return sizes.map((size) => {
    const starts = shape.map((_extent, dim) => (dim === axis ? from : 0));
    from += size;
    const part = shape.map((whole, dim) => (dim === axis ? size : whole));
    return node.emit(slice, { input }, { starts, sizes: part, steps: shape.map(() => 1) });
  });
}

function equalSizes(extent: number, count: number): readonly number[] {
  const size = Math.ceil(extent / count);
  return Array.from({ length: count }, (_unused, part) => Math.min(size, extent - part * size));
}

const paddingModes = ["constant", "reflect", "edge", "wrap"] as const;

/** `pads` are all amounts before, then all amounts after; negative ones cut off. */
function border(
  node: NodeContext,
  pads: readonly number[],
  more: { axes?: readonly number[] | undefined; value: number },
): Tensor {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const axes = more.axes?.map((axis) => normalAxis(node, axis, rank)) ?? input.type.shape.map((_extent, dim) => dim);
  if (pads.length !== 2 * axes.length) node.invalid(`there are ${pads.length} pads for ${axes.length} dimensions`);
  const given = node.attributes.string("mode") ?? "constant";
  const mode = paddingModes.find((known) => known === given);
  if (mode === undefined)
    return node.unsupported(`mode '${given}' is not supported`, `supported modes are ${paddingModes.join(", ")}`);
  if (pads.every((amount) => amount === 0)) return input;
  const [low, high] = [input.type.shape.map(() => 0), input.type.shape.map(() => 0)];
  axes.forEach((axis, index) => {
    [low[axis], high[axis]] = [pads[index] ?? 0, pads[index + axes.length] ?? 0];
  });
  if (mode === "constant") return node.emit(pad, { input }, { low, high, value: more.value, mode });
  // What is cut off is not mirrored or repeated at the other side.
  const inner = cropped(node, input, { low: low.map(cutOff), high: high.map(cutOff) });
  const [before, after] = [low, high].map((amounts) => amounts.map((amount) => Math.max(amount, 0)));
  return [...(before ?? []), ...(after ?? [])].every((amount) => amount === 0)
    ? inner
    : node.emit(pad, { input: inner }, { low: before ?? [], high: after ?? [], mode });
}

const cutOff = (amount: number): number => Math.max(0 - amount, 0);

/** The tensor without `low[i]` elements at the beginning and `high[i]` at the end of dimension i. */
function cropped(
  node: NodeContext,
  input: Tensor,
  { low, high }: { readonly low: readonly number[]; readonly high: readonly number[] },
): Tensor {
  if ([...low, ...high].every((amount) => amount === 0)) return input;
  const sizes = input.type.shape.map((extent, dim) => extent - (low[dim] ?? 0) - (high[dim] ?? 0));
  if (sizes.some((size) => size < 0)) node.invalid(`shape ${shapeText(input.type.shape)} is cut by more than it has`);
  return node.emit(slice, { input }, { starts: low, sizes, steps: sizes.map(() => 1) });
}

/** Before operator set 2 the attribute is called `paddings`. */
function importPaddings(node: NodeContext): Tensor {
  const pads = node.attributes.ints("paddings") ?? node.invalid("attribute 'paddings' is missing");
  return border(node, pads, { value: node.attributes.float("value") ?? 0 });
}

/** Half of what is too much is cut off, half of what is missing is added, on each side; the odd one at the end. */
function importCenterCropPad(node: NodeContext): Tensor {
  const input = node.input(0);
  const { shape } = input.type;
  const given = node.attributes.ints("axes") ?? shape.map((_extent, dim) => dim);
  const axes = given.map((axis) => normalAxis(node, axis, shape.length));
  const wanted = node.knownInts(1, "shape") ?? node.invalid("shape is missing");
  if (wanted.length !== axes.length) node.invalid(`there are ${wanted.length} extents for ${axes.length} axes`);
  const missing = shape.map((extent, dim) => {
    const at = axes.indexOf(dim);
    return at === -1 ? 0 : (wanted[at] ?? extent) - extent;
  });
  const half = (amounts: readonly number[]) => ({
    low: amounts.map((amount) => Math.floor(amount / 2)),
    high: amounts.map((amount) => Math.ceil(amount / 2)),
  });
  const inner = cropped(node, input, half(missing.map(cutOff)));
  const { low, high } = half(missing.map((amount) => Math.max(amount, 0)));
  return missing.every((amount) => amount <= 0) ? inner : node.emit(pad, { input: inner }, { low, high });
}

function importPadAttributes(node: NodeContext): Tensor {
  const pads = node.attributes.ints("pads") ?? node.invalid("attribute 'pads' is missing");
  return border(node, pads, { value: node.attributes.float("value") ?? 0 });
}

function importPadInputs(node: NodeContext): Tensor {
  const pads = node.knownInts(1, "pads") ?? node.invalid("pads are missing");
  return border(node, pads, { value: node.known(2, "constant_value")?.data[0] ?? 0, axes: node.knownInts(3, "axes") });
}

export const slicingOperators: OperatorTable = {
  Slice: [since(1, [1, 1], importSliceAttributes), since(10, [3, 5], importSliceInputs)],
  Split: [
    since(1, [1, 2], (node) => split(node, node.attributes.ints("split") ?? node.knownInts(1, "split"))),
    since(2, [1, 1], (node) => split(node, node.attributes.ints("split"))),
    since(13, [1, 2], (node) => split(node, node.knownInts(1, "split"))),
  ],
  Pad: [
    since(1, [1, 1], importPaddings),
    since(2, [1, 1], importPadAttributes),
    since(11, [2, 3], importPadInputs),
    since(18, [2, 4], importPadInputs),
  ],
  CenterCropPad: [since(18, [2, 2], importCenterCropPad)],
};
