/** The shipped models as workloads and the shipped designs, read from the project's folders once. */
import { readdirSync, readFileSync } from "node:fs";
import type { Workload } from "../../../src/backend/workload.ts";
import { buildWorkload } from "../../../src/backend/workload.ts";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import type { HardwareDesign } from "../../../src/hardware/design.ts";
import { parseDesign } from "../../../src/hardware/design-reader.ts";
import { freeze } from "../../../src/ir/frozen.ts";
import { runPasses } from "../../../src/passes/manager/pass-manager.ts";
import { simplifyPipeline } from "../../../src/passes/pipeline.ts";

function filesOf(folder: string, extension: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

/** Names of the models in `models/`. */
export const modelNames = filesOf("models", ".onnx");

/** The designs in `designs/`, by name of file. */
export const shippedDesigns: ReadonlyMap<string, HardwareDesign> = new Map(
  filesOf("designs", ".json").map((name) => {
    const file = `designs/${name}.json`;
    return [name, parseDesign(readFileSync(file, "utf8"), file)];
  }),
);

const known = new Map<string, Workload>();

/** The workload of an ONNX file at a batch, simplified. */
export function workloadOfFile(file: string, batch: number): Workload {
  const key = `${file} ${batch}`;
  const workload = known.get(key) ?? readWorkload(file, batch);
  known.set(key, workload);
  return workload;
}

/** The workload of a model in `models/`. */
export function shippedWorkload(name: string, batch: number): Workload {
  return workloadOfFile(`models/${name}.onnx`, batch);
}

function readWorkload(file: string, batch: number): Workload {
  const model = importOnnx(readFileSync(file), { fileName: file, defaultBatch: batch });
  runPasses(model.module, simplifyPipeline());
  const { name, sha256, hasSymbolicBatch } = model;
  return buildWorkload(freeze(model.module), { name, sha256, batch: model.batch, hasSymbolicBatch });
}
