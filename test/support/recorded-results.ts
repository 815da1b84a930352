/** What onnxruntime recorded for a model, and how far a module is from it. */
import { readdirSync, readFileSync } from "node:fs";
import { decodeTensor } from "../../src/frontend/onnx/read/decode.ts";
import type { ImportedModel } from "../../src/frontend/onnx/import.ts";
import { readTensor } from "../../src/frontend/onnx/read/read-tensor.ts";
import { interpretFunction } from "../../src/ir/interpret.ts";
import { mainFunction } from "../../src/ir/ops/builtin.ts";
import type { TensorValue } from "../../src/ir/tensor-value.ts";
import { present } from "../../src/support/bug.ts";

/** Inputs or outputs in order, from a folder of `.pb` files. */
export function recorded(folder: string, kind: "input" | "output"): readonly TensorValue[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`));
  return files.sort().map((name) => readTensor(decodeTensor(readFileSync(`${folder}/${name}`), name)));
}

/** Largest difference from what was recorded, relative to the largest number of each output. */
export function errorOf({ module, weights }: ImportedModel, data: string): number {
  const results = interpretFunction(mainFunction(module), recorded(data, "input"), weights);
  const errors = recorded(data, "output").map((expected, index) => {
    const have = present(results[index], "a result");
    let [scale, error] = [0, 0];
    expected.data.forEach((want, at) => {
      scale = Math.max(scale, Math.abs(want));
      error = Math.max(error, Math.abs(want - (have.data[at] ?? NaN)));
    });
    return error / scale;
  });
  return Math.max(...errors);
}
