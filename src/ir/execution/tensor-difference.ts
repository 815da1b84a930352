/** How far two results of the same computation are apart. */
import type { TensorValue } from "../tensor-value.ts";

/**
 * The difference of a tensor from the one that is expected.
 *
 * @property scale     largest magnitude among the expected numbers that are finite
 * @property maxError  largest |have − want|; infinite where one is not a number or is infinite and the other is not the same
 * @property relative  `maxError / scale`; where the scale is 0, `maxError` itself
 * @property worst     the element with the largest error, by its row-major number; undefined in a tensor without elements
 */
export interface TensorDifference {
  readonly elements: number;
  readonly scale: number;
  readonly maxError: number;
  readonly relative: number;
  readonly worst: { readonly index: number; readonly have: number; readonly want: number } | undefined;
}

/** Compares element by element; both must have as many elements. */
export function tensorDifference(have: TensorValue["data"], want: TensorValue["data"]): TensorDifference {
  if (have.length !== want.length) throw new Error(`bug: ${have.length} numbers are compared with ${want.length}`);
  let scale = 0;
  let maxError = 0;
  let index = 0;
  for (let at = 0; at < want.length; at++) {
    const is = have[at]!;
    const should = want[at]!;
    const magnitude = Math.abs(should);
    if (magnitude > scale && magnitude < Infinity) scale = magnitude;
    const error = Math.abs(is - should);
    if (error <= maxError) continue;
    // NaN and infinities: as good as equal when both are the same.
    if (!(error < Infinity) && Object.is(is, should)) continue;
    if (maxError === Infinity) continue;
    maxError = error < Infinity ? error : Infinity;
    index = at;
  }
  const worst = want.length === 0 ? undefined : { index, have: have[index]!, want: want[index]! };
  return { elements: want.length, scale, maxError, relative: scale === 0 ? maxError : maxError / scale, worst };
}

/** The index of an element in each dimension, from its row-major number. */
export function unravelled(index: number, shape: readonly number[]): readonly number[] {
  const indices: number[] = [];
  let rest = index;
  for (const extent of [...shape].reverse()) {
    indices.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return indices;
}
