/** Models that break ONNX's rules or use what we do not support: every such place is named, all at once. */
import { describe, expect, it } from "vitest";
import { attributes, dataType, floats, int64s, valueInfo } from "./encode-message.ts";
import type { ModelDraft } from "./encode-message.ts";
import { importDraft, refusal } from "./testing.ts";

const x = valueInfo("x", [1, 4]);
const exportHelp = "  help: export the model without it, or add the operator in src/frontend/onnx/ops/";

function refusalOf(nodes: ModelDraft["nodes"], more: Partial<ModelDraft> = {}): string {
  return refusal(() => importDraft({ nodes, inputs: [x], outputs: ["y"], ...more }));
}

describe("what is not supported", () => {
  it("is listed whole, with the nodes, also behind other unsupported nodes", () => {
    const text = refusalOf(
      [
        { name: "find", opType: "StringConcat", input: ["x"], output: ["a"] },
        { opType: "Relu", input: ["a"], output: ["b"] },
        { opType: "StringConcat", input: ["b"], output: ["c"] },
        { name: "magic", domain: "com.acme", opType: "Magic", input: ["x"], output: ["d"] },
        { name: "wide", opType: "Pad", input: ["x", "pads"], output: ["e"], attribute: attributes({ mode: "round" }) },
        { name: "sum", opType: "Sum", input: ["c", "d", "e"], output: ["y"] },
      ],
      { initializers: [int64s("pads", [0, 1, 0, 1])] },
    );
    expect(text).toBe(
      [
        "error[onnx-unsupported]: StringConcat: this operator is not supported (operator set 17)",
        '  at node "find" (StringConcat) in m.onnx',
        '  at node "StringConcat_2" (StringConcat) in m.onnx',
        "  note: fastc has no strings: the IR is of tensors of numbers",
        "  help: export the model without it",
        "error[onnx-invalid-graph]: Magic: operator set 'com.acme' is not imported",
        '  at node "magic" (Magic) in m.onnx',
        "error[onnx-unsupported]: Pad: mode 'round' is not supported",
        '  at node "wide" (Pad) in m.onnx',
        "  help: supported modes are constant, reflect, edge, wrap",
      ].join("\n"),
    );
  });

  it("may be the version of an operator", () => {
    expect(refusalOf([{ name: "n", opType: "Where", input: ["x", "x", "x"], output: ["y"] }], { opset: 6 })).toBe(
      [
        "error[onnx-unsupported]: Where: operator set 6 is not supported, only 9 and newer",
        '  at node "n" (Where) in m.onnx',
        exportHelp,
      ].join("\n"),
    );
  });

  it("may be an output that only training makes", () => {
    const norm = {
      name: "bn",
      opType: "BatchNormalization",
      input: ["x", "s", "s", "s", "s"],
      output: ["n", "mean"],
    };
    const initializers = [floats("s", [4], [1, 1, 1, 1])];
    expect(
      refusalOf([norm, { name: "sum", opType: "Add", input: ["n", "mean"], output: ["y"] }], { initializers }),
    ).toBe(
      [
        "error[onnx-unsupported]: output 'mean' of node \"bn\" is not supported",
        '  at node "sum" (Add) in m.onnx',
      ].join("\n"),
    );
    // Nobody reads it: fine.
    expect(importDraft({ nodes: [norm], inputs: [x], outputs: ["n"], initializers }).stats.operations).toBeGreaterThan(
      0,
    );
  });

  it("may be a shape that depends on data", () => {
    const inputs = [x, valueInfo("shape", [2], dataType.int64)];
    expect(refusalOf([{ name: "r", opType: "Reshape", input: ["x", "shape"], output: ["y"] }], { inputs })).toBe(
      [
        "error[onnx-value-unknown]: Reshape: input 'shape' is not known before the program runs",
        '  at node "r" (Reshape) in m.onnx',
        "  help: give the model's input that it depends on a value, with --input-value NAME=VALUE",
        "  help: or make it a constant and export the model again",
      ].join("\n"),
    );
  });
});

describe("a graph that breaks the rules", () => {
  it("reads and gives what nobody makes", () => {
    expect(refusalOf([{ name: "n", opType: "Add", input: ["x", "z"], output: ["w"] }])).toBe(
      [
        "error[onnx-invalid-graph]: input 'z' is never made",
        '  at node "n" (Add) in m.onnx',
        "error[onnx-invalid-graph]: output 'y' is never made",
        '  at output "y" in m.onnx',
      ].join("\n"),
    );
  });

  it("is a cycle", () => {
    const text = refusalOf([
      { name: "a", opType: "Add", input: ["x", "v"], output: ["u"] },
      { name: "b", opType: "Relu", input: ["u"], output: ["v"] },
      { name: "c", opType: "Relu", input: ["v"], output: ["y"] },
    ]);
    expect(text).toBe(
      [
        "error[onnx-invalid-graph]: input 'v' is read before node \"b\" makes it: the nodes are out of order or form a cycle",
        '  at node "a" (Add) in m.onnx',
      ].join("\n"),
    );
  });

  it("defines a name twice", () => {
    const text = refusalOf(
      [
        { name: "a", opType: "Relu", input: ["x"], output: ["y"] },
        { name: "b", opType: "Relu", input: ["x"], output: ["y"] },
        { name: "c", opType: "Relu", input: ["x"], output: ["x"] },
      ],
      { initializers: [floats("w", [1], [1]), floats("w", [1], [2])] },
    );
    expect(text).toBe(
      [
        "error[onnx-invalid-graph]: 'w' is defined twice, by an initializer and by an initializer",
        '  at initializer "w" in m.onnx',
        'error[onnx-invalid-graph]: \'y\' is defined twice, by node "a" and by node "b"',
        '  at node "b" (Relu) in m.onnx',
        "error[onnx-invalid-graph]: 'x' is defined twice, by an input and by node \"c\"",
        '  at node "c" (Relu) in m.onnx',
      ].join("\n"),
    );
  });

  it("has an output of another type than declared", () => {
    const outputs = [valueInfo("y", [1, 4], dataType.int64)];
    expect(refusalOf([{ opType: "Relu", input: ["x"], output: ["y"] }], { outputs })).toBe(
      ["error[onnx-invalid-graph]: output is declared as int64 but is float", '  at output "y" in m.onnx'].join("\n"),
    );
  });

  it("is warned of when an output has another shape than declared", () => {
    const outputs = [valueInfo("y", ["N", 5])];
    const { warnings } = importDraft({
      nodes: [{ opType: "Relu", input: ["x"], output: ["y"] }],
      inputs: [x],
      outputs,
    });
    expect(warnings).toEqual([
      {
        severity: "warning",
        code: "onnx-output-shape",
        message: "output is declared as [?, 5] but is [1, 4]",
        at: ['output "y" in m.onnx'],
      },
    ]);
  });

  it("has no outputs", () => {
    expect(refusalOf([], { outputs: [] })).toBe(
      ["error[onnx-invalid-graph]: the graph has no outputs", "  at m.onnx"].join("\n"),
    );
  });
});

describe("a node that breaks the rules", () => {
  it.each([
    ["Relu", ["x", "x"], {}, "Relu: has 2 inputs but takes 1"],
    ["Add", ["x"], {}, "Add: has 1 inputs but takes 2"],
    ["Add", ["", "x"], {}, "Add: input 0 is missing"],
    ["Conv", ["x"], {}, "Conv: has 1 inputs but takes 2 to 3"],
    ["Softmax", ["x"], { axis: "one" }, "Softmax: attribute 'axis' is STRING but should be INT"],
    ["Softmax", ["x"], { axis: 2 }, "Softmax: axis 2 is not a dimension of a tensor of rank 2"],
    ["Concat", ["x", "x"], {}, "Concat: attribute 'axis' is missing"],
    ["Transpose", ["x"], { perm: [0, 0] }, "Transpose: [0, 0] is not a permutation of 2 dimensions"],
    ["Reshape", ["x", "shape"], {}, "Reshape: shape [-1, -1] is not possible"],
    ["Expand", ["x", "shape"], {}, "Expand: shape [-1, -1] has a negative extent"],
    ["Reshape", ["x", "x"], {}, "Reshape: input 'shape' is not known before the program runs"],
    ["Gather", ["x", "far"], {}, "Gather: index 7 is outside of dimension 0 of extent 1"],
    ["Split", ["x"], { num_outputs: 2 }, "Split: num_outputs is 2 but there are 1 outputs"],
    ["Add", ["x", "far"], {}, "Add: element types f32 and i64 differ"],
  ])("%s of %j %j", (opType, input, values, problem) => {
    const node = { name: "n", opType, input, output: ["y"], attribute: attributes(values) };
    const initializers = [int64s("shape", [-1, -1]), int64s("far", [7])];
    const [first, second] = refusalOf([node], { initializers, opset: opType === "Split" ? 18 : 17 }).split("\n");
    expect(first?.replace(/^error\[onnx-(invalid-node|unsupported|value-unknown)\]: /, "")).toBe(problem);
    expect(second).toBe(`  at node "n" (${opType}) in m.onnx`);
  });

  it("has an attribute that its operator set does not know", () => {
    const squeeze = { name: "n", opType: "Squeeze", input: ["x"], output: ["y"], attribute: attributes({ axes: [0] }) };
    expect(refusalOf([squeeze])).toBe(
      [
        "error[onnx-unsupported]: Squeeze: attribute 'axes' is not known in operator set 17",
        '  at node "n" (Squeeze) in m.onnx',
      ].join("\n"),
    );
    expect(importDraft({ nodes: [squeeze], inputs: [x], outputs: ["y"], opset: 11 }).stats.operations).toBe(1);
  });
});

describe("a long chain", () => {
  it("of 3000 nodes is walked without recursion", () => {
    const nodes = Array.from({ length: 3000 }, (_unused, at) => ({
      opType: "Relu",
      input: [at === 0 ? "x" : `t${at}`],
      output: [`t${at + 1}`],
    }));
    expect(importDraft({ nodes, inputs: [x], outputs: ["t3000"] }).stats.operations).toBe(3000);
  });
});
