/** The comparison of `traffic.test.ts` on many more and larger nests; `FASTC_TEST_SCALE` multiplies their number. */
import { expect, test } from "vitest";
import type { ComparedCount } from "../support/traffic-comparison.ts";
import { compareTraffic, isWrong, seedsFrom } from "../support/traffic-comparison.ts";

const nests = 10_000 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

test(`closed-form counts equal the simulator's on ${nests} larger random nests`, () => {
  const wrong: ComparedCount[] = [];
  for (const one of compareTraffic(seedsFrom(1_000_000, nests), { points: 400, extent: 7, privateL2: true })) {
    if (isWrong(one)) wrong.push(one);
  }
  expect(wrong).toEqual([]);
});
