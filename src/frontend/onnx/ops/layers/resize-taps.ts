/** Which input elements a resized dimension is put together from, and with which weights (ONNX, Resize). */

/** One dimension: its extents before and after, how much longer it becomes, and the part of it that is shown. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  /** Start and end of the region of interest, in extents. */
  readonly region: readonly [start: number, end: number];
}

/** Input elements of each output element: `taps` of each. */
export interface Taps {
  readonly count: number;
  readonly taps: number;
  readonly indices: readonly number[];
  readonly weights: readonly number[];
}

/** The extent asked for, before it is rounded down. */
const wanted = ({ from, scale }: Stretch): number => from * scale;

/** Where the centre of output element `index` lies in the input ("coordinate_transformation_mode"). */
export const coordinates: Readonly<Record<string, (index: number, stretch: Stretch) => number>> = {
  asymmetric: (index, { scale }) => index / scale,
  half_pixel: (index, { scale }) => (index + 0.5) / scale - 0.5,
  half_pixel_symmetric: (index, stretch) => {
    const offset = (stretch.from / 2) * (1 - stretch.to / wanted(stretch));
    return offset + (index + 0.5) / stretch.scale - 0.5;
  },
  pytorch_half_pixel: (index, { scale, to }) => (to > 1 ? (index + 0.5) / scale - 0.5 : 0),
  align_corners: (index, stretch) => (wanted(stretch) === 1 ? 0 : (index * (stretch.from - 1)) / (wanted(stretch) - 1)),
  tf_crop_and_resize: (index, stretch) => {
    const [start, end] = stretch.region;
    const last = stretch.from - 1;
    if (stretch.to === 1) return 0.5 * (start + end) * last;
    return start * last + (index * (end - start) * last) / (wanted(stretch) - 1);
  },
  tf_half_pixel_for_nn: (index, { scale }) => (index + 0.5) / scale,
};

/** Which input element is nearest to a place ("nearest_mode"). */
export const roundings: Readonly<Record<string, (place: number) => number>> = {
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Weight of an element at a distance from the place, and the distance from which on it is 0. */
export interface Kernel {
  readonly reach: 1 | 2;
  readonly weight: (distance: number) => number;
}

export const linearKernel: Kernel = { reach: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) };

/** @see Keys, Cubic convolution interpolation for digital image processing, IEEE TASSP 29 (1981), eq. 4 */
export function cubicKernel(a: number): Kernel {
  const weight = (distance: number): number => {
    const x = Math.abs(distance);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  };
  return { reach: 2, weight };
}

/** How the weights are found. */
export interface Interpolation {
  readonly kernel: Kernel;
  /** The kernel is stretched where the output is shorter, so that every input element counts. */
  readonly isAntialiased: boolean;
  /** Elements beyond the border count nothing, instead of as much as the border. */
  readonly excludesOutside: boolean;
}

/** The elements around each place, weighted by their distance; the weights of one output element add up to 1. */
export function interpolationTaps(
  stretch: Stretch,
  place: (index: number, stretch: Stretch) => number,
  { kernel, isAntialiased, excludesOutside }: Interpolation,
): Taps {
  const shrink = isAntialiased ? Math.min(stretch.scale, 1) : 1;
  const first = Math.floor(-kernel.reach / shrink) + 1;
  const taps = 2 - 2 * first;
  const [indices, weights]: [number[], number[]] = [[], []];
  for (let index = 0; index < stretch.to; index++) {
    const centre = place(index, stretch);
    const start = Math.floor(centre) + first;
    const own = Array.from({ length: taps }, (_unused, tap) => {
      const isOutside = start + tap < 0 || start + tap >= stretch.from;
      return excludesOutside && isOutside ? 0 : kernel.weight((start + tap - centre) * shrink);
    });
    const sum = own.reduce((total, weight) => total + weight, 0);
    own.forEach((weight, tap) => {
      indices.push(clamped(start + tap, stretch.from));
      weights.push(sum === 0 ? 0 : weight / sum);
    });
  }
  return { count: stretch.to, taps, indices, weights };
}

/** The nearest element of each place. */
export function nearestIndices(
  stretch: Stretch,
  place: (index: number, stretch: Stretch) => number,
  rounding: (place: number) => number,
): readonly number[] {
  return Array.from({ length: stretch.to }, (_unused, index) => clamped(rounding(place(index, stretch)), stretch.from));
}

function clamped(index: number, extent: number): number {
  return Math.min(Math.max(index, 0), extent - 1);
}
