/**
 * The trained and tiny models of the corpus: every tensor as onnxruntime computes it, and the outputs after every pass, also
 * those that write a design's decisions, as before it and as onnxruntime recorded them.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { comparePasses } from "../../src/cli/compare-passes.ts";
import { openInputs } from "../../src/frontend/onnx/import.ts";
import { decodeModel } from "../../src/frontend/onnx/read/decode.ts";
import type { HardwareDesign, TensorValue } from "../../src/index.ts";
import { importModel, mainFunction, parseDesign, sourceNames } from "../../src/index.ts";
import { presetNames, readFileOrPreset } from "../../src/node/package.ts";
import { compareImport } from "../../src/node/verify-import.ts";
import { isWithin } from "../../src/report/verify-report.ts";
import { memorySource } from "../../src/support/byte-source.ts";
import { corpus, corpusNote, hasCorpus } from "../frontend/onnx/testing.ts";
import { recorded } from "../support/recorded-results.ts";

/** Share of a tensor's scale: sums in single precision and another order differ by less. */
const tolerance = 1e-4;

const scale = Number(process.env["FASTC_TEST_SCALE"] ?? "1");
const designNames = scale >= 4 ? presetNames("design") : ["fast-large"];

const cases = hasCorpus
  ? readdirSync(`${corpus}/real`)
      .filter((name) => existsSync(`${corpus}/real/${name}/model.onnx`))
      .flatMap((name) => readdirSync(`${corpus}/real/${name}`).map((data) => [name, data] as const))
      .filter(([, data]) => data.startsWith("test_data_set"))
  : [];

/** A model with what was recorded of it; the inputs' shapes bind its dimensions. */
function recordedRun(name: string, data: string) {
  const path = `${corpus}/real/${name}/model.onnx`;
  const folder = `${corpus}/real/${name}/${data}`;
  const content = readFileSync(path);
  const inputs = recorded(folder, "input");
  const names = openInputs(decodeModel(memorySource(content), path).graph).map((input) => input.name ?? "");
  const inputShapes = Object.fromEntries(names.map((input, index) => [input, inputs[index]?.type.shape ?? []]));
  const options = { fileName: path, inputShapes };
  return { path, content, options, inputs, names, expected: recorded(folder, "output") };
}

function design(name: string): HardwareDesign {
  const { text, fileName } = readFileOrPreset("design", name);
  return parseDesign(text, fileName);
}

describe.skipIf(!hasCorpus)(`real models${corpusNote}`, () => {
  it("are all there", () => {
    expect(new Set(cases.map(([name]) => name)).size).toBe(9);
  });

  it.each(cases)("%s computes every tensor of %s as onnxruntime does", async (name, data) => {
    const { path, content, options, inputs, names } = recordedRun(name, data);
    const model = importModel(content, options);
    const values = new Map<string, TensorValue>(names.flatMap((input, index) => [[input, inputs[index]!] as const]));
    const { tensors, notCompared } = await compareImport({ path, model, inputs: values, isAll: true, tolerance });
    expect(tensors.length).toBeGreaterThan(sourceNames(mainFunction(model.module), "results").length);
    expect(tensors.filter((tensor) => !isWithin(tensor, tolerance))).toEqual([]);
    expect(notCompared).toEqual([]);
  });

  describe.each(designNames)("for %s", (designName) => {
    it.each(cases)("%s computes on %s after every pass what it did before", (name, data) => {
      const { content, options, inputs, expected } = recordedRun(name, data);
      const model = importModel(content, options);
      const rows = comparePasses({ content, options, model, inputs, expected }, design(designName));
      expect(rows.filter(({ isChanged }) => isChanged).map(({ pass }) => pass)).toContain("form-regions");
      const off = rows.filter(({ fromBefore, fromRuntime }) => !(fromBefore <= tolerance && fromRuntime <= tolerance));
      expect(off).toEqual([]);
    });
  });
});
