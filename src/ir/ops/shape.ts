/** Ops that move or rename elements without arithmetic. */
import { attr, withDefault } from "../attribute-specs.ts";
import { broadcastAccess, broadcastsTo, dimensionAccess, dimensionLoops, shapeText } from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import { broadcastStrides, indexList, listedOffsets, rowMajorStrides, stridedOffsets } from "../numbers/indexing.ts";
import type { AffineIndex, LoopNest } from "../loop-nest.ts";
import { idx } from "../loop-nest.ts";
import type { TensorValue } from "../tensor-value.ts";
import { zeros } from "../tensor-value.ts";
import type { TensorType } from "../types.ts";
import { elementCount, tensorType } from "../types.ts";

function move(output: readonly number[], input: readonly AffineIndex[]): LoopNest {
  return {
    extents: dimensionLoops(output),
    access: { input, output: dimensionAccess(output.length) },
    work: { kind: "move" },
  };
}

/** `output[i] = input[offsets[i]]`, and `outside` where the offset is negative. */
function moved(input: TensorValue, offsets: Int32Array, place: { type: TensorType; outside?: number }): TensorValue {
  const output = zeros(place.type);
  for (let at = 0; at < offsets.length; at++) {
    const from = offsets[at]!;
    output.data[at] = from < 0 ? (place.outside ?? 0) : input.data[from]!;
  }
  return output;
}

/** `nn.reshape`: the same elements in the same order; moves nothing. */
export const reshape = defineOp({
  name: "nn.reshape",
  summary: "The same elements, in row-major order, under another shape.",
  operands: { input: {} },
  attributes: { shape: attr.ints },
  docs: {
    shape: "as many elements as the input has",
    result: "the input's elements in this shape",
  },
  traits: ["pure", "view"],
  verify({ input }, { shape }) {
    if (shape.some((extent) => extent < 0)) return `shape ${shapeText(shape)} has a negative extent`;
    const [have, want] = [elementCount(input.shape), elementCount(shape)];
    if (have === want) return undefined;
    return `input ${shapeText(input.shape)} has ${have} elements but shape ${shapeText(shape)} has ${want}`;
  },
  inferTypes: ({ input }, { shape }) => tensorType(shape, input.element),
  fold: ({ operands }) => operands.input,
  reference: ({ input }, _attributes, [type]) => ({ type: type!, data: input.data }),
});

export const transpose = defineOp({
  name: "nn.transpose",
  summary: "Dimension i of the result is dimension permutation[i] of the input.",
  operands: { input: {} },
  attributes: { permutation: attr.ints },
  docs: {
    permutation: "for each dimension of the result, which dimension of the input it is",
  },
  traits: ["pure", "movement"],
  verify({ input }, { permutation }) {
    const rank = input.shape.length;
    const isPermutation = permutation.length === rank && indexList(rank).every((dim) => permutation.includes(dim));
    return isPermutation ? undefined : `${shapeText(permutation)} is not a permutation of ${rank} dimensions`;
  },
  inferTypes: ({ input }, { permutation }) =>
    tensorType(
      permutation.map((dim) => input.shape[dim]!),
      input.element,
    ),
  fold: ({ operands, attrs }) => (attrs.permutation.every((dim, at) => dim === at) ? operands.input : undefined),
  loopNest({ input }, { permutation }) {
    return move(
      permutation.map((dim) => input.shape[dim]!),
      input.shape.map((_extent, dim) => idx({ [`d${permutation.indexOf(dim)}`]: 1 })),
    );
  },
  reference({ input }, { permutation }, [type]) {
    const strides = rowMajorStrides(input.type.shape);
    const permuted = permutation.map((dim) => strides[dim]!);
    return moved(input, stridedOffsets(type!.shape, permuted), { type: type! });
  },
});

/**
 * `nn.concat`: the one access entry for all inputs leaves out how far each is shifted along the axis; the extents say
 * what each contributes.
 */
export const concat = defineOp({
  name: "nn.concat",
  summary: "The inputs one after the other along the axis.",
  operands: { inputs: { variadic: true } },
  attributes: { axis: attr.int },
  docs: {
    inputs: "their shapes differ along the axis only",
    axis: "the dimension that grows",
  },
  traits: ["pure", "movement"],
  verify({ inputs }, { axis }) {
    const [first, ...others] = inputs;
    if (first === undefined) return "has no inputs";
    const rank = first.shape.length;
    if (axis < 0 || axis >= rank) return `axis ${axis} is not a dimension of a tensor of rank ${rank}`;
    for (const other of others) {
      if (other.element !== first.element)
        return `element types ${first.element.name} and ${other.element.name} differ`;
      const fits =
        other.shape.length === rank && other.shape.every((extent, dim) => dim === axis || extent === first.shape[dim]);
      if (fits) continue;
      return `shapes ${shapeText(first.shape)} and ${shapeText(other.shape)} differ in more than dimension ${axis}`;
    }
    return undefined;
  },
  inferTypes: ({ inputs }, { axis }) => concatType(inputs, axis),
  fold({ operands: { inputs } }) {
    const [only, second] = inputs;
    return second === undefined ? only : undefined;
  },
  loopNest({ inputs }, { axis }) {
    const { shape } = concatType(inputs, axis);
    const full = dimensionAccess(shape.length);
    return { extents: dimensionLoops(shape), access: { inputs: full, output: full }, work: { kind: "move" } };
  },
  reference({ inputs }, { axis }, [type]) {
    const output = zeros(type!);
    const outer = elementCount(type!.shape.slice(0, axis));
    const outputRow = elementCount(type!.shape.slice(axis));
    let start = 0;
    for (const { type: inputType, data } of inputs) {
      const row = elementCount(inputType.shape.slice(axis));
      for (let line = 0; line < outer; line++) {
        output.data.set(data.subarray(line * row, (line + 1) * row), line * outputRow + start);
      }
      start += row;
    }
    return output;
  },
});

function concatType(inputs: readonly TensorType[], axis: number): TensorType {
  const [first] = inputs;
  const joined = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
  return tensorType(
    first!.shape.map((extent, dim) => (dim === axis ? joined : extent)),
    first!.element,
  );
}

/** `nn.slice`: steps may be negative, never zero; starts and sizes say exactly which elements are read. */
export const slice = defineOp({
  name: "nn.slice",
  summary: "sizes[i] elements of dimension i: starts[i], starts[i] + steps[i], ...",
  operands: { input: {} },
  attributes: { starts: attr.ints, sizes: attr.ints, steps: attr.ints },
  docs: {
    starts: "index of the first element that is taken, for each dimension",
    sizes: "how many are taken: the result's shape",
    steps: "from one element to the next; negative ones go backwards, none is 0",
  },
  traits: ["pure", "movement"],
  verify({ input: { shape } }, { starts, sizes, steps }) {
    const rank = shape.length;
    if (starts.length !== rank || sizes.length !== rank || steps.length !== rank) {
      return `has ${starts.length} starts, ${sizes.length} sizes and ${steps.length} steps for ${rank} dimensions`;
    }
    for (const [dim, extent] of shape.entries()) {
      const [start, size, step] = [starts[dim]!, sizes[dim]!, steps[dim]!];
      if (step === 0) return `step of dimension ${dim} is 0`;
      if (size < 0) return `size of dimension ${dim} is ${size}`;
      const last = start + (size - 1) * step;
      if (size > 0 && (Math.min(start, last) < 0 || Math.max(start, last) >= extent)) {
        return `elements ${start} to ${last} are outside of dimension ${dim} of extent ${extent}`;
      }
    }
    return undefined;
  },
  inferTypes: ({ input }, { sizes }) => tensorType(sizes, input.element),
  fold: ({ operands, attrs: { starts, steps } }) =>
    starts.every((start) => start === 0) && steps.every((step) => step === 1) ? operands.input : undefined,
  loopNest(_operands, { starts, sizes, steps }) {
    const nest = move(
      sizes,
      starts.map((start, dim) => idx({ [`d${dim}`]: steps[dim]! }, start)),
    );
    return { ...nest, touchedElements: { input: elementCount(sizes) } };
  },
  reference({ input }, { starts, sizes, steps }, [type]) {
    const lists = sizes.map((size, dim) => indexList(size, starts[dim], steps[dim]));
    return moved(input, listedOffsets(lists, rowMajorStrides(input.type.shape)), { type: type! });
  },
});

const paddingModes = ["constant", "reflect", "edge", "wrap"] as const;

/** Index of the input that a padded index shows; −1 when it shows the padding value. */
function padSource(index: number, extent: number, mode: (typeof paddingModes)[number]): number {
  if (index >= 0 && index < extent) return index;
  switch (mode) {
    case "constant":
      return -1;
    case "edge":
      return index < 0 ? 0 : extent - 1;
    case "wrap":
      return positiveRest(index, extent);
    case "reflect": {
      // There and back again, without the borders repeated.
      const at = extent === 1 ? 0 : positiveRest(index, 2 * (extent - 1));
      return at < extent ? at : 2 * (extent - 1) - at;
    }
  }
}

function positiveRest(index: number, period: number): number {
  return ((index % period) + period) % period;
}

/** `nn.pad`: negative amounts cut off. */
export const pad = defineOp({
  name: "nn.pad",
  summary:
    "low[i] elements before and high[i] after dimension i: a constant, the mirrored inside (the border not repeated), " +
    "the border, or the other side.",
  operands: { input: {} },
  attributes: {
    low: attr.ints,
    high: attr.ints,
    value: withDefault(attr.float, 0),
    mode: withDefault(attr.word(...paddingModes), "constant"),
  },
  docs: {
    low: "elements added before each dimension; negative ones are cut off",
    high: "elements added behind each dimension; negative ones are cut off",
    value: "what is added in mode constant",
    mode: "a constant, the inside mirrored at the border, or the border repeated",
  },
  traits: ["pure", "movement"],
  verify({ input: { shape } }, { low, high, mode }) {
    if (low.length !== shape.length || high.length !== shape.length) {
      return `has ${low.length} low and ${high.length} high amounts for ${shape.length} dimensions`;
    }
    for (const [dim, extent] of shape.entries()) {
      const [before, after] = [low[dim]!, high[dim]!];
      if (extent + before + after < 0) return `dimension ${dim} of extent ${extent} is cut by ${-before - after}`;
      if (mode !== "constant" && extent === 0 && Math.max(before, after) > 0) {
        return `dimension ${dim} has no elements to pad with in mode ${mode}`;
      }
    }
    return undefined;
  },
  inferTypes: ({ input }, { low, high }) => tensorType(paddedShape(input.shape, low, high), input.element),
  fold: ({ operands, attrs: { low, high } }) =>
    [...low, ...high].every((amount) => amount === 0) ? operands.input : undefined,
  loopNest({ input: { shape } }, { low, high }) {
    const nest = move(
      paddedShape(shape, low, high),
      low.map((before, dim) => idx({ [`d${dim}`]: 1 }, 0 - before)),
    );
    const kept = shape.map((extent, dim) => Math.max(0, extent + Math.min(low[dim]!, 0) + Math.min(high[dim]!, 0)));
    const isCut = elementCount(kept) < elementCount(shape);
    return isCut ? { ...nest, touchedElements: { input: elementCount(kept) } } : nest;
  },
  reference({ input }, { low, value, mode }, [type]) {
    const { shape } = input.type;
    const lists = type!.shape.map((extent, dim) =>
      indexList(extent, 0 - low[dim]!).map((index) => padSource(index, shape[dim]!, mode)),
    );
    return moved(input, listedOffsets(lists, rowMajorStrides(shape)), { type: type!, outside: value });
  },
});

function paddedShape(shape: readonly number[], low: readonly number[], high: readonly number[]): readonly number[] {
  return shape.map((extent, dim) => extent + low[dim]! + high[dim]!);
}

export const broadcastTo = defineOp({
  name: "nn.broadcast_to",
  summary: "The input repeated along dimensions of extent 1 and new outer ones until it has the shape.",
  operands: { input: {} },
  attributes: { shape: attr.ints },
  docs: {
    shape: "the result's; the input's dimensions are aligned at its last ones",
  },
  traits: ["pure", "movement"],
  verify: ({ input }, { shape }) =>
    broadcastsTo(input.shape, shape)
      ? undefined
      : `input ${shapeText(input.shape)} does not broadcast to shape ${shapeText(shape)}`,
  inferTypes: ({ input }, { shape }) => tensorType(shape, input.element),
  fold: ({ operands }) => operands.input,
  loopNest: ({ input }, { shape }) => move(shape, broadcastAccess(input.shape, shape)),
  reference: ({ input }, { shape }, [type]) =>
    moved(input, stridedOffsets(shape, broadcastStrides(input.type.shape, shape)), { type: type! }),
});
