/** Importers of operators that make tensors from attributes or from known numbers. */
import { shapeText } from "../../../../ir/broadcast.ts";
import { indexList } from "../../../../ir/numbers/indexing.ts";
import { convertNumber } from "../../../../ir/numbers/number-formats.ts";
import { broadcastTo } from "../../../../ir/ops/shape.ts";
import { tensorValue } from "../../../../ir/tensor-value.ts";
import { elementCount, tensorType } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import { knownTensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { dataTypeName, scalarOfDataType } from "../../read/data-types.ts";
import type { TensorProto } from "../../read/schema.ts";
import { refusedTensor } from "../../stored-tensors.ts";
import { composer, numbersOf } from "../composer.ts";

/** Exactly one of the attributes holds the value. */
function importConstant(node: NodeContext): Tensor | readonly Tensor[] {
  const { attributes } = node;
  const given = attributes.unread();
  if (given.length !== 1) node.invalid(`has ${given.length} values but should have one`);
  const [name] = given;
  switch (name) {
    case "value":
      return constantValue(node, attributes.tensor("value") ?? node.invalid("value is missing"));
    case "sparse_value":
      return knownTensor(
        node.dense(attributes.sparseTensor("sparse_value") ?? node.invalid("sparse_value is missing")),
      );
    case "value_float":
      return knownTensor(tensorValue([], "f32", [attributes.float("value_float") ?? 0]));
    case "value_int":
      return knownTensor(tensorValue([], "i64", [attributes.int("value_int") ?? 0]));
    case "value_floats":
      return list(attributes.floats("value_floats") ?? [], "f32");
    case "value_ints":
      return list(attributes.ints("value_ints") ?? [], "i64");
    case "value_string":
    case "value_strings":
      attributes.ignore(name);
      return nothing;
    default:
      return node.unsupported(`a constant in attribute '${name ?? ""}' is not supported`);
  }
}

/** What is left of a constant of an element type that the IR has not: an error only where somebody reads it. */
const nothing: readonly Tensor[] = [];

function constantValue(node: NodeContext, value: TensorProto): Tensor | readonly Tensor[] {
  return refusedTensor(value) === undefined ? node.stored(value) : nothing;
}

function list(values: readonly number[], element: "f32" | "i64"): Tensor {
  return knownTensor(tensorValue([values.length], element, values));
}

/** One number of any type, repeated. */
function importConstantOfShape(node: NodeContext): Tensor {
  const shape = node.knownInts(0, "shape") ?? node.invalid("shape is missing");
  if (shape.some((extent) => extent < 0)) node.invalid(`shape ${shapeText(shape)} has a negative extent`);
  const value = node.attributes.tensor("value");
  const stored = value === undefined ? knownTensor(tensorValue([1], "f32", [0])) : node.stored(value);
  if (elementCount(stored.type.shape) !== 1)
    node.invalid(`value has ${elementCount(stored.type.shape)} elements but should have 1`);
  if (stored.kind !== "known") return node.unsupported("its value is in a file that is not there");
  const { numbers } = stored;
  const input = knownTensor({ type: tensorType([], numbers.type.element), data: numbers.data });
  return shape.length === 0 ? input : node.emit(broadcastTo, { input }, { shape });
}

/** Longer ranges are refused, not allocated. */
const rangeLimit = 2 ** 20;

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
  // `stash_type` says how small floats are added up: here in double precision, and rounded once.
  node.attributes.ignore("stash_type");
  const { element } = node.input(0).type;
  const numbers = Array.from({ length: count }, (_unused, index) => convertNumber(start + index * delta, element));
  return knownTensor(tensorValue([count], element.name, numbers));
}

/** Ones on a diagonal of a matrix of the input's shape: where column - row = k. The input's numbers are not read. */
function importEyeLike(node: NodeContext): Tensor {
  const { shape, element } = node.input(0).type;
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined)
    return node.invalid(`input has rank ${shape.length} but needs rank 2`);
  const dtype = node.attributes.int("dtype");
  const name = dtype === undefined ? element.name : scalarOfDataType(dtype);
  if (name === undefined) return node.unsupported(`element type ${dataTypeName(dtype ?? 0)} is not supported`);
  const { add, equal, cast } = composer(node);
  const numbers = numbersOf([rows, 1], "i64", indexList(rows));
  return cast(
    equal(add(numbers, node.attributes.int("k") ?? 0), numbersOf([columns], "i64", indexList(columns))),
    name,
  );
}

export const constantOperators: OperatorTable = {
  Constant: [since(1, [0, 0], importConstant)],
  ConstantOfShape: [since(9, [1, 1], importConstantOfShape)],
  Range: [since(11, [3, 3], importRange)],
  EyeLike: [since(9, [1, 1], importEyeLike)],
};
