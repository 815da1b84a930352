/**
 * The mapper against every mapping of small problems, for three objectives; `FASTC_TEST_SCALE` multiplies their number.
 * Half of the cases are small enough for the mapper to enumerate them itself, the others test its branch and bound.
 */
import { describe, expect, test } from "vitest";
import { checkCase, checkObjectives, outsideOfSpace } from "../support/exhaustive-check.ts";
import { smallSpace } from "../../../src/backend/mapping/search/full-search.ts";
import { randomCase } from "../support/random-cases.ts";
import { seedsFrom } from "../support/traffic-comparison.ts";

const scale = Number(process.env["FASTC_TEST_SCALE"] ?? 1);

test(`bounds hold on ${300 * scale} small cases, every mapping costed`, () => {
  for (const seed of seedsFrom(1_000_000, 300 * scale)) {
    const given = randomCase(seed, 15_000);
    const { bestCycles, leastDramBytes, bounds, excessOfChoiceBound, found } = checkCase(given);
    if (bestCycles === Infinity) {
      expect(found, `seed ${seed}`).toBeUndefined();
      continue;
    }
    expect(bestCycles, `seed ${seed}`).toBeGreaterThanOrEqual(bounds.cycles - 1e-9);
    expect(excessOfChoiceBound, `seed ${seed}`).toBeLessThanOrEqual(1e-9);
    expect(leastDramBytes, `seed ${seed}`).toBeGreaterThanOrEqual(bounds.dramBytes - 1e-9);
    if (found !== undefined) expect(outsideOfSpace(given, found), `seed ${seed}`).toBeUndefined();
  }
});

describe("against enumeration, latency, energy and energy-delay product", () => {
  test(`${100 * scale} enumerated problems: no miss`, () => {
    const missed: string[] = [];
    for (const seed of seedsFrom(2_000_000, 100 * scale)) {
      for (const { name, best, found } of checkObjectives(randomCase(seed, smallSpace))) {
        if (Math.abs(found - best) > 1e-9 * best) missed.push(`seed ${seed} ${name}: ${found} instead of ${best}`);
      }
    }
    expect(missed).toEqual([]);
  });

  test(`${100 * scale} problems by branch and bound: misses are rare and small`, () => {
    const totals = { latency: { all: 0, missed: 0, loss: 0 }, others: { all: 0, missed: 0, loss: 0 } };
    for (const seed of seedsFrom(3_000_000, 100 * scale)) {
      for (const { name, best, found } of checkObjectives(randomCase(seed, smallSpace), { space: "nested" })) {
        if (best === Infinity) continue;
        const total = name === "latency" ? totals.latency : totals.others;
        total.all += 1;
        if (found - best > 1e-9 * best) total.missed += 1;
        total.loss += found / best - 1;
      }
    }
    console.log(`branch and bound against the best of all ragged mappings: ${JSON.stringify(totals)}`);
    for (const { all, missed, loss } of Object.values(totals)) {
      expect(missed / all).toBeLessThan(0.02);
      expect(loss / all).toBeLessThan(0.001);
    }
  });
});
