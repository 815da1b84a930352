/** Gathers whose indices are constants that count up: they are slices, or only views. */
import type { Operation, Value } from "../../ir/core.ts";
import { constant } from "../../ir/ops/constant.ts";
import { gather, gatherNd } from "../../ir/ops/gather.ts";
import { reshape, slice } from "../../ir/ops/shape.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";
import type { Rewriter } from "../../ir/rewrite/rewriter.ts";
import { elementCount } from "../../ir/types.ts";
import { shapeOf } from "./constants.ts";

/** The numbers of a dense constant. */
function numbersOf(value: Value): readonly number[] | undefined {
  const attribute = definingOp(value, constant)?.attrs.value;
  return attribute?.kind === "dense" ? [...attribute.value.data] : undefined;
}

/** The first of numbers that count up by 1. */
function startOfRange(numbers: readonly number[]): number | undefined {
  const [first] = numbers;
  return first !== undefined && numbers.every((number, index) => number === first + index) ? first : undefined;
}

/** Replaces an operation by consecutive rows of a dimension of a tensor, in the shape of its result. */
function replaceByRows(
  op: Operation,
  rows: { readonly input: Value; readonly axis: number; readonly start: number; readonly count: number },
  rw: Rewriter,
): void {
  const shape = shapeOf(rows.input);
  const chosen = slice.build(
    { input: rows.input },
    {
      starts: shape.map((_extent, dim) => (dim === rows.axis ? rows.start : 0)),
      sizes: shape.map((extent, dim) => (dim === rows.axis ? rows.count : extent)),
      steps: shape.map(() => 1),
    },
    op.location,
  );
  const input = rw.insertBefore(op, chosen).result;
  rw.replace(op, reshape.build({ input }, { shape: shapeOf(op.result) }, op.location));
}

/** gather(x, [i, i + 1, ...]) -> reshape(slice(x)). No index is read, and all of x is only a view. */
export const gatherOfRange = pattern({
  name: "gather-of-range",
  root: gather,
  rewrite({ op, operands: { data, indices }, attrs: { axis } }, rw) {
    const extent = shapeOf(data)[axis] ?? 0;
    const numbers = numbersOf(indices)?.map((index) => (index < 0 ? index + extent : index));
    if (numbers === undefined) return noMatch("the indices are not constants");
    const start = startOfRange(numbers);
    if (start === undefined || start < 0 || start + numbers.length > extent)
      return noMatch("the indices do not count up");
    replaceByRows(op, { input: data, axis, start, count: numbers.length }, rw);
    return undefined;
  },
});

/** gather_nd(x, consecutive index tuples) -> reshape(slice(reshape(x))). No index is read, and all of x is only a view. */
export const gatherNdOfRange = pattern({
  name: "gather-nd-of-range",
  root: gatherNd,
  rewrite({ op, operands: { data, indices }, attrs }, rw) {
    if (attrs.batch_dims !== 0) return noMatch("it has batch dimensions");
    const numbers = numbersOf(indices);
    if (numbers === undefined) return noMatch("the indices are not constants");
    const indexed = shapeOf(indices).at(-1) ?? 0;
    const [outer, inner] = [shapeOf(data).slice(0, indexed), shapeOf(data).slice(indexed)];
    if (numbers.some((index, at) => index < 0 || index >= (outer[at % indexed] ?? 0)))
      return noMatch("an index is negative");
    const rows = Array.from({ length: numbers.length / indexed }, (_unused, tuple) =>
      outer.reduce((row, extent, dim) => row * extent + (numbers[tuple * indexed + dim] ?? 0), 0),
    );
    const start = startOfRange(rows);
    if (start === undefined) return noMatch("the index tuples do not count up");
    const flat = reshape.build({ input: data }, { shape: [elementCount(outer), ...inner] }, op.location);
    const input = rw.insertBefore(op, flat).result;
    replaceByRows(op, { input, axis: 0, start, count: rows.length }, rw);
    return undefined;
  },
});
