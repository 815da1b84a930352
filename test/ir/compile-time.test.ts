/** Which values are known before the program runs. */
import { expect, it } from "vitest";
import { compileTimeValues, isCompileTime } from "../../src/ir/compile-time.ts";
import { walk } from "../../src/ir/core.ts";
import { convolutionModule, regionModule } from "./programs.ts";

it("are constants and what pure ops compute from constants alone", () => {
  const module = convolutionModule();
  const known = compileTimeValues(module);
  const names = [...known].map((value) => value.definingOp!.name);
  expect(names).toEqual(["nn.constant", "nn.constant", "nn.reshape"]);
  for (const op of walk(module)) {
    for (const value of [...op.results, ...op.operands]) {
      expect(isCompileTime(value)).toBe(known.has(value));
      expect(isCompileTime(value, known)).toBe(known.has(value));
    }
  }
});

it("are never results of regions", () => {
  expect(compileTimeValues(regionModule()).size).toBe(0);
});
