/** Imports one node, runs it on numbers, and says which ops it became and what they gave. */
import { expect } from "vitest";
import type { NodeProto, TensorProto } from "../../../src/frontend/onnx/read/schema.ts";
import { functionBody, mainFunction } from "../../../src/ir/ops/builtin.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { tensorValue } from "../../../src/ir/tensor-value.ts";
import type { ScalarName } from "../../../src/ir/types.ts";
import { verifyOperation } from "../../../src/ir/verify.ts";
import type { Draft } from "./encode-message.ts";
import { attributes, valueInfo } from "./encode-message.ts";
import { importDraft, run } from "./testing.ts";

/** Attributes of a node, by name. */
export type Values = Parameters<typeof attributes>[0];

/** A run-time input of floats, or of another ONNX data type. */
export interface Given {
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
  readonly type?: { readonly onnx: number; readonly scalar: ScalarName };
}

export interface NodeDraft {
  readonly op: string;
  readonly opset?: number;
  /** Run-time inputs by name, and stored ones. The node reads them in this order, `""` for one that is left out. */
  readonly inputs: readonly ("" | (Given & { readonly name: string }) | Draft<TensorProto>)[];
  readonly values?: Values;
  readonly outputs?: number;
}

export interface Outcome {
  /** Names of the ops, without constants and the return. */
  readonly ops: readonly string[];
  readonly results: readonly TensorValue[];
}

/** Imports, verifies and runs a model of one node. */
export function outcomeOf({ op, opset = 22, inputs, values = {}, outputs = 1 }: NodeDraft): Outcome {
  const given = inputs.filter((input) => input !== "" && "numbers" in input);
  const stored = inputs.flatMap((input) => (input === "" || "numbers" in input ? [] : [input]));
  const names = Array.from({ length: outputs }, (_unused, at) => `y${at}`);
  const node: Draft<NodeProto> = {
    opType: op,
    input: inputs.map((input) => (input === "" ? "" : (input.name ?? ""))),
    output: names,
    attribute: attributes(values),
  };
  const model = importDraft({
    opset,
    nodes: [node],
    inputs: given.map(({ name, shape, type }) => valueInfo(name, shape, type?.onnx)),
    initializers: stored,
    outputs: names,
  });
  expect(verifyOperation(model.module)).toEqual([]);
  const ops = [...functionBody(mainFunction(model.module)).operations()].map(({ name }) => name).slice(0, -1);
  const results = run(
    model,
    given.map(({ shape, numbers, type }) => tensorValue(shape, type?.scalar ?? "f32", numbers)),
  );
  return { ops: ops.filter((name) => name !== "nn.constant"), results };
}

/** A run-time input of floats. */
export function given(name: string, shape: readonly number[], numbers: readonly number[]): Given & { name: string } {
  return { name, shape, numbers };
}

/** Numbers of a result, to five places. */
export function rounded(tensor: TensorValue | undefined): readonly number[] {
  return [...(tensor?.data ?? [])].map((value) => Number(value.toFixed(5)) + 0);
}
