/** Which dimensions can be bound, what the batch is, and how each mistake is told. */
import { describe, expect, it } from "vitest";
import { functionBody, mainFunction } from "../../../src/ir/ops/builtin.ts";
import { typeText } from "../../../src/ir/types.ts";
import type { ImportOptions } from "../../../src/frontend/onnx/import.ts";
import { dataType, valueInfo } from "./encode-message.ts";
import { importDraft, refusal } from "./testing.ts";

type Dims = readonly (number | string)[];

function imported(inputs: Readonly<Record<string, Dims>>, options: Partial<ImportOptions> = {}) {
  const entries = Object.entries(inputs);
  const model = importDraft(
    { nodes: [], inputs: entries.map(([name, dims]) => valueInfo(name, dims)), outputs: [entries[0]?.[0] ?? ""] },
    options,
  );
  const types = functionBody(mainFunction(model.module)).args.map((arg) => typeText(arg.type));
  return { types, batch: model.batch, hasSymbolicBatch: model.hasSymbolicBatch };
}

describe("the batch", () => {
  it("is the symbolic first dimension that all inputs share, whatever its name", () => {
    const inputs = { a: ["N", 3], b: ["N"], scalar: [] };
    expect(imported(inputs, { batch: 4 })).toEqual({
      types: ["tensor<4x3xf32>", "tensor<4xf32>", "tensor<f32>"],
      batch: 4,
      hasSymbolicBatch: true,
    });
    expect(imported(inputs, { defaultBatch: 7 }).batch).toBe(7);
    expect(imported(inputs, { defaultBatch: 7, batch: 2 }).batch).toBe(2);
    expect(imported(inputs, { defaultBatch: 7, dims: { N: 5 } }).batch).toBe(5);
    expect(imported(inputs).batch).toBe(1);
  });

  it("may be nameless", () => {
    expect(imported({ a: ["", 3], b: ["", 2] }, { batch: 4 }).types).toEqual(["tensor<4x3xf32>", "tensor<4x2xf32>"]);
  });

  it("binds the same name elsewhere", () => {
    expect(imported({ a: ["N", "N", 2] }, { batch: 3 }).types).toEqual(["tensor<3x3x2xf32>"]);
  });

  it("is the fixed first extent that all inputs share, else 1", () => {
    expect(imported({ a: [8, 3], b: [8] })).toMatchObject({ batch: 8, hasSymbolicBatch: false });
    expect(imported({ a: [8, 3], b: [4] })).toMatchObject({ batch: 1, hasSymbolicBatch: false });
    // The default is for symbolic batches only.
    expect(imported({ a: [8, 3] }, { defaultBatch: 64 }).batch).toBe(8);
    expect(imported({ a: [8, 3] }, { batch: 8 }).batch).toBe(8);
  });

  it("cannot be changed where it is fixed", () => {
    expect(refusal(() => imported({ image: [1, 3, "width"] }, { batch: 8, dims: { width: 4 } }))).toBe(
      [
        "error[onnx-batch-fixed]: batch 8 is asked for but the model has no other than 1: its batch is fixed at 1",
        '  at input "image" [1, 3, width] in m.onnx',
        "  help: leave --batch out, or export the model with a symbolic first dimension",
      ].join("\n"),
    );
    expect(refusal(() => imported({ a: ["M"], b: ["N"] }, { batch: 8, dims: { M: 1, N: 1 } }))).toBe(
      [
        "error[onnx-batch-fixed]: batch 8 is asked for but the model has no other than 1: " +
          "its inputs do not share their first dimension",
        '  at input "a" [M] in m.onnx',
        '  at input "b" [N] in m.onnx',
        "  help: leave --batch out, or export the model with a symbolic first dimension",
      ].join("\n"),
    );
  });

  it("cannot be given twice with different values", () => {
    expect(refusal(() => imported({ a: ["N"] }, { batch: 8, dims: { N: 4 } }))).toBe(
      [
        "error[onnx-dim-invalid]: batch is given as 8 and, under its name 'N', as 4",
        "  at m.onnx",
        "  help: give the batch once, with --batch",
      ].join("\n"),
    );
    expect(imported({ a: ["N"] }, { batch: 8, dims: { N: 8 } }).batch).toBe(8);
  });
});

describe("other symbolic dimensions", () => {
  it("need a value each", () => {
    const inputs = { ids: ["batch", "seq"], mask: ["batch", "seq"], image: ["batch", 3, ""] };
    expect(refusal(() => imported(inputs))).toBe(
      [
        "error[onnx-dim-unbound]: dimension 'seq' has no value",
        '  at input "ids" [batch, seq] in m.onnx',
        '  at input "mask" [batch, seq] in m.onnx',
        "  note: dimensions that can be bound: batch, seq, image.2",
        "  help: give it a value with --dim seq=VALUE",
        "error[onnx-dim-unbound]: dimension 'image.2' has no value",
        '  at input "image" [batch, 3, image.2] in m.onnx',
        "  note: dimensions that can be bound: batch, seq, image.2",
        "  help: give it a value with --dim image.2=VALUE",
      ].join("\n"),
    );
    expect(imported(inputs, { batch: 2, dims: { seq: 16, "image.2": 9 } }).types).toEqual([
      "tensor<2x16xf32>",
      "tensor<2x16xf32>",
      "tensor<2x3x9xf32>",
    ]);
  });

  it("are called by the names that the model has", () => {
    expect(refusal(() => imported({ ids: ["batch", "seq"] }, { dims: { sequence: 128, seq: 128 } }))).toBe(
      [
        "error[onnx-dim-unknown]: the model has no dimension 'sequence'",
        '  at input "ids" [batch, seq] in m.onnx',
        "  note: dimensions that can be bound: batch, seq",
      ].join("\n"),
    );
    expect(refusal(() => imported({ ids: [1, 4] }, { dims: { seq: 128 } }))).toBe(
      [
        "error[onnx-dim-unknown]: the model has no dimension 'seq'",
        '  at input "ids" [1, 4] in m.onnx',
        "  note: all its dimensions are fixed",
      ].join("\n"),
    );
  });

  it.each([0, -1, 2.5, NaN])("are not %d", (value) => {
    expect(refusal(() => imported({ ids: ["batch", "seq"] }, { dims: { seq: value } }))).toBe(
      [`error[onnx-dim-invalid]: seq is ${value} but should be an integer ≥ 1`, "  at m.onnx"].join("\n"),
    );
  });
});

describe("an input", () => {
  it("must have a shape", () => {
    const input = { name: "x", type: { tensorType: { elemType: dataType.float } } };
    expect(refusal(() => importDraft({ nodes: [], inputs: [input], outputs: ["x"] }))).toBe(
      [
        "error[onnx-dim-unbound]: input 'x' has no shape, not even its rank is known",
        '  at input "x" in m.onnx',
        "  help: export the model with a shape for each input; single dimensions may be symbolic",
      ].join("\n"),
    );
  });

  it("must be a tensor of a type that we have", () => {
    expect(refusal(() => importDraft({ nodes: [], inputs: [{ name: "x", type: {} }], outputs: ["x"] }))).toBe(
      ["error[onnx-unsupported]: input 'x' is not a tensor", '  at input "x" in m.onnx'].join("\n"),
    );
    const text = valueInfo("x", [1], dataType.string);
    expect(refusal(() => importDraft({ nodes: [], inputs: [text], outputs: ["x"] }))).toBe(
      [
        "error[onnx-unsupported]: input 'x' has element type string, which is not supported",
        '  at input "x" in m.onnx',
      ].join("\n"),
    );
  });
});
