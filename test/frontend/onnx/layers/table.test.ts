/** The tables of operators together. */
import { expect, it } from "vitest";
import { layerOperators } from "../../../../src/frontend/onnx/ops/layers/table.ts";
import { tensorOperators } from "../../../../src/frontend/onnx/ops/tensors/table.ts";

it("no operator has two importers", () => {
  expect(Object.keys(layerOperators).filter((name) => Object.hasOwn(tensorOperators, name))).toEqual([]);
});
