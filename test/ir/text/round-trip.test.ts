/** The law of the text: what is printed is read back to the same bytes and to the same IR. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allOpKinds, kindOf } from "../../../src/ir/ops/registry.ts";
import { schedOps } from "../../../src/ir/ops/sched.ts";
import { parseModule } from "../../../src/ir/text/parse.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { verifyProblems } from "../../../src/ir/verify.ts";
import { sampleOperations } from "../samples.ts";
import { differenceOf } from "./equivalence.ts";
import { anyRecipe, moduleFrom } from "./random-ir.ts";
import { everything, printModes, reprinted } from "./testing.ts";

describe("every op kind", () => {
  it("has a sample, or is part of every module", () => {
    const sampled = new Set(sampleOperations().map((op) => op.name));
    // test/backend/schedule/schedule-text.test.ts reads back whole schedules with every op of their dialect.
    const ofSchedules = schedOps.map(({ name }) => name);
    const structural = ["builtin.module", "func.func", "func.return", "fast.region", "fast.yield", ...ofSchedules];
    expect(
      allOpKinds
        .map((kind) => kind.name)
        .filter((name) => !sampled.has(name))
        .sort(),
    ).toEqual(structural.sort());
  });

  it.each(printModes)("is read back to the same bytes, %j", async (mode) => {
    const text = printModule(everything(), mode);
    expect(await reprinted(text, mode)).toBe(text);
  });
});

describe("random modules", () => {
  it("are read back to the same bytes and the same IR in every form", async () => {
    const runs = 60 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);
    const property = fc.asyncProperty(anyRecipe, async (recipe) => {
      const module = moduleFrom(recipe);
      expect(verifyProblems(module).map(({ op, message }) => `${kindOf(op)?.name}: ${message}`)).toEqual([]);
      for (const mode of printModes) {
        const text = printModule(module, mode);
        const parsed = await parseModule(text, { fileName: "in.mlir" });
        expect(printModule(parsed.module, mode)).toBe(text);
        expect(differenceOf(module, parsed.module, { locations: mode.locations === true })).toBeUndefined();
      }
    });
    await fc.assert(property, { seed: 20260102, numRuns: runs });
  });
});
