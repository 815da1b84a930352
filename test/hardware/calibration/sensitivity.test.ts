/** Rank correlation by hand, and that each perturbation changes exactly what it says. */
import { describe, expect, it } from "vitest";
import { kendallTau, perturbations } from "../../../src/hardware/calibration/sensitivity.ts";
import { areaOf } from "../../../src/hardware/area.ts";
import { tdpOf } from "../../../src/hardware/tdp.ts";
import { shippedConstants } from "../../../src/hardware/tech/chip-constants.ts";
import { preset, presetNames } from "../preset.ts";

describe("kendallTau", () => {
  it("is 1 for the same order, −1 for the reversed one, and counts pairs between", () => {
    expect(kendallTau([1, 2, 3, 4], [10, 20, 30, 40])).toBe(1);
    expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
    // One of six pairs is exchanged: (5 − 1) ÷ 6.
    expect(kendallTau([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(2 / 3, 12);
    // Ties do not count: of three pairs two are left, both agree.
    expect(kendallTau([1, 1, 2], [1, 2, 3])).toBe(1);
  });
});

describe("perturbations", () => {
  it.each(perturbations)(
    "$name matters to a preset, more is never less, and factor 1 changes nothing",
    ({ with: perturb }) => {
      expect(perturb(1)).toEqual(shippedConstants);
      const totals = (factor: number) =>
        presetNames.flatMap((name) => {
          const constants = perturb(factor);
          return [areaOf(preset(name), constants).totalMm2, tdpOf(preset(name), constants).totalWatts];
        });
      const [less, same, more] = [totals(1 / 1.5), totals(1), totals(1.5)];
      expect(more).not.toEqual(same);
      const signs = new Set(more.map((value, index) => Math.sign(Math.round((value - (less[index] ?? 0)) * 1e9))));
      signs.delete(0);
      // More of a constant moves all chips the same way (a higher transistor density shrinks them).
      expect(signs.size).toBe(1);
    },
  );
});
