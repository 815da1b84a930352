/** Importers of operators that make tensors from attributes or from known numbers. */
import { shapeText } from "../../../../ir/broadcast.ts";
import { broadcastTo } from "../../../../ir/ops/shape.ts";
import { tensorValue } from "../../../../ir/tensor-value.ts";
import { tensorType } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import { knownTensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { readTensor, tensorProblem } from "../../read/read-tensor.ts";

/** Exactly one of the attributes holds the value. */
function importConstant(node: NodeContext): Tensor {
  const { attributes } = node;
  const given = attributes.unread();
  if (given.length !== 1) node.invalid(`has ${given.length} values but should have one`);
  const [name] = given;
  switch (name) {
    case "value":
      return node.stored(attributes.tensor("value") ?? node.invalid("value is missing"));
    case "value_float":
      return knownTensor(tensorValue([], "f32", [attributes.float("value_float") ?? 0]));
    case "value_int":
      return knownTensor(tensorValue([], "i64", [attributes.int("value_int") ?? 0]));
    case "value_floats":
      return list(attributes.floats("value_floats") ?? [], "f32");
    case "value_ints":
      return list(attributes.ints("value_ints") ?? [], "i64");
    default:
      return node.unsupported(`a constant in attribute '${name ?? ""}' is not supported`);
  }
}

function list(values: readonly number[], element: "f32" | "i64"): Tensor {
  return knownTensor(tensorValue([values.length], element, values));
}

/** One number of any type, repeated. */
function importConstantOfShape(node: NodeContext): Tensor {
  const shape = node.knownInts(0, "shape") ?? node.invalid("shape is missing");
  if (shape.some((extent) => extent < 0)) node.invalid(`shape ${shapeText(shape)} has a negative extent`);
  const value = node.attributes.tensor("value");
  const problem = value === undefined ? undefined : tensorProblem(value);
  if (problem !== undefined) node.invalid(`value: ${problem}`);
  const numbers = value === undefined ? tensorValue([1], "f32", [0]) : readTensor(value);
  if (numbers.data.length !== 1) node.invalid(`value has ${numbers.data.length} elements but should have 1`);
  const input = knownTensor({ type: tensorType([], numbers.type.element), data: numbers.data });
  return shape.length === 0 ? input : node.emit(broadcastTo, { input }, { shape });
}

/** Longer ranges are refused, not allocated. */
const rangeLimit = 2 ** 22;

/** start, start + delta, ... up to but without limit. */
function importRange(node: NodeContext): Tensor {
  const [start, limit, delta] = ["start", "limit", "delta"].map((name, index) => {
    const numbers = node.known(index, name) ?? node.invalid(`${name} is missing`);
    return numbers.data[0] ?? node.invalid(`${name} has no element`);
  });
  if (start === undefined || limit === undefined || delta === undefined || delta === 0)
    return node.invalid("delta is 0");
  const count = Math.max(Math.ceil((limit - start) / delta), 0);
  if (!Number.isFinite(count)) node.invalid(`start ${start}, limit ${limit} and delta ${delta} make no range`);
  if (count > rangeLimit) node.unsupported(`a range of ${count} numbers is not supported`);
  const numbers = Array.from({ length: count }, (_unused, index) => start + index * delta);
  return knownTensor(tensorValue([count], node.input(0).type.element.name, numbers));
}

export const constantOperators: OperatorTable = {
  Constant: [since(1, [0, 0], importConstant)],
  ConstantOfShape: [since(9, [1, 1], importConstantOfShape)],
  Range: [since(11, [3, 3], importRange)],
};
