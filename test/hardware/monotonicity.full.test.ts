/** The laws of `monotonicity.test.ts` on many more designs; `FASTC_TEST_SCALE` multiplies their number. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { checkGrowth } from "./growth-laws.ts";
import { designs, growths } from "./random-designs.ts";

const numRuns = 1000 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

describe.each(Object.entries(growths))("more of: %s", (_name, grow) => {
  it(`never lowers area, TDP, or energy per access, ${numRuns} designs`, () => {
    fc.assert(
      fc.property(designs, fc.integer({ min: 2, max: 5 }), (design, factor) => checkGrowth(design, grow, factor)),
      { numRuns },
    );
  });
});
