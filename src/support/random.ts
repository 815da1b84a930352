/** Seeded random numbers: a pure function of the seed, the same on every machine. */

/** A stream of random numbers. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits of resolution. */
  readonly next: () => number;
  /** Uniform integer in [0, bound). */
  readonly integer: (bound: number) => number;
}

/**
 * The random stream of a seed and a stream number (a trial's number, for example), so that trial i does not depend on how
 * many numbers earlier trials drew.
 *
 * Generator: SplitMix32, the 32-bit variant of Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014, with the finaliser of MurmurHash3.
 */
export function randomStream(seed: number, stream = 0): RandomStream {
  let state = (mix(seed >>> 0) ^ mix((stream + 0x9e3779b9) >>> 0)) >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state) / 4294967296;
  };
  return { next, integer: (bound) => Math.floor(next() * bound) };
}

function mix(value: number): number {
  let z = value;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
