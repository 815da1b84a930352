/** The trained and tiny models of the corpus: every region of their schedules computes what onnxruntime does. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openInputs } from "../../src/frontend/onnx/import.ts";
import { decodeModel } from "../../src/frontend/onnx/read/decode.ts";
import type { TensorValue } from "../../src/index.ts";
import { compilerPresets, numberModes, parseDesign } from "../../src/index.ts";
import { readFileOrPreset } from "../../src/node/package.ts";
import { compiledModel } from "../../src/node/scheduled-model.ts";
import { compareSchedule } from "../../src/node/verify-schedule.ts";
import { isWithin } from "../../src/report/verify-report.ts";
import { memorySource } from "../../src/support/byte-source.ts";
import { corpus, corpusNote, hasCorpus } from "../frontend/onnx/testing.ts";
import { recorded } from "../support/recorded-results.ts";

/** Of the tensor's scale: another order of additions; rounding once to 8 bits, twice. */
const tolerances = { f32: 1e-4, bf16: 2 ** -7 } as const;

const names = hasCorpus
  ? readdirSync(`${corpus}/real`).filter((name) => existsSync(`${corpus}/real/${name}/model.onnx`))
  : [];
const designs = ["tpu-v3", "fast-large", "fast-small", "eyeriss-like"];
/** A real network takes minutes on 168 PEs of one MAC each; and one of 640 × 640 pixels on any machine. */
const isLong = (name: string, design: string): boolean =>
  name === "ppocrv4_det" || (name.startsWith("ppocr") && design === "eyeriss-like");
const takesLong = Number(process.env["FASTC_TEST_SCALE"] ?? 1) >= 10;
const cases = names.flatMap((name) =>
  designs.filter((design) => takesLong || !isLong(name, design)).map((design) => [name, design] as const),
);

/** A model, its recorded inputs by name, and its schedule for a design. */
function scheduledModel(name: string, designName: string) {
  const path = `${corpus}/real/${name}/model.onnx`;
  const content = readFileSync(path);
  const values = recorded(`${corpus}/real/${name}/test_data_set_0`, "input");
  const inputNames = openInputs(decodeModel(memorySource(content), path).graph).map((input) => input.name ?? "");
  const inputs = new Map<string, TensorValue>(inputNames.map((input, index) => [input, values[index]!] as const));
  const inputShapes = Object.fromEntries(inputNames.map((input, index) => [input, values[index]!.type.shape]));
  const { text, fileName } = readFileOrPreset("design", designName);
  const options = { importing: { fileName: path, inputShapes }, compile: compilerPresets.fastc };
  const scheduled = compiledModel(content, parseDesign(text, fileName), options);
  return { path, scheduled, inputs, args: values };
}

describe.skipIf(!hasCorpus)(`schedules of real models${corpusNote}`, () => {
  it("are all there", () => {
    expect(names).toHaveLength(9);
  });

  it.each(cases)("%s on %s", { timeout: 900_000 }, async (name, design) => {
    const run = scheduledModel(name, design);
    for (const numbers of numberModes) {
      const tolerance = tolerances[numbers];
      const { tensors, notCompared } = await compareSchedule({ ...run, numbers, isAll: true, tolerance });
      expect(tensors.length).toBeGreaterThan(run.scheduled.program.regions.length / 2);
      expect(tensors.filter((tensor) => !isWithin(tensor, tolerance))).toEqual([]);
      expect(notCompared).toEqual([]);
    }
  });
});
