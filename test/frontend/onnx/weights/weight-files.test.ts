/** Generated weights: by hand for a few numbers, by the corpus' hashes for whole files, and the rule without an init file. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TensorProto } from "../../../../src/frontend/onnx/read/schema.ts";
import { parseInitFile } from "../../../../src/frontend/onnx/weights/init-file.ts";
import type { WeightFile, WeightOptions } from "../../../../src/frontend/onnx/weights/weight-files.ts";
import { weightFiles } from "../../../../src/frontend/onnx/weights/weight-files.ts";
import { present } from "../../../../src/support/bug.ts";
import { errorText } from "../../../support/error-text.ts";
import type { Draft, ModelDraft } from "../encode-message.ts";
import { dataType, modelBytes, valueInfo } from "../encode-message.ts";
import { corpus, corpusNote, hasCorpus, projectPath } from "../testing.ts";

function contentOf({ sizeBytes, stretches }: WeightFile): Uint8Array {
  const content = new Uint8Array(sizeBytes);
  for (const { offset, bytes } of stretches()) content.set(bytes, offset);
  return content;
}

/** Generates the only weights file of a model. */
function generated(draft: ModelDraft, options: Partial<WeightOptions> = {}): Uint8Array {
  const files = weightFiles(modelBytes(draft), { fileName: "m.onnx", seed: 1, ...options });
  expect(files).toHaveLength(1);
  return contentOf(present(files[0], "a weights file"));
}

function external(
  name: string,
  dims: readonly number[],
  { offset = 0, type = dataType.float }: { readonly offset?: number; readonly type?: number } = {},
): Draft<TensorProto> {
  const externalData = Object.entries({ location: "w.bin", offset: `${offset}` }).map(([key, value]) => ({
    key,
    value,
  }));
  return { name, dims, dataType: type, dataLocation: 1, externalData };
}

function model(opType: string, input: readonly string[], ...initializers: readonly Draft<TensorProto>[]): ModelDraft {
  return { nodes: [{ opType, input, output: ["y"] }], inputs: [valueInfo("x", [1, 2])], outputs: ["y"], initializers };
}

function initFile(tensors: Readonly<Record<string, readonly number[]>>, bytes = 0): NonNullable<WeightOptions["init"]> {
  const content = { generator: "lowbias32-uniform-v1", seed: 7, location: "w.bin", bytes, tensors };
  return { file: parseInitFile(JSON.stringify(content), "m.init.json"), fileName: "m.init.json" };
}

const statistics = (numbers: Float32Array): { readonly mean: number; readonly deviation: number } => {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length) };
};

describe("weights with an init file", () => {
  it("have the numbers that the scheme gives", () => {
    const draft = model("MatMul", ["x", "w"], external("w", [2, 2], { offset: 4 }));
    const content = generated(draft, { init: initFile({ w: [0, 1] }, 24) });
    // crc32("w") = 0x1C630B12; the rest of the scheme worked out for seed 7 in another language.
    expect(content.length).toBe(24);
    expect([...new Float32Array(content.buffer, 4, 4)]).toEqual(
      [0.962994396686554, 0.058193862438201904, 0.1755610704421997, 0.8402457237243652].map(Math.fround),
    );
    expect([...content.subarray(0, 4), ...content.subarray(20)]).toEqual(new Array(8).fill(0));
  });

  it("need a range for each", () => {
    const draft = model("MatMul", ["x", "w"], external("w", [2, 2]));
    expect(errorText(() => generated(draft, { init: initFile({ v: [0, 1] }) }))).toBe(
      [
        'error[init-invalid]: it has no range for the weight "w" of m.onnx',
        "  at m.init.json",
        "  help: move it away to have the numbers made by the default rule",
      ].join("\n"),
    );
  });

  it("need a scheme that is known", () => {
    const text = JSON.stringify({ generator: "v2", seed: -1, location: "w", bytes: 1, tensors: { w: [0] } });
    const message = errorText(() => parseInitFile(text, "m.init.json"));
    for (const path of ["generator", "seed", "tensors.w"]) expect(message).toContain(`at ${path} in m.init.json:1:`);
  });
});

describe.skipIf(!hasCorpus)(`weights of the corpus${corpusNote}`, () => {
  it.each(["efficientnet_b0_b1", "mobilenetv3_large_dyn"])("%s have the bytes that its manifest gives", (name) => {
    const manifest = JSON.parse(readFileSync(`${corpus}/manifest.json`, "utf8")) as {
      readonly models: readonly { readonly name: string; readonly weights_sha256?: string }[];
    };
    const initPath = `${corpus}/models/${name}.init.json`;
    const init = { file: parseInitFile(readFileSync(initPath, "utf8"), initPath), fileName: initPath };
    const bytes = readFileSync(`${corpus}/models/${name}.onnx`);
    const [file] = weightFiles(bytes, { fileName: name, seed: 1, init });
    const hash = createHash("sha256").update(contentOf(present(file, "a weights file")));
    expect(hash.digest("hex")).toBe(manifest.models.find((known) => known.name === name)?.weights_sha256);
  });
});

describe("weights without an init file", () => {
  it("depend on seed and name, and on nothing else", () => {
    const draft = (name: string): ModelDraft => model("MatMul", ["x", name], external(name, [2, 8]));
    expect(generated(draft("w"))).toEqual(generated(draft("w")));
    expect(generated(draft("w"))).not.toEqual(generated(draft("v")));
    expect(generated(draft("w"))).not.toEqual(generated(draft("w"), { seed: 2 }));
  });

  it.each([
    // He: sqrt(2 / fan-in) with 3 × 5 × 5, and with the rows of a matrix or the columns of a transposed one.
    ["Conv", 1, [64, 3, 5, 5], 0, Math.sqrt(2 / 75)],
    ["MatMul", 1, [32, 200], 0, Math.sqrt(2 / 32)],
    ["MatMul", 0, [32, 200], 0, Math.sqrt(2 / 200)],
    ["Gemm", 1, [32, 200], 0, Math.sqrt(2 / 32)],
    ["Gather", 0, [100, 50], 0, Math.sqrt(2 / 50)],
    ["Add", 1, [5000], 0, 0.1],
    ["Mul", 1, [5000, 1, 1], 1, 0.1],
    ["BatchNormalization", 1, [5000], 1, 0.1],
    ["BatchNormalization", 3, [5000], 0, 0.1],
    ["BatchNormalization", 4, [5000], 1, 0.1],
    ["LayerNormalization", 1, [5000], 1, 0.1],
  ])("that %s reads as input %d in shape %j have mean %d and deviation %d", (opType, input, dims, mean, deviation) => {
    const inputs = ["a", "b", "c", "d", "e"].slice(0, input).concat("w");
    const content = generated(model(opType, inputs, external("w", dims)));
    const found = statistics(new Float32Array(content.buffer));
    expect(Math.abs(found.mean - mean)).toBeLessThan(0.05 * deviation);
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(0.05);
  });

  it("are in range for integers", () => {
    const quantised = generated(model("MatMul", ["x", "w"], external("w", [1000], { type: 3 })));
    const numbers = new Int8Array(quantised.buffer);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-127);
    expect(Math.min(...numbers)).toBeLessThan(-120);
    expect(Math.max(...numbers)).toBeGreaterThan(120);
    const indices = generated(model("Gather", ["x", "w"], external("w", [10], { type: dataType.int64 })));
    expect(new Set(indices)).toEqual(new Set([0]));
  });

  it("are found for a model that ships with fastc, each file once", () => {
    const bytes = readFileSync(projectPath("models/efficientnet-b0.onnx"));
    const files = weightFiles(bytes, { fileName: "efficientnet-b0.onnx", seed: 1 });
    expect(files.map(({ location, sizeBytes }) => [location, sizeBytes])).toEqual([
      ["efficientnet_b0.weights.bin", 21_049_920],
    ]);
  });
});
