/** Which dimensions can be bound, what the batch is, and how each mistake is told. */
import { describe, expect, it } from "vitest";
import { functionBody, mainFunction } from "../../../../src/ir/ops/builtin.ts";
import { typeText } from "../../../../src/ir/types.ts";
import type { ImportOptions } from "../../../../src/frontend/onnx/import.ts";
import type { InputValue } from "../../../../src/frontend/onnx/inputs/input-values.ts";
import { tensorValue } from "../../../../src/ir/tensor-value.ts";
import { dataType, valueInfo } from "../encode-message.ts";
import { importDraft, refusal } from "../testing.ts";

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
        "  help: give it one, as in --input x:1x3x224x224",
      ].join("\n"),
    );
  });

  it("must be a tensor of a type that we have", () => {
    expect(refusal(() => importDraft({ nodes: [], inputs: [{ name: "x", type: {} }], outputs: ["x"] }))).toBe(
      ["error[onnx-invalid-graph]: input 'x' has no type", '  at input "x" in m.onnx'].join("\n"),
    );
    const list = { name: "x", type: { sequenceType: {} } };
    expect(refusal(() => importDraft({ nodes: [], inputs: [list], outputs: ["x"] }))).toBe(
      ["error[onnx-unsupported]: input 'x' is a sequence, not a tensor", '  at input "x" in m.onnx'].join("\n"),
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

describe("a dimension that is an expression of others", () => {
  const inputs = {
    ids: ["batch", "length"],
    mask: ["batch", "past + length"],
    half: ["batch", "(past + length) // 2"],
  };

  it("follows from their values, also of names that stand nowhere else", () => {
    expect(imported(inputs, { dims: { length: 3, past: 4 } }).types).toEqual([
      "tensor<1x3xf32>",
      "tensor<1x7xf32>",
      "tensor<1x3xf32>",
    ]);
  });

  it("may be bound as a whole, and is asked for so", () => {
    const two = { ids: ["batch", "length"], mask: ["batch", "past + length"] };
    expect(imported(two, { dims: { length: 3, "past + length": 9 } }).types[1]).toBe("tensor<1x9xf32>");
    expect(refusal(() => imported(two, { dims: { length: 3 } }))).toContain(
      "help: give it a value with --dim 'past + length'=VALUE",
    );
  });

  it.each(["a +", "a + (b", "a b", "?", "a ** b", "+"])("is a plain name otherwise: %s", (name) => {
    expect(imported({ x: [1, name] }, { dims: { [name]: 5 } }).types).toEqual(["tensor<1x5xf32>"]);
    expect(refusal(() => imported({ x: [1, name] }, { dims: { a: 5 } }))).toContain("the model has no dimension 'a'");
  });
});

describe("the shape of an input", () => {
  const inputs = { a: ["N", 3, "h", ""], b: ["N", "h"] };

  it("binds its dimensions, named or not, and the same names elsewhere", () => {
    const { types, batch } = imported(inputs, { inputShapes: { a: [2, 3, 8, 9] } });
    expect(types).toEqual(["tensor<2x3x8x9xf32>", "tensor<2x8xf32>"]);
    expect(batch).toBe(2);
  });

  it("is that of an input that has none", () => {
    const x = { name: "x", type: { tensorType: { elemType: dataType.float } } };
    const draft = { nodes: [], inputs: [x], outputs: ["x"] };
    expect(importDraft(draft, { inputShapes: { x: [2, 5] } }).batch).toBe(2);
  });

  it.each([
    [{ inputShapes: { a: [2, 4, 8, 9] } }, "dimension 1 of input 'a' is 4 by --input a:2x4x8x9 but 3 by the model"],
    [{ inputShapes: { a: [2, 3, 8] } }, "--input a:2x3x8 has 3 dimensions but input 'a' has 4"],
    [{ inputShapes: { a: [2, 3, 8, 9], b: [2, 7] } }, "dimension 'h' is 7 by --input b:2x7 but 8 by --input a:2x3x8x9"],
    [{ dims: { h: 5 }, inputShapes: { b: [2, 7] } }, "dimension 'h' is 7 by --input b:2x7 but 5 by --dim h=5"],
  ])("must agree: %j", (options, problem) => {
    expect(refusal(() => imported(inputs, options)).split("\n")[0]).toBe(`error[onnx-dim-invalid]: ${problem}`);
  });

  it("must be that of an input", () => {
    expect(refusal(() => imported(inputs, { inputShapes: { c: [1] } }))).toBe(
      ["error[onnx-input-value]: the model has no input 'c'", "  at m.onnx", "  note: inputs of the model: a, b"].join(
        "\n",
      ),
    );
  });
});

describe("the value of an input", () => {
  const draft = {
    nodes: [{ name: "r", opType: "Reshape", input: ["x", "shape"], output: ["y"] }],
    inputs: [valueInfo("x", ["N", 6]), valueInfo("shape", ["rank"], dataType.int64)],
    outputs: ["y"],
  };

  it("makes it a constant that shapes may depend on, and no input of the function", () => {
    const model = importDraft(draft, { inputValues: { shape: [2, -1] }, batch: 4 });
    const { args } = functionBody(mainFunction(model.module));
    expect(args.map((arg) => typeText(arg.type))).toEqual(["tensor<4x6xf32>"]);
    expect(model.tensors.map(({ tensor }) => typeText(tensor.type))).toEqual(["tensor<2x12xf32>"]);
  });

  it("is asked for by the node that needs it", () => {
    expect(refusal(() => importDraft(draft, { dims: { N: 1, rank: 2 } }))).toContain(
      "error[onnx-value-unknown]: Reshape: input 'shape' is not known before the program runs",
    );
  });

  it.each([
    [[1, [2]], "it is not a list of equally long lists of numbers"],
    [["1"], "it is not a list of equally long lists of numbers"],
    [[0.5], "0.5 is not a number of type int64"],
    [tensorValue([1], "f32", [1]), "it is a tensor of float, not of int64"],
  ])("must fit: %j", (value, problem) => {
    const inputValues = { shape: value as InputValue };
    expect(refusal(() => importDraft(draft, { inputValues })).split("\n")[0]).toBe(
      `error[onnx-input-value]: the value given to input 'shape' does not fit: ${problem}`,
    );
  });

  it("must have the declared shape", () => {
    const inputs = [valueInfo("x", [1, 6]), valueInfo("shape", [2], dataType.int64)];
    expect(refusal(() => importDraft({ ...draft, inputs }, { inputValues: { shape: [1, 2, 3] } })).split("\n")[0]).toBe(
      "error[onnx-dim-invalid]: dimension 0 of input 'shape' is 3 by the value of --input-value shape but 2 by the model",
    );
  });
});

describe("counts", () => {
  it("beyond exact integers are refused", () => {
    const draft = {
      nodes: [{ opType: "Relu", input: ["x"], output: ["y"] }],
      inputs: [valueInfo("x", ["N", 2 ** 30])],
      outputs: ["y"],
    };
    expect(importDraft(draft, { batch: 2 ** 19 }).batch).toBe(2 ** 19);
    expect(refusal(() => importDraft(draft, { batch: 2 ** 21 }))).toBe(
      [
        "error[model-too-large]: tensor<2097152x1073741824xf32> has more bytes than can be counted exactly, 2^53",
        "  at m.onnx",
        "  help: give a smaller --batch or smaller dimensions",
      ].join("\n"),
    );
  });
});
