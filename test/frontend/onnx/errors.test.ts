/** Models that break ONNX's rules or use what we do not support: every such place is named, all at once. */
import { describe, expect, it } from "vitest";
import { attributes, dataType, floats, int64s, valueInfo } from "./encode-message.ts";
import type { ModelDraft } from "./encode-message.ts";
import { tensorValue } from "../../../src/ir/tensor-value.ts";
import { importDraft, refusal, run } from "./testing.ts";

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
      ["error[onnx-invalid-graph]: it is declared as int64 but is float", '  at output "y" in m.onnx'].join("\n"),
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

describe("what files of the same kind get wrong", () => {
  const relu = { name: "n", opType: "Relu", input: ["x"], output: ["y"] };
  const softmax = (attribute: ModelDraft["nodes"][number]["attribute"]) => [
    { ...relu, opType: "Softmax", attribute: attribute ?? [] },
  ];

  it.each<readonly [string, string, Partial<ModelDraft>, string]>([
    [
      "an attribute given twice",
      "onnx-invalid-node",
      { nodes: softmax([...attributes({ axis: 1 }), ...attributes({ axis: 0 })]) },
      "attribute 'axis' is given twice",
    ],
    [
      "an attribute whose type is not what it holds",
      "onnx-invalid-node",
      { nodes: softmax([{ name: "axis", type: 2, f: 1 }]) },
      "attribute 'axis' says that it is INT but holds FLOAT",
    ],
    [
      "a node without an operator",
      "onnx-invalid-node",
      { nodes: [{ ...relu, opType: "" }] },
      "the node has no operator (op_type)",
    ],
    [
      "a misspelt operator",
      "onnx-unsupported",
      { nodes: [{ ...relu, opType: "Sigmiod" }] },
      "help: did you mean Sigmoid?",
    ],
    [
      "a value of another type than declared",
      "onnx-invalid-graph",
      {
        nodes: [
          { ...relu, output: ["t"] },
          { ...relu, input: ["t"] },
        ],
        valueInfo: [valueInfo("t", [1, 4], dataType.int64)],
      },
      "it is declared as int64 but is float",
    ],
    [
      "an initializer of no type",
      "onnx-invalid-tensor",
      { initializers: [{ name: "w", dims: [1], dataType: 0, floatData: [1] }] },
      "element type undefined is not supported",
    ],
    [
      "data given twice",
      "onnx-invalid-tensor",
      { initializers: [{ name: "w", dims: [1], dataType: 1, floatData: [1], rawData: new Uint8Array(4) }] },
      "data is given twice, as raw_data and as typed data",
    ],
    [
      "data in the wrong field",
      "onnx-invalid-tensor",
      { initializers: [{ name: "w", dims: [1], dataType: 1, int64Data: [1] }] },
      "data of type float cannot stand in int64_data",
    ],
    [
      "a negative extent",
      "onnx-invalid-tensor",
      { initializers: [{ name: "w", dims: [-1], dataType: 1, floatData: [1] }] },
      "shape [-1] has a negative extent",
    ],
    [
      "two inputs of one name",
      "onnx-invalid-graph",
      { inputs: [x, x] },
      "'x' is defined twice, by an input and by an input",
    ],
    [
      "65 dimensions",
      "onnx-invalid-node",
      {
        nodes: [{ ...relu, opType: "Reshape", input: ["x", "s"] }],
        initializers: [int64s("s", [...Array.from({ length: 64 }, () => 1), 4])],
      },
      "Reshape: a tensor of 65 dimensions is not supported, only of up to 64",
    ],
  ])("%s", (_what, code, draft, problem) => {
    const text = refusalOf(draft.nodes ?? [relu], draft);
    expect(text).toContain(problem);
    expect(text).toMatch(new RegExp(`^error\\[${code}\\]`));
  });

  it("strings that nobody reads are none of it", () => {
    const strings = {
      name: "names",
      dims: [1],
      dataType: dataType.string,
      stringData: [new TextEncoder().encode("a")],
    };
    const constant = { opType: "Constant", output: ["c"], attribute: attributes({ value_string: "a" }) };
    const draft = { nodes: [relu, constant], inputs: [x], outputs: ["y"], initializers: [strings] };
    expect(importDraft(draft).stats.operations).toBe(1);
    expect(refusalOf([{ ...relu, input: ["names"] }], { initializers: [strings] })).toBe(
      [
        "error[onnx-unsupported]: 'names' is not supported: its element type is string",
        '  at node "n" (Relu) in m.onnx',
      ].join("\n"),
    );
  });
});

describe("sparse initializers", () => {
  const add = { name: "n", opType: "Add", input: ["x", "w"], output: ["y"] };
  const sparse = (dims: readonly number[], indices: readonly number[], rows: readonly number[] = [indices.length]) => ({
    sparse: [{ values: floats("w", [2], [5, 7]), indices: int64s("", indices, rows), dims }],
  });

  it.each([
    ["positions", sparse([1, 4], [1, 3])],
    ["coordinates", sparse([1, 4], [0, 1, 0, 3], [2, 2])],
  ])("are written out: %s", (_how, draft) => {
    const model = importDraft({ nodes: [add], inputs: [x], outputs: ["y"], ...draft });
    expect([...(run(model, [tensorValue([1, 4], "f32", [1, 2, 3, 4])])[0]?.data ?? [])]).toEqual([1, 7, 3, 11]);
  });

  it.each([
    ["onnx-invalid-tensor", sparse([1, 4], [1, 4]), "index 4 is outside of the 4 elements"],
    ["onnx-invalid-tensor", sparse([1, 4], [1, 2, 3]), "2 values have indices of shape [3]"],
    [
      "onnx-unsupported",
      sparse([1, 2 ** 40], [1, 3]),
      "a sparse tensor of 1099511627776 elements is not supported, only of 65536 and fewer",
    ],
  ])("are refused: %s %#", (code, draft, problem) => {
    expect(refusalOf([add], draft)).toBe([`error[${code}]: ${problem}`, '  at initializer "w" in m.onnx'].join("\n"));
  });
});
