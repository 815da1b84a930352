/** The mapper beside brute force on many small problems: about 100 × FASTC_TEST_SCALE, three objectives each. */
import { expect, test } from "vitest";
import { gate } from "./mapper-gate.ts";

const count = 105 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

test(`no nest of ${count} problems is better than the mapper's best`, () => {
  const { cases, misses } = gate({ from: 1000, count, limit: 12_000 });
  expect(misses).toEqual([]);
  expect(cases).toBeGreaterThan(2.5 * count);
});
