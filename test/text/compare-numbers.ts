/** Runs two modules with the reference interpreter on the same random whole numbers, and compares what comes out. */
import type { Operation } from "../../src/ir/core.ts";
import { walk } from "../../src/ir/core.ts";
import type { WeightReader } from "../../src/ir/interpret.ts";
import { interpretFunction } from "../../src/ir/interpret.ts";
import { functionBody, functionName, functionsOf } from "../../src/ir/ops/builtin.ts";
import type { TensorValue } from "../../src/ir/tensor-value.ts";
import { tensorValue, zeros } from "../../src/ir/tensor-value.ts";
import type { TensorType } from "../../src/ir/types.ts";
import { elementCount, tensorType, typeText } from "../../src/ir/types.ts";
import { present } from "../../src/support/bug.ts";
import { DiagnosticError } from "../../src/support/diagnostics.ts";
import { randomStream } from "../../src/support/random.ts";
import type { ReferenceRule } from "./test-file.ts";

/** Seeds of the numbers that go in; a failure names its seed. */
const defaultSeeds: readonly number[] = [1, 2];

/**
 * What differs between the functions of two modules: a function that is gone, another signature, other numbers. Private
 * functions may come and go.
 */
export function differences(
  before: Operation,
  after: Operation,
  rule: ReferenceRule,
  seeds = defaultSeeds,
): readonly string[] {
  if (rule.exemption !== undefined) return [];
  const weights = testWeights(before);
  return publicFunctions(before).flatMap((fn) => {
    const name = functionName(fn);
    const other = publicFunctions(after).find((candidate) => functionName(candidate) === name);
    if (other === undefined) return [`@${name} is gone`];
    const [had, has] = [fn, other].map(signatureText);
    if (had !== has) return [`@${name} was ${had} and is ${has}`];
    for (const seed of seeds) {
      const problem = differenceOf(fn, other, { seed, weights, rule });
      if (problem !== undefined) return [`@${name}: ${problem} (inputs of seed ${seed})`];
    }
    return [];
  });
}

function publicFunctions(module: Operation): readonly Operation[] {
  return functionsOf(module).filter((fn) => {
    const visibility = fn.attributes.get("sym_visibility");
    return visibility?.kind !== "string" || visibility.value === "public";
  });
}

function signatureText(fn: Operation): string {
  const type = fn.attributes.get("function_type");
  return type?.kind === "type" ? typeText(type.type) : "without a type";
}

interface Run {
  readonly seed: number;
  readonly weights: WeightReader;
  readonly rule: ReferenceRule;
}

function differenceOf(before: Operation, after: Operation, { seed, weights, rule }: Run): string | undefined {
  const inputs = randomInputs(before, seed, rule);
  const [first, second] = [before, after].map((fn) => resultsOf(fn, inputs, weights));
  if (typeof first === "string") return `the reference refuses the input: ${first}`;
  if (typeof second === "string") return `the reference refuses the output: ${second}`;
  for (const [index, tensor] of (first ?? []).entries()) {
    const problem = numbersDiffer(tensor, present(second?.[index], "a result"), rule.tolerance);
    if (problem !== undefined) return `result ${index} ${problem}`;
  }
  return undefined;
}

function resultsOf(
  fn: Operation,
  inputs: readonly TensorValue[],
  weights: WeightReader,
): readonly TensorValue[] | string {
  try {
    return interpretFunction(fn, inputs, weights);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
}

/** Whole numbers in the range; truth values for i1, nothing below 0 for unsigned types. */
function randomInputs(fn: Operation, seed: number, rule: ReferenceRule): readonly TensorValue[] {
  return functionBody(fn).args.map((arg, index) => {
    const random = randomStream(seed, index);
    const type = arg.type.kind === "tensor" ? arg.type : tensorType([], "f32");
    const { name } = type.element;
    const isInteger = /^u?i\d+$/.test(name) && name !== "i1";
    const [least, largest] = (isInteger ? rule.integers : undefined) ?? rule.inputs;
    const numbers = Array.from({ length: elementCount(type.shape) }, () => {
      const number = least + random.integer(largest - least + 1);
      return name === "i1" ? Number(number > (least + largest) / 2) : name.startsWith("ui") ? Math.abs(number) : number;
    });
    return tensorValue(type.shape, name, numbers);
  });
}

/** Weights that depend on the key alone: quarters from 0.25 to 4, so that they may stand for a variance. */
function testWeights(module: Operation): WeightReader {
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

function numbersDiffer(before: TensorValue, after: TensorValue, tolerance: number): string | undefined {
  let scale = 0;
  for (const item of before.data) if (Number.isFinite(item)) scale = Math.max(scale, Math.abs(item));
  const at = before.data.findIndex((item, index) => {
    const have = present(after.data[index], "a number");
    return !Object.is(have, item) && !(Math.abs(have - item) <= tolerance * scale);
  });
  return at < 0 ? undefined : `differs at element ${at}: was ${before.data[at]} and is ${after.data[at]}`;
}
