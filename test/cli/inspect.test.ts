/** `fastc inspect`: what is in a model, importable or not, as text and as JSON that fits its schema. */
import { readFileSync, writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { attributes, dataType, floats, modelBytes, valueInfo } from "../frontend/onnx/encode-message.ts";
import { efficientNetB0, projectFile, runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

async function inspected(bytes: Uint8Array, ...more: readonly string[]): Promise<Record<string, unknown>> {
  writeFileSync(inFolder("m.onnx"), bytes);
  const { status, stdout, stderr } = await runCli(["inspect", inFolder("m.onnx"), "--format", "json", ...more]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const report = JSON.parse(stdout) as Record<string, unknown>;
  const schema = JSON.parse(readFileSync(projectFile("docs/schemas/inspection.schema.json"), "utf8")) as object;
  const validate = new Ajv({ strict: false }).compile(schema);
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  return report;
}

describe("fastc inspect", () => {
  it("counts EfficientNet-B0", async () => {
    const report = await inspected(readFileSync(efficientNetB0));
    // Facts of models/README.md; activations as summed in the corpus' manifest: float outputs of the nodes.
    expect(report).toMatchObject({
      irVersion: 8,
      nodes: 239,
      dimensions: [{ name: "batch", inputs: ["input"], value: 1 }],
      imported: {
        batch: 1,
        hasSymbolicBatch: true,
        macs: 385_814_752,
        activationBytes: 43_201_976,
        largestActivationBytes: 2_408_448,
      },
      problems: [],
    });
    expect(report["operators"]).toContainEqual({ domain: "", name: "Conv", count: 81 });
  });

  const relu = { name: "r", opType: "Relu", input: ["x"], output: ["y"] };
  const weights = {
    name: "w",
    dims: [2, 3],
    dataType: dataType.float,
    dataLocation: 1,
    externalData: [{ key: "location", value: "w.bin" }],
  };

  it("shows functions, metadata and files, there or not", async () => {
    const fn = {
      name: "f",
      domain: "local",
      input: ["a"],
      output: ["b"],
      opsetImport: [{ version: 17 }],
      node: [{ opType: "Neg", input: ["a"], output: ["b"] }],
    };
    const bytes = modelBytes({
      nodes: [
        { domain: "local", opType: "f", input: ["x"], output: ["z"] },
        { opType: "MatMul", input: ["z", "w"], output: ["y"] },
      ],
      inputs: [valueInfo("x", ["N", 2])],
      outputs: ["y"],
      initializers: [weights],
      functions: [fn],
      more: { producerName: "hand", metadataProps: [{ key: "author", value: "me" }] },
    });
    expect(await inspected(bytes)).toMatchObject({
      producer: { name: "hand", version: "" },
      metadata: { author: "me" },
      functions: [{ name: "local.f", nodes: 1 }],
      externalFiles: [{ location: "w.bin", tensors: 1, bytes: 24, sizeBytes: null }],
      weightTypes: { float: 24 },
    });
    writeFileSync(inFolder("w.bin"), new Uint8Array(24));
    expect((await inspected(bytes))["externalFiles"]).toMatchObject([{ sizeBytes: 24 }]);
  });

  it("lists every node that cannot be imported, also where a dimension has no value", async () => {
    const magic = { opType: "Magic", input: ["x"], output: ["m"] };
    const branch = { node: [{ name: "deep", opType: "Magic", input: ["x"], output: ["d"] }], output: [{ name: "d" }] };
    const choice = {
      opType: "If",
      input: ["c"],
      output: ["i"],
      attribute: attributes({ then_branch: { g: branch }, else_branch: { g: branch } }),
    };
    const bytes = modelBytes({
      nodes: [relu, magic, choice],
      inputs: [valueInfo("x", ["N", "seq"]), valueInfo("c", [], dataType.bool)],
      outputs: ["y"],
      initializers: [floats("w", [1], [1])],
    });
    const report = await inspected(bytes);
    expect(report["imported"]).toBeNull();
    expect(report["dimensions"]).toEqual([
      { name: "N", inputs: ["x"], value: null },
      { name: "seq", inputs: ["x"], value: null },
    ]);
    expect(report["problems"]).toMatchObject([
      { code: "onnx-dim-unbound", help: ["give it a value with --dim seq=VALUE"] },
      { code: "onnx-unsupported", at: [/"Magic_1"/, /"deep"/].map((name) => expect.stringMatching(name) as unknown) },
    ]);
    const { stdout } = await runCli(["inspect", inFolder("m.onnx")]);
    expect(stdout).toContain("seq  not bound: --dim seq=VALUE");
    expect(stdout).toContain("Why it does not import");
  });

  it("refuses what is no model", async () => {
    writeFileSync(inFolder("m.onnx"), "not a model");
    expect(await runCli(["inspect", inFolder("m.onnx")])).toMatchObject({ status: 2, stdout: "" });
  });
});
