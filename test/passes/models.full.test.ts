/** The simplifying pipeline on a trained network with everything in it, which the reference kernels take long to run. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importOnnx } from "../../src/frontend/onnx/import.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { simplifyPipeline } from "../../src/passes/pipeline.ts";
import { corpus, corpusNote, hasCorpus } from "../frontend/onnx/testing.ts";
import { runTimeOps } from "../support/pass-harness.ts";
import { errorOf } from "../support/recorded-results.ts";

describe.skipIf(!hasCorpus)(`text recognition after the pipeline${corpusNote}`, () => {
  it("computes what onnxruntime recorded", () => {
    const folder = `${corpus}/real/ppocrv4_rec`;
    const dims = { "p2o.DynamicDimension.1": 320 };
    const model = importOnnx(readFileSync(`${folder}/model.onnx`), { fileName: "rec.onnx", batch: 1, dims });
    runPasses(model.module, simplifyPipeline());
    const names = runTimeOps(model.module);
    const count = (name: string): number => names.filter((other) => other === name).length;
    expect(["layer_norm", "silu", "softmax", "batch_norm", "pow", "sqrt"].map(count)).toEqual([5, 7, 3, 0, 0, 0]);
    expect(errorOf(model, `${folder}/test_data_set_0`)).toBeLessThan(1e-4);
  });
});
