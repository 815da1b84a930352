/**
 * Importers of operators whose output shape depends on data. They have one only where that data is known before the
 * program runs; then so is what they give.
 */
import { gather } from "../../../../ir/ops/gather.ts";
import { rowMajorStrides } from "../../../../ir/numbers/indexing.ts";
import type { TensorValue } from "../../../../ir/tensor-value.ts";
import { tensorValue } from "../../../../ir/tensor-value.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import { knownTensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import { selectBoxes } from "./box-selection.ts";

function integers(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return knownTensor(tensorValue(shape, "i64", values));
}

/** Indices of the elements that are not 0: one row a dimension. */
function importNonZero(node: NodeContext): Tensor {
  const { type, data } = node.known(0, "X") ?? node.invalid("input is missing");
  const places = Array.from(data.keys()).filter((at) => data[at] !== 0);
  const strides = rowMajorStrides(type.shape);
  const rows = type.shape.map((extent, dim) => places.map((at) => Math.floor(at / (strides[dim] ?? 1)) % extent));
  return integers(rows.flat(), [type.shape.length, places.length]);
}

/** The slices for which a condition holds that is known: a gather. A condition may be shorter than the axis. */
function importCompress(node: NodeContext): Tensor {
  const condition = node.known(1, "condition") ?? node.invalid("condition is missing");
  const given = node.attributes.int("axis");
  const input = node.input(0);
  const data = given === undefined ? node.reshape(input, [elementCount(input.type.shape)]) : input;
  const axis = normalAxis(node, given ?? 0, data.type.shape.length);
  const kept = Array.from(condition.data.keys()).filter((at) => condition.data[at] !== 0);
  if ((kept.at(-1) ?? 0) >= (data.type.shape[axis] ?? 0) && kept.length > 0) {
    node.invalid(`condition ${kept.at(-1)} is outside of dimension ${axis} of extent ${data.type.shape[axis]}`);
  }
  return node.emit(gather, { data, indices: integers(kept) }, { axis });
}

/** Slices of a tensor along an axis, each as the list of its numbers. */
function slicesOf({ type: { shape }, data }: TensorValue, axis: number): readonly (readonly number[])[] {
  const inner = elementCount(shape.slice(axis + 1));
  const extent = shape[axis] ?? 0;
  const outer = elementCount(shape.slice(0, axis));
  return Array.from({ length: extent }, (_slice, index) =>
    Array.from({ length: outer * inner }, (_item, at) => {
      const [block, offset] = [Math.floor(at / inner), at % inner];
      return data[(block * extent + index) * inner + offset] ?? 0;
    }),
  );
}

/** Lexicographic; what is no number comes last. */
function compareSlices(a: readonly number[], b: readonly number[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? 0;
    if (left === right) continue;
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return left < right ? -1 : 1;
  }
  return 0;
}

/** The different slices, where each first is, which of them each slice of the input is, and how often each occurs. */
function importUnique(node: NodeContext): readonly Tensor[] {
  const known = node.known(0, "X") ?? node.invalid("input is missing");
  const given = node.attributes.int("axis");
  const flat = tensorValue([known.data.length], known.type.element.name, known.data);
  const input = given === undefined ? flat : known;
  const axis = normalAxis(node, given ?? 0, input.type.shape.length);
  const slices = slicesOf(input, axis);
  const first = new Map<string, number>();
  const keys = slices.map((slice) => slice.join());
  keys.forEach((key, index) => first.set(key, first.get(key) ?? index));
  const found = [...first.values()];
  if (node.attributes.int("sorted") !== 0) found.sort((a, b) => compareSlices(slices[a] ?? [], slices[b] ?? []));
  const rank = new Map(found.map((index, place) => [keys[index] ?? "", place]));
  const inverse = keys.map((key) => rank.get(key) ?? 0);
  const counts = found.map((_index, place) => inverse.filter((own) => own === place).length);
  const values = node.emit(gather, { data: knownTensor(input), indices: integers(found) }, { axis });
  return [values, integers(found), integers(inverse), integers(counts)];
}

function importNonMaxSuppression(node: NodeContext): Tensor {
  const boxes = node.known(0, "boxes") ?? node.invalid("boxes are missing");
  const scores = node.known(1, "scores") ?? node.invalid("scores are missing");
  const [batches = 0, count = 0, corners = 0] = boxes.type.shape;
  const [scoreBatches, classes = 0, scoreCount] = scores.type.shape;
  const isGood = boxes.type.shape.length === 3 && scores.type.shape.length === 3 && corners === 4;
  if (!isGood || scoreBatches !== batches || scoreCount !== count) {
    node.invalid(`boxes [${boxes.type.shape.join(", ")}] and scores [${scores.type.shape.join(", ")}] do not fit`);
  }
  const selected = selectBoxes({
    boxes: boxes.data,
    scores: scores.data,
    sizes: { batches, classes, count },
    most: node.known(2, "max_output_boxes_per_class")?.data[0] ?? 0,
    overlap: node.known(3, "iou_threshold")?.data[0] ?? 0,
    leastScore: node.known(4, "score_threshold")?.data[0],
    hasCenters: node.attributes.flag("center_point_box"),
  });
  return integers(selected.flat(), [selected.length, 3]);
}

export const dataDependentOperators: OperatorTable = {
  NonZero: [since(9, [1, 1], importNonZero)],
  Compress: [since(9, [2, 2], importCompress)],
  Unique: [since(11, [1, 1], importUnique)],
  NonMaxSuppression: [since(10, [2, 5], importNonMaxSuppression)],
};
