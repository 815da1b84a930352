/** What the front end's tests share: importing, running, the text of a refusal, and where the corpus is. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ImportedModel, ImportOptions } from "../../../src/frontend/onnx/import.ts";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { interpretFunction } from "../../../src/ir/interpret.ts";
import { mainFunction } from "../../../src/ir/ops/builtin.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import type { ModelDraft } from "./encode-message.ts";
import { modelBytes } from "./encode-message.ts";

const root = resolve(import.meta.dirname, "../../..");

/** A path inside the project. */
export function projectPath(...parts: readonly string[]): string {
  return resolve(root, ...parts);
}

/** The corpus of models beside the project; tests of it say so when it is not there. */
export const corpus = resolve(root, process.env["FASTC_SHARED"] ?? "../shared", "corpus");
export const hasCorpus = existsSync(corpus);
export const corpusNote = hasCorpus ? "" : " (skipped: ../shared/corpus is absent)";

export function importDraft(draft: ModelDraft, options: Partial<ImportOptions> = {}): ImportedModel {
  return importOnnx(modelBytes(draft), { fileName: "m.onnx", ...options });
}

/** The whole rendered text of the error that `work` is refused with. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  throw new Error("expected a refusal");
}

/** Results of an imported model for given inputs. */
export function run(model: ImportedModel, inputs: readonly TensorValue[]): readonly TensorValue[] {
  return interpretFunction(mainFunction(model.module), inputs, model.weights);
}
