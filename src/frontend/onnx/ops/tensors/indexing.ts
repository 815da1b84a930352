/** Importers of operators that read and write elements by computed indices. */
import { indexList } from "../../../../ir/numbers/indexing.ts";
import { gather, gatherNd } from "../../../../ir/ops/gather.ts";
import { gatherElements, scatterElements, scatterNd } from "../../../../ir/ops/tensors/scatter.ts";
import type { ScalarName } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { normalAxis } from "../axes.ts";
import { composer, numbersOf } from "../composer.ts";

function importGather(node: NodeContext): Tensor {
  const [data, indices] = [node.input(0), node.input(1)];
  const axis = normalAxis(node, node.attributes.int("axis") ?? 0, data.type.shape.length);
  const extent = data.type.shape[axis] ?? 0;
  const outside =
    indices.kind === "known" ? indices.numbers.data.find((index) => index < -extent || index >= extent) : undefined;
  if (outside !== undefined) node.invalid(`index ${outside} is outside of dimension ${axis} of extent ${extent}`);
  return node.emit(gather, { data, indices }, { axis });
}

function importGatherNd(node: NodeContext): Tensor {
  const [data, indices] = [node.input(0), node.input(1)];
  return node.emit(gatherNd, { data, indices }, { batch_dims: node.attributes.int("batch_dims") ?? 0 });
}

function importGatherElements(node: NodeContext): Tensor {
  const [data, indices] = [node.input(0), node.input(1)];
  const axis = normalAxis(node, node.attributes.int("axis") ?? 0, data.type.shape.length);
  return node.emit(gatherElements, { data, indices }, { axis });
}

const reductions = ["none", "add", "mul", "max", "min"] as const;

function reductionOf(node: NodeContext): (typeof reductions)[number] {
  const given = node.attributes.string("reduction") ?? "none";
  return reductions.find((known) => known === given) ?? node.invalid(`reduction '${given}' is not known`);
}

function importScatterElements(node: NodeContext): Tensor {
  const [data, indices, updates] = [node.input(0), node.input(1), node.input(2)];
  const axis = normalAxis(node, node.attributes.int("axis") ?? 0, data.type.shape.length);
  return node.emit(scatterElements, { data, indices, updates }, { axis, reduction: reductionOf(node) });
}

function importScatterNd(node: NodeContext): Tensor {
  const [data, indices, updates] = [node.input(0), node.input(1), node.input(2)];
  return node.emit(scatterNd, { data, indices, updates }, { reduction: reductionOf(node) });
}

/** The numbers 0, 1, ... along one dimension of a shape whose other extents are 1. */
function countAlong(axis: number, rank: number, count: { readonly extent: number; element: ScalarName }): Tensor {
  const shape = Array.from({ length: rank }, (_unused, dim) => (dim === axis ? count.extent : 1));
  return numbersOf(shape, count.element, indexList(count.extent));
}

/** A cache in which the update is written at each sample's write index, round the end in circular mode. */
function importTensorScatter(node: NodeContext): Tensor {
  const [data, updates] = [node.input(0), node.input(1)];
  const { shape } = data.type;
  const axis = normalAxis(node, node.attributes.int("axis") ?? -2, shape.length);
  if (axis === 0) node.invalid("axis is the batch dimension");
  const mode = node.attributes.string("mode") ?? "linear";
  if (mode !== "linear" && mode !== "circular") node.invalid(`mode '${mode}' is not known`);
  const extent = updates.type.shape[axis] ?? 0;
  const steps = countAlong(axis, shape.length, { extent, element: "i64" });
  const make = composer(node);
  const [, , firsts] = node.inputs;
  const starts = firsts && node.reshape(firsts, [...firsts.type.shape, ...shape.slice(1).map(() => 1)]);
  const moved = starts === undefined ? steps : make.add(steps, starts);
  const places = mode === "circular" ? make.mod(moved, shape[axis] ?? 1) : moved;
  const indices = make.broadcast(places, updates.type.shape);
  return node.emit(scatterElements, { data, indices, updates }, { axis });
}

/** Where the index, counted from the end when negative, equals the place along the new axis. */
function importOneHot(node: NodeContext): Tensor {
  const given = node.input(0);
  const [depth] = node.known(1, "depth")?.data ?? [];
  if (depth === undefined || depth < 0) return node.invalid(`depth is ${depth}`);
  const values = node.input(2);
  const make = composer(node);
  const isWide = given.type.element.name === "i64" || given.type.element.name === "i32";
  const indices = isWide ? given : make.cast(given, "i64");
  const { shape, element } = indices.type;
  const axis = normalAxis(node, node.attributes.int("axis") ?? -1, shape.length + 1);
  const counted = make.where(make.less(indices, 0), make.add(indices, depth), indices);
  const places = countAlong(axis, shape.length + 1, { extent: Math.trunc(depth), element: element.name });
  const isOn = make.equal(make.reshape(counted, [...shape.slice(0, axis), 1, ...shape.slice(axis)]), places);
  const [off, on] = [0, 1].map((index) => make.gather(values, numbersOf([], "i64", [index]), 0));
  return off === undefined || on === undefined ? node.invalid("values are missing") : make.where(isOn, on, off);
}

export const indexingOperators: OperatorTable = {
  Gather: [since(1, [2, 2], importGather)],
  GatherND: [since(11, [2, 2], importGatherNd)],
  GatherElements: [since(11, [2, 2], importGatherElements)],
  Scatter: [since(9, [3, 3], importScatterElements)],
  ScatterElements: [since(11, [3, 3], importScatterElements)],
  ScatterND: [since(11, [3, 3], importScatterNd)],
  TensorScatter: [since(24, [2, 3], importTensorScatter)],
  OneHot: [since(9, [3, 3], importOneHot)],
};
