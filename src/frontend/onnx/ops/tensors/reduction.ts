/** Importers of reductions. */
import * as reduction from "../../../../ir/ops/reduction.ts";
import { isInf } from "../../../../ir/ops/tensors/functions.ts";
import { isFloat } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxes } from "../axes.ts";
import { composer } from "../composer.ts";

type Reduction = typeof reduction.reduceMean;

/** The dimensions that a node reduces. */
interface Reducing {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

/** A reduction of any kind: what it makes of its input. */
type Reduce = (node: NodeContext, input: Tensor, over: Reducing) => Tensor;

const over =
  (kind: Reduction): Reduce =>
  (node, input, reducing) =>
    reducing.axes.length === 0 ? input : node.emit(kind, { input }, reducing);

/** Integers are computed as floats, and cut off at the end. */
const asFloats =
  (reduce: Reduce): Reduce =>
  (node, input, reducing) => {
    const { element } = input.type;
    if (isFloat(element)) return reduce(node, input, reducing);
    const { cast } = composer(node);
    return cast(reduce(node, cast(input, "f64"), reducing), element.name);
  };

const sumOf = over(reduction.reduceSum);

const sumOfMagnitudes: Reduce = (node, input, reducing) => sumOf(node, composer(node).abs(input), reducing);
const sumOfSquares: Reduce = (node, input, reducing) => sumOf(node, composer(node).mul(input, input), reducing);
const euclidean: Reduce = (node, input, reducing) => composer(node).sqrt(sumOfSquares(node, input, reducing));
const logarithmOfSum: Reduce = (node, input, reducing) => composer(node).log(sumOf(node, input, reducing));

/** m + ln Σ e^(x - m) with the largest number m, which keeps e^x from overflowing; an infinite m is left out. */
const logarithmOfExponentials: Reduce = (node, input, { axes, keepdims }) => {
  if (axes.length === 0) return input;
  const make = composer(node);
  const largest = make.largest(input, axes);
  const isInfinite = node.emit(isInf, { input: largest }, {});
  const base = make.where(isInfinite, node.scalarLike(largest, 0), largest);
  const sum = make.sum(make.exp(make.sub(input, base)), axes);
  const result = make.add(make.log(sum), base);
  return keepdims ? result : node.reshape(result, without(result.type.shape, axes));
};

function without(shape: readonly number[], axes: readonly number[]): readonly number[] {
  return shape.filter((_extent, dim) => !axes.includes(dim));
}

/** No axes means all of them, or none when `noop_with_empty_axes` is set: then each element is reduced by itself. */
function reduce(node: NodeContext, kind: Reduce, given: readonly number[] | undefined): Tensor {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const keepdims = node.attributes.int("keepdims") !== 0;
  const isNoopWhenEmpty = node.attributes.flag("noop_with_empty_axes");
  const isEmpty = given === undefined || given.length === 0;
  if (isEmpty && isNoopWhenEmpty) return kind(node, input, { axes: [], keepdims });
  const axes = isEmpty ? input.type.shape.map((_extent, dim) => dim) : normalAxes(node, given, rank);
  return kind(node, input, { axes, keepdims });
}

/** Axes are an attribute before `version` and an input from it on. */
const axesMovedIn = (version: number, kind: Reduce) => [
  since(1, [1, 1], (node) => reduce(node, kind, node.attributes.ints("axes"))),
  since(version, [1, 2], (node) => reduce(node, kind, node.knownInts(1, "axes"))),
];

export const reductionOperators: OperatorTable = {
  ReduceMean: axesMovedIn(18, over(reduction.reduceMean)),
  ReduceSum: axesMovedIn(13, sumOf),
  ReduceMax: axesMovedIn(18, over(reduction.reduceMax)),
  ReduceMin: axesMovedIn(18, over(reduction.reduceMin)),
  ReduceProd: axesMovedIn(18, over(reduction.reduceProd)),
  ReduceL1: axesMovedIn(18, sumOfMagnitudes),
  ReduceL2: axesMovedIn(18, asFloats(euclidean)),
  ReduceSumSquare: axesMovedIn(18, sumOfSquares),
  ReduceLogSum: axesMovedIn(18, asFloats(logarithmOfSum)),
  ReduceLogSumExp: axesMovedIn(18, asFloats(logarithmOfExponentials)),
};
