/** Tiles as boxes of numbers: cutting one out of another, or out of a tensor. */
import type { TensorValue } from "../../ir/tensor-value.ts";
import type { IndexMap } from "./index-map.ts";

type Numbers = TensorValue["data"];

/** A box of five dimensions inside a larger one, both without gaps, the last dimension innermost. */
export interface InnerBox {
  /** Of the larger box. */
  readonly outer: Int32Array;
  /** Of the inner box, and where it begins in the larger one. */
  readonly sizes: Int32Array;
  readonly starts: Int32Array;
}

/**
 * Calls `run` with where each plane of a box, its last two dimensions, begins in the larger box and in itself. Its lines are
 * `outer[4]` apart in the larger box, and without gaps in itself.
 */
export function forEachPlane(
  { outer, sizes, starts }: InnerBox,
  run: (inOuter: number, inInner: number) => void,
): void {
  const [n0, n1, n2, plane] = [sizes[0]!, sizes[1]!, sizes[2]!, sizes[3]! * sizes[4]!];
  let inInner = 0;
  for (let i0 = 0; i0 < n0; i0++) {
    const a0 = (starts[0]! + i0) * outer[1]!;
    for (let i1 = 0; i1 < n1; i1++) {
      const a1 = (a0 + starts[1]! + i1) * outer[2]!;
      for (let i2 = 0; i2 < n2; i2++, inInner += plane) {
        run(((a1 + starts[2]! + i2) * outer[3]! + starts[3]!) * outer[4]! + starts[4]!, inInner);
      }
    }
  }
}

/** Copies a part of a tile into a tile of its own. */
export function copyOut(box: InnerBox, outer: Numbers, inner: Numbers): void {
  const [lines, length, step] = [box.sizes[3]!, box.sizes[4]!, box.outer[4]!];
  forEachPlane(box, (from, to) => {
    for (let line = 0; line < lines; line++, from += step, to += length) {
      if (length > 64) inner.set(outer.subarray(from, from + length), to);
      else for (let at = 0; at < length; at++) inner[to + at] = outer[from + at]!;
    }
  });
}

/** A table of offsets with the part of it that a tile uses. */
export interface TableSlice {
  readonly table: Int32Array;
  first: number;
  count: number;
}

/** Offsets of a tile's elements in their tensor: the sum of one entry of each of five tables. Returns how many. */
export function boxIndices(slices: readonly TableSlice[], into: Int32Array): number {
  const [s0, s1, s2, s3, s4] = slices;
  if (s0 === undefined || s1 === undefined || s2 === undefined || s3 === undefined || s4 === undefined) return 0;
  let to = 0;
  const [t0, t1, t2, t3, t4] = [s0.table, s1.table, s2.table, s3.table, s4.table];
  const [first, length] = [s4.first, s4.count];
  for (let i0 = s0.first; i0 < s0.first + s0.count; i0++) {
    for (let i1 = s1.first; i1 < s1.first + s1.count; i1++) {
      const a1 = t0[i0]! + t1[i1]!;
      for (let i2 = s2.first; i2 < s2.first + s2.count; i2++) {
        const a2 = a1 + t2[i2]!;
        for (let i3 = s3.first; i3 < s3.first + s3.count; i3++) {
          const a3 = a2 + t3[i3]!;
          for (let i4 = first; i4 < first + length; i4++) into[to++] = a3 + t4[i4]!;
        }
      }
    }
  }
  return to;
}

/** Reads elements of a tensor; those with a negative number are zero. */
export function gather(from: Numbers, indices: Int32Array, place: { count: number; map: IndexMap; to: Numbers }): void {
  const { count, map, to } = place;
  for (let at = 0; at < count; at++) {
    const index = indices[at]!;
    to[at] = index < 0 ? 0 : from[map === undefined ? index : map[index]!]!;
  }
}
