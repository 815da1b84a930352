/** ONNX's own operator tests, those of the corpus: what passes goes on passing, and the page about them is up to date. */
import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { caseFolders, readCase } from "../../../../scripts/conformance.mjs";
import { runCase } from "../../../../src/frontend/onnx/conformance/run-case.ts";
import type { NamedOutcome } from "../../../../src/frontend/onnx/conformance/support-page.ts";
import { supportPage } from "../../../../src/frontend/onnx/conformance/support-page.ts";
import { corpus, corpusNote, hasCorpus, projectPath } from "../testing.ts";

const outcomesIn = (folder: string): readonly NamedOutcome[] =>
  caseFolders(folder)
    .map(readCase)
    .map((case_) => ({ name: case_.name, outcome: runCase(case_) }));

describe.skipIf(!hasCorpus)(`ONNX's operator tests${corpusNote}`, () => {
  const outcomes = hasCorpus ? outcomesIn(`${corpus}/node_conformance`) : [];
  const count = (kind: string): number => outcomes.filter(({ outcome }) => outcome.kind === kind).length;

  it("pass, and few are excluded", () => {
    const crashes = outcomes.filter(({ outcome }) => outcome.kind === "failed" && outcome.reason.startsWith("crash"));
    expect(crashes).toEqual([]);
    expect(count("excluded")).toBeLessThanOrEqual(0.03 * outcomes.length);
    expect(count("passed")).toBeGreaterThanOrEqual(1122);
  });

  it("are what docs/onnx-support.md says (npm run onnx-support writes it)", async () => {
    const file = projectPath("docs/onnx-support.md");
    const page = supportPage(outcomes, outcomesIn(projectPath("test/data/onnx/operators")));
    expect(readFileSync(file, "utf8")).toBe(await format(page, { ...(await resolveConfig(file)), parser: "markdown" }));
  });
});
