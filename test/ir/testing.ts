/** What the tests of the IR share: tensors, single operations, refusals, and walking a loop nest point by point. */
import fc from "fast-check";
import type { Operation, Value } from "../../src/ir/core.ts";
import { Block } from "../../src/ir/core.ts";
import { fileLocation, nameLocation } from "../../src/ir/location.ts";
import type { AffineIndex, LoopNest } from "../../src/ir/loop-nest.ts";
import { kindOf } from "../../src/ir/ops/registry.ts";
import type { TensorValue } from "../../src/ir/tensor-value.ts";
import { tensorValue } from "../../src/ir/tensor-value.ts";
import type { ScalarName, TensorType } from "../../src/ir/types.ts";
import { elementCount, tensorType, typeText } from "../../src/ir/types.ts";
import { DiagnosticError } from "../../src/support/diagnostics.ts";
import { present } from "../../src/support/bug.ts";

/** The place of every operation that is built here. */
export const here = nameLocation("node1", fileLocation("m.onnx", 4, 0));

export function t(shape: readonly number[], numbers: readonly number[], element: ScalarName = "f32"): TensorValue {
  return tensorValue(shape, element, numbers);
}

/** The tensor 1, 2, 3, ... of a shape. */
export function counting(shape: readonly number[], element: ScalarName = "f32"): TensorValue {
  return t(
    shape,
    Array.from({ length: elementCount(shape) }, (_unused, at) => at + 1),
    element,
  );
}

/** A value of a type that nothing computes. */
export function valueOf(type: TensorType): Value {
  return present(new Block([type]).args[0], "an argument");
}

export function f32(...shape: readonly number[]): Value {
  return valueOf(tensorType(shape, "f32"));
}

/** Builds a one-result operation on arguments of the tensors' types, expects it to be valid, and evaluates it. */
export function apply(build: (...values: Value[]) => Operation, ...inputs: readonly TensorValue[]): TensorValue {
  const op = build(...inputs.map((input) => valueOf(input.type)));
  const kind = present(kindOf(op), op.name);
  const problems = kind.verify(op);
  if (problems.length > 0) throw new Error(problems.join("; "));
  const results = present(kind.evaluate(op, inputs), `reference of ${op.name}`);
  const result = present(results[0], "a result");
  if (result.type !== op.result.type) throw new Error(`${typeText(result.type)} is not ${typeText(op.result.type)}`);
  return result;
}

/** The numbers of a tensor, -0 as 0. */
export function numbers(tensor: TensorValue): readonly number[] {
  return Array.from(tensor.data, (item) => item + 0);
}

/** The rendered refusal of an action. */
export function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "was not refused";
}

export function nestOf(op: Operation): LoopNest {
  return present(kindOf(op)?.loopNest(op), `loop nest of ${op.name}`);
}

/** Every point of an iteration space. */
export function* points(nest: LoopNest): Generator<Readonly<Record<string, number>>> {
  const loops = Object.entries(nest.extents);
  const total = elementCount(loops.map(([, extent]) => extent));
  for (let number = 0; number < total; number++) {
    const point: Record<string, number> = {};
    let rest = number;
    for (const [name, extent] of loops.toReversed()) {
      point[name] = rest % extent;
      rest = Math.floor(rest / extent);
    }
    yield point;
  }
}

/** Row-major position of the element that a point accesses; undefined outside of the tensor. */
export function accessed(
  access: readonly AffineIndex[],
  shape: readonly number[],
  point: Readonly<Record<string, number>>,
): number | undefined {
  let position = 0;
  for (const [dim, { terms, offset }] of access.entries()) {
    let index = offset;
    for (const [loop, factor] of Object.entries(terms)) index += factor * present(point[loop], `loop ${loop}`);
    const extent = present(shape[dim], `dimension ${dim}`);
    if (index < 0 || index >= extent) return undefined;
    position = position * extent + index;
  }
  return position;
}

/** The tensor with a record of which of its elements are read one by one. */
export function watched(tensor: TensorValue): { readonly tensor: TensorValue; readonly read: ReadonlySet<number> } {
  const read = new Set<number>();
  const data = new Proxy(tensor.data, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) read.add(Number(key));
      // Methods of typed arrays work on the array itself only.
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
  return { tensor: { type: tensor.type, data }, read };
}

/** Checks a property on seeded random values; a failure prints seed and counterexample. */
export function holds<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, runs = 150): void {
  fc.assert(
    fc.property(arbitrary, (value) => void property(value)),
    { seed: 20260101, numRuns: runs },
  );
}

/** Small integers, exact in every number format that is tested. */
export function integersOf(count: number, seed: number): readonly number[] {
  return Array.from({ length: count }, (_unused, at) => ((at * 7 + seed * 13 + ((at * seed) % 5)) % 11) - 5);
}

/** A tensor of small integers. */
export function integerTensor(shape: readonly number[], seed: number, element: ScalarName = "f32"): TensorValue {
  return t(shape, integersOf(elementCount(shape), seed), element);
}

/** The rendered refusal of an op built `here`. */
export function opInvalid(message: string): string {
  return `error[op-invalid]: ${message}\n  at node "node1" in m.onnx (node 4)`;
}
