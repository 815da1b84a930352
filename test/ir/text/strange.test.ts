/** Everything that fastc carries without using it: kept, printed in one form, and taken by mlir-opt. */
import { describe, expect, it } from "vitest";
import { parseModule } from "../../../src/ir/text/parse.ts";
import { mlirOpt, mlirOptNote, throughMlirOpt } from "./mlir-opt.ts";
import { strangeText } from "./strange-text.ts";
import { printModes, reprinted } from "./testing.ts";

const lenient = { allowUnregistered: true } as const;

describe("what fastc carries without using it", () => {
  it.each(printModes)("has a fixed text, %j", async (mode) => {
    const once = await reprinted(strangeText, mode, lenient);
    expect(await reprinted(once, mode, lenient)).toBe(once);
  });

  it("keeps resources by section, group and key, as they are written", async () => {
    const { resources } = await parseModule(strangeText, { fileName: "in.mlir", ...lenient });
    expect(resources.get("dialect_resources")?.get("builtin")?.get("odd key")).toBe('"0x04000000"');
    expect([...(resources.get("external_resources")?.get("foo") ?? [])]).toEqual([
      ["a", "true"],
      ["b", '"str"'],
    ]);
  });
});

const flagLists = [[], ["--mlir-print-debuginfo"], ["--mlir-print-op-generic", "--mlir-print-debuginfo"]].map(
  (flags) => ({
    flags,
  }),
);

/** Properties of ops that fastc does not know become attributes; operations have locations of their own places. */
function comparable(text: string): string {
  return text.replaceAll(/ <(\{.*?\})>/g, " $1").replaceAll(/"(?:<stdin>|in\.mlir)":\d+:\d+/g, "here");
}

describe.skipIf(mlirOpt === undefined)(`mlir-opt${mlirOptNote}`, () => {
  it.each(flagLists)("sees the same in the text and in what fastc makes of it, %j", async ({ flags }) => {
    const original = throughMlirOpt(strangeText, flags);
    const want = comparable(original);
    for (const mode of printModes.filter((mode) => mode.locations === flags.includes("--mlir-print-debuginfo"))) {
      const texts = [await reprinted(strangeText, mode, lenient), await reprinted(original, mode, lenient)];
      for (const text of texts) expect(comparable(throughMlirOpt(text, flags))).toBe(want);
    }
  });
});
