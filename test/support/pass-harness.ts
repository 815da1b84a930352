/**
 * Builds small programs and runs passes over them. Around every run, without being asked: the module is verified before and
 * after, and the reference interpreter must give the same numbers.
 */
import { expect } from "vitest";
import { denseAttribute, resourceAttribute } from "../../src/ir/attributes.ts";
import { compileTimeValues } from "../../src/ir/compile-time.ts";
import type { Operation, Value } from "../../src/ir/core.ts";
import { cloneModule } from "../../src/ir/frozen.ts";
import type { Location } from "../../src/ir/location.ts";
import { fileLocation, nameLocation } from "../../src/ir/location.ts";
import { createFunction, createModule, finishFunction, functionBody, mainFunction } from "../../src/ir/ops/builtin.ts";
import { constant } from "../../src/ir/ops/constant.ts";
import { tensorValue } from "../../src/ir/tensor-value.ts";
import type { ScalarName, TensorType } from "../../src/ir/types.ts";
import { tensorType } from "../../src/ir/types.ts";
import type { TypedOpKind } from "../../src/ir/define-op.ts";
import { verifyOperation } from "../../src/ir/verify.ts";
import type { PassInstance } from "../../src/passes/manager/pass.ts";
import type { PassRecord } from "../../src/passes/manager/pass-manager.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { present } from "../../src/support/bug.ts";
import { differences } from "../text/compare-numbers.ts";
import { exactReference } from "../text/test-file.ts";

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

/** Runs passes over a copy of the program and checks that it stays valid and computes the same. */
export function runAndCompare(
  original: Operation,
  passes: readonly PassInstance[],
  options: { readonly tolerance?: number } = {},
): readonly PassRecord[] {
  expect(verifyOperation(original)).toEqual([]);
  const { module } = cloneModule(original);
  const records = runPasses(module, passes);
  expectSameNumbers(original, module, options.tolerance ?? 0);
  return records;
}

/** Both modules give the same numbers for the same inputs, up to a tolerance relative to the largest of each result. */
export function expectSameNumbers(original: Operation, changed: Operation, tolerance: number): void {
  expect(differences(original, changed, { ...exactReference, tolerance }, [1])).toEqual([]);
}

/** Names of the operations that run, in program order, without dialect: no constants and nothing computed from them. */
export function runTimeOps(module: Operation): readonly string[] {
  const compileTime = compileTimeValues(module);
  const body = functionBody(mainFunction(module));
  return [...body.operations()]
    .filter((op) => op.name !== "func.return" && !op.results.every((result) => compileTime.has(result)))
    .map((op) => op.name.replace("nn.", ""));
}
