/** Whether designs rank alike when a constant of area or power is 1.5 times more or less. */
import { kendallTau, perturbations } from "../hardware/calibration/sensitivity.ts";
import { areaOf } from "../hardware/area.ts";
import { dramBandwidthGBps, peakTflops } from "../hardware/derived.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { tdpOf } from "../hardware/tdp.ts";
import { shippedConstants } from "../hardware/tech/chip-constants.ts";
import type { ChipConstants } from "../hardware/tech/technology.ts";
import { markdownTable } from "./markdown.ts";

/** The factor by which each constant is multiplied and divided. */
const change = 1.5;

/**
 * EfficientNet-B0, batch 8, MBConv blocks fused: 139 operations per DRAM byte (computed from its layers). Speed on a roofline is
 * enough here: no constant of area or power changes it.
 */
const flopPerByte = 139;

interface Scores {
  readonly area: readonly number[];
  readonly tdp: readonly number[];
  readonly perfPerTdp: readonly number[];
}

/** The section of `docs/calibration.md`: text and a table with a row for each constant. */
export function rankStability({
  sample,
  presets,
}: {
  readonly sample: readonly HardwareDesign[];
  readonly presets: readonly HardwareDesign[];
}): string {
  const [before, beforePresets] = [scoresOf(sample, shippedConstants), scoresOf(presets, shippedConstants)];
  const rows = perturbations.map(({ name, with: perturb }) => {
    const changed = [perturb(change), perturb(1 / change)];
    const after = changed.map((constants) => scoresOf(sample, constants));
    const afterPresets = changed.map((constants) => scoresOf(presets, constants));
    return [
      name,
      ...(["area", "tdp", "perfPerTdp"] as const).map((key) => lowestTau(before, after, key)),
      `${(100 * Math.max(...after.map((scores) => regret(before, scores)))).toFixed(1)} %`,
      lowestTau(beforePresets, afterPresets, "tdp"),
      lowestTau(beforePresets, afterPresets, "perfPerTdp"),
    ];
  });
  const text =
    `Each constant alone is multiplied and divided by ${change}; the worse of the two is printed. τ is Kendall's rank correlation ` +
    `with the ranking under the shipped constants (1: the same) of ${sample.length} random designs of FAST's space (seed 1) whose ` +
    `area and TDP are at most those of \`tpu-v3-7nm\`, and of the ${presets.length} designs that come with fastc. Perf is a roofline ` +
    `at ${flopPerByte} FLOP/byte. _Lost_ is the Perf/TDP, under the shipped constants, that one loses by choosing the design that is best ` +
    "under the changed ones. Constants of other nodes and DRAM kinds do not touch FAST's space (7 nm, GDDR6).";
  const headings = ["constant", "τ area", "τ TDP", "τ Perf/TDP", "lost", "presets: τ TDP", "presets: τ Perf/TDP"];
  return `${text}\n\n${markdownTable(headings, rows)}`;
}

function scoresOf(designs: readonly HardwareDesign[], constants: ChipConstants): Scores {
  const tdp = designs.map((design) => tdpOf(design, constants).totalWatts);
  const tflops = designs.map((design) =>
    Math.min(peakTflops(design), (flopPerByte * dramBandwidthGBps(design)) / 1000),
  );
  return {
    area: designs.map((design) => areaOf(design, constants).totalMm2),
    tdp,
    perfPerTdp: tflops.map((value, index) => value / (tdp[index] ?? 1)),
  };
}

function lowestTau(before: Scores, after: readonly Scores[], key: keyof Scores): string {
  return Math.min(...after.map((scores) => kendallTau(before[key], scores[key]))).toFixed(3);
}

function regret({ perfPerTdp }: Scores, after: Scores): number {
  const chosen = after.perfPerTdp.indexOf(Math.max(...after.perfPerTdp));
  return 1 - (perfPerTdp[chosen] ?? 0) / Math.max(...perfPerTdp);
}
