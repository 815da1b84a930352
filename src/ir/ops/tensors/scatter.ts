/** Reading and writing single elements whose indices are computed. */
import { attr, withDefault } from "../../attribute-specs.ts";
import { dimensionAccess, dimensionLoops, shapeText } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import type { LoopNest } from "../../loop-nest.ts";
import { idx } from "../../loop-nest.ts";
import { rowMajorStrides } from "../../numbers/indexing.ts";
import type { TensorValue } from "../../tensor-value.ts";
import { zeros } from "../../tensor-value.ts";
import type { TensorType } from "../../types.ts";
import { elementCount, tensorType } from "../../types.ts";
import { indexTypeProblem, positionTerms, resolved } from "../gather.ts";

/** What becomes of an element that is written to: overwritten, or put together with what was there. */
const reductions = ["none", "add", "mul", "max", "min"] as const;
type Reduction = (typeof reductions)[number];

function combine(reduction: Reduction, old: number, update: number): number {
  switch (reduction) {
    case "none":
      return update;
    case "add":
      return old + update;
    case "mul":
      return old * update;
    case "max":
      return Math.max(old, update);
    case "min":
      return Math.min(old, update);
  }
}

/** The same rank, and no dimension but the axis larger than that of data. */
function elementsProblem(data: TensorType, indices: TensorType, axis: number): string | undefined {
  const rank = data.shape.length;
  if (axis < 0 || axis >= rank) return `axis ${axis} is not a dimension of a tensor of rank ${rank}`;
  const fits =
    indices.shape.length === rank &&
    indices.shape.every((extent, dim) => dim === axis || extent <= (data.shape[dim] ?? 0));
  if (!fits) return `indices ${shapeText(indices.shape)} do not lie in data ${shapeText(data.shape)}`;
  return indexTypeProblem(indices);
}

/** Position in data of the element that each index, in order, is for. */
function elementPositions(data: TensorType, indices: TensorValue, axis: number): Int32Array {
  const strides = rowMajorStrides(data.shape);
  const own = rowMajorStrides(indices.type.shape);
  return Int32Array.from(indices.data, (index, at) => {
    let position = resolved(index, data.shape[axis]!) * strides[axis]!;
    for (let dim = 0; dim < own.length; dim++) {
      if (dim !== axis) position += (Math.floor(at / own[dim]!) % indices.type.shape[dim]!) * strides[dim]!;
    }
    return position;
  });
}

export const gatherElements = defineOp({
  name: "nn.gather_elements",
  summary: "Each element of data at its own place, but for the index along the axis, which indices give.",
  operands: { data: {}, indices: {} },
  attributes: { axis: attr.int },
  traits: ["pure", "movement"],
  verify: ({ data, indices }, { axis }) => elementsProblem(data, indices, axis),
  inferTypes: ({ data, indices }) => tensorType(indices.shape, data.element),
  // Which elements is not known: as many different ones as fit along the axis.
  loopNest({ data, indices: { shape } }): LoopNest {
    const full = dimensionAccess(shape.length);
    const reached = elementCount(shape.map((extent, dim) => Math.min(extent, data.shape[dim]!)));
    return {
      extents: dimensionLoops(shape),
      access: { data: full, indices: full, output: full },
      work: { kind: "move" },
      touchedElements: { data: reached },
    };
  },
  reference({ data, indices }, { axis }, [type]) {
    const output = zeros(type!);
    elementPositions(data.type, indices, axis).forEach((position, at) => {
      output.data[at] = data.data[position]!;
    });
    return output;
  },
});

export const scatterElements = defineOp({
  name: "nn.scatter_elements",
  summary: "data with each update written at its own place, but for the index along the axis, which indices give.",
  operands: { data: {}, indices: {}, updates: {} },
  attributes: { axis: attr.int, reduction: withDefault(attr.word(...reductions), "none") },
  traits: ["pure", "movement"],
  verify({ data, indices, updates }, { axis }) {
    if (updates.element !== data.element)
      return `element types ${data.element.name} and ${updates.element.name} differ`;
    if (shapeText(updates.shape) !== shapeText(indices.shape)) {
      return `updates ${shapeText(updates.shape)} and indices ${shapeText(indices.shape)} differ`;
    }
    return elementsProblem(data, indices, axis);
  },
  inferTypes: ({ data }) => data,
  // Along the axis there may be more updates than elements.
  loopNest({ data, indices: { shape } }) {
    const full = dimensionAccess(shape.length);
    return {
      extents: dimensionLoops(shape.map((extent, dim) => Math.max(extent, data.shape[dim]!))),
      access: { data: full, indices: full, updates: full, output: full },
      work: { kind: "move" },
    };
  },
  reference({ data, indices, updates }, { axis, reduction }) {
    const output = { type: data.type, data: data.data.slice() };
    elementPositions(data.type, indices, axis).forEach((position, at) => {
      output.data[position] = combine(reduction, output.data[position]!, updates.data[at]!);
    });
    return output;
  },
});

/** `nn.scatter_nd`: as `nn.gather_nd` reads. In the access, which slice is written is taken to be the next one. */
export const scatterNd = defineOp({
  name: "nn.scatter_nd",
  summary: "data with updates[t...] written to data[i...] for each index tuple i = indices[t..., :].",
  operands: { data: {}, indices: {}, updates: {} },
  attributes: { reduction: withDefault(attr.word(...reductions), "none") },
  traits: ["pure", "movement"],
  verify({ data, indices, updates }) {
    if (updates.element !== data.element)
      return `element types ${data.element.name} and ${updates.element.name} differ`;
    const tuple = indices.shape.at(-1);
    if (tuple === undefined) return "indices have rank 0 but need at least 1";
    if (tuple > data.shape.length) return `tuples of ${tuple} indices do not fit data of rank ${data.shape.length}`;
    const want = [...indices.shape.slice(0, -1), ...data.shape.slice(tuple)];
    if (shapeText(updates.shape) !== shapeText(want)) {
      return `updates ${shapeText(updates.shape)} should be ${shapeText(want)}`;
    }
    return indexTypeProblem(indices);
  },
  inferTypes: ({ data }) => data,
  loopNest({ data: { shape }, indices }) {
    const tuple = indices.shape.at(-1)!;
    const full = dimensionAccess(shape.length);
    const tuples = indices.shape.slice(0, -1);
    const place = tuples.map((_extent, dim) =>
      dim === tuples.length - 1 ? idx(positionTerms(shape.slice(0, tuple), 0)) : idx({}),
    );
    return {
      extents: dimensionLoops(shape),
      access: { data: full, indices: [...place, idx({})], updates: [...place, ...full.slice(tuple)], output: full },
      work: { kind: "move" },
    };
  },
  reference({ data, indices, updates }, { reduction }) {
    const output = { type: data.type, data: data.data.slice() };
    const { shape } = data.type;
    const strides = rowMajorStrides(shape);
    const tuple = indices.type.shape.at(-1)!;
    const row = elementCount(shape.slice(tuple));
    const tuples = elementCount(indices.type.shape.slice(0, -1));
    for (let number = 0; number < tuples; number++) {
      let to = 0;
      for (let i = 0; i < tuple; i++) to += resolved(indices.data[number * tuple + i]!, shape[i]!) * strides[i]!;
      for (let i = 0; i < row; i++) {
        output.data[to + i] = combine(reduction, output.data[to + i]!, updates.data[number * row + i]!);
      }
    }
    return output;
  },
});
