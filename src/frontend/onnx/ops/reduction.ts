/** Importers of reductions. */
import * as reduction from "../../../ir/ops/reduction.ts";
import type { Tensor } from "../module-builder.ts";
import type { NodeContext } from "../node-context.ts";
import type { ImportNode, OperatorTable } from "../operator.ts";
import { since } from "../operator.ts";
import { normalAxes } from "./axes.ts";

type Reduction = typeof reduction.reduceMean;

/** No axes means all of them, or none when `noop_with_empty_axes` is set. */
function reduce(node: NodeContext, kind: Reduction, given: readonly number[] | undefined): Tensor {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const keepdims = node.attributes.int("keepdims") !== 0;
  const isNoopWhenEmpty = node.attributes.flag("noop_with_empty_axes");
  const isEmpty = given === undefined || given.length === 0;
  if (isEmpty && isNoopWhenEmpty) return input;
  const axes = isEmpty ? input.type.shape.map((_extent, dim) => dim) : normalAxes(node, given, rank);
  return node.emit(kind, { input }, { axes, keepdims });
}

const axesAttribute =
  (kind: Reduction): ImportNode =>
  (node) =>
    reduce(node, kind, node.attributes.ints("axes"));

const axesInput =
  (kind: Reduction): ImportNode =>
  (node) =>
    reduce(node, kind, node.knownInts(1, "axes"));

/** Axes are an attribute before `version` and an input from it on. */
const axesMovedIn = (version: number, kind: Reduction) => [
  since(1, [1, 1], axesAttribute(kind)),
  since(version, [1, 2], axesInput(kind)),
];

export const reductionOperators: OperatorTable = {
  ReduceMean: axesMovedIn(18, reduction.reduceMean),
  ReduceSum: axesMovedIn(13, reduction.reduceSum),
  ReduceMax: axesMovedIn(18, reduction.reduceMax),
  ReduceMin: axesMovedIn(18, reduction.reduceMin),
  ReduceProd: axesMovedIn(18, reduction.reduceProd),
};
