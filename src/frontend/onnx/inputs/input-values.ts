/** Values that the user gives to inputs: numbers as JSON or a tensor, made to fit the type that the model declares. */
import { convertNumber } from "../../../ir/numbers/number-formats.ts";
import type { TensorValue } from "../../../ir/tensor-value.ts";
import { tensorValue } from "../../../ir/tensor-value.ts";
import type { ScalarName } from "../../../ir/types.ts";
import { isFloat, scalar } from "../../../ir/types.ts";
import { onnxTypeName } from "../read/data-types.ts";

/** A number or truth value, a list of them, a list of lists, ... all equally long; or a tensor. */
export type InputValue = number | boolean | readonly InputValue[] | TensorValue;

/** Values of inputs by name. */
export type InputValues = Readonly<Record<string, InputValue>>;

/** The tensor of an element type that a value means, or what is wrong with it. */
export function inputTensor(value: InputValue, element: ScalarName): TensorValue | { readonly problem: string } {
  if (isTensor(value)) {
    if (value.type.element.name === element) return value;
    return { problem: `it is a tensor of ${onnxTypeName(value.type.element.name)}, not of ${onnxTypeName(element)}` };
  }
  const shape = shapeOf(value);
  const numbers: number[] = [];
  if (!collect(value, { shape, numbers, depth: 0 }))
    return { problem: "it is not a list of equally long lists of numbers" };
  const misfit = numbers.find((item) => !fits(item, element));
  if (misfit !== undefined) return { problem: `${misfit} is not a number of type ${onnxTypeName(element)}` };
  return tensorValue(shape, element, numbers);
}

function isTensor(value: InputValue): value is TensorValue {
  return typeof value === "object" && "type" in value;
}

/** The shape by the first element of each level; deeper than any tensor has dimensions is refused by `collect`. */
function shapeOf(value: InputValue): readonly number[] {
  const shape: number[] = [];
  let level: InputValue | undefined = value;
  while (Array.isArray(level)) {
    const list = level as readonly InputValue[];
    shape.push(list.length);
    level = list[0];
  }
  return shape;
}

interface Collected {
  readonly shape: readonly number[];
  readonly numbers: number[];
  readonly depth: number;
}

/** Appends the numbers in row-major order; false when the lists differ in length or hold something else. */
function collect(value: unknown, into: Collected): boolean {
  const { shape, numbers, depth } = into;
  if (Array.isArray(value)) {
    if (depth >= maxRank || value.length !== shape[depth]) return false;
    return value.every((item) => collect(item, { ...into, depth: depth + 1 }));
  }
  if (depth !== shape.length || (typeof value !== "number" && typeof value !== "boolean")) return false;
  numbers.push(Number(value));
  return true;
}

/** Tensors have at most this many dimensions here: far above what models use, and low enough for work per dimension. */
export const maxRank = 64;

function fits(value: number, element: ScalarName): boolean {
  const type = scalar(element);
  return isFloat(type) || convertNumber(value, type) === value;
}
