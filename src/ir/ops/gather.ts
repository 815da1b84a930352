/** Reading elements whose indices are computed. */
import { attr, withDefault } from "../attribute-specs.ts";
import { fail } from "../../support/diagnostics.ts";
import { dimensionAccess, dimensionLoops, shapeText } from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import { rowMajorStrides } from "../numbers/indexing.ts";
import { idx } from "../loop-nest.ts";
import { zeros } from "../tensor-value.ts";
import type { TensorType } from "../types.ts";
import { elementCount, isFloat, tensorType } from "../types.ts";

/** What is wrong with the element type of indices. */
export function indexTypeProblem({ element }: TensorType): string | undefined {
  return isFloat(element) || element.name === "i1"
    ? `indices have element type ${element.name}, not an integer type`
    : undefined;
}

/** An index with negative ones counted from the end. */
export function resolved(index: number, extent: number): number {
  const at = index < 0 ? index + extent : index;
  if (at < 0 || at >= extent) {
    fail({ code: "index-out-of-range", message: `index ${index} is outside of a dimension of extent ${extent}` });
  }
  return at;
}

/** The number of a point among all indices, as terms of the loops `d<first>`, ...: what a row's number is not known to be. */
export function positionTerms(shape: readonly number[], first: number): Readonly<Record<string, number>> {
  return Object.fromEntries(rowMajorStrides(shape).map((stride, dim) => [`d${first + dim}`, stride]));
}

/**
 * `nn.gather`. Which rows are read is not known here: the access says as many different rows as there are indices (in
 * the table's order, so that never more than the table is touched).
 */
export const gather = defineOp({
  name: "nn.gather",
  summary: "Slices of data along the axis, chosen by indices; negative ones count from the end.",
  operands: { data: {}, indices: {} },
  attributes: { axis: attr.int },
  docs: {
    axis: "the dimension of data that the indices count",
    result: "data's shape with the indices' shape in place of the axis",
  },
  traits: ["pure", "movement"],
  verify({ data, indices }, { axis }) {
    const rank = data.shape.length;
    if (axis < 0 || axis >= rank) return `axis ${axis} is not a dimension of a tensor of rank ${rank}`;
    return indexTypeProblem(indices);
  },
  inferTypes: ({ data, indices }, { axis }) =>
    tensorType([...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)], data.element),
  loopNest({ data: { shape }, indices }, { axis }) {
    const inner = shape.slice(axis + 1);
    const output = [...shape.slice(0, axis), ...indices.shape, ...inner];
    const full = dimensionAccess(output.length);
    const rows = Math.min(shape[axis]!, elementCount(indices.shape));
    return {
      extents: dimensionLoops(output),
      access: {
        data: [
          ...full.slice(0, axis),
          idx(positionTerms(indices.shape, axis)),
          ...full.slice(axis + indices.shape.length),
        ],
        indices: full.slice(axis, axis + indices.shape.length),
        output: full,
      },
      work: { kind: "move" },
      touchedElements: { data: rows * elementCount(shape.slice(0, axis)) * elementCount(inner) },
    };
  },
  reference({ data, indices }, { axis }, [type]) {
    const output = zeros(type!);
    const outer = elementCount(data.type.shape.slice(0, axis));
    const extent = data.type.shape[axis]!;
    const row = elementCount(data.type.shape.slice(axis + 1));
    let out = 0;
    for (let line = 0; line < outer; line++) {
      for (const index of indices.data) {
        const from = (line * extent + resolved(index, extent)) * row;
        output.data.set(data.data.subarray(from, from + row), out);
        out += row;
      }
    }
    return output;
  },
});

/** `nn.gather_nd`: the last dimension of indices holds the index of a slice of data, after the batch dimensions. */
export const gatherNd = defineOp({
  name: "nn.gather_nd",
  summary:
    "data[b..., i...] for each index tuple i in the last dimension of indices, with batch_dims leading dimensions b that " +
    "both share.",
  operands: { data: {}, indices: {} },
  attributes: { batch_dims: withDefault(attr.int, 0) },
  docs: {
    indices: "its last dimension holds index tuples",
    batch_dims: "leading dimensions that data and indices share",
    result: "the indices' shape without its last dimension, then data's dimensions that are not indexed",
  },
  traits: ["pure", "movement"],
  verify({ data, indices }, { batch_dims }) {
    const tuple = indices.shape.at(-1);
    if (tuple === undefined) return "indices have rank 0 but need at least 1";
    const batches = [data.shape.slice(0, batch_dims), indices.shape.slice(0, batch_dims)] as const;
    if (batch_dims < 0 || batch_dims >= indices.shape.length || shapeText(batches[0]) !== shapeText(batches[1])) {
      return `data ${shapeText(data.shape)} and indices ${shapeText(indices.shape)} do not share ${batch_dims} batch dimensions`;
    }
    if (tuple < 1 || batch_dims + tuple > data.shape.length) {
      return `tuples of ${tuple} indices do not fit data of rank ${data.shape.length} with ${batch_dims} batch dimensions`;
    }
    return indexTypeProblem(indices);
  },
  inferTypes: ({ data, indices }, { batch_dims }) =>
    tensorType([...indices.shape.slice(0, -1), ...data.shape.slice(batch_dims + indices.shape.at(-1)!)], data.element),
  loopNest({ data: { shape }, indices }, { batch_dims }) {
    const tuples = indices.shape.slice(0, -1);
    const indexed = indices.shape.at(-1)!;
    const inner = shape.slice(batch_dims + indexed);
    const output = [...tuples, ...inner];
    const full = dimensionAccess(output.length);
    // As nn.gather: which elements is not known; a step of any tuple's loop is a step in each indexed dimension.
    const position = idx(positionTerms(tuples.slice(batch_dims), batch_dims));
    const touched = elementCount(tuples) * elementCount(inner);
    return {
      extents: dimensionLoops(output),
      access: {
        data: [
          ...full.slice(0, batch_dims),
          ...Array.from({ length: indexed }, () => position),
          ...full.slice(tuples.length),
        ],
        indices: [...full.slice(0, tuples.length), idx({})],
        output: full,
      },
      work: { kind: "move" },
      touchedElements: { data: Math.min(touched, elementCount(shape)) },
    };
  },
  reference({ data, indices }, { batch_dims }, [type]) {
    const output = zeros(type!);
    const { shape } = data.type;
    const strides = rowMajorStrides(shape);
    const indexed = indices.type.shape.at(-1)!;
    const row = elementCount(shape.slice(batch_dims + indexed));
    const batchCount = elementCount(shape.slice(0, batch_dims));
    const [batchSize, tuples] = [data.data.length / batchCount, indices.data.length / indexed];
    for (let tuple = 0; tuple < tuples; tuple++) {
      let from = Math.floor(tuple / (tuples / batchCount)) * batchSize;
      for (let i = 0; i < indexed; i++) {
        const dim = batch_dims + i;
        from += resolved(indices.data[tuple * indexed + i]!, shape[dim]!) * strides[dim]!;
      }
      output.data.set(data.data.subarray(from, from + row), tuple * row);
    }
    return output;
  },
});
