/** Functions that a model brings along: expanded at every call, and refused where they do not end. */
import { describe, expect, it } from "vitest";
import type { FunctionProto } from "../../../src/frontend/onnx/read/schema.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { tensorValue } from "../../../src/ir/tensor-value.ts";
import type { Draft, ModelDraft } from "./encode-message.ts";
import { attributes, valueInfo } from "./encode-message.ts";
import { importDraft, refusal, run } from "./testing.ts";

type Node = ModelDraft["nodes"][number];

const call = (opType: string, input: readonly string[], output: readonly string[], more: Node = {}): Node => ({
  name: `call_${output[0] ?? ""}`,
  domain: "local",
  opType,
  input,
  output,
  ...more,
});

function fn(name: string, nodes: readonly Node[], more: Draft<FunctionProto> = {}): Draft<FunctionProto> {
  return {
    name,
    domain: "local",
    input: ["a"],
    output: ["b"],
    node: nodes,
    opsetImport: [{ version: 17 }, { domain: "local", version: 1 }],
    ...more,
  };
}

const x = valueInfo("x", [1, 2]);

function result(draft: Partial<ModelDraft>, numbers: readonly number[]): readonly number[] {
  const model = importDraft({ nodes: [], inputs: [x], outputs: ["y"], ...draft });
  return [...(run(model, [tensorValue([1, 2], "f32", numbers)])[0]?.data ?? [])];
}

/** leaky(a; slope = 0.5): LeakyRelu with the slope of the call, and `quarter`, which calls it with another. */
const leaky = fn(
  "leaky",
  [{ opType: "LeakyRelu", input: ["a"], output: ["b"], attribute: attributes({ alpha: { ref: "slope", type: 1 } }) }],
  { attributeProto: attributes({ slope: { f: 0.5 } }) },
);
const quarter = fn("quarter", [
  call("leaky", ["a"], ["t"], { name: "inner", attribute: attributes({ slope: { f: 0.25 } }) }),
  { name: "plus", opType: "Add", input: ["t", "a"], output: ["b"] },
]);

describe("a function", () => {
  it("stands in the place of its call, with its own names", () => {
    // `t` and `b` of the function are not those of the graph.
    const nodes = [
      { opType: "Neg", input: ["x"], output: ["t"] },
      call("quarter", ["t"], ["b"]),
      { opType: "Add", input: ["b", "t"], output: ["y"] },
    ];
    // t = [-4, 8]; leaky 0.25: [-1, 8]; plus t: [-5, 16]; plus t: [-9, 24].
    expect(result({ nodes, functions: [leaky, quarter] }, [4, -8])).toEqual([-9, 24]);
  });

  it("takes the attributes of the call, or its defaults", () => {
    const plain = [call("leaky", ["x"], ["y"])];
    expect(result({ nodes: plain, functions: [leaky] }, [-4, 8])).toEqual([-2, 8]);
    const given = [call("leaky", ["x"], ["y"], { attribute: attributes({ slope: { f: 0.125 } }) })];
    expect(result({ nodes: given, functions: [leaky] }, [-4, 8])).toEqual([-0.5, 8]);
    // Without a value and a default, the node inside has its own default: 0.01.
    const bare = { ...leaky, attributeProto: [], attribute: ["slope"] };
    expect(result({ nodes: plain, functions: [bare] }, [-100, 8])).toEqual([-1, 8]);
  });

  it("has operator sets of its own", () => {
    // Axes are an attribute of Squeeze up to operator set 12 and an input from 13 on.
    const old = fn("old", [{ opType: "Squeeze", input: ["a"], output: ["b"], attribute: attributes({ axes: [0] }) }], {
      opsetImport: [{ version: 11 }],
    });
    expect(result({ nodes: [call("old", ["x"], ["y"])], functions: [old] }, [1, 2])).toEqual([1, 2]);
  });

  it("may be called with fewer inputs, which are then absent inside", () => {
    const clip = fn("clip", [{ opType: "Clip", input: ["a", "low", "high"], output: ["b"] }], {
      input: ["a", "low", "high"],
    });
    const low = { opType: "Constant", output: ["low"], attribute: attributes({ value_float: { f: 0 } }) };
    const nodes = [low, call("clip", ["x", "low"], ["y"])];
    expect(result({ nodes, functions: [clip] }, [-3, 7])).toEqual([0, 7]);
  });

  it("names the call in locations and errors", () => {
    const model = importDraft({
      nodes: [call("quarter", ["x"], ["y"])],
      inputs: [x],
      outputs: ["y"],
      functions: [leaky, quarter],
    });
    expect(printModule(model.module, { locations: true })).toContain('loc("call_y/plus"');
    const bad = fn("bad", [{ name: "n", opType: "Magic", input: ["a"], output: ["b"] }]);
    expect(
      refusal(() => importDraft({ nodes: [call("bad", ["x"], ["y"])], inputs: [x], outputs: ["y"], functions: [bad] })),
    ).toContain(
      'error[onnx-unsupported]: Magic: this operator is not supported (operator set 17)\n  at node "call_y/n"',
    );
  });
});

describe("a function that is wrong", () => {
  const relu = { opType: "Relu", input: ["a"], output: ["b"] };
  const slope = attributes({ slope: { f: 1 } });

  it.each<readonly [string, readonly Draft<FunctionProto>[], Node, string]>([
    ["f calls itself", [fn("f", [call("f", ["a"], ["b"])])], {}, "function 'local.f' calls itself: local.f → local.f"],
    [
      "f and g call each other, behind h",
      [fn("h", [call("f", ["a"], ["b"])]), fn("f", [call("g", ["a"], ["b"])]), fn("g", [call("f", ["a"], ["b"])])],
      {},
      "function 'local.f' calls itself: local.f → local.g → local.f",
    ],
    ["f twice", [fn("f", [relu]), fn("f", [relu])], {}, "function 'local.f' is defined twice"],
    ["too many inputs", [fn("f", [relu])], { input: ["x", "x"] }, "local.f: has 2 inputs but the function takes 1"],
    ["too many outputs", [fn("f", [relu])], { output: ["y", "z"] }, "local.f: has 2 outputs but the function makes 1"],
    [
      "an attribute it has not",
      [fn("f", [relu])],
      { attribute: slope },
      "local.f: attribute 'slope' is none of the function's",
    ],
    [
      "a reference to an attribute it has not",
      [fn("f", [{ ...relu, attribute: attributes({ alpha: { ref: "slope", type: 1 } }) }])],
      {},
      "Relu: attribute 'alpha' refers to 'slope', which the function does not have",
    ],
    ["a body that reads what is not there", [fn("f", [{ ...relu, input: ["x"] }])], {}, "input 'x' is never made"],
    ["a body that makes no output", [fn("f", [{ ...relu, output: ["c"] }])], {}, "output 'b' is never made"],
  ])("%s", (_what, functions, more, problem) => {
    const nodes = [call("f", ["x"], ["y"], more)];
    const [first] = refusal(() => importDraft({ nodes, inputs: [x], outputs: ["y"], functions })).split("\n");
    expect(first?.replace(/^error\[onnx-invalid-(node|graph)\]: /, "")).toBe(problem);
  });

  it("refers to an attribute outside of any function", () => {
    const node = {
      name: "n",
      opType: "LeakyRelu",
      input: ["x"],
      output: ["y"],
      attribute: attributes({ alpha: { ref: "s", type: 1 } }),
    };
    expect(refusal(() => importDraft({ nodes: [node], inputs: [x], outputs: ["y"] })).split("\n")[0]).toBe(
      "error[onnx-invalid-node]: LeakyRelu: attribute 'alpha' refers to 's', but the node is in no function",
    );
  });

  it("expands to billions of nodes", () => {
    // f0 calls f1 twice, which calls f2 twice, ...: 2^40 at the end.
    const functions = Array.from({ length: 40 }, (_unused, level) =>
      fn(`f${level}`, [call(`f${level + 1}`, ["a"], ["t"]), call(`f${level + 1}`, ["t"], ["b"])]),
    );
    functions.push(fn("f40", [relu]));
    expect(
      refusal(() => importDraft({ nodes: [call("f0", ["x"], ["y"])], inputs: [x], outputs: ["y"], functions })),
    ).toContain("error[onnx-unsupported]: functions, branches and loops expand to more than 100000 nodes");
  });

  it("nests without end", () => {
    const functions = Array.from({ length: 1000 }, (_unused, level) =>
      fn(`f${level}`, [call(`f${level + 1}`, ["a"], ["b"])]),
    );
    functions.push(fn("f1000", [relu]));
    expect(
      refusal(() => importDraft({ nodes: [call("f0", ["x"], ["y"])], inputs: [x], outputs: ["y"], functions })),
    ).toContain("error[onnx-unsupported]: functions and subgraphs nest deeper than 64");
  });
});
