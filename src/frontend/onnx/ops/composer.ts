/** Short names for the ops that compound operators are put together from. */
import { broadcastShape } from "../../../ir/broadcast.ts";
import * as binary from "../../../ir/ops/elementwise-binary.ts";
import * as unary from "../../../ir/ops/elementwise-unary.ts";
import { gather } from "../../../ir/ops/gather.ts";
import { matmul } from "../../../ir/ops/matmul.ts";
import { softmax } from "../../../ir/ops/normalisation.ts";
import * as reduction from "../../../ir/ops/reduction.ts";
import { where } from "../../../ir/ops/selection.ts";
import { broadcastTo, concat, pad, slice, transpose } from "../../../ir/ops/shape.ts";
import { tensorValue } from "../../../ir/tensor-value.ts";
import type { ScalarName } from "../../../ir/types.ts";
import { scalar } from "../../../ir/types.ts";
import type { Tensor } from "../module-builder.ts";
import { knownTensor } from "../module-builder.ts";
import type { NodeContext } from "../node-context.ts";
import { sameShape } from "../node-context.ts";

/** An operand: a number stands for a scalar of the other operand's element type. */
export type Operand = Tensor | number;

type Binary = (lhs: Tensor, rhs: Operand) => Tensor;
type Unary = (input: Tensor) => Tensor;
type Reduction = (input: Tensor, axes: readonly number[], keepdims?: boolean) => Tensor;

export type Composer = Readonly<
  Record<"add" | "sub" | "mul" | "div" | "pow" | "max" | "min" | "equal" | "less" | "lessOrEqual", Binary> &
    Record<"greaterOrEqual" | "greater" | "and" | "or" | "mod", Binary> &
    Record<"exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "abs" | "neg" | "relu" | "floor" | "round" | "not", Unary> &
    Record<"sum" | "mean" | "largest" | "least", Reduction>
> & {
  readonly cast: (input: Tensor, to: ScalarName) => Tensor;
  readonly where: (condition: Tensor, onTrue: Tensor, onFalse: Tensor) => Tensor;
  readonly reshape: (input: Tensor, shape: readonly number[]) => Tensor;
  readonly transpose: (input: Tensor, permutation: readonly number[]) => Tensor;
  /** Elements `from` up to, without, `to` of one dimension, every `step`-th. */
  readonly slice: (input: Tensor, axis: number, range: readonly [from: number, to: number, step?: number]) => Tensor;
  readonly concat: (inputs: readonly Tensor[], axis: number) => Tensor;
  readonly pad: (input: Tensor, low: readonly number[], high: readonly number[]) => Tensor;
  readonly broadcast: (input: Tensor, shape: readonly number[]) => Tensor;
  readonly gather: (data: Tensor, indices: Tensor, axis: number) => Tensor;
  readonly matmul: (lhs: Tensor, rhs: Tensor, flags?: { transpose_lhs?: boolean; transpose_rhs?: boolean }) => Tensor;
  readonly softmax: (input: Tensor, axis: number) => Tensor;
  readonly clip: (input: Tensor, bounds: { readonly min?: number; readonly max?: number }) => Tensor;
};

/** A known tensor of the numbers. */
export function numbersOf(shape: readonly number[], element: ScalarName, numbers: ArrayLike<number>): Tensor {
  return knownTensor(tensorValue(shape, element, numbers));
}

/** Emits the ops in the place of a node. What does nothing (a cast to the same type, a whole slice) is left out. */
export function composer(node: NodeContext): Composer {
  const two =
    (kind: typeof binary.add): Binary =>
    (lhs, rhs) =>
      node.emit(kind, { lhs, rhs: typeof rhs === "number" ? node.scalarLike(lhs, rhs) : rhs }, {});
  const one =
    (kind: typeof unary.relu): Unary =>
    (input) =>
      node.emit(kind, { input }, {});
  const over =
    (kind: typeof reduction.reduceSum): Reduction =>
    (input, axes, keepdims = true) =>
      node.emit(kind, { input }, { axes, keepdims });
  const calls = {
    ...arithmetic(two),
    exp: one(unary.exp),
    log: one(unary.log),
    sqrt: one(unary.sqrt),
    tanh: one(unary.tanh),
    sigmoid: one(unary.sigmoid),
    abs: one(unary.abs),
    neg: one(unary.neg),
    relu: one(unary.relu),
    floor: one(unary.floor),
    round: one(unary.round),
    not: one(unary.not),
    sum: over(reduction.reduceSum),
    mean: over(reduction.reduceMean),
    largest: over(reduction.reduceMax),
    least: over(reduction.reduceMin),
  };
  return { ...calls, ...moves(node), ...choices(node) };
}

function arithmetic(two: (kind: typeof binary.add) => Binary) {
  return {
    add: two(binary.add),
    sub: two(binary.sub),
    mul: two(binary.mul),
    div: two(binary.div),
    pow: two(binary.pow),
    max: two(binary.max),
    min: two(binary.min),
    mod: two(binary.mod),
    equal: two(binary.equal),
    less: two(binary.less),
    lessOrEqual: two(binary.lessOrEqual),
    greater: two(binary.greater),
    greaterOrEqual: two(binary.greaterOrEqual),
    and: two(binary.and),
    or: two(binary.or),
  };
}

function moves(node: NodeContext) {
  return {
    reshape: (input: Tensor, shape: readonly number[]) => node.reshape(input, shape),
    transpose: (input: Tensor, permutation: readonly number[]) =>
      permutation.every((dim, at) => dim === at) ? input : node.emit(transpose, { input }, { permutation }),
    slice: (input: Tensor, axis: number, [from, to, step = 1]: readonly [number, number, number?]) => {
      const { shape } = input.type;
      if (from === 0 && to === shape[axis] && step === 1) return input;
      const sizes = shape.map((extent, dim) => (dim === axis ? Math.ceil((to - from) / step) : extent));
      const starts = shape.map((_extent, dim) => (dim === axis ? from : 0));
      return node.emit(slice, { input }, { starts, sizes, steps: shape.map((_e, dim) => (dim === axis ? step : 1)) });
    },
    concat: (inputs: readonly Tensor[], axis: number) => {
      const [only] = inputs;
      return inputs.length === 1 && only !== undefined ? only : node.emit(concat, { inputs }, { axis });
    },
    pad: (input: Tensor, low: readonly number[], high: readonly number[]) =>
      [...low, ...high].every((amount) => amount === 0) ? input : node.emit(pad, { input }, { low, high }),
    broadcast: (input: Tensor, shape: readonly number[]) => {
      const target = broadcastShape(input.type.shape, shape);
      return sameShape(target, input.type.shape) ? input : node.emit(broadcastTo, { input }, { shape: target });
    },
    gather: (data: Tensor, indices: Tensor, axis: number) => node.emit(gather, { data, indices }, { axis }),
  };
}

function choices(node: NodeContext) {
  return {
    cast: (input: Tensor, to: ScalarName) =>
      input.type.element.name === to ? input : node.emit(unary.cast, { input }, { to: scalar(to) }),
    where: (condition: Tensor, onTrue: Tensor, onFalse: Tensor) =>
      node.emit(where, { condition, on_true: onTrue, on_false: onFalse }, {}),
    matmul: (lhs: Tensor, rhs: Tensor, flags: { transpose_lhs?: boolean; transpose_rhs?: boolean } = {}) =>
      node.emit(matmul, { lhs, rhs }, flags),
    softmax: (input: Tensor, axis: number) => node.emit(softmax, { input }, { axis }),
    clip: (input: Tensor, bounds: { readonly min?: number; readonly max?: number }) =>
      node.emit(unary.clip, { input }, bounds),
  };
}
