/** The shipped constants are the fit's result, and the fit reproduces what is published as well as docs/calibration.md says. */
import { describe, expect, it } from "vitest";
import { areaOf } from "../../../src/hardware/area.ts";
import type { FitChip } from "../../../src/hardware/calibration/fit.ts";
import { errorsOf, fitConstants, leaveOneOut } from "../../../src/hardware/calibration/fit.ts";
import { leastSquares } from "../../../src/hardware/calibration/least-squares.ts";
import { priors } from "../../../src/hardware/calibration/priors.ts";
import { fittedChips } from "../../../src/hardware/calibration/published-chips.ts";
import { tdpOf } from "../../../src/hardware/tdp.ts";
import { constantsFrom } from "../../../src/hardware/tech/chip-constants.ts";
import { fittedConstants } from "../../../src/hardware/tech/fitted.ts";
import type { presetNames } from "../preset.ts";
import { preset } from "../preset.ts";

const chips: readonly FitChip[] = fittedChips.map((published) => ({
  published,
  // Every chip of the fit ships as a preset of its name; `preset` fails otherwise.
  design: preset(published.name as (typeof presetNames)[number]),
}));

function errorOf(name: string) {
  const chip = chips.find(({ published }) => published.name === name);
  if (chip === undefined) throw new Error(`no chip ${name}`);
  return errorsOf(chip, fittedConstants);
}

describe("leastSquares", () => {
  it("solves a line through points exactly", () => {
    // y = 3x − 2 at x = 0, 1, 2.
    const [slope, offset] = leastSquares(([a = 0, b = 0]) => [b + 2, a + b - 1, 2 * a + b - 4], [0, 0]);
    expect(slope).toBeCloseTo(3, 6);
    expect(offset).toBeCloseTo(-2, 6);
  });

  it("finds the minimum of a curved problem (Rosenbrock) from afar", () => {
    const solution = leastSquares(([x = 0, y = 0]) => [10 * (y - x * x), 1 - x], [-1.2, 1]);
    expect(solution[0]).toBeCloseTo(1, 5);
    expect(solution[1]).toBeCloseTo(1, 5);
  });
});

describe("fitConstants", () => {
  const fitted = fitConstants(chips);

  it.each(Object.keys(fittedConstants) as (keyof typeof fittedConstants)[])(
    "%s ships as fitted, rounded to four digits",
    (name) => {
      expect(fittedConstants[name]).toBe(Number(fitted[name].toPrecision(4)));
    },
  );

  it("says the priors when there is no chip", () => {
    const none = fitConstants([]);
    for (const name of Object.keys(priors) as (keyof typeof priors)[]) {
      expect(none[name]).toBeCloseTo(priors[name].value, 9);
    }
  });

  it("follows a chip: a die of twice the size makes constants of area larger", () => {
    const twice = chips.map(({ published, design }) => ({
      published: { ...published, dieMm2: 2 * published.dieMm2 },
      design,
    }));
    const larger = fitConstants(twice);
    expect(larger.macAreaUm2 * (1 + larger.overheadShare)).toBeGreaterThan(
      1.2 * fitted.macAreaUm2 * (1 + fitted.overheadShare),
    );
  });
});

describe("what the shipped constants reproduce", () => {
  it.each(["tpu-v2", "tpu-v3", "tpu-v4i", "tpu-v4"])("%s: die within 15 %%", (name) => {
    expect(Math.abs(errorOf(name).area)).toBeLessThan(0.15);
  });

  it.each(["tpu-v2", "tpu-v3", "tpu-v4i"])("%s: TDP within 15 %%", (name) => {
    expect(Math.abs(errorOf(name).tdp ?? Number.NaN)).toBeLessThan(0.15);
  });

  it("left out of the fit, dies stay within 15 %, and TDPs but that of v4i, the only 7 nm chip with one", () => {
    const left = leaveOneOut(chips).map(({ area, tdp }) => [area, tdp].map((error) => Math.round(100 * (error ?? 0))));
    // v1, v2, v3, v4i, v4; v1 is of another class (int8, 28 nm), v4's TDP is not published.
    expect(left).toEqual([
      [19, 29],
      [-3, -3],
      [7, -6],
      [-15, 18],
      [-7, 0],
    ]);
  });

  it("TPU v4i: arrays 11 ± 3 % and CMEM 28 ± 5 % of the die (Jouppi et al., ISCA 2021, via a public digest)", () => {
    const { totalMm2, parts } = areaOf(preset("tpu-v4i"));
    expect(Math.abs(parts.macs / totalMm2 - 0.11)).toBeLessThan(0.03);
    expect(Math.abs(parts.globalMemory / totalMm2 - 0.28)).toBeLessThan(0.05);
  });

  it("TPU v4's power virus is about as far above its most measured power as v3's: 1.8 and 1.7 times", () => {
    expect(errorOf("tpu-v4").tdpWatts / 192).toBeCloseTo(1.84, 1);
    expect(errorOf("tpu-v3").tdpWatts / 262).toBeCloseTo(1.66, 1);
  });

  it("a die-shrunk TPU-v3 has about half the TDP", () => {
    const ratio = tdpOf(preset("tpu-v3-7nm")).totalWatts / tdpOf(preset("tpu-v3")).totalWatts;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.55);
  });

  it("another set of constants gives other figures: nothing is cached by design alone", () => {
    const half = constantsFrom({ ...fittedConstants, macEnergyPj: fittedConstants.macEnergyPj / 2 });
    const [design] = [preset("tpu-v3")];
    expect(tdpOf(design, half).parts.macs).toBeCloseTo(tdpOf(design).parts.macs / 2, 9);
  });
});
