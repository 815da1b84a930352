/** Operators of the domain com.microsoft: small cases by hand. */
import { describe, expect, it } from "vitest";
import { importOnnx } from "../../../../src/frontend/onnx/import.ts";
import { tensorValue } from "../../../../src/ir/tensor-value.ts";
import { attributes, encodeModel, floats, valueInfo } from "../encode-message.ts";
import type { Values } from "../outcome.ts";
import { rounded } from "../outcome.ts";
import { run } from "../testing.ts";

/** Runs one node on an input `x` of two rows and stored tensors. */
function outcome(
  opType: string,
  x: readonly number[],
  more: readonly ReturnType<typeof floats>[],
  values: Values = {},
) {
  const outputs = opType.startsWith("Skip") ? ["y", "", "", "sum"] : ["y"];
  const standard = opType === "SimplifiedLayerNormalization";
  const node = {
    opType,
    ...(standard ? {} : { domain: "com.microsoft" }),
    input: ["x", ...more.map(({ name = "" }) => name)],
    output: outputs,
    attribute: attributes(values),
  };
  const graph = {
    name: "g",
    node: [node],
    input: [valueInfo("x", [2, x.length / 2])],
    output: outputs.filter((name) => name !== "").map((name) => ({ name })),
    initializer: more,
  };
  const opsetImport = [{ version: 17 }, { domain: "com.microsoft", version: 1 }];
  const model = importOnnx(encodeModel({ irVersion: 8, opsetImport, graph }), { fileName: "m.onnx" });
  return run(model, [tensorValue([2, x.length / 2], "f32", x)]).map(rounded);
}

describe("contributed operators", () => {
  it("multiply transposed and scaled matrices", () => {
    const b = floats("b", [1, 2], [1, 10]);
    expect(outcome("FusedMatMul", [1, 2, 3, 4], [b], { transB: 1, alpha: { f: 2 } })).toEqual([[42, 86]]);
  });

  it("normalise sums and hand them on", () => {
    const [skip, scale] = [floats("k", [2, 2], [0, 1, 2, 3]), floats("s", [2], [1, 2])];
    const epsilon = { epsilon: { f: 0 } };
    const shift = floats("b", [2], [0, 5]);
    expect(outcome("SkipLayerNormalization", [1, 2, 3, 5], [skip, scale, shift], epsilon)).toEqual([
      [-1, 7, -1, 7],
      [1, 3, 5, 8],
    ]);
    expect(outcome("SkipSimplifiedLayerNormalization", [1, 6, 3, 5], [skip, scale], epsilon)[0]?.slice(0, 2)).toEqual([
      0.2, 2.8,
    ]);
    expect(outcome("SimplifiedLayerNormalization", [1, 7, 1, 7], [scale], epsilon)).toEqual([[0.2, 2.8, 0.2, 2.8]]);
  });

  it("activate with a bias, or approximately", () => {
    const bias = floats("b", [1], [1]);
    const exact = outcome("BiasGelu", [0, 1], [bias])[0];
    expect(exact).toEqual([0.84134, 1.9545]);
    expect(outcome("Gelu", [1, 2], [])[0]).toEqual(exact);
    expect(outcome("FastGelu", [0, 1], [bias])[0]).toEqual([0.84119, 1.9546]);
    expect(outcome("QuickGelu", [0, 1], [], { alpha: { f: 0 } })[0]).toEqual([0, 0.5]);
  });

  it("that are not known are refused with their domain", () => {
    expect(() => outcome("Mystery", [1, 2], [])).toThrow(
      "Mystery: this operator is not supported (domain com.microsoft,",
    );
  });
});
