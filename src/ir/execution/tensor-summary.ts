/** A tensor in a few numbers. */
import type { TensorValue } from "../tensor-value.ts";

/** Statistics over all elements; NaN where a number is not a number, and undefined where there are no elements. */
export interface TensorSummary {
  readonly elements: number;
  readonly mean: number | undefined;
  /** Standard deviation of the elements, not of a sample. */
  readonly deviation: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly first: readonly number[];
}

/** How many of the first numbers a summary holds. */
const firstCount = 5;

/** The summary of a tensor. */
export function tensorSummary({ data }: TensorValue): TensorSummary {
  const elements = data.length;
  const first = [...data.subarray(0, firstCount)];
  if (elements === 0) {
    return { elements, mean: undefined, deviation: undefined, min: undefined, max: undefined, first };
  }
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const item of data) {
    sum += item;
    min = Math.min(min, item);
    max = Math.max(max, item);
  }
  const mean = sum / elements;
  let squares = 0;
  for (const item of data) squares += (item - mean) ** 2;
  return { elements, mean, deviation: Math.sqrt(squares / elements), min, max, first };
}
