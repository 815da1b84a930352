/** The simplifying pipeline on real models: what it recognises in every export style, and that the numbers stay. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ImportOptions } from "../../src/frontend/onnx/import.ts";
import { importOnnx } from "../../src/frontend/onnx/import.ts";
import type { Operation } from "../../src/ir/core.ts";
import { walk } from "../../src/ir/core.ts";
import { isDead } from "../../src/ir/rewrite/rewriter.ts";
import { printModule } from "../../src/ir/text/print.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { simplifyPipeline } from "../../src/passes/pipeline.ts";
import { corpus, corpusNote, hasCorpus, projectPath } from "../frontend/onnx/testing.ts";
import { runTimeOps } from "../support/pass-harness.ts";
import { errorOf } from "../support/recorded-results.ts";

/** How often each op runs; also checks that nothing is left that nobody reads. */
function opCounts(module: Operation): Readonly<Record<string, number>> {
  expect([...walk(module)].filter(isDead)).toEqual([]);
  const counts: Record<string, number> = {};
  for (const name of [...runTimeOps(module)].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function simplified(path: string, options: Partial<ImportOptions> = {}): Operation {
  const { module } = importOnnx(readFileSync(path), { fileName: path, ...options });
  runPasses(module, simplifyPipeline());
  return module;
}

/** EfficientNets: `sigmoid` and `mul` that are left are the gates of squeeze-and-excite blocks. */
const efficientNet = (convolutions: number, silus: number, gates: number, residuals: number) => ({
  conv2d: convolutions,
  // A bias for each convolution and for the classifier, and the residuals.
  add: convolutions + 1 + residuals,
  silu: silus,
  sigmoid: gates,
  mul: gates,
  reduce_mean: gates + 1,
  reshape: 1,
  matmul: 1,
});

/** Head splits and merges, the mask, the position table's row and the pooled token are the only movement that is left. */
const bertBase = {
  gather: 2,
  add: 111,
  layer_norm: 25,
  cast: 1,
  where: 1,
  matmul: 97,
  reshape: 50,
  transpose: 48,
  mul: 12,
  softmax: 12,
  gelu: 12,
  slice: 1,
  tanh: 1,
};

const resNet50 = { conv2d: 53, add: 70, relu: 49, max_pool2d: 1, reduce_mean: 1, reshape: 1, matmul: 1 };
/** Of the second version, 17 batch normalisations follow no convolution. */
const resNet50v2 = { conv2d: 54, add: 66, mul: 17, relu: 49, max_pool2d: 1, reduce_mean: 1, reshape: 1 };

describe("simplified models of models/", () => {
  it.each([
    ["efficientnet-b0.onnx", efficientNet(81, 49, 16, 9)],
    ["efficientnet-b7.onnx", efficientNet(273, 163, 55, 48)],
    ["bert-base-128.onnx", bertBase],
  ])("%s", (file, counts) => {
    expect(opCounts(simplified(projectPath("models", file), { batch: 8 }))).toEqual(counts);
  });
});

describe.skipIf(!hasCorpus)(`simplified models of the corpus, the same in every export style${corpusNote}`, () => {
  const styles: readonly (readonly [string, Readonly<Record<string, number>>, Partial<ImportOptions>])[] = [
    ...["b1", "dyn", "dynamo_b1", "dynamo_dyn", "tfsame_b1"].map(
      (style) => [`efficientnet_b0_${style}`, efficientNet(81, 49, 16, 9), {}] as const,
    ),
    ...["b1", "dyn"].flatMap((style) => [
      [`efficientnet_b1_${style}`, efficientNet(115, 69, 23, 16), {}] as const,
      [`efficientnet_b2_${style}`, efficientNet(115, 69, 23, 16), {}] as const,
      [`efficientnet_b4_${style}`, efficientNet(160, 96, 32, 25), {}] as const,
      [`efficientnet_b6_${style}`, efficientNet(224, 134, 45, 38), {}] as const,
      [`efficientnet_b7_${style}`, efficientNet(273, 163, 55, 48), {}] as const,
      [`resnet50v2_${style}`, resNet50v2, {}] as const,
      [`bert_base_s128_${style}`, bertBase, {}] as const,
      [`bert_base_s1024_${style}`, bertBase, {}] as const,
      [`bert_base_s128_dynamo_${style}`, bertBase, {}] as const,
    ]),
    ["bert_base_dynseq", bertBase, { dims: { seq: 128 } }],
    ["bert_base_s128_dyn", bertBase, { batch: 4 }],
    ["resnet50v1_b1", resNet50, {}],
  ];
  it.each(styles)("%s", (name, counts, options) => {
    expect(opCounts(simplified(`${corpus}/models/${name}.onnx`, options))).toEqual(counts);
  });

  it.each([
    ["convnext_t_b1", { gelu: 18, layer_norm: 23 }],
    ["convnext_t_dynamo_dyn", { gelu: 18, layer_norm: 23 }],
    ["gpt2_s1024_dyn", { softmax: 12, layer_norm: 25 }],
    ["swin_t_b1", { gelu: 12, softmax: 12, layer_norm: 29, transpose: 48 }],
    ["swin_t_dynamo_b1", { gelu: 12, softmax: 12, layer_norm: 29, transpose: 48 }],
    ["vit_b16_dyn", { gelu: 12, softmax: 12, layer_norm: 25 }],
  ])("%s, which no pattern was written for", (name, counts) => {
    const found = opCounts(simplified(`${corpus}/models/${name}.onnx`));
    expect(found).toMatchObject(counts);
    expect(found).not.toHaveProperty("erf");
  });
});

/** Runs the pipeline and compares the numbers wherever a pass changed the text; the passes that did. */
function changingPasses(folder: string, data: string, options: Partial<ImportOptions>): readonly string[] {
  const model = importOnnx(readFileSync(`${folder}/model.onnx`), { fileName: folder, ...options });
  const changing: string[] = [];
  let text = printModule(model.module);
  runPasses(model.module, simplifyPipeline(), {
    afterPass({ pass: { name }, module }) {
      const now = printModule(module);
      if (now === text) return;
      text = now;
      changing.push(name);
      expect([name, errorOf(model, data) < 1e-4]).toEqual([name, true]);
    },
  });
  return changing;
}

describe("numbers after each pass", () => {
  const folder = projectPath("test/data/onnx");
  it("of an EfficientNet are what onnxruntime recorded", () => {
    const path = `${folder}/tiny_effnet`;
    expect(changingPasses(path, path, {})).toEqual(["recognize-silu"]);
  });

  it("of a BERT are what onnxruntime recorded", () => {
    const path = `${folder}/tiny_bert_dyn`;
    const passes = changingPasses(path, path, { batch: 3, dims: { seq: 20 } });
    expect(passes).toEqual(["canonicalize", "cse", "recognize-gelu", "fold-layout"]);
  });

  it.skipIf(!hasCorpus)(`of a network with batch normalisations are what onnxruntime recorded${corpusNote}`, () => {
    const path = `${corpus}/real/ppocr_cls`;
    const dims = { "p2o.DynamicDimension.1": 48, "p2o.DynamicDimension.2": 192 };
    const passes = changingPasses(path, `${path}/test_data_set_0`, { batch: 2, dims });
    expect(passes).toContain("fold-batch-norm");
  });
});
