/** More of anything never makes a design smaller, cooler, or a memory cheaper to access. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf } from "../../src/hardware/area.ts";
import { checkDesign } from "../../src/hardware/design-reader.ts";
import { tdpOf } from "../../src/hardware/tdp.ts";
import { atLeast, checkGrowth } from "./growth-laws.ts";
import { designs, growths } from "./random-designs.ts";

describe.each(Object.entries(growths))("more of: %s", (_name, grow) => {
  it("never lowers area, TDP, or energy per access", () => {
    fc.assert(
      fc.property(designs, fc.integer({ min: 2, max: 5 }), (design, factor) => checkGrowth(design, grow, factor)),
      { numRuns: 60 },
    );
  });
});

describe("the law", () => {
  it("can fail: half of the memory is smaller", () => {
    const [design] = fc.sample(designs, { numRuns: 1, seed: 1 });
    if (design === undefined) throw new Error("no design");
    const halve = (d: typeof design) => ({ ...d, l1: { ...d.l1, inputKiB: d.l1.inputKiB / 2 } });
    expect(() => checkGrowth(design, halve, 1)).toThrow();
  });
});

describe("parts", () => {
  it("are never negative and sum to the total", () => {
    fc.assert(
      fc.property(designs, (design) => {
        expect(checkDesign(design, "any")).toEqual(design);
        for (const [parts, total] of [
          [areaOf(design).parts, areaOf(design).totalMm2],
          [tdpOf(design).parts, tdpOf(design).totalWatts],
        ] as const) {
          const values = Object.values<number>(parts);
          expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
          expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 6);
        }
      }),
    );
  });

  it("a smaller node makes the same design smaller and cooler", () => {
    fc.assert(
      fc.property(designs, (design) => {
        const at = (technologyNm: 7 | 16 | 28) => ({ ...design, technologyNm });
        atLeast(areaOf(at(28)).totalMm2, areaOf(at(16)).totalMm2);
        atLeast(areaOf(at(16)).totalMm2, areaOf(at(7)).totalMm2);
        atLeast(tdpOf(at(28)).totalWatts, tdpOf(at(16)).totalWatts);
        atLeast(tdpOf(at(16)).totalWatts, tdpOf(at(7)).totalWatts);
      }),
    );
  });
});
