/** `fastc verify --import`: agreement with onnxruntime, disagreement, and what it refuses. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ModelDraft } from "../frontend/onnx/encode-message.ts";
import { attributes, dataType, floats, int64s, modelBytes, valueInfo } from "../frontend/onnx/encode-message.ts";
import { projectFile, runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

function written(draft: ModelDraft): string {
  const path = inFolder("m.onnx");
  writeFileSync(path, modelBytes(draft));
  return path;
}

/** Intermediates of several types, one known while importing, one with two names, and an output that is an input. */
const mixed: ModelDraft = {
  nodes: [
    { name: "mm", opType: "MatMul", input: ["x", "w"], output: ["product"] },
    { name: "shape", opType: "Shape", input: ["x"], output: ["extents"] },
    { name: "same", opType: "Identity", input: ["product"], output: ["again"] },
    { name: "sign", opType: "Greater", input: ["again", "zero"], output: ["positive"] },
    { name: "half", opType: "Cast", input: ["product"], output: ["rounded"], attribute: attributes({ to: 10 }) },
    { name: "best", opType: "Cast", input: ["positive"], output: ["flags"], attribute: attributes({ to: 7 }) },
    { name: "sum", opType: "Add", input: ["flags", "offsets"], output: ["y"] },
  ],
  inputs: [valueInfo("x", ["n", 64])],
  outputs: [valueInfo("y", ["n", 3], dataType.int64), valueInfo("x", ["n", 64])],
  initializers: [
    floats(
      "w",
      [64, 3],
      Array.from({ length: 192 }, (_unused, at) => Math.sin(at)),
    ),
    floats("zero", [1], [0]),
    int64s("offsets", [5, 6, 7]),
  ],
};

describe("fastc verify --import", () => {
  it("compares the outputs", async () => {
    const run = await runCli(["verify", "--import", written(mixed), "--batch", "2"]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout).toMatch(/^m against onnxruntime [\d.]+: 2 tensors agree within 0.0001 of their scale\n/);
    expect(run.stdout).toContain("y (output)  sum (Add)");
  });

  it("compares what every node makes, with the node", async () => {
    const run = await runCli(["verify", "--import", written(mixed), "--batch", "2", "--all", "--format", "json"]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    const report = JSON.parse(run.stdout) as { tensors: { name: string; node: string; type: string }[] };
    expect(report).toMatchObject({ schemaVersion: 1, verified: true, tolerance: 1e-4, notCompared: [], passes: [] });
    expect(report.tensors.map(({ name, node, type }) => [name, node, type])).toEqual([
      ["extents", "shape", "tensor<2xi64>"],
      ["product", "mm", "tensor<2x3xf32>"],
      ["again", "same", "tensor<2x3xf32>"],
      ["positive", "sign", "tensor<2x3xi1>"],
      ["rounded", "half", "tensor<2x3xf16>"],
      ["flags", "best", "tensor<2x3xi64>"],
      ["y", "sum", "tensor<2x3xi64>"],
      ["x", "", "tensor<2x64xf32>"],
    ]);
  });

  it("ends with status 1 when a tensor differs by more than the tolerance", async () => {
    // 64 products added in f32 by onnxruntime and in f64 by us: less than 1e-15 of the scale apart only if all are exact.
    const options = ["--batch", "2", "--all", "--tolerance", "1e-15"];
    const run = await runCli(["verify", "--import", written(mixed), ...options]);
    expect(run.status).toBe(1);
    expect(run.stdout).toMatch(/: [23] of 8 tensors differ by more than 1e-15 of their scale\n/);
    expect(run.stdout).toMatch(/ {2}product +mm \(MatMul\)\n/);
    const json = await runCli(["verify", "--import", written(mixed), ...options, "--format", "json"]);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ verified: false });
  });

  it("tells a node's own error from rounding that was handed down to it", async () => {
    // Products in the thousands, right to 7 digits; where one is near 0, its sigmoid is right to 4.
    const large = floats(
      "w",
      [64, 3],
      Array.from({ length: 192 }, (_unused, at) => 300 * Math.sin(at)),
    );
    const draft: ModelDraft = {
      nodes: [
        { name: "mm", opType: "MatMul", input: ["x", "w"], output: ["product"] },
        { name: "gate", opType: "Sigmoid", input: ["product"], output: ["share"] },
        { name: "whole", opType: "Round", input: ["share"], output: ["y"] },
      ],
      inputs: [valueInfo("x", ["n", 64])],
      outputs: ["y"],
      initializers: [large],
    };
    const options = ["--batch", "2000", "--all", "--tolerance", "1e-6"];
    const run = await runCli(["verify", "--import", written(draft), ...options]);
    expect(run.stdout).toContain("3 tensors agree within 0.000001 of their scale");
    expect(run.stdout).toMatch(/e-[45] \(own \d\.\de-[78]\).* share +gate \(Sigmoid\)/);
    expect(run.stdout).toContain('1 further off, but not when computed from onnxruntime\'s operands ("own")');
    expect(run.status).toBe(0);

    // An output gets this second look only where all nodes are looked at.
    const path = written({ ...draft, outputs: ["share"] });
    expect((await runCli(["verify", "--import", path, ...options])).status).toBe(0);
    const outputs = await runCli(["verify", "--import", path, ...options.filter((option) => option !== "--all")]);
    expect(outputs.status).toBe(1);
    expect(outputs.stdout).toContain("add --all to see which node is off");
  });

  it("feeds inputs that became constants to onnxruntime too", async () => {
    const draft: ModelDraft = {
      nodes: [{ name: "r", opType: "Reshape", input: ["x", "shape"], output: ["y"] }],
      inputs: [valueInfo("x", [6]), valueInfo("shape", [2], dataType.int64)],
      outputs: ["y"],
    };
    const run = await runCli(["verify", "--import", written(draft), "--input-value", "shape=[2,3]"]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
  });

  it("reads generated weights, of which onnxruntime sees the same", async () => {
    const externalData = [{ key: "location", value: "w.bin" }];
    const weight = { name: "w", dims: [64, 3], dataType: dataType.float, dataLocation: 1, externalData };
    const [, ...others] = mixed.initializers ?? [];
    const path = written({ ...mixed, initializers: [weight, ...others] });
    const without = await runCli(["verify", "--import", path, "--all"]);
    expect(without).toMatchObject({ status: 2, stdout: "" });
    expect(without.stderr).toContain("error[weights-missing]: the weights file w.bin is not there");
    await runCli(["materialize", path]);
    for (const options of [[], ["--all"]]) {
      expect(await runCli(["verify", "--import", path, ...options])).toMatchObject({ status: 0, stderr: "" });
    }
  });

  it("runs again after every pass, also those for a design", async () => {
    const model = projectFile("test/data/onnx/tiny_bert_dyn/model.onnx");
    const options = ["--dim", "seq=20", "--after-passes", "--hw", "fast-small", "--format", "json"];
    const run = await runCli(["verify", "--import", model, ...options]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    const { passes } = JSON.parse(run.stdout) as {
      passes: { pass: string; isChanged: boolean; fromBefore: number; fromRuntime: number }[];
    };
    const changing = passes.filter(({ isChanged }) => isChanged).map(({ pass }) => pass);
    for (const pass of ["canonicalize", "recognize-gelu", "form-regions", "tile"]) expect(changing).toContain(pass);
    for (const { fromBefore, fromRuntime } of passes) {
      expect(fromBefore).toBeLessThan(1e-5);
      expect(fromRuntime).toBeLessThan(1e-5);
    }
    const text = await runCli(["verify", "--import", model, "--dim", "seq=20", "--after-passes"]);
    expect(text.stdout).toMatch(/ {2}01-canonicalize +\S+ +\S+e-\d+\n/);
    expect(text.stdout).toMatch(/ {2}03-fold-batch-norm +changes nothing\n/);
  });

  it.each([
    [[], "help: --hw DESIGN checks the schedule for a design, --import the imported model"],
    [["--import", "--hw", "fast-small"], "help: add --after-passes"],
    [["--import", "--tolerance", "-1"], "It must be a number greater than 0"],
  ])("refuses options %j", async (options, message) => {
    const run = await runCli(["verify", written(mixed), ...options]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain(message);
  });

  it("passes on what onnxruntime refuses", async () => {
    const draft = { ...mixed, nodes: mixed.nodes.slice(0, 1), outputs: ["product"], opset: 1000 };
    const run = await runCli(["verify", "--import", written(draft)]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain("error[onnxruntime-failed]: onnxruntime cannot run the model");
    expect(run.stderr).not.toContain("internal error");
  });
});
