/**
 * Builds small programs and runs passes over them. Around every run, without being asked: the module is verified before and
 * after, and the reference interpreter must give the same numbers.
 */
import { expect } from "vitest";
import { denseAttribute, resourceAttribute } from "../../src/ir/attributes.ts";
import { compileTimeValues } from "../../src/ir/compile-time.ts";
import type { Operation, Value } from "../../src/ir/core.ts";
import { walk } from "../../src/ir/core.ts";
import type { OpView, TypedOpKind } from "../../src/ir/define-op.ts";
import { cloneModule } from "../../src/ir/frozen.ts";
import type { WeightReader } from "../../src/ir/interpret.ts";
import { interpretFunction } from "../../src/ir/interpret.ts";
import type { Location } from "../../src/ir/location.ts";
import { fileLocation, nameLocation } from "../../src/ir/location.ts";
import type { OperandSpecs } from "../../src/ir/op-kind.ts";
import type { AttributeSpecs } from "../../src/ir/attribute-specs.ts";
import { createFunction, createModule, finishFunction, functionBody, mainFunction } from "../../src/ir/ops/builtin.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import type { Refusal } from "../../src/ir/rewrite/pattern.ts";
import type { TensorValue } from "../../src/ir/tensor-value.ts";
import { tensorValue, zeros } from "../../src/ir/tensor-value.ts";
import type { ScalarName, TensorType } from "../../src/ir/types.ts";
import { elementCount, tensorType } from "../../src/ir/types.ts";
import { verifyOperation } from "../../src/ir/verify.ts";
import type { PassInstance } from "../../src/passes/manager/pass.ts";
import type { PassRecord } from "../../src/passes/manager/pass-manager.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { present } from "../../src/support/bug.ts";

/** Appends operations to the program's only function. Every operation gets its own location. */
export interface Builder {
  /** Appends what `build` makes and returns its result. */
  readonly op: (build: (location: Location) => Operation) => Value;
  /** A dense constant of rank 0. */
  readonly number: (value: number, element?: ScalarName) => Value;
  /** A dense constant. */
  readonly tensor: (shape: readonly number[], numbers: readonly number[], element?: ScalarName) => Value;
  /** A weight: its numbers are not in the IR. They are positive, so that it may stand for a variance. */
  readonly weight: (...shape: readonly number[]) => Value;
}

/** A shape of f32 numbers, or any type. */
export type InputSpec = readonly number[] | TensorType;

/** A module with one function of the inputs. */
export function program(
  inputs: readonly InputSpec[],
  build: (builder: Builder, ...args: readonly Value[]) => Value | readonly Value[],
): Operation {
  const inputTypes = inputs.map((input) => ("kind" in input ? input : tensorType(input, "f32")));
  const module = createModule("test", nameLocation("module"));
  const fn = createFunction({ name: "main", inputTypes, location: nameLocation("function") });
  present(module.regions[0], "the module's region").block.append(fn);
  const results = build(builderOf(fn), ...functionBody(fn).args);
  finishFunction(fn, "owner" in results ? [results] : results, { location: nameLocation("return") });
  return module;
}

function builderOf(fn: Operation): Builder {
  const body = functionBody(fn);
  let count = 0;
  const op: Builder["op"] = (build) => {
    count++;
    const built = build(nameLocation(`node${count}`, fileLocation("test.onnx", count, 0)));
    body.append(built);
    return built.result;
  };
  const tensor: Builder["tensor"] = (shape, numbers, element = "f32") =>
    op((location) => constant.build({}, { value: denseAttribute(tensorValue(shape, element, numbers)) }, location));
  return {
    op,
    tensor,
    number: (value, element) => tensor([], [value], element),
    weight: (...shape) =>
      op((location) =>
        constant.build({}, { value: resourceAttribute(`weight${count}`, tensorType(shape, "f32")) }, location),
      ),
  };
}

type Unary = TypedOpKind<{ readonly input: object }, Record<never, never>>;
type Binary = TypedOpKind<{ readonly lhs: object; readonly rhs: object }, Record<never, never>>;

/** Appends an op of one operand without attributes. */
export function one(b: Builder, kind: Unary, input: Value): Value {
  return b.op((at) => kind.build({ input }, {}, at));
}

/** Appends an op of two operands without attributes. */
export function two(b: Builder, kind: Binary, lhs: Value, rhs: Value): Value {
  return b.op((at) => kind.build({ lhs, rhs }, {}, at));
}

/** Weights that depend on the key alone: quarters from 0.25 to 4. */
export function testWeights(module: Operation): WeightReader {
  const types = new Map<string, TensorType>();
  for (const op of walk(module)) {
    const value = op.attributes.get("value");
    if (value?.kind === "resource") types.set(value.key, value.type);
  }
  return {
    read(key) {
      const tensor = zeros(present(types.get(key), `weight ${key}`));
      const seed = [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
      tensor.data.forEach((_zero, at) => (tensor.data[at] = (((at * 7 + seed) % 16) + 1) / 4));
      return tensor;
    },
  };
}

/** Small integers from -4 to 4 that differ from element to element; truth values for i1. */
export function testInputs(module: Operation): readonly TensorValue[] {
  return functionBody(mainFunction(module)).args.map((arg, index) => {
    const type = arg.type.kind === "tensor" ? arg.type : tensorType([], "f32");
    const numbers = Array.from(
      { length: elementCount(type.shape) },
      (_unused, at) => ((at * 5 + index * 3 + (at % 7)) % 9) - 4,
    );
    return tensorValue(
      type.shape,
      type.element.name,
      type.element.name === "i1" ? numbers.map((n) => Number(n > 0)) : numbers,
    );
  });
}

/** What a run of passes did. */
export interface PassRun {
  readonly module: Operation;
  readonly records: readonly PassRecord[];
  readonly refusals: readonly Refusal[];
}

/** Runs passes over a copy of the program and checks that it stays valid and computes the same. */
export function runAndCompare(
  original: Operation,
  passes: readonly PassInstance[],
  options: { readonly tolerance?: number } = {},
): PassRun {
  expect(verifyOperation(original)).toEqual([]);
  const { module } = cloneModule(original);
  const refusals: Refusal[] = [];
  const records = runPasses(module, passes, {
    observer: { refused: (refusal) => refusals.push(refusal) },
  });
  expectSameNumbers(original, module, options.tolerance ?? 0);
  return { module, records, refusals };
}

/** Both modules give the same numbers for the same inputs, up to a tolerance relative to the largest of each result. */
export function expectSameNumbers(original: Operation, changed: Operation, tolerance: number): void {
  const [weights, inputs] = [testWeights(original), testInputs(original)];
  const before = interpretFunction(mainFunction(original), inputs, weights);
  const after = interpretFunction(mainFunction(changed), inputs, weights);
  expect(after.map((tensor) => tensor.type)).toEqual(before.map((tensor) => tensor.type));
  before.forEach((tensor, index) => {
    const other = present(after[index], "a result");
    let scale = 0;
    for (const item of tensor.data) scale = Math.max(scale, Math.abs(item));
    tensor.data.forEach((item, at) => {
      const have = present(other.data[at], "a number");
      if (Object.is(have, item) || Math.abs(have - item) <= tolerance * scale) return;
      expect.fail(`result ${index} differs at element ${at}: ${have} but was ${item}`);
    });
  });
}

/** Names of the operations that run, in program order, without dialect: no constants and nothing computed from them. */
export function runTimeOps(module: Operation): readonly string[] {
  const compileTime = compileTimeValues(module);
  const body = functionBody(mainFunction(module));
  return [...body.operations()]
    .filter((op) => op.name !== "func.return" && !op.results.every((result) => compileTime.has(result)))
    .map((op) => op.name.replace("nn.", ""));
}

/** The only operation of the kind. */
export function only<O extends OperandSpecs, A extends AttributeSpecs>(
  module: Operation,
  kind: TypedOpKind<O, A>,
): OpView<O, A> {
  const found = [...walk(module)].flatMap((op) => kind.match(op) ?? []);
  expect(found.map((view) => view.op.name)).toEqual([kind.name]);
  return present(found[0], kind.name);
}

/** What a pattern said where it refused. */
export function reasonsOf({ refusals }: PassRun, pattern: string): readonly string[] {
  return refusals.filter((refusal) => refusal.pattern === pattern).map((refusal) => refusal.reason);
}
