/** A few random networks on random designs; the long suite runs many. */
import { describe, it } from "vitest";
import { checkRandomPrograms } from "./random-programs.ts";

describe("execution of random networks on random designs", () => {
  it("computes in every region what the reference interpreter does", () => {
    checkRandomPrograms(12, 7);
  });
});
