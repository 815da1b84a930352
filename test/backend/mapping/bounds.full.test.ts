/** The exhaustive comparison of `bounds.test.ts` on more and larger cases; `FASTC_TEST_SCALE` multiplies their number. */
import { expect, test } from "vitest";
import { checkCase, outsideOfSpace } from "../support/exhaustive-check.ts";
import { randomCase } from "../support/random-cases.ts";
import { seedsFrom } from "../support/traffic-comparison.ts";

const cases = 2000 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

test(`bounds hold and the mapper loses little on ${cases} small cases, every mapping costed`, () => {
  let [compared, loss, missed] = [0, 0, 0];
  for (const seed of seedsFrom(1_000_000, cases)) {
    const given = randomCase(seed, 15_000);
    const { bestCycles, leastDramBytes, bounds, excessOfChoiceBound, found } = checkCase(given);
    if (bestCycles === Infinity) {
      expect(found, `seed ${seed}`).toBeUndefined();
      continue;
    }
    expect(bestCycles, `seed ${seed}`).toBeGreaterThanOrEqual(bounds.cycles - 1e-9);
    expect(excessOfChoiceBound, `seed ${seed}`).toBeLessThanOrEqual(1e-9);
    expect(leastDramBytes, `seed ${seed}`).toBeGreaterThanOrEqual(bounds.dramBytes - 1e-9);
    if (found === undefined) {
      missed += 1;
      continue;
    }
    expect(outsideOfSpace(given, found), `seed ${seed}`).toBeUndefined();
    expect(found.cycles, `seed ${seed}`).toBeGreaterThanOrEqual(bestCycles);
    compared += 1;
    loss += found.cycles / bestCycles - 1;
  }
  console.log(
    `mapper against exhaustive search, ${compared} small cases: mean loss ${((100 * loss) / compared).toFixed(1)} %`,
  );
  expect(loss / compared).toBeLessThan(0.1);
  expect(missed / compared).toBeLessThan(0.02);
});
