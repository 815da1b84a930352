/** Ticks of logarithmic axes: powers of ten; those between them would be too many. */
import { formatNumber } from "../units.ts";

/** Powers of ten from one number to another. */
export function powersOfTen(from: number, to: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(from)), Math.floor(Math.log10(to))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_unused, at) => 10 ** (first + at));
}

/** The label of a power of ten. */
export function powerText(value: number): string {
  return formatNumber(value, 1);
}
