/** Weights: named while importing, read when asked for, from the file or from beside it. */
import { describe, expect, it } from "vitest";
import { printModule } from "../../../src/ir/text/print.ts";
import type { Draft, ModelDraft } from "./encode-message.ts";
import { dataType, floats, valueInfo } from "./encode-message.ts";
import type { TensorProto } from "../../../src/frontend/onnx/read/schema.ts";
import { importDraft, refusal, run } from "./testing.ts";
import { tensorValue } from "../../../src/ir/tensor-value.ts";

function external(entries: Readonly<Record<string, string>>): Draft<TensorProto> {
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return { name: "w", dims: [2, 3], dataType: dataType.float, dataLocation: 1, externalData };
}

function product(weight: Draft<TensorProto>): ModelDraft {
  return {
    nodes: [{ name: "mm", opType: "MatMul", input: ["x", "w"], output: ["y"] }],
    inputs: [valueInfo("x", [1, 2])],
    outputs: ["y"],
    initializers: [weight],
  };
}

const x = tensorValue([1, 2], "f32", [1, 10]);

describe("external weights", () => {
  const draft = product(external({ location: "w.bin", offset: "8" }));

  it("are not needed to import", () => {
    const { module, weights, stats } = importDraft(draft);
    expect(printModule(module)).toContain("dense_resource<w> : tensor<2x3xf32>");
    expect(weights.externalFiles).toEqual(["w.bin"]);
    expect(stats).toMatchObject({ macs: 6, weightElements: 6, weightBytes: 12 });
  });

  it("are read through a callback", () => {
    const model = importDraft(draft);
    const read = (location: string, offset: number, length: number): Uint8Array => {
      expect([location, offset, length]).toEqual(["w.bin", 8, 24]);
      return new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
    };
    const [y] = run({ ...model, weights: model.weights.withExternal(read) }, [x]);
    // [1, 10] times [[1, 2, 3], [4, 5, 6]]
    expect([...(y?.data ?? [])]).toEqual([41, 52, 63]);
  });

  it("are asked for by file when they are absent", () => {
    expect(refusal(() => run(importDraft(draft), [x]))).toBe(
      [
        "error[weights-missing]: the weights file w.bin is not there",
        '  at weight "w" in m.onnx',
        "  help: put it beside the model, or generate numbers for it: fastc materialize m.onnx --seed 1",
      ].join("\n"),
    );
  });

  it("must all be there", () => {
    const { weights } = importDraft(draft);
    expect(refusal(() => weights.withExternal(() => new Uint8Array(20)).read("w"))).toBe(
      ["error[weights-missing]: w.bin has 20 of the 24 bytes at offset 8", '  at weight "w" in m.onnx'].join("\n"),
    );
  });

  it("may be said to lie outside of their file", () => {
    const externalSize = (): number => 31;
    expect(refusal(() => importDraft(draft, { externalSize }))).toBe(
      [
        "error[onnx-invalid-tensor]: external data ends at byte 32 of w.bin, which has 31 bytes",
        '  at initializer "w" in m.onnx',
      ].join("\n"),
    );
    expect(importDraft(draft, { externalSize: () => 32 }).stats.weightElements).toBe(6);
    expect(importDraft(draft, { externalSize: () => undefined }).stats.weightElements).toBe(6);
  });

  it.each([
    [{}, "external data has no location"],
    [{ location: "/etc/passwd" }, "external data location '/etc/passwd' leaves the model's folder"],
    [{ location: "C:\\w.bin" }, "external data location 'C:\\w.bin' leaves the model's folder"],
    [{ location: "a/../../w.bin" }, "external data location 'a/../../w.bin' leaves the model's folder"],
    [{ location: "w.bin", offset: "-4" }, "external data offset '-4' is not a number ≥ 0"],
    [{ location: "w.bin", length: "2e1" }, "external data length '2e1' is not a number ≥ 0"],
    [{ location: "w.bin", length: "20" }, "external data has 20 bytes but shape [2, 3] of float needs 24"],
  ])("are refused at %j", (entries, problem) => {
    expect(refusal(() => importDraft(product(external({ ...entries }))))).toBe(
      [`error[onnx-invalid-tensor]: ${problem}`, '  at initializer "w" in m.onnx'].join("\n"),
    );
  });
});

describe("initializers", () => {
  it("are weights above 64 floats and written in the IR up to that", () => {
    const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_unused, at) => at);
    const draft = (count: number): ModelDraft => ({
      nodes: [{ opType: "Add", input: ["x", "w"], output: ["y"] }],
      inputs: [valueInfo("x", [count])],
      outputs: ["y"],
      initializers: [floats("w", [count], numbers(count))],
    });
    expect(printModule(importDraft(draft(65)).module)).toContain("dense_resource<w> : tensor<65xf32>");
    expect(printModule(importDraft(draft(64)).module)).toContain("dense<[0.0, 1.0, ");
    const [y] = run(importDraft(draft(65)), [tensorValue([65], "f32", numbers(65))]);
    expect(y?.data[64]).toBe(128);
  });

  it("that nothing reads count as weights but are not in the module", () => {
    const unused = floats(
      "unused",
      [100],
      Array.from({ length: 100 }, () => 1),
    );
    const model = importDraft({ nodes: [], inputs: [valueInfo("x", [1])], outputs: ["x"], initializers: [unused] });
    expect(model.stats).toMatchObject({ weightElements: 100, operations: 0 });
    expect(printModule(model.module)).not.toContain("nn.constant");
  });

  it("are constants even where a file lists them as inputs too", () => {
    const model = importDraft({
      nodes: [{ opType: "Add", input: ["x", "w"], output: ["y"] }],
      inputs: [valueInfo("x", [1]), valueInfo("w", [1])],
      outputs: ["y"],
      initializers: [floats("w", [1], [5])],
    });
    expect(run(model, [tensorValue([1], "f32", [2])])[0]?.data[0]).toBe(7);
  });
});
