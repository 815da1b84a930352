/** The models that ship with fastc: what they count, and that what they compute is what onnxruntime recorded. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeTensor } from "../../../src/frontend/onnx/read/decode.ts";
import type { ImportOptions } from "../../../src/frontend/onnx/import.ts";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import { readTensor } from "../../../src/frontend/onnx/read/read-tensor.ts";
import { mainFunction, sourceNames } from "../../../src/ir/ops/builtin.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { typeText } from "../../../src/ir/types.ts";
import { verifyOperation } from "../../../src/ir/verify.ts";
import { projectPath, run } from "./testing.ts";

describe("models/", () => {
  // MACs and weights: models/README.md, from what onnxruntime did with them.
  it.each([
    ["efficientnet-b0.onnx", 385_814_752, 5_267_540, ["input"]],
    ["efficientnet-b7.onnx", 37_745_884_192, 66_192_600, ["input"]],
    ["bert-base-128.onnx", 11_174_215_680, 109_482_240, ["input_ids", "attention_mask", "token_type_ids"]],
  ])("%s counts %d MACs a sample", (file, macs, weightElements, inputs) => {
    const bytes = readFileSync(projectPath("models", file));
    for (const batch of [1, 8]) {
      const { module, stats } = importOnnx(bytes, { fileName: file, batch });
      expect(verifyOperation(module)).toEqual([]);
      expect(stats).toMatchObject({
        macs: macs * batch,
        macsPerSample: macs,
        weightElements,
        weightBytes: weightElements * 2,
      });
      expect(sourceNames(mainFunction(module), "inputs")).toEqual(inputs);
    }
  });

  it("spend 4.9 % of EfficientNet-B7's MACs in depthwise convolutions", () => {
    const { stats } = importOnnx(readFileSync(projectPath("models/efficientnet-b7.onnx")), { fileName: "b7.onnx" });
    expect((stats.depthwiseMacs / stats.macs).toFixed(3)).toBe("0.049");
  });
});

describe("recorded results", () => {
  const recorded = (folder: string, kind: string): readonly TensorValue[] =>
    readdirSync(folder)
      .filter((name) => name.startsWith(`${kind}_`))
      .sort()
      .map((name) => readTensor(decodeTensor(readFileSync(`${folder}/${name}`), name)));

  const cases: readonly (readonly [string, Partial<ImportOptions>])[] = [
    ["tiny_effnet", {}],
    ["tiny_bert_dyn", { batch: 3, dims: { seq: 20 } }],
  ];
  it.each(cases)("of %s are reproduced by the reference kernels", (name, options) => {
    const folder = projectPath("test/data/onnx", name);
    const model = importOnnx(readFileSync(`${folder}/model.onnx`), { fileName: `${name}.onnx`, ...options });
    const results = run(model, recorded(folder, "input"));
    const expected = recorded(folder, "output");
    expect(results.map(({ type }) => typeText(type))).toEqual(expected.map(({ type }) => typeText(type)));
    results.forEach(({ data }, index) => {
      const want = [...(expected[index]?.data ?? [])];
      const scale = Math.max(...want.map(Math.abs));
      const error = Math.max(...want.map((value, at) => Math.abs(value - (data[at] ?? NaN))));
      expect(error / scale).toBeLessThan(1e-4);
    });
  });
});
