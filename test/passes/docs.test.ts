/** docs/passes.md: a section for every pass of the pipelines, and snippets that are what the passes really do. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { attributeText } from "../../src/ir/attributes.ts";
import { cloneModule } from "../../src/ir/frozen.ts";
import { regionsOf } from "../../src/ir/read-decisions.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { materializePipeline, simplifyPipeline } from "../../src/passes/pipeline.ts";
import { passNames } from "../../src/passes/registry.ts";
import { present } from "../../src/support/bug.ts";
import { projectPath } from "../frontend/onnx/testing.ts";
import { runAndCompare } from "../support/pass-harness.ts";
import { exampleDecisions, frozenExample, functionText, pageExamples } from "./page-examples.ts";

const page = readFileSync(projectPath("docs", "passes.md"), "utf8");

/** Text for comparing: the page may break lines where the printer does not. */
const compact = (text: string): string => text.replace(/\s+/g, "");

/** The snippets under each heading that names a pass. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const snippets = [...section.matchAll(/```mlir\n([^]*?)\n```/g)].map(([, text = ""]) => compact(text));
      return [/`(.*)`/.exec(section.split("\n")[0] ?? "")?.[1] ?? "", snippets] as const;
    }),
);

/** The attribute that a materialising pass adds to each region. */
const attributeOf: Readonly<Record<string, string>> = {
  "pad-dimensions": "padding",
  tile: "mapping",
  place: "placement",
};

describe("docs/passes.md", () => {
  it("has a section for every pass, and shows both pipelines", () => {
    expect([...sections.keys()].filter((name) => name !== "").sort()).toEqual(passNames);
    const pipelines = [...page.matchAll(/```text\n([^]*?)\n```/g)].map(([, text = ""]) => text.split(/\s*→\s*/));
    expect(pipelines).toEqual(
      [simplifyPipeline(), materializePipeline(frozenExample, exampleDecisions)].map((passes) =>
        passes.map((pass) => pass.name),
      ),
    );
    expect([...new Set(pipelines.flat())].filter((name) => !passNames.includes(name))).toEqual([]);
  });

  it.each(pageExamples.map((example) => [example.pass.name, example] as const))(
    "shows what %s does",
    (name, { pass, program }) => {
      const { module } = runAndCompare(program, [pass], { tolerance: 1e-5 });
      const [before, after] = [program, module].map(functionText).map(compact);
      expect(after).not.toBe(before);
      expect(sections.get(name)).toEqual([before, after]);
    },
  );

  it("shows what the materialising passes add", () => {
    const { module } = cloneModule(frozenExample.module);
    const shown = new Map<string, readonly string[]>();
    runPasses(module, materializePipeline(frozenExample, exampleDecisions), {
      afterPass: ({ pass: { name } }) => {
        const [region] = regionsOf(module);
        const attribute = attributeOf[name];
        const added =
          attribute === undefined
            ? [functionText(frozenExample.module), functionText(module)]
            : [`${attribute} = ${attributeText(present(region?.attributes.get(attribute), attribute))}`];
        shown.set(name, added);
      },
    });
    for (const [name, snippets] of shown) expect(sections.get(name), name).toEqual(snippets.map(compact));
  });
});
