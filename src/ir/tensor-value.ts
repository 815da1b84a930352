/** A tensor with its numbers: what constants hold and what reference kernels read and write. */
import type { ScalarName, TensorType } from "./types.ts";
import { elementCount, isFloat, scalar, tensorType } from "./types.ts";

/**
 * Numbers of a tensor in row-major order. `f32` and smaller floats live in a `Float32Array` (already rounded to their
 * type); every other element type in a `Float64Array` (integers are exact up to 2⁵³; truth values are 0 and 1).
 */
export interface TensorValue {
  readonly type: TensorType;
  readonly data: Float32Array | Float64Array;
}

/** True when numbers of this element type are kept in a `Float32Array`. */
export function isSinglePrecision(name: ScalarName): boolean {
  return name !== "f64" && isFloat(scalar(name));
}

/** A tensor of zeros, to be filled by the caller. */
export function zeros(type: TensorType): TensorValue {
  const count = elementCount(type.shape);
  return { type, data: isSinglePrecision(type.element.name) ? new Float32Array(count) : new Float64Array(count) };
}

/** A tensor of the given numbers, in row-major order; their count must be the shape's. */
export function tensorValue(shape: readonly number[], element: ScalarName, numbers: ArrayLike<number>): TensorValue {
  const value = zeros(tensorType(shape, element));
  if (numbers.length !== value.data.length) {
    throw new Error(`bug: ${numbers.length} numbers for a tensor of ${value.data.length}`);
  }
  value.data.set(numbers);
  return value;
}
