/** `fastc import`: IR on stdout, counts, and bad models. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { efficientNetB0, projectFile, runCli, temporaryFolder } from "./run-cli.ts";
import { tinyOnnx } from "./tiny-onnx.ts";

const inFolder = temporaryFolder();

/** Writes a file into the test's folder and returns its path. */
function written(name: string, content: Uint8Array | string): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

describe("fastc import", () => {
  it("prints the IR on stdout and nothing else", async () => {
    const path = written("tiny.onnx", tinyOnnx({ opType: "Relu", shape: ["batch", 3] }));
    const { status, stdout, stderr } = await runCli(["import", path, "--batch", "2"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("nn.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>");
    const generic = await runCli(["import", path, "--generic"]);
    expect(generic.stdout).toContain('"nn.relu"(%');
    const located = await runCli(["import", path, "--debuginfo"]);
    expect(located.stdout).toContain('loc("node"');
  });

  it("counts EfficientNet-B0: MACs per sample, weights at 2 bytes each", async () => {
    const { stdout } = await runCli(["import", efficientNetB0, "--stats", "--format", "json", "--batch", "4"]);
    const counts: unknown = JSON.parse(stdout);
    // Facts of models/README.md.
    expect(counts).toMatchObject({
      schemaVersion: 1,
      batch: 4,
      hasSymbolicBatch: true,
      macsPerSample: 385_814_752,
      macs: 4 * 385_814_752,
      weightElements: 5_267_540,
      weightBytes: 2 * 5_267_540,
      onnxNodes: 239,
    });
    const text = await runCli(["import", efficientNetB0, "--stats"]);
    expect(text.stdout).toMatch(/MACs per sample +385,814,752/);
  });

  it("prints the same bytes twice", async () => {
    const bert = projectFile("models/bert-base-128.onnx");
    const [first, second] = [await runCli(["import", bert]), await runCli(["import", bert])];
    expect(second.stdout).toBe(first.stdout);
  });

  const b0 = readFileSync(efficientNetB0);
  it.each([
    {
      what: "a missing file",
      path: () => inFolder("absent.onnx"),
      says: "error[file-not-found]: no such file or directory\n  at ",
    },
    { what: "a directory", path: () => inFolder("."), says: "error[file-access]: this is a directory" },
    { what: "an empty file", path: () => written("m.onnx", ""), says: "error[onnx-not-a-model]" },
    { what: "a text file", path: () => written("m.onnx", "# not a model\n"), says: "error[onnx-not-a-model]" },
    {
      what: "a truncated file",
      path: () => written("m.onnx", b0.subarray(0, b0.length >> 1)),
      says: "error[onnx-not-a-model]",
    },
    {
      what: "an unknown op",
      path: () => written("m.onnx", tinyOnnx({ opType: "Frobnicate", nodeName: "odd", shape: [1, 3] })),
      says: "error[onnx-unsupported]: Frobnicate",
    },
    {
      what: "an unbound dimension",
      path: () => written("m.onnx", tinyOnnx({ opType: "Relu", shape: ["batch", "seq"] })),
      says: "error[onnx-dim-unbound]: dimension 'seq' has no value",
    },
  ])("refuses $what", async ({ path, says }) => {
    const { status, stdout, stderr } = await runCli(["import", path()]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("internal error");
  });

  it("refuses a batch that the model does not have, and a dimension it does not know", async () => {
    const path = written("m.onnx", tinyOnnx({ opType: "Relu", shape: [1, 3] }));
    expect(await runCli(["import", path, "--batch", "2"])).toMatchObject({ status: 2, stdout: "" });
    const unknown = await runCli(["import", efficientNetB0, "--dim", "seq=3"]);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("seq");
  });

  it("names the node of an unknown op", async () => {
    const path = written("m.onnx", tinyOnnx({ opType: "Frobnicate", nodeName: "odd", shape: [1, 3] }));
    expect((await runCli(["import", path])).stderr).toContain('at node "odd" (Frobnicate)');
  });
});

describe("options that bind inputs", () => {
  it("take shapes and values", async () => {
    const path = written("tiny.onnx", tinyOnnx({ opType: "Relu", shape: ["batch", 3] }));
    const shaped = await runCli(["import", path, "--input", "x:5x3"]);
    expect(shaped.stdout).toContain("tensor<5x3xf32>");
    const valued = await runCli(["import", path, "--input-value", "x=[[1,-2,3]]"]);
    expect(valued.stdout).toContain("dense<[[1.0, 0.0, 3.0]]> : tensor<1x3xf32>");
  });

  it.each([
    [["--input", "x"], "It must have the form NAME:1x3x224x224."],
    [["--input", "x:0x3"], "It must be a positive integer."],
    [["--input-value", "x"], "It must have the form NAME=VALUE."],
    [["--input-value", "x=[1"], "error[usage]: --input-value x=[1 is neither JSON nor the path of a tensor file"],
    [["--input-value", "x=absent.pb"], "error[file-not-found]"],
    [["--input-value", "x=[1]", "--input-value", "x=[2]"], "'x' is given twice."],
  ])("are refused: %j", async (args, says) => {
    const path = written("tiny.onnx", tinyOnnx({ opType: "Relu", shape: ["batch", 3] }));
    const { status, stderr } = await runCli(["import", path, ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });
});
