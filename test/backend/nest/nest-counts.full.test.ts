/** Closed form and simulator on many nests: 10,000 × FASTC_TEST_SCALE. */
import { expect, test } from "vitest";
import { countNest } from "../../../src/backend/nest/nest-counts.ts";
import { simulateNest } from "../../../src/backend/nest/nest-simulator.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";
import { randomNest } from "./random-nests.ts";

const nests = 10_000 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

test("counts of random nests are those of the simulator", () => {
  const first = 10_000;
  for (let seed = first; seed < first + nests; seed++) {
    const { problem, architecture, mapping } = randomNest(seed);
    const nest = resolveNest(problem, architecture, mapping);
    expect(countNest(nest), `seed ${seed}`).toEqual(simulateNest(nest));
  }
});
