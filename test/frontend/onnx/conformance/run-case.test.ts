/** The conformance runner itself: it must tell right from wrong. */
import { describe, expect, it } from "vitest";
import { exclusionOf } from "../../../../src/frontend/onnx/conformance/exclusions.ts";
import type { ConformanceCase } from "../../../../src/frontend/onnx/conformance/run-case.ts";
import { runCase } from "../../../../src/frontend/onnx/conformance/run-case.ts";
import { encodeTensor, floats, int64s, modelBytes, valueInfo } from "../encode-message.ts";

type Stored = ReturnType<typeof floats>;

/** A case of one node with recorded tensors. */
function caseOf(opType: string, inputs: readonly Stored[], output: Stored): ConformanceCase {
  const declared = (tensor: Stored) => valueInfo(tensor.name ?? "", tensor.dims ?? [], tensor.dataType);
  const node = { opType, input: inputs.map(({ name = "" }) => name), output: ["y"] };
  const model = modelBytes({ nodes: [node], inputs: inputs.map(declared), outputs: [{ name: "y" }] });
  return { name: "test_case", model, sets: [{ inputs: inputs.map(encodeTensor), outputs: [encodeTensor(output)] }] };
}

describe("a conformance case", () => {
  const x = floats("x", [2], [1, -4]);

  it("passes within ONNX's tolerance, one in a thousand", () => {
    expect(runCase(caseOf("Abs", [x], floats("y", [2], [1, 4.003])))).toEqual({
      kind: "passed",
      bound: [],
      lowering: new Map([["Abs", new Set(["nn.abs"])]]),
    });
    expect(runCase(caseOf("Abs", [x], floats("y", [2], [1, 4.005])))).toEqual({
      kind: "failed",
      reason: "output 0: element 1 is 4 instead of 4.005000114440918",
    });
  });

  it("must give the shape and the type, and integers exactly", () => {
    expect(runCase(caseOf("Abs", [x], floats("y", [1, 2], [1, 4])))).toEqual({
      kind: "failed",
      reason: "output 0: tensor<2xf32> instead of tensor<1x2xf32>",
    });
    expect(runCase(caseOf("Abs", [x], int64s("y", [1, 4])))).toMatchObject({ kind: "failed" });
    expect(runCase(caseOf("Abs", [int64s("x", [3000])], int64s("y", [3001])))).toEqual({
      kind: "failed",
      reason: "output 0: element 0 is 3000 instead of 3001",
    });
  });

  it("has the inputs bound that a shape depends on, and no others", () => {
    const shape = int64s("shape", [2, 1]);
    const outcome = runCase(caseOf("Reshape", [x, shape], floats("y", [2, 1], [1, -4])));
    expect(outcome).toMatchObject({ kind: "passed", bound: ["shape"] });
  });

  it("fails with the importer's reason, without data, and when it is no model", () => {
    const unknown = caseOf("Absolute", [x], x);
    expect(runCase(unknown)).toEqual({
      kind: "failed",
      reason: "onnx-unsupported: Absolute: this operator is not supported (operator set 17)",
    });
    expect(runCase({ ...caseOf("Abs", [x], x), sets: [] })).toEqual({
      kind: "failed",
      reason: "there is no test_data_set",
    });
    expect(runCase({ ...unknown, model: new Uint8Array(3) })).toMatchObject({ kind: "failed" });
  });

  it("is excluded by its name only", () => {
    expect(runCase({ ...caseOf("Abs", [x], x), name: "test_string_concat" })).toEqual({
      kind: "excluded",
      reason: "strings",
    });
    const names = ["test_gru_seq_length", "test_reversesequence_batch", "test_cast_FLOAT_to_DOUBLE", "test_if"];
    expect(names.map(exclusionOf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(exclusionOf("test_cast_FLOAT_to_STRING")).toBe("strings");
  });
});
