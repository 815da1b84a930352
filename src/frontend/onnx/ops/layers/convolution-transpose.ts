/**
 * Importer of the transposed convolution. With stride s, the outputs whose index leaves the rest a when divided by s are
 * an ordinary convolution of the input with every s-th weight from a on, mirrored; so it becomes one convolution a phase
 * (s of them in each dimension), whose results are interleaved. No multiplication with an inserted zero is left.
 */
import { slice } from "../../../../ir/ops/shape.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import type { Composer } from "../composer.ts";
import { composer, numbersOf } from "../composer.ts";
import { addBias, convolve, kernelOfWeight } from "./convolution.ts";
import { readPads, readSteps, spatialExtents, splitPadding } from "./window.ts";

/** One spatial dimension. */
interface Dimension {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** What is cut off at the beginning of the full result. */
  readonly low: number;
  readonly output: number;
}

/** The convolution that makes every stride-th output from one on, along one dimension. */
interface Phase {
  /** First weight, and number of weights, every stride-th. */
  readonly first: number;
  readonly count: number;
  /** Padding of the input; negative cuts off. */
  readonly before: number;
  readonly after: number;
}

/** A transposed convolution with weights `[k, c / groups, kernel...]`, as an ordinary convolution has them. */
interface Problem {
  readonly input: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly groups: number;
  readonly dimensions: readonly Dimension[];
}

/** Extents of the output and what is cut off the full result; see "output_shape" and "auto_pad" of ONNX's definition. */
function dimensionsOf(node: NodeContext, input: Tensor, kernel: readonly number[]): readonly Dimension[] {
  const extents = spatialExtents(node, input);
  const { strides, dilations } = readSteps(node, extents.length);
  const { mode, low, high } = readPads(node, extents.length);
  const more = node.attributes.ints("output_padding") ?? extents.map(() => 0);
  const wanted = node.attributes.ints("output_shape");
  // Some exporters also write the batch and the channels.
  const shape = wanted?.length === extents.length + 2 ? wanted.slice(2) : wanted;
  if (more.length !== extents.length || (shape !== undefined && shape.length !== extents.length))
    node.invalid(`output_padding or output_shape do not have ${extents.length} numbers`);
  return extents.map((extent, dim) => {
    const [own, stride, dilation] = [kernel[dim] ?? 1, strides[dim] ?? 1, dilations[dim] ?? 1];
    const full = stride * (extent - 1) + (more[dim] ?? 0) + (own - 1) * dilation + 1;
    const isSame = mode === "SAME_UPPER" || mode === "SAME_LOWER";
    const asked = shape?.[dim] ?? (isSame ? extent * stride : undefined);
    const [before] =
      asked === undefined ? [low[dim] ?? 0] : splitPadding(Math.max(full - asked, 0), mode === "SAME_UPPER");
    const output = asked ?? full - before - (high[dim] ?? 0);
    if (output < 1) node.invalid(`the output would have an extent of ${output}`);
    return { input: extent, kernel: own, stride, dilation, low: before, output };
  });
}

/** Outputs a phase makes along a dimension; of the last ones some may be more than are wanted. */
function phaseExtent({ output, stride }: Dimension): number {
  return Math.ceil(output / stride);
}

/** out[stride · j + phase] = sum over t of in[j + shift − t] · weight[first + stride · t]. */
function phaseOf(dimension: Dimension, phase: number): Phase {
  const { input, kernel, stride, dilation, low } = dimension;
  const first = (phase + low) % stride;
  const shift = Math.floor((phase + low) / stride);
  const count = Math.max(Math.ceil((kernel - first) / stride), 0);
  const reach = (count - 1) * dilation;
  const before = reach - shift;
  return { first, count, before, after: phaseExtent(dimension) + reach - input - before };
}

/** Every choice of one item of each list, the last list fastest. */
function combinations<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>(
    (all, list) => all.flatMap((head) => list.map((item) => [...head, item])),
    [[]],
  );
}

/** The convolution of one phase, with mirrored weights. */
function convolvePhase(node: NodeContext, problem: Problem, phases: readonly Phase[]): Tensor {
  const { input, weight, bias, groups, dimensions } = problem;
  const compose = composer(node);
  const [n = 1] = input.type.shape;
  const [k = 1, c = 1] = weight.type.shape;
  const extents = dimensions.map(phaseExtent);
  if (phases.some(({ count }) => count === 0)) {
    const zero = numbersOf([], input.type.element.name, [0]);
    const silent = compose.broadcast(zero, [n, k, ...extents]);
    return bias === undefined ? silent : addBias(node, silent, bias);
  }
  const mirrored = node.emit(
    slice,
    { input: weight },
    {
      starts: [0, 0, ...phases.map(({ first, count }, dim) => first + (count - 1) * dimensions[dim]!.stride)],
      sizes: [k, c, ...phases.map(({ count }) => count)],
      steps: [1, 1, ...dimensions.map(({ stride }) => -stride)],
    },
  );
  const cut = (amount: (phase: Phase) => number): readonly number[] => [
    0,
    0,
    ...phases.map((phase) => Math.min(amount(phase), 0)),
  ];
  const window = {
    kernel: phases.map(({ count }) => count),
    strides: dimensions.map(() => 1),
    dilations: dimensions.map(({ dilation }) => dilation),
    low: phases.map(({ before }) => Math.max(before, 0)),
    high: phases.map(({ after }) => Math.max(after, 0)),
    extra: dimensions.map(() => 0),
  };
  const inside = compose.pad(
    input,
    cut(({ before }) => before),
    cut(({ after }) => after),
  );
  return convolve(node, { input: inside, weight: mirrored, bias }, { window, groups });
}

/** All phases as further output channels of one convolution, where they read the same stretch of the input. */
function convolveTogether(node: NodeContext, problem: Problem, phase: readonly Phase[]): Tensor {
  const compose = composer(node);
  const { weight, bias, dimensions } = problem;
  const [k = 1, c = 1] = weight.type.shape;
  const count = elementCount(dimensions.map(({ stride }) => stride));
  const apart = compose.reshape(weight, [k, c, ...dimensions.flatMap((d, dim) => [phase[dim]!.count, d.stride])]);
  const [strides, steps] = [3, 2].map((first) => dimensions.map((_dimension, dim) => first + 2 * dim));
  const sorted = compose.transpose(apart, [0, ...(strides ?? []), 1, ...(steps ?? [])]);
  const together = compose.reshape(sorted, [k * count, c, ...phase.map((own) => own.count)]);
  const unit = dimensions.map((dimension) => ({ ...dimension, stride: 1, output: phaseExtent(dimension) }));
  const repeated =
    bias === undefined
      ? undefined
      : compose.reshape(compose.broadcast(compose.reshape(bias, [k, 1]), [k, count]), [k * count]);
  return convolvePhase(
    node,
    { ...problem, weight: together, bias: repeated, dimensions: unit },
    phase.map((own) => ({ ...own, first: 0 })),
  );
}

/** `[n, k, strides..., extents...]` as `[n, k, extent · stride...]`, cut to the output's extents. */
function interleave(compose: Composer, phases: Tensor, dimensions: readonly Dimension[]): Tensor {
  const [n = 1, k = 1] = phases.type.shape;
  const count = dimensions.length;
  const order = dimensions.flatMap((_dimension, dim) => [2 + count + dim, 2 + dim]);
  const woven = compose.reshape(compose.transpose(phases, [0, 1, ...order]), [
    n,
    k,
    ...dimensions.map((dimension) => phaseExtent(dimension) * dimension.stride),
  ]);
  return dimensions.reduce((tensor, { output }, dim) => compose.slice(tensor, dim + 2, [0, output]), woven);
}

function transposed(node: NodeContext, problem: Problem): Tensor {
  const compose = composer(node);
  const { input, weight, dimensions } = problem;
  const strides = dimensions.map(({ stride }) => stride);
  const lists = dimensions.map((dimension) =>
    Array.from({ length: dimension.stride }, (_unused, phase) => phaseOf(dimension, phase)),
  );
  const first = lists.map((list) => list[0]!);
  if (elementCount(strides) === 1) return convolvePhase(node, problem, first);
  const [n = 1, k = 1] = [input.type.shape[0], weight.type.shape[0]];
  const shape = [n, k, ...strides, ...dimensions.map(phaseExtent)];
  const isUniform = dimensions.every(({ kernel, stride, low }) => kernel % stride === 0 && low % stride === 0);
  if (isUniform) {
    return interleave(compose, compose.reshape(convolveTogether(node, problem, first), shape), dimensions);
  }
  const parts = combinations(lists).map((phases) => {
    const part = convolvePhase(node, problem, phases);
    return compose.reshape(part, [n, k, 1, ...part.type.shape.slice(2)]);
  });
  return interleave(compose, compose.reshape(compose.concat(parts, 2), shape), dimensions);
}

/** Weights with zeros between them, in the dimensions where both stride and dilation are more than 1. */
function withoutDilation(compose: Composer, weight: Tensor, dimensions: readonly Dimension[]) {
  let dense = weight;
  const plain = dimensions.map((dimension, dim) => {
    const { kernel, stride, dilation } = dimension;
    if (stride === 1 || dilation === 1 || kernel === 1) return { ...dimension, dilation: stride === 1 ? dilation : 1 };
    const { shape } = dense.type;
    const [outer, inner] = [shape.slice(0, dim + 2), shape.slice(dim + 3)];
    const apart = compose.reshape(dense, [...outer, kernel, 1, ...inner]);
    const zeros = apart.type.shape.map(() => 0);
    const after = zeros.map((_zero, at) => (at === dim + 3 ? dilation - 1 : 0));
    const span = (kernel - 1) * dilation + 1;
    const stuffed = compose.reshape(compose.pad(apart, zeros, after), [...outer, kernel * dilation, ...inner]);
    dense = compose.slice(stuffed, dim + 2, [0, span]);
    return { ...dimension, kernel: span, dilation: 1 };
  });
  return { weight: dense, dimensions: plain };
}

/** Weights `[c, k / groups, kernel...]` as `[k, c / groups, kernel...]`. */
function outputsFirst(node: NodeContext, weight: Tensor, groups: number): Tensor {
  const compose = composer(node);
  const [c = 1, k = 1, ...kernel] = weight.type.shape;
  if (groups < 1 || c % groups !== 0) node.invalid(`group is ${groups} but there are ${c} input channels`);
  const grouped = compose.reshape(weight, [groups, c / groups, k, ...kernel]);
  const spatial = kernel.map((_extent, dim) => dim + 3);
  return compose.reshape(compose.transpose(grouped, [0, 2, 1, ...spatial]), [groups * k, c / groups, ...kernel]);
}

function importConvTranspose(node: NodeContext): Tensor {
  const [input, given, bias] = [node.input(0), node.input(1), node.inputs[2]];
  const kernel = kernelOfWeight(node, input, given);
  const groups = node.attributes.int("group") ?? 1;
  if (given.type.shape[0] !== input.type.shape[1]) {
    node.invalid(`input has ${input.type.shape[1] ?? 0} channels but W expects ${given.type.shape[0] ?? 0}`);
  }
  const dilated = dimensionsOf(node, input, kernel);
  const plain = withoutDilation(composer(node), outputsFirst(node, given, groups), dilated);
  return transposed(node, { input, bias, groups, ...plain });
}

export const convolutionTransposeOperators: OperatorTable = { ConvTranspose: [since(1, [2, 3], importConvTranspose)] };
