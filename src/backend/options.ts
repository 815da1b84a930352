/** What the back end may do: the options of `fastc compile` that change decisions, and the two named compilers. */

/** Which fixed partition into regions is used. `none`: every op alone; `xla`: a matrix op with its element-wise neighbours. */
export const fusionModes = ["none", "xla"] as const;
/** Which tensors stay in global memory. `none`: every region reads and writes DRAM; `greedy`: by time saved per byte. */
export const placementModes = ["none", "greedy"] as const;
/** Where depthwise convolutions run. `auto`: the faster engine of each. */
export const depthwiseModes = ["array", "vector", "auto"] as const;
export const compilerNames = ["xla", "fastc"] as const;

export type FusionMode = (typeof fusionModes)[number];
export type PlacementMode = (typeof placementModes)[number];
export type DepthwiseMode = (typeof depthwiseModes)[number];
export type CompilerName = (typeof compilerNames)[number];

export interface CompileOptions {
  readonly fusion: FusionMode;
  readonly placement: PlacementMode;
  readonly depthwise: DepthwiseMode;
}

/**
 * `xla`: what TPU-v3's own compiler does, the baseline of every comparison: element-wise fusion only, every region through
 * DRAM, depthwise convolution on the arrays. `fastc`: the best of each option.
 */
export const compilerPresets: Readonly<Record<CompilerName, CompileOptions>> = {
  xla: { fusion: "xla", placement: "none", depthwise: "array" },
  fastc: { fusion: "xla", placement: "greedy", depthwise: "auto" },
};
