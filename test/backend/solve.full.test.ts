/** The comparison of `solve.test.ts` on more sequences of machines; `FASTC_TEST_SCALE` multiplies their number. */
import { expect, test } from "vitest";
import { changedByCache } from "./support/cache-check.ts";

const sequences = 60 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

test(`no answer from a cache differs from that of a new search, in ${sequences} sequences of machines`, () => {
  const { changed, asked, searched } = changedByCache(sequences);
  expect(changed).toBe(0);
  expect(searched).toBeLessThan(0.6 * asked);
}, 600_000);
