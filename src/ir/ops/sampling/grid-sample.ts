/** Reading a picture or a volume at computed places between its elements. */
import { attr, withDefault } from "../../attribute-specs.ts";
import { shapeText } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import { idx } from "../../loop-nest.ts";
import { rowMajorStrides } from "../../numbers/indexing.ts";
import { roundHalfEven } from "../../numbers/number-formats.ts";
import { zeros } from "../../tensor-value.ts";
import { elementCount, isFloat, tensorType } from "../../types.ts";

type Mode = "nearest" | "linear" | "cubic";
type Padding = "zeros" | "border" | "reflection";

/** How many elements of one dimension a place is put together from. */
const tapsPerDimension: Readonly<Record<Mode, number>> = { nearest: 1, linear: 2, cubic: 4 };

/** One dimension of the input: its extent, and where its border lies. */
interface Side {
  readonly extent: number;
  readonly least: number;
  readonly most: number;
}

/** An element and its weight; index −1: outside, counts as zero. */
type Tap = readonly [index: number, weight: number];

/** A place mirrored at the borders until it lies between them. */
function reflected(place: number, { least, most }: Side): number {
  const range = most - least;
  if (range === 0) return least;
  const way = Math.abs(place - least) % (2 * range);
  return least + (way <= range ? way : 2 * range - way);
}

function elementAt(index: number, side: Side, padding: Padding): number {
  if (index >= 0 && index < side.extent) return index;
  switch (padding) {
    case "zeros":
      return -1;
    case "border":
      return Math.min(Math.max(index, 0), side.extent - 1);
    case "reflection":
      return Math.min(Math.max(Math.trunc(reflected(index, side)), 0), side.extent - 1);
  }
}

/** @see Keys, Cubic convolution interpolation for digital image processing, IEEE TASSP 29 (1981), eq. 4, a = -0.75 */
function cubicWeights(rest: number): readonly number[] {
  const a = -0.75;
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(rest + 1), near(rest), near(1 - rest), far(2 - rest)];
}

/** The elements of one dimension that make a place, as PyTorch's grid_sample takes them. */
function tapsOf(given: number, side: Side, mode: Mode, padding: Padding): readonly Tap[] {
  let place = mode === "nearest" ? roundHalfEven(given) : given;
  if (place < side.least || place > side.most) {
    if (padding === "border") place = Math.min(Math.max(place, 0), side.extent - 1);
    if (padding === "reflection") place = reflected(place, side);
  }
  // Not a number lies nowhere.
  if (Number.isNaN(place)) return [[-1, 0]];
  if (mode === "nearest") return [[elementAt(Math.trunc(place), side, padding), 1]];
  const first = Math.floor(place);
  const rest = place - first;
  const [start, weights] = mode === "linear" ? [first, [1 - rest, rest]] : [first - 1, cubicWeights(rest)];
  return weights.map((weight, tap): Tap => [elementAt(start + tap, side, padding), weight]);
}

/** Every combination of one tap a dimension, as offset in a plane and product of weights; those outside left out. */
function planeTaps(perDimension: readonly (readonly Tap[])[], strides: readonly number[]): readonly Tap[] {
  return perDimension.reduce<readonly Tap[]>(
    (all, taps, dim) =>
      all.flatMap(([offset, weight]) =>
        taps.flatMap(([index, own]): Tap[] => (index < 0 ? [] : [[offset + index * strides[dim]!, weight * own]])),
      ),
    [[0, 1]],
  );
}

/**
 * `nn.grid_sample`: places are counted in elements, element 0 lies at 0. Which elements are read is not known here.
 */
export const gridSample = defineOp({
  name: "nn.grid_sample",
  summary:
    "input [n, c, spatial...] at the places in the last dimension of points [n, ..., r], between elements: output [n, c, ...]. " +
    "`border`: the border lies at the edges of the outermost elements, or at their centres.",
  operands: { input: {}, points: {} },
  attributes: {
    mode: attr.word("nearest", "linear", "cubic"),
    padding: withDefault(attr.word("zeros", "border", "reflection"), "zeros"),
    border: withDefault(attr.word("edges", "centres"), "edges"),
    innermost_first: withDefault(attr.bool, false),
  },
  traits: ["pure", "reduction"],
  verify({ input, points }) {
    const rank = input.shape.length - 2;
    if (rank < 1) return `input has rank ${input.shape.length} but needs at least 3`;
    if (!isFloat(input.element) || !isFloat(points.element)) return "input and points should have float types";
    if (points.shape.length < 2 || points.shape[0] !== input.shape[0] || points.shape.at(-1) !== rank)
      return `points ${shapeText(points.shape)} do not lie in input ${shapeText(input.shape)}`;
    return undefined;
  },
  inferTypes: ({ input, points }) =>
    tensorType([...input.shape.slice(0, 2), ...points.shape.slice(1, -1)], input.element),
  loopNest({ input: { shape }, points }, { mode }) {
    const places = points.shape.slice(1, -1);
    const spatial = shape.slice(2);
    const taps = tapsPerDimension[mode] ** spatial.length;
    const [n = 1, c = 1] = shape;
    const loops = Object.fromEntries(places.map((extent, dim) => [`p${dim}`, extent]));
    const strides = rowMajorStrides(places);
    const position = idx({ ...Object.fromEntries(places.map((_extent, dim) => [`p${dim}`, strides[dim]!])), t: 1 });
    const along = places.map((_extent, dim) => idx({ [`p${dim}`]: 1 }));
    const touched = Math.min(elementCount(places) * taps, elementCount(spatial));
    return {
      extents: { n, c, ...loops, t: taps },
      access: {
        input: [idx({ n: 1 }), idx({ c: 1 }), ...spatial.map(() => position)],
        points: [idx({ n: 1 }), ...along, idx({})],
        output: [idx({ n: 1 }), idx({ c: 1 }), ...along],
      },
      // A multiplication and an addition; weights and addresses are shared by all channels.
      work: { kind: "vector", opsPerPoint: 2 },
      touchedElements: { input: n * c * touched },
    };
  },
  reference({ input, points }, { mode, padding, border, innermost_first }, [type]) {
    const output = zeros(type!);
    const [n = 1, c = 1, ...spatial] = input.type.shape;
    const rank = spatial.length;
    const [plane, strides] = [elementCount(spatial), rowMajorStrides(spatial)];
    const count = elementCount(points.type.shape.slice(1, -1));
    const sides = spatial.map((extent): Side => {
      return border === "edges" ? { extent, least: -0.5, most: extent - 0.5 } : { extent, least: 0, most: extent - 1 };
    });
    for (let sample = 0; sample < n; sample++) {
      for (let point = 0; point < count; point++) {
        const from = (sample * count + point) * rank;
        const taps = planeTaps(
          sides.map((side, dim) => {
            const place = points.data[from + (innermost_first ? rank - 1 - dim : dim)]!;
            return tapsOf(place, side, mode, padding);
          }),
          strides,
        );
        for (let channel = 0; channel < c; channel++) {
          const start = (sample * c + channel) * plane;
          let sum = 0;
          for (const [offset, weight] of taps) sum += weight * input.data[start + offset]!;
          output.data[(sample * c + channel) * count + point] = sum;
        }
      }
    }
    return output;
  },
});
