/** Importers of operators that find, sort and run along an axis. */
import { indexList } from "../../../../ir/numbers/indexing.ts";
import { trilu } from "../../../../ir/ops/tensors/functions.ts";
import { determinant } from "../../../../ir/ops/tensors/matrix-functions.ts";
import { argMax, argMin, topKIndices } from "../../../../ir/ops/tensors/ordering.ts";
import { cumulativeProduct, cumulativeSum, reverseSequence } from "../../../../ir/ops/tensors/running.ts";
import { gatherElements } from "../../../../ir/ops/tensors/scatter.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { ImportNode, OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import { composer, numbersOf } from "../composer.ts";

const argReduction =
  (kind: typeof argMax): ImportNode =>
  (node) => {
    const input = node.input(0);
    const { attributes } = node;
    const axis = normalAxis(node, attributes.int("axis") ?? 0, input.type.shape.length);
    const [keepdims, select_last] = [attributes.int("keepdims") !== 0, attributes.flag("select_last_index")];
    return node.emit(kind, { input }, { axis, keepdims, select_last });
  };

/** Values and indices. They are always in order, which `sorted = 0` leaves open. */
function topK(node: NodeContext, k: number | undefined): readonly Tensor[] {
  const input = node.input(0);
  const { attributes } = node;
  attributes.ignore("sorted");
  const axis = normalAxis(node, attributes.int("axis") ?? -1, input.type.shape.length);
  const largest = attributes.int("largest") !== 0;
  const indices = node.emit(topKIndices, { input }, { axis, k: k ?? node.invalid("K is missing"), largest });
  return [node.emit(gatherElements, { data: input, indices }, { axis }), indices];
}

const running =
  (kind: typeof cumulativeSum): ImportNode =>
  (node) => {
    const input = node.input(0);
    const [given] = node.knownInts(1, "axis") ?? [];
    const axis = normalAxis(node, given ?? node.invalid("axis is missing"), input.type.shape.length);
    const [exclusive, reverse] = [node.attributes.flag("exclusive"), node.attributes.flag("reverse")];
    return node.emit(kind, { input }, { axis, exclusive, reverse });
  };

function importReverseSequence(node: NodeContext): Tensor {
  const attributes = {
    batch_axis: node.attributes.int("batch_axis") ?? 1,
    time_axis: node.attributes.int("time_axis") ?? 0,
  };
  return node.emit(reverseSequence, { input: node.input(0), lengths: node.input(1) }, attributes);
}

function importTrilu(node: NodeContext): Tensor {
  const [diagonal = 0] = node.knownInts(1, "k") ?? [];
  return node.emit(trilu, { input: node.input(0) }, { upper: node.attributes.int("upper") !== 0, diagonal });
}

/** 1 at the first largest element along the axis, 0 elsewhere. */
function hardmax(node: NodeContext, input: Tensor, axis: number): Tensor {
  const { shape, element } = input.type;
  const largest = node.emit(argMax, { input }, { axis });
  const along = shape.map((extent, dim) => (dim === axis ? extent : 1));
  const { cast, equal } = composer(node);
  return cast(equal(largest, numbersOf(along, "i64", indexList(shape[axis] ?? 0))), element.name);
}

/** Before operator set 13 the dimensions from the axis on count as one. */
function importHardmaxFlat(node: NodeContext): Tensor {
  const input = node.input(0);
  const { shape } = input.type;
  const axis = normalAxis(node, node.attributes.int("axis") ?? 1, shape.length);
  const flat = node.reshape(input, [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]);
  return node.reshape(hardmax(node, flat, 1), shape);
}

function importHardmax(node: NodeContext): Tensor {
  const axis = normalAxis(node, node.attributes.int("axis") ?? -1, node.input(0).type.shape.length);
  return hardmax(node, node.input(0), axis);
}

export const orderingOperators: OperatorTable = {
  ArgMax: [since(1, [1, 1], argReduction(argMax))],
  ArgMin: [since(1, [1, 1], argReduction(argMin))],
  Hardmax: [since(1, [1, 1], importHardmaxFlat), since(13, [1, 1], importHardmax)],
  TopK: [
    since(1, [1, 1], (node) => topK(node, node.attributes.int("k"))),
    since(10, [2, 2], (node) => topK(node, node.knownInts(1, "K")?.[0])),
  ],
  CumSum: [since(11, [2, 2], running(cumulativeSum))],
  CumProd: [since(26, [2, 2], running(cumulativeProduct))],
  ReverseSequence: [since(10, [2, 2], importReverseSequence)],
  Trilu: [since(14, [1, 2], importTrilu)],
  Det: [since(11, [1, 1], (node) => node.emit(determinant, { input: node.input(0) }, {}))],
};
