/** Batch normalisation, layer normalisation and softmax. */
import { attr } from "../attribute-specs.ts";
import { broadcastAccess, broadcastsTo, dimensionAccess, dimensionLoops, shapeText } from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import { broadcastStrides, stridedOffsets } from "../numbers/indexing.ts";
import { idx } from "../loop-nest.ts";
import { zeros } from "../tensor-value.ts";
import type { TensorType } from "../types.ts";
import { elementCount, isFloat } from "../types.ts";

function floatProblem(input: TensorType): string | undefined {
  return isFloat(input.element) ? undefined : `element type is ${input.element.name} but should be a float type`;
}

function axisProblem(input: TensorType, axis: number): string | undefined {
  const rank = input.shape.length;
  return axis >= 0 && axis < rank ? undefined : `axis ${axis} is not a dimension of a tensor of rank ${rank}`;
}

/**
 * `nn.batch_norm`: each element of a channel is scaled and shifted by that channel's numbers, so it is element-wise: the
 * vectors broadcast along dimension 1, not along the last one as NumPy's would.
 */
export const batchNorm = defineOp({
  name: "nn.batch_norm",
  summary: "(input - mean) / sqrt(variance + epsilon) * scale + bias, one number a channel (dimension 1) each.",
  operands: { input: {}, scale: { rank: 1 }, bias: { rank: 1 }, mean: { rank: 1 }, variance: { rank: 1 } },
  attributes: { epsilon: attr.float },
  docs: {
    scale: "one number for each channel, dimension 1; so are the other vectors",
    epsilon: "added to the variance",
    result: "as input",
  },
  traits: ["pure", "elementwise"],
  verify({ input, ...vectors }) {
    const channels = input.shape[1];
    if (channels === undefined) return `input has rank ${input.shape.length} but needs at least 2`;
    for (const [name, vector] of Object.entries(vectors)) {
      if (vector.shape[0] !== channels)
        return `${name} has ${vector.shape[0]} elements but input has ${channels} channels`;
    }
    return floatProblem(input);
  },
  inferTypes: ({ input }) => input,
  loopNest({ input }) {
    const [full, vector] = [dimensionAccess(input.shape.length), [idx({ d1: 1 })]];
    return {
      extents: dimensionLoops(input.shape),
      access: { input: full, scale: vector, bias: vector, mean: vector, variance: vector, output: full },
      // Mean, variance, scale and bias fold into one factor and one summand a channel.
      work: { kind: "vector", opsPerPoint: 2 },
    };
  },
  reference({ input, scale, bias, mean, variance }, { epsilon }, [type]) {
    const output = zeros(type!);
    const [, channels = 0, ...inner] = type!.shape;
    const innerCount = elementCount(inner);
    for (let at = 0; at < output.data.length; at++) {
      const c = Math.floor(at / innerCount) % channels;
      const normalised = (input.data[at]! - mean.data[c]!) / Math.sqrt(variance.data[c]! + epsilon);
      output.data[at] = normalised * scale.data[c]! + bias.data[c]!;
    }
    return output;
  },
});

/** `nn.layer_norm`: a row is everything from `axis` on. */
export const layerNorm = defineOp({
  name: "nn.layer_norm",
  summary:
    "(input - mean) / sqrt(variance + epsilon) * scale + bias, with mean and variance over dimensions axis, axis + 1, ...; " +
    "scale and bias broadcast to these dimensions.",
  operands: { input: {}, scale: {}, bias: { optional: true } },
  attributes: { axis: attr.int, epsilon: attr.float },
  docs: {
    scale: "broadcasts to the normalised dimensions",
    bias: "broadcasts to the normalised dimensions",
    axis: "the first normalised dimension; all behind it are normalised with it",
    epsilon: "added to the variance",
    result: "as input",
  },
  traits: ["pure", "normalisation"],
  verify({ input, scale, bias }, { axis }) {
    const problem = axisProblem(input, axis) ?? floatProblem(input);
    if (problem !== undefined) return problem;
    const row = input.shape.slice(axis);
    for (const [name, type] of Object.entries({ scale, bias })) {
      if (type === undefined || broadcastsTo(type.shape, row)) continue;
      return `${name} of shape ${shapeText(type.shape)} does not broadcast to the normalised dimensions ${shapeText(row)}`;
    }
    return undefined;
  },
  inferTypes: ({ input }) => input,
  loopNest({ input, scale, bias }, { axis }) {
    const { shape } = input;
    const full = dimensionAccess(shape.length);
    return {
      extents: dimensionLoops(shape),
      access: {
        input: full,
        scale: broadcastAccess(scale.shape, shape),
        ...(bias === undefined ? {} : { bias: broadcastAccess(bias.shape, shape) }),
        output: full,
      },
      // Sum; subtract the mean; square and add; scale by 1 / sigma; gamma; beta; one for the row's own numbers.
      work: { kind: "vector", opsPerPoint: 8, sweeps: 2 },
      rowLoops: shape.slice(axis).map((_extent, dim) => `d${axis + dim}`),
    };
  },
  reference({ input, scale, bias }, { axis, epsilon }, [type]) {
    const output = zeros(type!);
    const row = type!.shape.slice(axis);
    const count = elementCount(row);
    const scaleAt = stridedOffsets(row, broadcastStrides(scale.type.shape, row));
    const biasAt = bias === undefined ? undefined : stridedOffsets(row, broadcastStrides(bias.type.shape, row));
    for (let start = 0; start < output.data.length; start += count) {
      let sum = 0;
      for (let at = 0; at < count; at++) sum += input.data[start + at]!;
      const mean = sum / count;
      let squares = 0;
      for (let at = 0; at < count; at++) squares += (input.data[start + at]! - mean) ** 2;
      const sigma = Math.sqrt(squares / count + epsilon);
      for (let at = 0; at < count; at++) {
        const shift = biasAt === undefined ? 0 : bias!.data[biasAt[at]!]!;
        output.data[start + at] = ((input.data[start + at]! - mean) / sigma) * scale.data[scaleAt[at]!]! + shift;
      }
    }
    return output;
  },
});

/** `nn.rms_norm`: a row is everything from `axis` on, as for `nn.layer_norm`; the mean is not taken away. */
export const rmsNorm = defineOp({
  name: "nn.rms_norm",
  summary:
    "input / sqrt(mean of input² + epsilon) * scale, with the mean over dimensions axis, axis + 1, ...; scale broadcasts to " +
    "these dimensions.",
  operands: { input: {}, scale: {} },
  attributes: { axis: attr.int, epsilon: attr.float },
  traits: ["pure", "normalisation"],
  verify({ input, scale }, { axis }) {
    const problem = axisProblem(input, axis) ?? floatProblem(input);
    const row = input.shape.slice(axis);
    if (problem !== undefined || broadcastsTo(scale.shape, row)) return problem;
    return `scale of shape ${shapeText(scale.shape)} does not broadcast to the normalised dimensions ${shapeText(row)}`;
  },
  inferTypes: ({ input }) => input,
  loopNest({ input, scale }, { axis }) {
    const full = dimensionAccess(input.shape.length);
    return {
      extents: dimensionLoops(input.shape),
      access: { input: full, scale: broadcastAccess(scale.shape, input.shape), output: full },
      // Square and add; scale by 1 / root; gamma; one for the row's own number.
      work: { kind: "vector", opsPerPoint: 5, sweeps: 2 },
      rowLoops: input.shape.slice(axis).map((_extent, dim) => `d${axis + dim}`),
    };
  },
  reference({ input, scale }, { axis, epsilon }, [type]) {
    const output = zeros(type!);
    const row = type!.shape.slice(axis);
    const count = elementCount(row);
    const scaleAt = stridedOffsets(row, broadcastStrides(scale.type.shape, row));
    for (let start = 0; start < output.data.length; start += count) {
      let squares = 0;
      for (let at = 0; at < count; at++) squares += input.data[start + at]! ** 2;
      const root = Math.sqrt(squares / count + epsilon);
      for (let at = 0; at < count; at++) {
        output.data[start + at] = (input.data[start + at]! / root) * scale.data[scaleAt[at]!]!;
      }
    }
    return output;
  },
});

/** `nn.softmax`: a row is one line along `axis`. */
export const softmax = defineOp({
  name: "nn.softmax",
  summary: "e^x divided by the sum of e^x along the axis.",
  operands: { input: {} },
  attributes: { axis: attr.int },
  docs: {
    axis: "the dimension along which the results add up to 1",
    result: "as input",
  },
  traits: ["pure", "normalisation"],
  verify: ({ input }, { axis }) => axisProblem(input, axis) ?? floatProblem(input),
  inferTypes: ({ input }) => input,
  loopNest({ input }, { axis }) {
    const full = dimensionAccess(input.shape.length);
    return {
      extents: dimensionLoops(input.shape),
      access: { input: full, output: full },
      // Maximum, subtract, exp, add, multiply; the row is read for the maximum, the sum and the quotient.
      work: { kind: "vector", opsPerPoint: 5, sweeps: 3 },
      rowLoops: [`d${axis}`],
    };
  },
  reference({ input }, { axis }, [type]) {
    const output = zeros(type!);
    const extent = type!.shape[axis]!;
    const stride = elementCount(type!.shape.slice(axis + 1));
    for (let line = 0; line < output.data.length / extent; line++) {
      const start = Math.floor(line / stride) * extent * stride + (line % stride);
      let largest = -Infinity;
      for (let i = 0; i < extent; i++) largest = Math.max(largest, input.data[start + i * stride]!);
      let sum = 0;
      for (let i = 0; i < extent; i++) sum += Math.exp(input.data[start + i * stride]! - largest);
      for (let i = 0; i < extent; i++) {
        output.data[start + i * stride] = Math.exp(input.data[start + i * stride]! - largest) / sum;
      }
    }
    return output;
  },
});
