/** Recurrent layers with activations that make the numbers easy: by hand. */
import { describe, expect, it } from "vitest";
import { encodeModel, floats, valueInfo } from "../encode-message.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";
import type { NodeDraft } from "../outcome.ts";
import { importOnnx } from "../../../../src/frontend/onnx/import.ts";
import { functionBody, mainFunction } from "../../../../src/ir/ops/builtin.ts";
import { tensorValue } from "../../../../src/ir/tensor-value.ts";
import { run } from "../testing.ts";

const steps = given("x", [3, 1, 1], [1, 2, 3]);

/** Runs a layer whose activation functions are named, with their constants. */
function layer(
  op: "RNN" | "GRU" | "LSTM",
  inputs: NodeDraft["inputs"],
  more: { names: readonly string[]; alphas?: readonly number[]; betas?: readonly number[]; direction?: string },
) {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const x = inputs.flatMap((input) => (input !== "" && "numbers" in input ? [input] : []));
  const stored = inputs.flatMap((input) => (input === "" || "numbers" in input ? [] : [input]));
  const attribute = [
    { name: "activations", type: 8, strings: more.names.map(bytes) },
    { name: "activation_alpha", type: 6, floats: more.alphas ?? [] },
    { name: "activation_beta", type: 6, floats: more.betas ?? [] },
    { name: "direction", type: 3, s: bytes(more.direction ?? "forward") },
  ];
  const outputs = op === "LSTM" ? ["y", "h", "c"] : ["y", "h"];
  const input = inputs.map((one) => (one === "" ? "" : (one.name ?? "")));
  const model = importOnnx(
    encodeModel({
      irVersion: 8,
      opsetImport: [{ version: 14 }],
      graph: {
        name: "g",
        node: [{ opType: op, input, output: outputs, attribute }],
        input: x.map(({ name, shape }) => valueInfo(name, shape)),
        output: outputs.map((name) => ({ name })),
        initializer: stored,
      },
    }),
    { fileName: "m.onnx" },
  );
  const results = run(
    model,
    x.map(({ shape, numbers }) => tensorValue(shape, "f32", numbers)),
  );
  const ops = [...functionBody(mainFunction(model.module)).operations()].map(({ name }) => name);
  return { numbers: results.map(rounded), shapes: results.map(({ type }) => type.shape), ops };
}

describe("a plain recurrent layer", () => {
  const weights = [floats("w", [1, 1, 1], [1]), floats("r", [1, 1, 1], [10])];
  const names = ["Relu"];

  it("adds ten times the state to each input", () => {
    const { numbers, shapes, ops } = layer("RNN", [steps, ...weights], { names });
    expect(numbers).toEqual([[1, 12, 123], [123]]);
    expect(shapes).toEqual([
      [3, 1, 1, 1],
      [1, 1, 1],
    ]);
    // One product of all inputs, and one a step.
    expect(ops.filter((op) => op === "nn.matmul")).toHaveLength(4);
  });

  it("runs backwards, and both ways", () => {
    expect(layer("RNN", [steps, ...weights], { names, direction: "reverse" }).numbers).toEqual([[321, 32, 3], [321]]);
    const both = [floats("w", [2, 1, 1], [1, 2]), floats("r", [2, 1, 1], [10, 10])];
    const { numbers } = layer("RNN", [steps, ...both], { names: ["Relu", "Relu"], direction: "bidirectional" });
    expect(numbers).toEqual([
      [1, 642, 12, 64, 123, 6],
      [123, 642],
    ]);
  });

  it("starts from a state, adds biases, and stops where a sequence ends", () => {
    const two = given("x", [2, 2, 1], [1, 5, 2, 6]);
    const bias = floats("b", [1, 2], [100, 200]);
    const start = floats("start", [1, 2, 1], [0, 1]);
    const lengths = { name: "l", dims: [2], dataType: 6, int32Data: [2, 1] };
    const { numbers } = layer("RNN", [two, ...weights, bias, lengths, start], { names });
    // 301 and 5 + 300 + 10; then 302 + 3010, and nothing.
    expect(numbers).toEqual([
      [301, 315, 3312, 0],
      [3312, 315],
    ]);
  });
});

describe("a gated layer", () => {
  it("of three gates mixes the candidate with the state", () => {
    // Gates of 1/2, candidate x + (h / 2) · 4: H = (x + 2 h + h) / 2.
    const weights = [floats("w", [1, 3, 1], [0, 0, 1]), floats("r", [1, 3, 1], [0, 0, 4])];
    const { numbers } = layer("GRU", [steps, ...weights], {
      names: ["Affine", "Affine"],
      alphas: [0, 1],
      betas: [0.5, 0],
    });
    expect(numbers).toEqual([[0.5, 1.75, 4.125], [4.125]]);
  });

  it("of four gates sums up where all gates are open, and looks at the cell through peepholes", () => {
    const weights = [floats("w", [1, 4, 1], [0, 0, 0, 1]), floats("r", [1, 4, 1], [0, 0, 0, 0])];
    const open = { names: ["Affine", "Affine", "Affine"], alphas: [1, 1, 1], betas: [1, 0, 0] };
    expect(layer("LSTM", [steps, ...weights], open).numbers).toEqual([[1, 3, 6], [6], [6]]);
    // The output gate is 1 + 2 C, after C is known.
    const peepholes = floats("p", [1, 3], [0, 2, 0]);
    expect(layer("LSTM", [steps, ...weights, "", "", "", "", peepholes], open).numbers).toEqual([
      [3, 21, 78],
      [78],
      [6],
    ]);
  });

  it("has the batch first with layout 1", () => {
    const { results } = outcomeOf({
      op: "RNN",
      inputs: [given("x", [1, 2, 1], [0.1, 0.2]), floats("w", [1, 1, 1], [1]), floats("r", [1, 1, 1], [0])],
      values: { layout: 1 },
      outputs: 2,
    });
    expect(results.map(({ type }) => type.shape)).toEqual([
      [1, 2, 1, 1],
      [1, 1, 1],
    ]);
    expect(rounded(results[0])).toEqual([0.1, 0.2].map((x) => Number(Math.tanh(x).toFixed(5))));
  });
});
