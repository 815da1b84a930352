/** The error function in double precision. */

/**
 * erf(x), to about 1e-15.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 (series of positive terms, |x| < 3) and 7.1.14
 * (continued fraction of erfc, |x| >= 3)
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  // erfc(6) is 2e-17: below half a unit in the last place of 1.
  const value = magnitude > 6 ? 1 : magnitude < 3 ? series(magnitude) : 1 - complement(magnitude);
  return x < 0 ? -value : value;
}

/** 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) = e^(−x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), from the innermost term outwards. */
function complement(x: number): number {
  let tail = x;
  for (let n = 60; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}
