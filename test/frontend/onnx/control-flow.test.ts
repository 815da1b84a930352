/** Branches are chosen and loops unrolled where the way they go is known, and refused by name where it is not. */
import { describe, expect, it } from "vitest";
import type { GraphProto, NodeProto } from "../../../src/frontend/onnx/read/schema.ts";
import { tensorValue } from "../../../src/ir/tensor-value.ts";
import { typeText } from "../../../src/ir/types.ts";
import type { Draft, ModelDraft } from "./encode-message.ts";
import { attributes, dataType, floats, int64s, valueInfo } from "./encode-message.ts";
import { importDraft, refusal, run } from "./testing.ts";

type Node = Draft<NodeProto>;

const x = valueInfo("x", [2]);
const truth = { name: "yes", dims: [], dataType: dataType.bool, int32Data: [1] };
const scalar = (name: string, value: number) => int64s(name, [value], []);

function outputs(draft: Partial<ModelDraft>, numbers: readonly number[]): readonly (readonly number[])[] {
  const model = importDraft({ nodes: [], inputs: [x], outputs: ["y"], ...draft });
  return run(model, [tensorValue([numbers.length], "f32", numbers)]).map(({ data }) => [...data]);
}

/** next = value + x, stacked: twice the value; goes on while `more`. Reads `x` from around it. */
const body: Draft<GraphProto> = {
  node: [
    { name: "add", opType: "Add", input: ["value", "x"], output: ["next"] },
    { opType: "Add", input: ["value", "value"], output: ["double"] },
    { opType: "Identity", input: ["more"], output: ["goes_on"] },
  ],
  input: [valueInfo("i", [], dataType.int64), valueInfo("more", [], dataType.bool), valueInfo("value", [2])],
  output: [valueInfo("goes_on", [], dataType.bool), valueInfo("next", [2]), valueInfo("double", [2])],
};

function loop(graph: Draft<GraphProto>, input: readonly string[]): Node {
  return { name: "loop", opType: "Loop", input, output: ["y", "all"], attribute: attributes({ body: { g: graph } }) };
}

describe("Loop", () => {
  const initializers = [
    scalar("three", 3),
    scalar("zero", 0),
    scalar("many", 5000),
    truth,
    floats("start", [2], [1, 2]),
  ];

  it("is unrolled: values are carried, other outputs stacked", () => {
    const draft = { nodes: [loop(body, ["three", "yes", "start"])], outputs: ["y", "all"], initializers };
    // From [1, 2] in steps of [10, 20]: 31, 62; doubles of the values before each step.
    expect(outputs(draft, [10, 20])).toEqual([
      [31, 62],
      [2, 4, 22, 44, 42, 84],
    ]);
  });

  it("may have no iteration: the start, and nothing stacked", () => {
    const draft = { nodes: [loop(body, ["zero", "", "start"])], inputs: [x], outputs: ["y", "all"], initializers };
    const model = importDraft(draft);
    expect(model.tensors.map(({ tensor }) => typeText(tensor.type))).toEqual(["tensor<2xf32>", "tensor<0x2xf32>"]);
  });

  it("ends by its condition", () => {
    const limit = int64s("limit", [1], []);
    const counting = {
      ...body,
      node: [...(body.node ?? []).slice(0, 2), { opType: "Less", input: ["i", "limit"], output: ["goes_on"] }],
      initializer: [limit],
    };
    // After iteration 0 it goes on (0 < 1), after iteration 1 not.
    const draft = { nodes: [loop(counting, ["", "yes", "start"])], initializers };
    expect(outputs(draft, [10, 20])).toEqual([[21, 42]]);
  });

  it.each([
    [
      "a number of iterations that is not known",
      ["n", "yes", "start"],
      "Loop: input 'M' is not known before the program runs",
    ],
    ["too many iterations", ["many", "yes", "start"], "Loop: 5000 iterations are more than the 1024 that are unrolled"],
    ["no end", ["", "yes", "start"], "Loop: a loop without a known end is more than the 1024 that are unrolled"],
    ["another number of values than the body", ["three", "yes"], "the subgraph '' has 3 inputs but is given 2"],
  ])("is refused with %s", (_what, input, problem) => {
    const inputs = [x, valueInfo("n", [], dataType.int64)];
    const text = refusal(() => importDraft({ nodes: [loop(body, input)], inputs, outputs: ["y"], initializers }));
    expect(text.split("\n")[0]?.replace(/^error\[[\w-]+\]: /, "")).toBe(problem);
  });

  it("is refused when data decides whether it goes on", () => {
    const open = {
      ...body,
      node: [
        ...(body.node ?? []).slice(0, 2),
        { opType: "ReduceSum", input: ["value"], output: ["sum"], attribute: attributes({ keepdims: 0 }) },
        { opType: "Less", input: ["sum", "limit"], output: ["goes_on"] },
      ],
      initializer: [floats("limit", [], [100])],
    };
    const nodes = [loop(open, ["three", "yes", "x"])];
    expect(refusal(() => importDraft({ nodes, inputs: [x], outputs: ["y"], initializers })).split("\n")[0]).toBe(
      "error[onnx-unsupported]: Loop: whether it goes on depends on data",
    );
  });
});

describe("Scan", () => {
  const sums: Draft<GraphProto> = {
    node: [
      { opType: "Add", input: ["sum", "item"], output: ["next"] },
      { opType: "Identity", input: ["next"], output: ["partial"] },
    ],
    input: [valueInfo("sum", []), valueInfo("item", [])],
    output: [{ name: "next" }, { name: "partial" }],
  };
  const scan = (more: Readonly<Record<string, readonly number[]>>): Node => ({
    opType: "Scan",
    input: ["start", "x"],
    output: ["y", "all"],
    attribute: attributes({ body: { g: sums }, num_scan_inputs: 1, ...more }),
  });
  const inputs = [valueInfo("x", [3])];
  const initializers = [floats("start", [], [100])];

  it("goes over slices, forwards and backwards", () => {
    const draft = { inputs, outputs: ["y", "all"], initializers };
    expect(outputs({ ...draft, nodes: [scan({})] }, [1, 2, 4])).toEqual([[107], [101, 103, 107]]);
    const backwards = scan({ scan_input_directions: [1], scan_output_directions: [1] });
    expect(outputs({ ...draft, nodes: [backwards] }, [1, 2, 4])).toEqual([[107], [107, 106, 104]]);
  });

  it("is refused when its inputs are of different lengths", () => {
    const two = {
      ...sums,
      input: [valueInfo("a", []), valueInfo("item", [])],
      node: [
        { opType: "Add", input: ["a", "item"], output: ["next"] },
        { opType: "Identity", input: ["next"], output: ["partial"] },
      ],
    };
    const node = {
      opType: "Scan",
      input: ["w", "x"],
      output: ["y"],
      attribute: attributes({ body: { g: two }, num_scan_inputs: 2 }),
    };
    const draft = { nodes: [node], inputs, outputs: ["y"], initializers: [floats("w", [2], [1, 2])] };
    expect(refusal(() => importDraft(draft)).split("\n")[0]).toBe(
      "error[onnx-invalid-node]: Scan: scanned inputs have lengths 2, 3",
    );
  });
});

describe("If", () => {
  const branch = (opType: string): Draft<GraphProto> => ({
    node: [{ opType, input: ["x"], output: ["made"] }],
    output: [{ name: "made" }],
  });
  const node = (cond: string): Node => ({
    name: "if",
    opType: "If",
    input: [cond],
    output: ["y"],
    attribute: attributes({ then_branch: { g: branch("Neg") }, else_branch: { g: branch("Abs") } }),
  });

  it("is the branch that its condition chooses", () => {
    const no = { ...truth, name: "no", int32Data: [0] };
    expect(outputs({ nodes: [node("yes")], initializers: [truth] }, [1, -2])).toEqual([[-1, 2]]);
    expect(outputs({ nodes: [node("no")], initializers: [no] }, [1, -2])).toEqual([[1, 2]]);
  });

  it("is refused when data chooses", () => {
    const inputs = [x, valueInfo("c", [], dataType.bool)];
    expect(refusal(() => importDraft({ nodes: [node("c")], inputs, outputs: ["y"] }))).toBe(
      [
        "error[onnx-value-unknown]: If: input 'cond' is not known before the program runs",
        '  at node "if" (If) in m.onnx',
        "  help: give the model's input that it depends on a value, with --input-value NAME=VALUE",
        "  help: or make it a constant and export the model again",
      ].join("\n"),
    );
  });
});
