/** The IR of real models after every pass, as text. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { parseDesign } from "../../../src/hardware/design-reader.ts";
import { compileModel, compilerPresets } from "../../../src/index.ts";
import type { Operation } from "../../../src/ir/core.ts";
import type { PassHooks } from "../../../src/passes/manager/pass-manager.ts";
import { runPasses } from "../../../src/passes/manager/pass-manager.ts";
import { simplifyPipeline } from "../../../src/passes/pipeline.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { corpus, hasCorpus, projectPath } from "../../frontend/onnx/testing.ts";

/** Every model of the corpus, relative to it. */
export const corpusModels: readonly string[] = !hasCorpus
  ? []
  : ["models", "real", "light"]
      .flatMap((folder) =>
        readdirSync(join(corpus, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
      )
      .filter((file) => file.endsWith(".onnx"))
      .sort();

/** Designs whose decisions are written into the models. */
export const dumpDesigns = ["fast-large", "tpu-v3"] as const;

/** A module at one point of the walk; it changes afterwards. */
export interface Dump {
  readonly label: string;
  readonly module: Operation;
}

/**
 * Shows a model's module after the import and after every pass, with the decisions for a design; false when the model
 * cannot be imported. A model that cannot be compiled is shown up to the end of the simplifications.
 */
export function walkDumps(file: string, designName: string, look: (dump: Dump) => void): boolean {
  const path = join(corpus, file);
  const content = readFileSync(path);
  const dims = file.includes("dynseq") ? { dims: { seq: 128 } } : {};
  const options = { fileName: relative(corpus, path), defaultBatch: 2, ...dims };
  const label = (index: number, name: string): string => `${file} after ${String(index).padStart(2, "0")}-${name}`;
  const hooks: PassHooks = {
    afterPass: ({ index, pass, module }) => look({ label: label(index, pass.name), module }),
  };
  try {
    look({ label: `${file} as imported`, module: importOnnx(content, options).module });
  } catch (error) {
    if (error instanceof DiagnosticError) return false;
    throw error;
  }
  const design = parseDesign(readFileSync(projectPath("designs", `${designName}.json`), "utf8"), designName);
  try {
    compileModel(content, design, { ...options, compile: compilerPresets.fastc, hooks });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    runPasses(importOnnx(content, options).module, simplifyPipeline(), hooks);
  }
  return true;
}
