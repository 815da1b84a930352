/** The registry lists every pass file, and each pass says what it is. */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { optionName } from "../../src/passes/manager/pass-options.ts";
import { materializingPasses, simplifyPipeline } from "../../src/passes/pipeline.ts";
import { allPasses, passNames } from "../../src/passes/registry.ts";
import { projectPath } from "../frontend/onnx/testing.ts";

describe("the registry of passes", () => {
  it("has every file of src/passes, sorted, under its pass's name", () => {
    const files = readdirSync(projectPath("src", "passes"), { withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name.replace(/\.ts$/, ""));
    const lists = ["pipeline", "registry"];
    expect(passNames).toEqual(names.filter((name) => !lists.includes(name)).sort());
  });

  it("has a sentence for each pass and a phrase for each option", () => {
    for (const { name, summary, options } of allPasses) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(summary).toMatch(/^[A-Z].*\.$/);
      for (const [key, { help, placeholder }] of Object.entries(options)) {
        expect(optionName(key)).toMatch(/^[a-z][a-z-]*$/);
        expect(help).toMatch(/^[a-z].*[^.]$/);
        expect(placeholder).not.toBe("");
      }
    }
  });

  it("has a test in text for every pass", () => {
    expect(passNames.filter((name) => !existsSync(projectPath("test", "passes", `${name}.mlir`)))).toEqual([]);
  });

  it("has every pass of the pipelines", () => {
    const passes = [...simplifyPipeline(), ...materializingPasses];
    expect([...new Set(passes.map(({ name }) => name))].filter((name) => !passNames.includes(name))).toEqual([]);
  });
});
