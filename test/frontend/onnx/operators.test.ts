/** What operators become, where ONNX and the `nn` ops differ: small cases with results computed by hand. */
import { describe, expect, it } from "vitest";
import type { ImportOptions } from "../../../src/frontend/onnx/import.ts";
import { importOnnx } from "../../../src/frontend/onnx/import.ts";
import type { NodeProto } from "../../../src/frontend/onnx/read/schema.ts";
import { functionBody, mainFunction } from "../../../src/ir/ops/builtin.ts";
import { locationText } from "../../../src/ir/location.ts";
import type { ScalarName } from "../../../src/ir/types.ts";
import { tensorValue } from "../../../src/ir/tensor-value.ts";
import { verifyOperation } from "../../../src/ir/verify.ts";
import type { Draft, ModelDraft } from "./encode-message.ts";
import { attributes, dataType, encodeModel, floats, int64s, valueInfo } from "./encode-message.ts";
import { importDraft, run } from "./testing.ts";

type Values = Parameters<typeof attributes>[0];

const node = (
  opType: string,
  input: readonly string[],
  values: Values = {},
  output: readonly string[] = ["y"],
): Draft<NodeProto> => ({
  opType,
  input,
  output,
  attribute: attributes(values),
});

interface Outcome {
  readonly ops: readonly string[];
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

/** Imports, verifies and runs a model with one input `x` of the given numbers. */
function outcome(
  draft: Omit<ModelDraft, "inputs" | "outputs">,
  shape: readonly number[],
  x: readonly number[],
): Outcome {
  const model = importDraft({ ...draft, inputs: [valueInfo("x", shape)], outputs: ["y"] });
  expect(verifyOperation(model.module)).toEqual([]);
  const ops = [...functionBody(mainFunction(model.module)).operations()].map((op) => op.name);
  const [y] = run(model, [tensorValue(shape, "f32", x)]);
  return {
    ops: ops.slice(0, -1),
    shape: y?.type.shape ?? [],
    numbers: [...(y?.data ?? [])].map((value) => Number(value.toFixed(5))),
  };
}

describe("convolution", () => {
  // A 1x1 input image of 3 columns times kernel [1, 10], and a bias.
  const weights = [floats("w", [1, 1, 2], [1, 10]), floats("b", [1], [100])];

  it("of one spatial dimension is one of a single row, with the bias as an addition", () => {
    expect(outcome({ nodes: [node("Conv", ["x", "w", "b"])], initializers: weights }, [1, 1, 3], [1, 2, 3])).toEqual({
      ops: ["nn.reshape", "nn.constant", "nn.conv2d", "nn.constant", "nn.add", "nn.reshape"],
      shape: [1, 1, 2],
      numbers: [121, 132],
    });
  });

  it.each([
    // Output extent 3 needs one column of padding: after the input, or before it.
    ["SAME_UPPER", [21, 32, 3]],
    ["SAME_LOWER", [10, 21, 32]],
    ["VALID", [21, 32]],
  ])("pads by itself: %s", (auto_pad, numbers) => {
    const { numbers: got } = outcome(
      { nodes: [node("Conv", ["x", "w"], { auto_pad })], initializers: weights },
      [1, 1, 3],
      [1, 2, 3],
    );
    expect(got).toEqual(numbers);
  });
});

describe("pooling", () => {
  const pool = (opType: string, values: Values): Outcome =>
    outcome({ nodes: [node(opType, ["x"], values)] }, [1, 1, 1, 5], [1, 2, 3, 4, 5]);

  it("rounds the output's extent up with ceil_mode", () => {
    const window = { kernel_shape: [1, 2], strides: [1, 2] };
    expect(pool("MaxPool", window).numbers).toEqual([2, 4]);
    expect(pool("MaxPool", { ...window, ceil_mode: 1 }).numbers).toEqual([2, 4, 5]);
    // The padding beside the last window is not counted.
    expect(pool("AveragePool", { ...window, ceil_mode: 1 }).numbers).toEqual([1.5, 3.5, 5]);
  });

  it("counts padding when told to", () => {
    const window = { kernel_shape: [1, 3], strides: [1, 2], pads: [0, 1, 0, 1] };
    expect(pool("AveragePool", window).numbers).toEqual([1.5, 3, 4.5]);
    expect(pool("AveragePool", { ...window, count_include_pad: 1 }).numbers).toEqual([1, 3, 3]);
  });

  it("over everything is a reduction", () => {
    expect(pool("GlobalAveragePool", {})).toEqual({ ops: ["nn.reduce_mean"], shape: [1, 1, 1, 1], numbers: [3] });
    expect(pool("GlobalMaxPool", {})).toEqual({ ops: ["nn.reduce_max"], shape: [1, 1, 1, 1], numbers: [5] });
  });
});

describe("matrix products", () => {
  it("of vectors lose the dimension again", () => {
    const initializers = [floats("m", [2, 3], [1, 2, 3, 4, 5, 6]), floats("v", [2], [1, 10])];
    expect(outcome({ nodes: [node("MatMul", ["x", "m"])], initializers }, [2], [1, 10])).toMatchObject({
      shape: [3],
      numbers: [41, 52, 63],
    });
    expect(outcome({ nodes: [node("MatMul", ["x", "v"])], initializers }, [3, 2], [1, 2, 3, 4, 5, 6])).toMatchObject({
      shape: [3],
      numbers: [21, 43, 65],
    });
    expect(outcome({ nodes: [node("MatMul", ["x", "v"])], initializers }, [2], [3, 4])).toMatchObject({
      shape: [],
      numbers: [43],
    });
  });

  it("of Gemm are scaled, transposed and added to", () => {
    const initializers = [floats("b", [2, 1], [1, 10]), floats("c", [2], [7, 8])];
    // A = [[1, 2]] transposed is [[1], [2]]; B transposed is [[1, 10]]: [[1, 10], [2, 20]] · 2 + 0.5 · [7, 8].
    const gemm = node("Gemm", ["x", "b", "c"], { transA: 1, transB: 1, alpha: { f: 2 }, beta: { f: 0.5 } });
    expect(outcome({ nodes: [gemm], initializers }, [1, 2], [1, 2])).toMatchObject({
      shape: [2, 2],
      numbers: [5.5, 24, 7.5, 44],
    });
    expect(outcome({ nodes: [node("Gemm", ["x", "b"])], initializers }, [1, 2], [1, 2])).toEqual({
      ops: ["nn.constant", "nn.matmul"],
      shape: [1, 1],
      numbers: [21],
    });
  });
});

describe("softmax", () => {
  // ln 2 twice and 0 make 2 : 2 : 1 : 1 and so on.
  const [log2, x] = [Math.log(2), [0, Math.log(2), Math.log(3), 0]];

  it("runs along one axis from operator set 13 on, and over everything from the axis on before", () => {
    const soft = { nodes: [node("Softmax", ["x"], { axis: 1 })] };
    expect(outcome(soft, [1, 2, 2], [0, log2, log2, 0]).numbers).toEqual([0.33333, 0.66667, 0.66667, 0.33333]);
    const old = outcome({ ...soft, opset: 12 }, [1, 2, 2], [0, log2, log2, 0]);
    expect(old.numbers).toEqual([0.16667, 0.33333, 0.33333, 0.16667]);
    expect(old.ops).toEqual(["nn.reshape", "nn.softmax", "nn.reshape"]);
  });

  it("has a logarithm that does not underflow", () => {
    const { numbers } = outcome({ nodes: [node("LogSoftmax", ["x"])] }, [1, 4], x);
    expect(numbers).toEqual([1, 2, 3, 1].map((part) => Number(Math.log(part / 7).toFixed(5))));
    expect(outcome({ nodes: [node("LogSoftmax", ["x"])] }, [1, 2], [0, 1000]).numbers).toEqual([-1000, 0]);
  });
});

describe("shapes", () => {
  it("are computed while importing and leave no ops", () => {
    // y = Reshape(x, Concat(Shape(x)[0:1], [-1])), spelt as exporters do.
    const nodes = [
      node("Shape", ["x"], {}, ["shape"]),
      node("Constant", [], { value: { t: int64s("", [0], []) } }, ["zero"]),
      node("Gather", ["shape", "zero"], {}, ["n"]),
      node("Constant", [], { value: { t: int64s("", [0]) } }, ["axes"]),
      node("Unsqueeze", ["n", "axes"], {}, ["n1"]),
      node("Constant", [], { value: { t: int64s("", [-1]) } }, ["rest"]),
      node("Concat", ["n1", "rest"], { axis: 0 }, ["to"]),
      node("Reshape", ["x", "to"]),
    ];
    expect(outcome({ nodes }, [2, 1, 2], [1, 2, 3, 4])).toEqual({
      ops: ["nn.reshape"],
      shape: [2, 2],
      numbers: [1, 2, 3, 4],
    });
  });

  it("may be copied by 0 or, with allowzero, be 0", () => {
    const initializers = [int64s("shape", [0, -1])];
    expect(outcome({ nodes: [node("Reshape", ["x", "shape"])], initializers }, [2, 1, 2], [1, 2, 3, 4]).shape).toEqual([
      2, 2,
    ]);
    const zero = [int64s("shape", [0, 3])];
    expect(
      outcome({ nodes: [node("Reshape", ["x", "shape"], { allowzero: 1 })], initializers: zero }, [0, 2], []).shape,
    ).toEqual([0, 3]);
  });

  it.each([
    [[1], [3], [1], [2, 3]],
    [[-3], [100], [1], [2, 3, 4]],
    [[-1], [-100], [-2], [4, 2]],
    [[0], [4], [3], [1, 4]],
    [[3], [1], [1], []],
  ])("are cut from %j to %j by %j", (starts, ends, steps, numbers) => {
    const initializers = [int64s("s", starts), int64s("e", ends), int64s("a", [0]), int64s("t", steps)];
    expect(
      outcome({ nodes: [node("Slice", ["x", "s", "e", "a", "t"])], initializers }, [4], [1, 2, 3, 4]).numbers,
    ).toEqual(numbers);
  });

  it("are split, the last part smaller", () => {
    const split = node("Split", ["x"], { num_outputs: 2 }, ["a", "y"]);
    expect(outcome({ nodes: [split], opset: 18 }, [5], [1, 2, 3, 4, 5])).toMatchObject({ shape: [2], numbers: [4, 5] });
  });

  it("are padded on the axes that are named, or cut by negative amounts", () => {
    const initializers = [int64s("p", [1, -1]), floats("v", [], [9]), int64s("a", [-1])];
    expect(
      outcome({ nodes: [node("Pad", ["x", "p", "v", "a"])], initializers, opset: 18 }, [1, 3], [1, 2, 3]).numbers,
    ).toEqual([9, 1, 2]);
  });

  it("are repeated by Tile and Expand", () => {
    const repeats = [int64s("r", [2, 2])];
    expect(outcome({ nodes: [node("Tile", ["x", "r"])], initializers: repeats }, [1, 2], [1, 2])).toMatchObject({
      shape: [2, 4],
      numbers: [1, 2, 1, 2, 1, 2, 1, 2],
    });
    // Both sides broadcast.
    expect(
      outcome({ nodes: [node("Expand", ["x", "r"])], initializers: [int64s("r", [2, 1])] }, [1, 2], [1, 2]).numbers,
    ).toEqual([1, 2, 1, 2]);
  });

  it("are resized by indices known now", () => {
    const initializers = [floats("s", [2], [1, 2])];
    const resize = (values: Values): readonly number[] =>
      outcome({ nodes: [node("Resize", ["x", "", "s"], values)], initializers }, [1, 3], [1, 2, 3]).numbers;
    expect(resize({ mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" })).toEqual([
      1, 1, 2, 2, 3, 3,
    ]);
    // align_corners: places 0, 0.4, 0.8, 1.2, 1.6, 2.
    expect(resize({ coordinate_transformation_mode: "align_corners" })).toEqual([1, 1, 2, 2, 3, 3]);
    expect(resize({ coordinate_transformation_mode: "asymmetric", nearest_mode: "ceil" })).toEqual([1, 2, 2, 3, 3, 3]);
  });
});

describe("constants", () => {
  it.each([
    ["value_float", { name: "value_float", type: 1, f: 2.5 }, "f32", [2.5]],
    ["value_floats", { name: "value_floats", type: 6, floats: [1.5, 2] }, "f32", [1.5, 2]],
    ["value_int", { name: "value_int", type: 2, i: -7 }, "i64", [-7]],
    ["value_ints", { name: "value_ints", type: 7, ints: [1, 2] }, "i64", [1, 2]],
  ] as const)("in %s", (_name, attribute, element: ScalarName, numbers) => {
    const constant = { opType: "Constant", output: ["y"], attribute: [attribute] };
    const [y] = run(importDraft({ nodes: [constant], inputs: [], outputs: ["y"] }), []);
    expect([y?.type.element.name, [...(y?.data ?? [])]]).toEqual([element, numbers]);
  });

  it("that repeat a number are written once", () => {
    const nodes = [
      node("ConstantOfShape", ["s"], { value: { t: floats("", [1], [3]) } }, ["c"]),
      node("Add", ["x", "c"]),
    ];
    // Above 65536 elements they are not even made; below, the numbers are known but written once.
    for (const count of [100, 100_000]) {
      const { ops, numbers } = outcome({ nodes, initializers: [int64s("s", [count])] }, [1], [1]);
      expect(ops).toEqual(["nn.constant", "nn.broadcast_to", "nn.add"]);
      expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([count, 4, 4]);
    }
  });

  it("choose a branch", () => {
    const branch = (opType: string): ModelDraft["nodes"][number]["attribute"] => [
      {
        name: opType === "Neg" ? "then_branch" : "else_branch",
        type: 5,
        g: { node: [{ opType, input: ["x"], output: [`from${opType}`] }], output: [{ name: `from${opType}` }] },
      },
    ];
    const conditional = {
      opType: "If",
      input: ["c"],
      output: ["y"],
      attribute: [...(branch("Neg") ?? []), ...(branch("Exp") ?? [])],
    };
    const pick = (value: number): Outcome =>
      outcome(
        { nodes: [conditional], initializers: [{ name: "c", dataType: dataType.bool, int32Data: [value] }] },
        [1],
        [1],
      );
    expect(pick(1)).toMatchObject({ ops: ["nn.neg"], numbers: [-1] });
    expect(pick(0)).toMatchObject({ ops: ["nn.exp"], numbers: [2.71828] });
  });
});

describe("element-wise operators", () => {
  it("take bounds from attributes, from constants and from the run", () => {
    const x = [-2, 0.5, 7];
    const old = outcome({ nodes: [node("Clip", ["x"], { min: { f: 0 }, max: { f: 6 } })], opset: 6 }, [3], x);
    expect(old).toMatchObject({ ops: ["nn.clip"], numbers: [0, 0.5, 6] });
    const initializers = [floats("low", [], [0])];
    expect(outcome({ nodes: [node("Clip", ["x", "low"])], initializers }, [3], x)).toMatchObject({
      ops: ["nn.clip"],
      numbers: [0, 0.5, 7],
    });
    const nodes = [
      node("ReduceMax", ["x"], { keepdims: 0 }, ["high"]),
      node("Neg", ["high"], {}, ["low"]),
      node("Clip", ["x", "low", "high"]),
    ];
    expect(outcome({ nodes }, [3], x)).toMatchObject({
      ops: ["nn.reduce_max", "nn.neg", "nn.max", "nn.min"],
      numbers: [-2, 0.5, 7],
    });
  });

  it("raise to powers of another type", () => {
    const initializers = [int64s("two", [2], [])];
    expect(outcome({ nodes: [node("Pow", ["x", "two"])], initializers }, [2], [3, -4]).numbers).toEqual([9, 16]);
  });

  it("approximate GELU with tanh where the model says so", () => {
    const gelu = (approximate: string): Outcome =>
      outcome({ nodes: [node("Gelu", ["x"], { approximate })], opset: 20 }, [1], [1]);
    // 1 · Φ(1) = 0.841345; with tanh(0.797885 · 1.044715) = 0.682384: 0.841192.
    expect(gelu("none")).toMatchObject({ ops: ["nn.gelu"], numbers: [0.84134] });
    expect(gelu("tanh").numbers).toEqual([0.84119]);
  });

  it("add up any number of inputs", () => {
    expect(outcome({ nodes: [node("Sum", ["x", "x", "x"])] }, [1], [2])).toMatchObject({
      ops: ["nn.add", "nn.add"],
      numbers: [6],
    });
    expect(outcome({ nodes: [node("Mean", ["x", "x", "x"])] }, [1], [2]).numbers).toEqual([2]);
    expect(outcome({ nodes: [node("Max", ["x"])] }, [1], [2])).toMatchObject({ ops: [], numbers: [2] });
  });

  it("normalise over neighbouring channels", () => {
    // Size 3, alpha 3: x / (1 + sum of squares of the channel and its neighbours)^0.5.
    const lrn = node("LRN", ["x"], { size: 3, alpha: { f: 3 }, beta: { f: 0.5 }, bias: { f: 1 } });
    const expected = [1 / Math.sqrt(6), 2 / Math.sqrt(15), 3 / Math.sqrt(14)].map((value) => Number(value.toFixed(5)));
    expect(outcome({ nodes: [lrn] }, [1, 3, 1, 1], [1, 2, 3]).numbers).toEqual(expected);
  });
});

describe("locations", () => {
  it("name the node and its place in the file", () => {
    const nodes = [{ name: "first", opType: "Relu", input: ["x"], output: ["a"] }, node("Neg", ["a"])];
    const options: Partial<ImportOptions> = { fileName: "dir/m.onnx" };
    const model = importDraft({ nodes, inputs: [valueInfo("x", [1])], outputs: ["y"] }, options);
    const locations = [...functionBody(mainFunction(model.module)).operations()].map((op) => locationText(op.location));
    expect(locations.slice(0, 2)).toEqual(['"first"("dir/m.onnx":0:0)', '"Neg_1"("dir/m.onnx":1:0)']);
    expect(model.name).toBe("m");
  });
});

describe("tensors of the nodes", () => {
  it("are listed by the model's names, as they stand in the module", () => {
    const { tensors, module } = importDraft({
      nodes: [
        { opType: "Shape", input: ["x"], output: ["shape"] },
        { name: "positive", opType: "Relu", input: ["x"], output: ["y"] },
        { name: "same", opType: "Identity", input: ["y"], output: ["z"] },
      ],
      inputs: [valueInfo("x", [1, 2])],
      outputs: ["z"],
    });
    expect(tensors.map(({ name, node, opType, tensor }) => [name, node, opType, tensor.kind])).toEqual([
      ["shape", "Shape_0", "Shape", "known"],
      ["y", "positive", "Relu", "computed"],
      ["z", "same", "Identity", "computed"],
    ]);
    const relu = functionBody(mainFunction(module)).first?.result;
    expect(tensors.slice(1).map(({ tensor }) => (tensor.kind === "computed" ? tensor.value : undefined))).toEqual([
      relu,
      relu,
    ]);
  });
});

describe("operator sets", () => {
  it("have two spellings of the standard domain", () => {
    const graph = {
      node: [{ opType: "Relu", domain: "ai.onnx", input: ["x"], output: ["y"] }],
      input: [valueInfo("x", [1])],
      output: [{ name: "y" }],
    };
    const bytes = encodeModel({ irVersion: 8, opsetImport: [{ domain: "ai.onnx", version: 17 }], graph });
    expect(importOnnx(bytes, { fileName: "m.onnx" }).stats.opHistogram).toEqual({ Relu: 1 });
  });
});
