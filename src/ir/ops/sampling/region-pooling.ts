/** Pooling of regions of interest, whose corners are computed. */
import { fail } from "../../../support/diagnostics.ts";
import { attr, withDefault } from "../../attribute-specs.ts";
import { shapeText } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import type { LoopNest } from "../../loop-nest.ts";
import { idx } from "../../loop-nest.ts";
import type { TensorValue } from "../../tensor-value.ts";
import { zeros } from "../../tensor-value.ts";
import type { TensorType } from "../../types.ts";
import { tensorType } from "../../types.ts";

type Four = readonly [number, number, number, number];

/** Samples of a bin in each direction where the op itself decides; what RoI heads usually come to. */
const usualSamples = 2;

function regionProblem(regions: TensorType, columns: number, output: readonly number[]): string | undefined {
  if (Math.min(...output) < 1) return `output ${shapeText(output)} should be at least 1 by 1`;
  return regions.shape[1] === columns ? undefined : `regions have ${regions.shape[1]} numbers but need ${columns}`;
}

function regionNest(
  input: TensorType<Four>,
  regions: number,
  window: { output: readonly number[]; taps: number },
): LoopNest {
  const [, c, h, w] = input.shape;
  const [p = 1, q = 1] = window.output;
  const { taps } = window;
  return {
    extents: { m: regions, c, p, q, t: taps },
    access: {
      input: [idx({ m: 1 }), idx({ c: 1 }), idx({ p: 1, t: 1 }), idx({ q: 1, t: 1 })],
      regions: [idx({ m: 1 }), idx({})],
      output: [idx({ m: 1 }), idx({ c: 1 }), idx({ p: 1 }), idx({ q: 1 })],
    },
    work: { kind: "vector", opsPerPoint: 2 },
    touchedElements: { input: Math.min(regions * c * p * q * taps, input.shape[0] * c * h * w) },
  };
}

function planeStart(input: TensorValue, sample: number, channel: number): number {
  const [n, c, h, w] = input.type.shape as Four;
  if (sample < 0 || sample >= n) {
    fail({ code: "index-out-of-range", message: `index ${sample} is outside of a dimension of extent ${n}` });
  }
  return (sample * c + channel) * h * w;
}

/** Two neighbours of a place along one dimension and their weights; undefined: too far outside. */
function neighbours(place: number, extent: number): readonly (readonly [index: number, weight: number])[] | undefined {
  if (!(place >= -1 && place <= extent)) return undefined;
  const inside = Math.min(Math.max(place, 0), extent - 1);
  const low = Math.min(Math.floor(inside), extent - 1);
  const rest = inside - low;
  return [
    [low, 1 - rest],
    [Math.min(low + 1, extent - 1), rest],
  ];
}

/**
 * `nn.roi_align`. With mode `max` the largest weighted neighbour of all samples counts, as ONNX has it.
 * @see He et al., Mask R-CNN, ICCV 2017, section 3, "RoIAlign"
 */
export const roiAlign = defineOp({
  name: "nn.roi_align",
  summary:
    "Mean (or maximum) of samples in each bin of each region [x1, y1, x2, y2] of the picture in input [n, c, h, w] that " +
    "batch_indices name. Output [regions, c, bins...]. sampling_ratio 0: as many samples as elements.",
  operands: { input: { rank: 4 }, regions: { rank: 2 }, batch_indices: { rank: 1 } },
  attributes: {
    output: attr.ints2,
    sampling_ratio: withDefault(attr.int, 0),
    spatial_scale: withDefault(attr.float, 1),
    half_pixel: withDefault(attr.bool, true),
    mode: withDefault(attr.word("avg", "max"), "avg"),
  },
  traits: ["pure", "reduction"],
  verify({ regions, batch_indices }, { output }) {
    if (regions.shape[0] !== batch_indices.shape[0])
      return `there are ${regions.shape[0]} regions but ${batch_indices.shape[0]} indices of pictures`;
    return regionProblem(regions, 4, output);
  },
  inferTypes: ({ input, regions }, { output }) =>
    tensorType([regions.shape[0], input.shape[1], ...output], input.element),
  loopNest({ input, regions }, { output, sampling_ratio }) {
    const samples = sampling_ratio > 0 ? sampling_ratio : usualSamples;
    const nest = regionNest(input, regions.shape[0], { output, taps: 4 * samples ** 2 });
    return { ...nest, access: { ...nest.access, batch_indices: [idx({ m: 1 })] } };
  },
  reference({ input, regions, batch_indices }, attributes, [type]) {
    const result = zeros(type!);
    const { sampling_ratio, spatial_scale, half_pixel, mode } = attributes;
    const [, , h, w] = input.type.shape as Four;
    const [m, c, p, q] = type!.shape as Four;
    for (let region = 0; region < m; region++) {
      const corners = Array.from(regions.data.subarray(region * 4, region * 4 + 4), (corner) => {
        return corner * spatial_scale - (half_pixel ? 0.5 : 0);
      });
      /** Samples along one dimension, `[bin][sample]`, as neighbours and weights. */
      const along = (start: number, end: number, bins: number, extent: number) => {
        const size = half_pixel ? end - start : Math.max(end - start, 1);
        const count = sampling_ratio > 0 ? sampling_ratio : Math.max(Math.ceil(size / bins), 0);
        return Array.from({ length: bins }, (_bin, bin) =>
          Array.from({ length: count }, (_sample, sample) =>
            neighbours(start + ((bin + (sample + 0.5) / count) * size) / bins, extent),
          ),
        );
      };
      const rows = along(corners[1]!, corners[3]!, p, h);
      const columns = along(corners[0]!, corners[2]!, q, w);
      for (let channel = 0; channel < c; channel++) {
        const start = planeStart(input, batch_indices.data[region]!, channel);
        for (let bin = 0; bin < p * q; bin++) {
          const [ys, xs] = [rows[Math.floor(bin / q)]!, columns[bin % q]!];
          const samples = ys.flatMap((y) =>
            xs.map((x): readonly number[] =>
              y === undefined || x === undefined
                ? [0]
                : y.flatMap(([row, a]) => x.map(([column, b]) => a * b * input.data[start + row * w + column]!)),
            ),
          );
          result.data[(region * c + channel) * p * q + bin] = mode === "avg" ? mean(samples) : largest(samples);
        }
      }
    }
    return result;
  },
});

function mean(samples: readonly (readonly number[])[]): number {
  return samples.flat().reduce((sum, part) => sum + part, 0) / Math.max(samples.length, 1);
}

function largest(samples: readonly (readonly number[])[]): number {
  return samples.length === 0 ? 0 : Math.max(...samples.flat());
}

/** @see Girshick, Fast R-CNN, ICCV 2015, section 2.1, "RoI max pooling" */
export const maxRoiPool = defineOp({
  name: "nn.max_roi_pool",
  summary:
    "Largest element of each bin of each region [picture, x1, y1, x2, y2] of input [n, c, h, w], corners rounded to " +
    "elements. Output [regions, c, bins...]; a bin without elements gives 0.",
  operands: { input: { rank: 4 }, regions: { rank: 2 } },
  attributes: { output: attr.ints2, spatial_scale: withDefault(attr.float, 1) },
  traits: ["pure", "reduction"],
  verify: ({ regions }, { output }) => regionProblem(regions, 5, output),
  inferTypes: ({ input, regions }, { output }) =>
    tensorType([regions.shape[0], input.shape[1], ...output], input.element),
  loopNest: ({ input, regions }, { output }) =>
    regionNest(input, regions.shape[0], { output, taps: usualSamples ** 2 }),
  reference({ input, regions }, { spatial_scale }, [type]) {
    const result = zeros(type!);
    const [, , h, w] = input.type.shape as Four;
    const [m, c, p, q] = type!.shape as Four;
    const round = (x: number): number => Math.floor(x * spatial_scale + 0.5);
    /** First and last, without, element of each bin. */
    const bins = (
      first: number,
      last: number,
      count: number,
      extent: number,
    ): readonly (readonly [number, number])[] => {
      const size = Math.max(last - first + 1, 1) / count;
      const inside = (x: number): number => Math.min(Math.max(x + first, 0), extent);
      return Array.from({ length: count }, (_unused, bin) => [
        inside(Math.floor(bin * size)),
        inside(Math.ceil((bin + 1) * size)),
      ]);
    };
    let out = 0;
    for (let region = 0; region < m; region++) {
      const [picture = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0] = regions.data.subarray(region * 5, region * 5 + 5);
      const [rows, columns] = [bins(round(y1), round(y2), p, h), bins(round(x1), round(x2), q, w)];
      for (let channel = 0; channel < c; channel++) {
        const start = planeStart(input, picture, channel);
        for (const [top, bottom] of rows) {
          for (const [left, right] of columns) {
            let best = bottom > top && right > left ? -Infinity : 0;
            for (let y = top; y < bottom; y++) {
              for (let x = left; x < right; x++) best = Math.max(best, input.data[start + y * w + x]!);
            }
            result.data[out++] = best;
          }
        }
      }
    }
    return result;
  },
});
