/** Real models: every dump is read back to the same bytes, and a stock mlir-opt takes it and gives back the same IR. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/ir/core.ts";
import { parseModule } from "../../../src/ir/text/parse.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { corpusNote, hasCorpus } from "../../frontend/onnx/testing.ts";
import { corpusModels, dumpDesigns, walkDumps } from "./corpus-dumps.ts";
import { differenceOf } from "./equivalence.ts";
import { mlirOpt, mlirOptNote, throughMlirOpt } from "./mlir-opt.ts";
import { printModes, reprinted } from "./testing.ts";

const isWhole = Number(process.env["FASTC_TEST_SCALE"] ?? 1) >= 10;

/** All dumps when the scale is 10; otherwise three of each model: as imported, simplified, with all decisions. */
function isChosen(label: string): boolean {
  return isWhole || /as imported$|-dce$|-place$/.test(label);
}

/** Every model when the scale is 10; otherwise those with a symbolic batch are left out where there is one with batch 1. */
const models = corpusModels.filter(
  (file) => isWhole || !corpusModels.includes(file.replace("_dyn.", "_b1.")) || !file.includes("_dyn."),
);

interface Text {
  readonly label: string;
  /** Generic, with locations. */
  readonly text: string;
}

/** The texts of a model, each once, after checking that all forms of each are read back. */
async function textsOf(file: string): Promise<readonly Text[]> {
  const texts: Text[] = [];
  const forms: { readonly label: string; readonly mode: (typeof printModes)[number]; readonly text: string }[] = [];
  const seen = new Set<string>();
  const look = (label: string, module: Operation): void => {
    const text = printModule(module, { generic: true, locations: true });
    if (!isChosen(label) || seen.has(text)) return;
    seen.add(text);
    texts.push({ label, text });
    const modes = isWhole ? printModes : printModes.filter((mode) => mode.generic === mode.locations);
    for (const mode of modes) forms.push({ label, mode, text: printModule(module, mode) });
  };
  for (const design of isWhole ? dumpDesigns : dumpDesigns.slice(0, 1))
    if (!walkDumps(file, design, ({ label, module }) => look(label, module))) break;
  for (const { label, mode, text } of forms) {
    const again = await reprinted(text, mode);
    // Comparing first spares a difference of megabytes.
    if (again !== text) throw new Error(`${label} is not read back to the same bytes in ${JSON.stringify(mode)}`);
  }
  return texts;
}

describe.skipIf(!hasCorpus)(`dumps of the corpus${corpusNote}`, () => {
  it.each(models)(`of %s are read back${mlirOptNote}`, async (file) => {
    const texts = await textsOf(file);
    if (mlirOpt === undefined || texts.length === 0) return;
    const separator = "// -----\n";
    const flags = ["--split-input-file", "--mlir-print-op-generic", "--mlir-print-debuginfo"];
    const answers = throughMlirOpt(texts.map(({ text }) => text).join(separator), flags).split(separator);
    expect(answers).toHaveLength(texts.length);
    for (const [index, { label, text }] of texts.entries()) {
      const original = await parseModule(text, { fileName: "in.mlir" });
      const answer = await parseModule(answers[index]!, { fileName: "mlir-opt.mlir" });
      expect(differenceOf(original.module, answer.module, { locations: true }), label).toBeUndefined();
    }
  });
});
