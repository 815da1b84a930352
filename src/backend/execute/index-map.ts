/** Which element of one tensor belongs to an element of another, both by row-major number. */
import type { Operation } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import { broadcastStrides, rowMajorStrides, stridedOffsets } from "../../ir/numbers/indexing.ts";
import { operandName } from "../../ir/op-kind.ts";
import { kindOf } from "../../ir/ops/registry.ts";
import { elementCount } from "../../ir/types.ts";
import { present } from "../../support/bug.ts";

/** Element number by element number; undefined: the same number. */
export type IndexMap = Int32Array | undefined;

/** `outer[inner[i]]`. */
export class MapComposer {
  private readonly known = new Map<Int32Array, Map<Int32Array, IndexMap>>();

  /** Equal arguments give the same map, so that maps can be compared by identity. */
  compose(inner: IndexMap, outer: IndexMap): IndexMap {
    if (inner === undefined) return outer;
    if (outer === undefined) return inner;
    const byOuter = this.known.get(inner) ?? new Map<Int32Array, IndexMap>();
    this.known.set(inner, byOuter);
    if (byOuter.has(outer)) return byOuter.get(outer);
    const composed = simplified(inner.map((index) => outer[index]!));
    byOuter.set(outer, composed);
    return composed;
  }
}

function simplified(map: Int32Array): IndexMap {
  return map.every((to, from) => to === from) ? undefined : map;
}

/** From an element of an element-wise op's result to that of one of its operands, by the op's own access functions. */
export function operandMap(op: Operation, position: number): IndexMap {
  const kind = present(kindOf(op), "kind of an op");
  const operand = tensorTypeOf(present(op.operands[position], "an operand")).shape;
  const result = tensorTypeOf(op.result).shape;
  if (elementCount(operand) === elementCount(result)) return undefined;
  const nest = kind.loopNest(op);
  const access = nest?.access[operandName(kind, position)];
  if (nest === undefined || access === undefined) return stridedOffsets(result, broadcastStrides(operand, result));
  const own = rowMajorStrides(operand);
  const loops = Object.keys(nest.extents);
  const strides = loops.map((loop) =>
    access.reduce((sum, { terms }, dimension) => sum + (terms[loop] ?? 0) * (own[dimension] ?? 0), 0),
  );
  return stridedOffsets(Object.values(nest.extents), strides);
}

/** From an element of a transposed tensor to that of the tensor. */
export function transposeMap(input: readonly number[], permutation: readonly number[]): IndexMap {
  const strides = rowMajorStrides(input);
  const [shape, steps] = [input, strides].map((all) => permutation.map((dim) => all[dim] ?? 1));
  return simplified(stridedOffsets(shape ?? [], steps ?? []));
}

/** The inverse of a permutation. */
export function inverted(map: IndexMap): IndexMap {
  if (map === undefined) return undefined;
  const inverse = new Int32Array(map.length);
  map.forEach((to, from) => {
    inverse[to] = from;
  });
  return inverse;
}
