/** Patterns that turn a batch normalisation into scaled weights, or into a multiplication and an addition. */
import { isCompileTime } from "../../ir/compile-time.ts";
import type { Operation, Value } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { Location } from "../../ir/location.ts";
import { fusedLocation } from "../../ir/location.ts";
import { conv2d } from "../../ir/ops/convolution.ts";
import { add, mul, sub } from "../../ir/ops/elementwise-binary.ts";
import { rsqrt } from "../../ir/ops/elementwise-unary.ts";
import { matmul } from "../../ir/ops/matmul.ts";
import { batchNorm } from "../../ir/ops/normalisation.ts";
import { reshape } from "../../ir/ops/shape.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";
import type { Rewriter } from "../../ir/rewrite/rewriter.ts";
import { elementCount } from "../../ir/types.ts";
import { shapeOf, splatConstant } from "./constants.ts";

type BatchNorm = NonNullable<ReturnType<typeof batchNorm.match>>;

/** A matrix op whose output channels can be scaled by scaling its weights. */
interface Weighted {
  readonly op: Operation;
  readonly weight: Value;
  /** Shape in which a number per output channel broadcasts over the weight. */
  readonly channelShape: readonly number[];
  /** The same op with another weight. */
  readonly rebuild: (weight: Value, location: Location) => Operation;
}

function weightedOp(value: Value): Weighted | undefined {
  const conv = definingOp(value, conv2d);
  if (conv !== undefined) {
    const { input, weight } = conv.operands;
    const rebuild = (scaled: Value, location: Location): Operation =>
      conv2d.build({ input, weight: scaled }, conv.attrs, location);
    return { op: conv.op, weight, channelShape: [-1, 1, 1, 1], rebuild };
  }
  const product = definingOp(value, matmul);
  // Channels are dimension 1: of a matrix product these are the columns only when there are no batch dimensions.
  if (product === undefined || shapeOf(value).length !== 2) return undefined;
  const { lhs, rhs } = product.operands;
  const rebuild = (scaled: Value, location: Location): Operation =>
    matmul.build({ lhs, rhs: scaled }, product.attrs, location);
  return { op: product.op, weight: rhs, channelShape: product.attrs.transpose_rhs ? [-1, 1] : [1, -1], rebuild };
}

/** The addition of one number per channel between a matrix op and its batch normalisation. */
function channelBias(
  value: Value,
): { readonly op: Operation; readonly input: Value; readonly bias: Value } | undefined {
  const sum = definingOp(value, add);
  if (sum === undefined) return undefined;
  const { lhs, rhs } = sum.operands;
  const [input, bias] = isCompileTime(rhs) ? [lhs, rhs] : [rhs, lhs];
  const [whole, own] = [shapeOf(value), shapeOf(bias)];
  const isPerChannel = own.every((extent, dim) => extent === 1 || dim + whole.length - own.length === 1);
  return isCompileTime(bias) && isPerChannel && input.type === value.type ? { op: sum.op, input, bias } : undefined;
}

/** Builds compile-time arithmetic on one number per channel before an operation. */
function channelMath(rw: Rewriter, reference: Operation, location: Location) {
  const put = (op: Operation): Value => rw.insertBefore(reference, op).result;
  return {
    put,
    times: (lhs: Value, rhs: Value): Value => put(mul.build({ lhs, rhs }, {}, location)),
    minus: (lhs: Value, rhs: Value): Value => put(sub.build({ lhs, rhs }, {}, location)),
    plus: (lhs: Value, rhs: Value): Value => put(add.build({ lhs, rhs }, {}, location)),
    /** In another shape; an extent of -1 takes all elements. */
    shaped: (input: Value, pattern: readonly number[]): Value => {
      const shape = pattern.map((extent) => (extent === -1 ? elementCount(shapeOf(input)) : extent));
      return put(reshape.build({ input }, { shape }, location));
    },
  };
}

/** scale / sqrt(variance + epsilon), one number per channel. */
function channelScale(
  { operands: { scale, variance }, attrs }: BatchNorm,
  math: ReturnType<typeof channelMath>,
  location: Location,
): Value {
  const { element } = tensorTypeOf(variance);
  const epsilon = math.put(splatConstant({ value: attrs.epsilon, shape: [], element, location }));
  const deviation = math.put(rsqrt.build({ input: math.plus(variance, epsilon) }, {}, location));
  return math.times(scale, deviation);
}

function hasRunTimeStatistics({ operands: { scale, bias, mean, variance } }: BatchNorm): boolean {
  return ![scale, bias, mean, variance].every((value) => isCompileTime(value));
}

/** Shape in which one number per channel broadcasts over a tensor of the rank. */
function channelsOfRank(rank: number): readonly number[] {
  return [-1, ...Array.from({ length: rank - 2 }, () => 1)];
}

/**
 * batch_norm(conv2d(x, w) [+ b]) -> conv2d(x, w * s) + ((b - mean) * s + bias) with s = scale / sqrt(variance + epsilon); so
 * for matmul. Saves two vector ops for each element.
 */
export const foldBatchNormIntoWeights = pattern({
  name: "fold-batch-norm-into-weights",
  root: batchNorm,
  rewrite(norm, rw) {
    if (hasRunTimeStatistics(norm)) return noMatch("its statistics are computed at run time");
    const { input } = norm.operands;
    const biased = channelBias(input);
    const product = biased?.input ?? input;
    const source = weightedOp(product);
    if (source === undefined) return noMatch("input is not a convolution or a plain matrix product");
    if (!isCompileTime(source.weight)) return noMatch("the weight is computed at run time");
    if (!input.hasOneUse || !product.hasOneUse) return noMatch("the convolution has other readers");

    const location = fusedLocation(
      [source.op, ...(biased === undefined ? [] : [biased.op]), norm.op].map((op) => op.location),
    );
    const math = channelMath(rw, norm.op, location);
    const scale = channelScale(norm, math, location);
    const weight = math.times(source.weight, math.shaped(scale, source.channelShape));
    const shift = biased === undefined ? undefined : math.minus(math.shaped(biased.bias, [-1]), norm.operands.mean);
    const bias =
      shift === undefined
        ? math.minus(norm.operands.bias, math.times(norm.operands.mean, scale))
        : math.plus(math.times(shift, scale), norm.operands.bias);
    const scaled = math.put(source.rebuild(weight, location));
    const rhs = math.shaped(bias, channelsOfRank(shapeOf(input).length));
    rw.replace(norm.op, add.build({ lhs: scaled, rhs }, {}, location));
    return undefined;
  },
});

/** batch_norm(x) -> x * s + (bias - mean * s). Two vector ops for each element that fuse with their neighbours. */
export const expandBatchNorm = pattern({
  name: "expand-batch-norm",
  root: batchNorm,
  rewrite(norm, rw) {
    if (hasRunTimeStatistics(norm)) return noMatch("its statistics are computed at run time");
    const { location } = norm.op;
    const { input, mean, bias } = norm.operands;
    const channels = channelsOfRank(shapeOf(input).length);
    const math = channelMath(rw, norm.op, location);
    const scale = channelScale(norm, math, location);
    const shift = math.minus(bias, math.times(mean, scale));
    const lhs = math.times(input, math.shaped(scale, channels));
    rw.replace(norm.op, add.build({ lhs, rhs: math.shaped(shift, channels) }, {}, location));
    return undefined;
  },
});
