/** `fastc run --reference`: results by hand, files in and out, and what it refuses. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTensorFile } from "../../src/frontend/onnx/read/read-tensor.ts";
import { decodeNpy, encodeNpy } from "../../src/frontend/onnx/tensor-files/npy.ts";
import { encodeTensor } from "../../src/frontend/onnx/tensor-files/encode-tensor.ts";
import { tensorValue } from "../../src/ir/tensor-value.ts";
import type { ModelDraft } from "../frontend/onnx/encode-message.ts";
import { dataType, floats, modelBytes, valueInfo } from "../frontend/onnx/encode-message.ts";
import { projectFile, runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

/** y [n, 2] = x [n, 3] times a matrix. */
const product: ModelDraft = {
  nodes: [{ name: "mm", opType: "MatMul", input: ["x", "w"], output: ["y"] }],
  inputs: [valueInfo("x", ["n", 3])],
  outputs: ["y"],
  initializers: [floats("w", [3, 2], [1, 2, 3, 4, 5, 6])],
};

function written(draft: ModelDraft): string {
  const path = inFolder("m.onnx");
  writeFileSync(path, modelBytes(draft));
  return path;
}

const x = tensorValue([2, 3], "f32", [1, 0, 0, 1, 1, 1]);

describe("fastc run --reference", () => {
  it("takes tensors from files, whose shape binds the dimensions, and writes them", async () => {
    const path = written(product);
    for (const [file, bytes] of [
      ["x.npy", encodeNpy(x)],
      ["x.pb", encodeTensor("x", x)],
    ] as const) {
      writeFileSync(inFolder(file), bytes);
      const run = await runCli(["run", "--reference", path, "--input", `x=${inFolder(file)}`, "-o", inFolder("out")]);
      expect(run).toMatchObject({ status: 0, stderr: `wrote 1 outputs to ${inFolder("out")}\n` });
      expect(run.stdout).toBe(
        [
          "m, reference execution of the tensor IR",
          `  x  tensor<2x3xf32>  ${inFolder(file)}`,
          "",
          "  output  type             mean     std  min  max  first",
          // 1, 2 and 9, 12: mean 6, squares 25 + 16 + 9 + 36 = 86, deviation sqrt(21.5).
          "  y       tensor<2x2xf32>     6  4.6368    1   12  1, 2, 9, 12",
          "",
        ].join("\n"),
      );
      const y = tensorValue([2, 2], "f32", [1, 2, 9, 12]);
      expect(decodeNpy(readFileSync(inFolder("out/output_0.npy")), "y")).toEqual(y);
      expect(readTensorFile(readFileSync(inFolder("out/output_0.pb")), "y")).toEqual(y);
    }
  });

  it("draws what is not given by seed, the same again and as JSON", async () => {
    const path = written(product);
    const run = (...options: readonly string[]) =>
      runCli(["run", "--reference", path, "--batch", "2", "--format", "json", ...options]);
    const first = await run("--seed", "4");
    expect(await run("--seed", "4", "--input", "x=random")).toEqual(first);
    expect((await run("--seed", "5")).stdout).not.toBe(first.stdout);
    expect(JSON.parse(first.stdout)).toMatchObject({
      schemaVersion: 1,
      model: { name: "m" },
      inputs: [{ name: "x", type: "tensor<2x3xf32>", source: "random, normal with mean 0 and deviation 1, seed 4" }],
      outputs: [{ name: "y", type: "tensor<2x2xf32>", elements: 4 }],
    });
  });

  it("computes what onnxruntime recorded", async () => {
    const folder = projectFile("test/data/onnx/tiny_bert_dyn");
    const inputs = ["input_ids", "attention_mask", "token_type_ids"].flatMap((name, index) => [
      "--input",
      `${name}=${folder}/input_${index}.pb`,
    ]);
    const run = await runCli(["run", "--reference", `${folder}/model.onnx`, ...inputs, "-o", inFolder("out")]);
    expect(run.status).toBe(0);
    for (const index of [0, 1]) {
      const have = readTensorFile(readFileSync(inFolder(`out/output_${index}.pb`)), "have");
      const want = readTensorFile(readFileSync(`${folder}/output_${index}.pb`), "want");
      expect(have.type).toBe(want.type);
      have.data.forEach((number, at) => expect(Math.abs(number - (want.data[at] ?? NaN))).toBeLessThan(1e-4));
    }
  });

  it("needs weights, and says how to get them", async () => {
    const externalData = [{ key: "location", value: "w.bin" }];
    const weight = { name: "w", dims: [3, 2], dataType: dataType.float, dataLocation: 1, externalData };
    const path = written({ ...product, initializers: [weight] });
    expect(await runCli(["run", "--reference", path])).toEqual({
      status: 2,
      stdout: "",
      stderr: [
        "error[weights-missing]: the weights file w.bin is not there",
        `  at weight "w" in ${path}`,
        `  help: put it beside the model, or generate numbers for it: fastc materialize ${path} --seed 1\n`,
      ].join("\n"),
    });
    await runCli(["materialize", path, "--seed", "1"]);
    expect((await runCli(["run", "--reference", path])).status).toBe(0);
  });

  it.each([
    ["an unknown input", ["--input", "z=random"], "the model has no input 'z'"],
    ["a file that is not there", ["--input", "x=nowhere.npy"], "error[file-not-found]"],
    ["another shape", ["--input", "x:1x4"], "error[onnx-"],
    ["a text that is neither", ["--input", "x"], "It must have the form NAME=FILE"],
  ])("refuses %s", async (_what, options, message) => {
    const run = await runCli(["run", "--reference", written(product), ...options]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain(message);
    expect(run.stderr).not.toContain("internal error");
  });

  it("refuses numbers of another type than the input's", async () => {
    writeFileSync(inFolder("x.npy"), encodeNpy(tensorValue([1, 3], "i64", [1, 2, 3])));
    const run = await runCli(["run", "--reference", written(product), "--input", `x=${inFolder("x.npy")}`]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(
      'error[input-mismatch]: input 0 ("x") of @main is tensor<1x3xi64> but should be tensor<1x3xf32>',
    );
  });

  it("asks what to run", async () => {
    const run = await runCli(["run", written(product)]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain("help: --hw DESIGN runs its schedule for a design, --reference the imported model");
  });
});
