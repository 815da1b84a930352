/** Chips whose published area and power the constants are fitted to, and chips that are only compared. */

/** What is known of a chip that a design describes. */
export interface PublishedChip {
  /** Name of the design. */
  readonly name: string;
  /** Unit: mm². */
  readonly dieMm2: number;
  /** `undefined`: not published. Unit: W. */
  readonly tdpWatts?: number;
  /** Most that was measured, for a chip whose TDP is not published. Unit: W. */
  readonly mostMeasuredWatts?: number;
  /** Measured while idle. Unit: W. */
  readonly idleWatts?: number;
  /** Systolic arrays' share of the die. */
  readonly arrayShare?: number;
  /** Global memory's share of the die. */
  readonly globalMemoryShare?: number;
}

/**
 * Google's TPUs. TDP and shares: Jouppi et al., ISCA 2021 ("Ten Lessons"), through a public digest. Dies are upper bounds: v1
 * ≤331, v2 ≤611, v3 <700 (taken as 660), v4i <400 (385), v4 <600 (580); dies of v1 to v3 and idle power from memory of Table
 * 1, v4's of the TPU v4 paper, the Unified Buffer's share of v1 from memory of Jouppi et al., ISCA 2017, Fig. 2. v4's TDP is not published; 192 W is the most that Google's documentation says was measured.
 */
export const fittedChips: readonly PublishedChip[] = [
  { name: "tpu-v1", dieMm2: 331, tdpWatts: 75, idleWatts: 28, arrayShare: 0.24, globalMemoryShare: 0.29 },
  { name: "tpu-v2", dieMm2: 611, tdpWatts: 280, idleWatts: 53, arrayShare: 0.08 },
  { name: "tpu-v3", dieMm2: 660, tdpWatts: 450, idleWatts: 84, arrayShare: 0.11 },
  { name: "tpu-v4i", dieMm2: 385, tdpWatts: 175, idleWatts: 55, arrayShare: 0.11, globalMemoryShare: 0.28 },
  { name: "tpu-v4", dieMm2: 580, mostMeasuredWatts: 192 },
];

/** A chip that no constant was fitted to, with designs that say how the template approximates it. */
export interface HeldOutChip extends PublishedChip {
  /** Design whose TDP is compared, where it is not the one whose area is: what is switched on of what is on the die. */
  readonly enabledName?: string;
}

/** Compared without refitting. Dies and TDPs: A100 through a digest of Ten Lessons; T4 and Simba (MICRO 2019) from memory. */
export const heldOutChips: readonly HeldOutChip[] = [
  { name: "a100-die", enabledName: "a100-enabled", dieMm2: 826, tdpWatts: 400 },
  { name: "t4-die", enabledName: "t4-enabled", dieMm2: 545, tdpWatts: 70 },
  { name: "simba-chiplet", dieMm2: 6 },
];
