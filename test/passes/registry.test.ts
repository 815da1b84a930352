/** The registry lists every pass file, and each pass says what it is. */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Decisions } from "../../src/ir/decisions.ts";
import { parsePipeline, pipelineText } from "../../src/passes/manager/pipeline-text.ts";
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

  it("reads the text of every pipeline back", () => {
    const made: Decisions = {
      moduleSha256: "0",
      partition: { regions: [{ id: 0, anchor: 3, operations: [3, 5], engine: "dma" }] },
      mappings: [],
      paddings: [{ region: 0, loops: { k: 24 } }],
      residency: { capacityBytes: 8, tensors: [] },
    };
    const decisions = (text: string): Decisions => {
      expect(JSON.parse(text)).toEqual(made);
      return made;
    };
    for (const passes of [simplifyPipeline(), materializingPasses.map((pass) => pass.with({ decisions: made }))]) {
      const text = pipelineText(passes);
      const read = parsePipeline({ text, origin: "text" }, { passes: allPasses, sources: { decisions } });
      expect(read.map(({ name, runsOn }) => [name, runsOn])).toEqual(passes.map(({ name, runsOn }) => [name, runsOn]));
      expect(pipelineText(read)).toBe(text);
    }
    expect(pipelineText(simplifyPipeline())).toMatch(/^builtin\.module\(func\.func\(dce,canonicalize,[a-z,-]*\)\)$/);
  });

  it("has every pass of the pipelines", () => {
    const passes = [...simplifyPipeline(), ...materializingPasses];
    expect([...new Set(passes.map(({ name }) => name))].filter((name) => !passNames.includes(name))).toEqual([]);
  });
});
