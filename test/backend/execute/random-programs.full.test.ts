/** Many random networks on random designs; the fast suite runs a few. */
import { describe, it } from "vitest";
import { checkRandomPrograms } from "./random-programs.ts";

const runs = 100 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

describe("execution of many random networks on random designs", () => {
  it("computes in every region what the reference interpreter does", { timeout: 60_000 + 5000 * runs }, () => {
    checkRandomPrograms(runs, 11);
  });
});
