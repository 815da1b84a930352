/** `npm run bench:calibration`: how well the model of area and TDP fits published chips, and how much rankings depend on it. */
import type { ChipErrors, FitChip } from "../hardware/calibration/fit.ts";
import { errorsOf, fitConstants, leaveOneOut } from "../hardware/calibration/fit.ts";
import { priors } from "../hardware/calibration/priors.ts";
import type { HeldOutChip } from "../hardware/calibration/published-chips.ts";
import { fittedChips, heldOutChips } from "../hardware/calibration/published-chips.ts";
import { areaOf } from "../hardware/area.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { tdpOf } from "../hardware/tdp.ts";
import type { FittedConstants } from "../hardware/tech/fitted.ts";
import { fittedConstants } from "../hardware/tech/fitted.ts";
import { formatError, markdownTable } from "./markdown.ts";
import { rankStability } from "./rank-stability.ts";
import { formatNumber } from "./units.ts";

/** Designs that the report compares. */
export interface CalibrationInput {
  /** The design of this name: a preset, or one of those held out of the fit. */
  readonly design: (name: string) => HardwareDesign;
  readonly presets: readonly HardwareDesign[];
  /** Random designs of FAST's space, within its limits. */
  readonly sample: readonly HardwareDesign[];
}

/** Chips that have to be within 15 %: v1 is of another class, and v4's TDP is not published. */
const targets: Readonly<Record<string, string>> = {
  "tpu-v2": "area, TDP",
  "tpu-v3": "area, TDP",
  "tpu-v4i": "area, TDP",
  "tpu-v4": "area",
};

/** The chips of the fit with their designs. */
export function fitChips(design: CalibrationInput["design"]): readonly FitChip[] {
  return fittedChips.map((published) => ({ published, design: design(published.name) }));
}

/** The whole page `docs/calibration.md`. */
export function calibrationReport(input: CalibrationInput): string {
  const chips = fitChips(input.design);
  return [
    "# Calibration of area and TDP",
    "",
    "Written by `npm run build && npm run bench:calibration`. What is fitted, to what and why: [hardware.md](hardware.md).",
    "",
    "## Chips of the fit",
    "",
    "Targets: within 15 %. _Left out_: the error when all constants are fitted to the other chips alone, the honest one.",
    "",
    chipTable(chips),
    "",
    shareText(chips),
    "",
    "## Constants",
    "",
    "Least squares in logarithms; _± factor_ is one standard deviation of the prior. 16 and 28 nm follow by the ratios given.",
    "",
    constantTable(fitConstants(chips)),
    "",
    "## Chips that nothing was fitted to",
    "",
    heldOutTable(input.design),
    "",
    heldOutNotes,
    "",
    "## How stable rankings are",
    "",
    rankStability(input),
    "",
  ].join("\n");
}

function chipTable(chips: readonly FitChip[]): string {
  const left = leaveOneOut(chips);
  const rows = chips.map((chip, index) => {
    const { published } = chip;
    const fit = errorsOf(chip, fittedConstants);
    const without = left[index];
    return [
      published.name,
      formatNumber(published.dieMm2, 3),
      formatNumber(fit.areaMm2, 3),
      formatError(fit.area),
      formatError(without?.area ?? Number.NaN),
      published.tdpWatts === undefined
        ? `not published, ${published.mostMeasuredWatts} the most measured`
        : formatNumber(published.tdpWatts, 3),
      formatNumber(fit.tdpWatts, 3),
      errorText(fit.tdp),
      errorText(without?.tdp),
      targetText(published.name, without),
    ];
  });
  return markdownTable(
    ["chip", "die, mm²", "model", "error", "left out", "TDP, W", "model", "error", "left out", "left out, within 15 %"],
    rows,
  );
}

function errorText(error: number | undefined): string {
  return error === undefined ? "" : formatError(error);
}

function targetText(name: string, errors: ChipErrors | undefined): string {
  const target = targets[name];
  if (target === undefined || errors === undefined) return "no target";
  const missed = [
    ...(Math.abs(errors.area) > 0.15 ? ["area missed"] : []),
    ...(errors.tdp !== undefined && Math.abs(errors.tdp) > 0.15 ? ["TDP missed"] : []),
  ];
  return missed.length === 0 ? `${target}: yes` : missed.join(", ");
}

function shareText(chips: readonly FitChip[]): string {
  const rows = chips
    .filter(({ published }) => published.arrayShare !== undefined)
    .map(({ published, design }) => {
      const { totalMm2, parts } = areaOf(design);
      const idle = tdpOf(design).parts.idle;
      const percent = (share: number | undefined) => (share === undefined ? "" : `${(share * 100).toFixed(0)} %`);
      return [
        published.name,
        percent(published.arrayShare),
        percent(parts.macs / totalMm2),
        percent(published.globalMemoryShare),
        published.globalMemoryShare === undefined ? "" : percent(parts.globalMemory / totalMm2),
        published.idleWatts === undefined ? "" : formatNumber(published.idleWatts, 2),
        formatNumber(idle, 2),
      ];
    });
  const headings = ["chip", "arrays' share of die", "model", "global memory's", "model", "idle, W", "model"];
  return markdownTable(headings, rows);
}

function constantTable(fitted: FittedConstants): string {
  // The priors have exactly the keys of the constants.
  const rows = (Object.keys(priors) as (keyof FittedConstants)[]).map((name) => {
    const { value, factor, unit, source } = priors[name];
    const shipped = fittedConstants[name];
    const fit = Number(fitted[name].toPrecision(4));
    return [name, unit, formatNumber(value, 3), String(factor), String(fit), String(shipped), source];
  });
  return markdownTable(["constant", "unit", "prior", "± factor", "fitted", "shipped", "prior's source"], rows);
}

function heldOutTable(design: CalibrationInput["design"]): string {
  const rows = heldOutChips.map((chip: HeldOutChip) => {
    const { totalMm2, parts } = areaOf(design(chip.name));
    const tdp = tdpOf(design(chip.enabledName ?? chip.name)).totalWatts;
    const datapath = parts.macs + parts.vector + parts.l1 + parts.l2 + parts.globalMemory;
    return [
      chip.name,
      formatNumber(chip.dieMm2, 3),
      formatNumber(totalMm2, 3),
      formatError(totalMm2 / chip.dieMm2 - 1),
      formatNumber(datapath, 3),
      chip.tdpWatts === undefined ? "not published" : formatNumber(chip.tdpWatts, 3),
      formatNumber(tdp, 3),
      chip.tdpWatts === undefined ? "" : formatError(tdp / chip.tdpWatts - 1),
    ];
  });
  return markdownTable(
    ["design", "die, mm²", "model", "error", "of it arrays, lanes, memories", "TDP, W", "model", "error"],
    rows,
  );
}

const heldOutNotes = `The designs are in \`bench/calibration/\`. They are rough:

- **A100** (826 mm², 400 W): an SM is a PE with an array of 32 × 32 (four tensor cores of 256 MACs), 64 lanes, and its L1 (192 KiB) and
  registers (256 KiB) as shared L1; L2 is global memory at 5,120 bytes a cycle (memory); 12 NVLinks. The die has 128 SMs, 48 MiB and 6 HBM
  stacks, of which 108, 40 and 5 are switched on: area is that of \`a100-die\`, TDP that of \`a100-enabled\`. Not counted: fp64 and
  texture units, tensor cores' other number types, schedulers and instruction caches of 128 SMs.
- **T4** (545 mm², 70 W, both from memory): 48 SMs on the die, 40 on; 512 MACs and 64 lanes each; L1 96 and registers 256 KiB; 12 nm is
  taken as 16. Its 70 W are a limit that the chip keeps by lowering its clock from 1.59 GHz; it sustains 0.9 to 1.3 GHz, here 1.1. Not
  counted: ray tracing and display units, video codecs, a fifth of the die or more.
- **Simba chiplet** (6 mm², memory): 16 PEs of 8 × 8 int8 MACs with 8, 32 and 3 KiB. The template has no global buffer of 64 KiB, needs
  8 lanes a PE and a DRAM channel, and counts the scalar core, PCIe and fixed blocks of a data-centre chip. The arrays and memories
  alone are in the fifth column: the model is for chips above about 100 mm².`;
