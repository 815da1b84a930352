/** ONNX's own operator tests, those of the corpus: what passes goes on passing. */
import { describe, expect, it } from "vitest";
import { caseFolders, readCase } from "../../../../scripts/conformance.mjs";
import { runCase } from "../../../../src/frontend/onnx/conformance/run-case.ts";
import { corpus, corpusNote, hasCorpus } from "../testing.ts";

describe.skipIf(!hasCorpus)(`ONNX's operator tests${corpusNote}`, () => {
  it("pass", () => {
    const cases = caseFolders(`${corpus}/node_conformance`).map(readCase);
    const outcomes = cases.map((case_) => ({ name: case_.name, ...runCase(case_) }));
    const count = (kind: string): number => outcomes.filter((outcome) => outcome.kind === kind).length;
    expect(outcomes.filter((outcome) => outcome.kind === "failed" && outcome.reason.startsWith("crash"))).toEqual([]);
    expect(count("excluded")).toBeLessThanOrEqual(0.03 * cases.length);
    expect(count("passed")).toBeGreaterThanOrEqual(990);
  });
});
