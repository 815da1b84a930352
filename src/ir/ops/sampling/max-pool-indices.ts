/** Where the maxima of a pooling lie. */
import { attr, withDefault } from "../../attribute-specs.ts";
import { shapeText } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import { idx } from "../../loop-nest.ts";
import { listedOffsets, rowMajorStrides } from "../../numbers/indexing.ts";
import { zeros } from "../../tensor-value.ts";
import { elementCount, tensorType } from "../../types.ts";
import { windowExtent } from "../convolution.ts";

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** Number of windows along each spatial dimension. */
function windowCounts(spatial: readonly number[], { kernel, strides, pads, dilations }: Window): readonly number[] {
  return spatial.map((extent, dim) =>
    windowExtent(extent, {
      kernel: kernel[dim]!,
      stride: strides[dim]!,
      dilation: dilations[dim]!,
      pads: pads[dim]! + pads[dim + spatial.length]!,
    }),
  );
}

/** Indices along one dimension that window `number` covers, without the padding. */
function covered(window: Window, place: { dim: number; extent: number; number: number }): readonly number[] {
  const { dim, extent, number } = place;
  const first = number * window.strides[dim]! - window.pads[dim]!;
  return Array.from({ length: window.kernel[dim]! }, (_unused, step) => first + step * window.dilations[dim]!).filter(
    (index) => index >= 0 && index < extent,
  );
}

/**
 * `nn.max_pool_indices`: the second output of ONNX's MaxPool. Of equal numbers the first counts. In column-major order the
 * first spatial dimension is the fastest one; batch and channels stay the slowest.
 */
export const maxPoolIndices = defineOp({
  name: "nn.max_pool_indices",
  summary:
    "Index of the largest number of each window of each channel, [n, c, spatial...], in the flattened input. `pads` are " +
    "all amounts before, then all after.",
  operands: { input: {} },
  attributes: {
    kernel: attr.ints,
    strides: attr.ints,
    pads: attr.ints,
    dilations: attr.ints,
    column_major: withDefault(attr.bool, false),
  },
  traits: ["pure", "reduction"],
  verify({ input }, window) {
    const spatial = input.shape.slice(2);
    const { kernel, strides, pads, dilations } = window;
    const lengths = [kernel.length, strides.length, dilations.length, pads.length / 2];
    if (spatial.length < 1 || lengths.some((length) => length !== spatial.length))
      return `the window does not fit input ${shapeText(input.shape)}`;
    if (Math.min(...kernel, ...strides, ...dilations) < 1) return "kernel, strides and dilations must be at least 1";
    if (Math.min(...pads) < 0) return "pads must not be negative";
    for (const [dim, count] of windowCounts(spatial, window).entries()) {
      if (count < 1) return "the kernel does not fit into the padded input";
      const extent = spatial[dim]!;
      for (let number = 0; number < count; number++) {
        if (covered(window, { dim, extent, number }).length === 0) return `window ${number} lies in the padding alone`;
      }
    }
    return undefined;
  },
  inferTypes: ({ input }, window) =>
    tensorType([...input.shape.slice(0, 2), ...windowCounts(input.shape.slice(2), window)], "i64"),
  loopNest({ input }, window) {
    const spatial = input.shape.slice(2);
    const counts = windowCounts(spatial, window);
    const [n = 1, c = 1] = input.shape;
    const loops = (letter: string, extents: readonly number[]) =>
      Object.fromEntries(extents.map((extent, dim) => [`${letter}${dim}`, extent]));
    const steps = spatial.map((_extent, dim) =>
      idx({ [`p${dim}`]: window.strides[dim]!, [`r${dim}`]: window.dilations[dim]! }, 0 - window.pads[dim]!),
    );
    return {
      extents: { n, c, ...loops("p", counts), ...loops("r", window.kernel) },
      access: {
        input: [idx({ n: 1 }), idx({ c: 1 }), ...steps],
        output: [idx({ n: 1 }), idx({ c: 1 }), ...counts.map((_count, dim) => idx({ [`p${dim}`]: 1 }))],
      },
      work: { kind: "vector", opsPerPoint: 1 },
    };
  },
  reference({ input }, window, [type]) {
    const output = zeros(type!);
    const spatial = input.type.shape.slice(2);
    const counts = type!.shape.slice(2);
    const strides = rowMajorStrides(spatial);
    const named = window.column_major ? [...rowMajorStrides([...spatial].reverse())].reverse() : strides;
    const [plane, windows] = [elementCount(spatial), elementCount(counts)];
    const steps = rowMajorStrides(counts);
    for (let place = 0; place < windows; place++) {
      const lists = counts.map((count, dim) => {
        const number = Math.floor(place / steps[dim]!) % count;
        return covered(window, { dim, extent: spatial[dim]!, number });
      });
      const [at, name] = [listedOffsets(lists, strides), listedOffsets(lists, named)];
      for (let channel = 0; channel < output.data.length / windows; channel++) {
        let best = 0;
        for (let step = 1; step < at.length; step++) {
          if (input.data[channel * plane + at[step]!]! > input.data[channel * plane + at[best]!]!) best = step;
        }
        output.data[channel * windows + place] = channel * plane + name[best]!;
      }
    }
    return output;
  },
});
