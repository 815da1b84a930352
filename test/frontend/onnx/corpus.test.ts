/** The corpus of real models: every export style counts the MACs and weights that its manifest gives. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { mainFunction } from "../../../src/ir/ops/builtin.ts";
import { typeText } from "../../../src/ir/types.ts";
import { verifyOperation } from "../../../src/ir/verify.ts";
import { corpus, corpusNote, hasCorpus } from "./testing.ts";

interface ManifestModel {
  readonly name: string;
  readonly file: string;
  readonly macs: number;
  readonly weight_elements: number;
  readonly op_histogram: Readonly<Record<string, number>>;
  readonly nodes: number;
  readonly ort_run?: { readonly outputs?: readonly { readonly shape: readonly number[] }[] };
}

/** Symbolic dimensions other than the batch, as the manifest's numbers were measured. */
const dims: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  bert_base_dynseq: { seq: 128 },
  tiny_bert_dyn: { seq: 32 },
};

const manifest: readonly ManifestModel[] = hasCorpus
  ? (JSON.parse(readFileSync(`${corpus}/manifest.json`, "utf8")) as { models: readonly ManifestModel[] }).models
  : [];
// The extents of these models' inputs are not in the manifest.
const models = manifest.filter(({ name }) => !name.startsWith("ppocr"));

describe.skipIf(!hasCorpus)(`corpus models${corpusNote}`, () => {
  it.each(models.map((model) => [model.name, model] as const))("%s", (name, model) => {
    const bytes = readFileSync(`${corpus}/${model.file}`);
    const options = { fileName: `${name}.onnx`, dims: dims[name] ?? {} };
    const { module, stats, hasSymbolicBatch, warnings } = importOnnx(bytes, options);
    expect(verifyOperation(module)).toEqual([]);
    expect(warnings).toEqual([]);
    expect(stats).toMatchObject({
      macsPerSample: model.macs,
      weightElements: model.weight_elements,
      weightBytes: 2 * model.weight_elements,
      onnxNodes: model.nodes,
    });
    expect(stats.opHistogram).toEqual(model.op_histogram);
    const results = mainFunction(module).attributes.get("function_type");
    const shapes = model.ort_run?.outputs?.map(({ shape }) => shape.join("x"));
    if (shapes !== undefined && results?.kind === "type" && results.type.kind === "function") {
      expect(results.type.results.map((type) => typeText(type).replace(/^tensor<|xf32>$/g, ""))).toEqual(shapes);
    }
    if (hasSymbolicBatch) expect(importOnnx(bytes, { ...options, batch: 3 }).stats.macsPerSample).toBe(model.macs);
  });
});
