/** Compiling modules and running their programs, for tests of the execution: against the reference interpreter. */
import { decide } from "../../../src/backend/compile.ts";
import { isInfeasible } from "../../../src/backend/evaluation.ts";
import { executeSteps } from "../../../src/backend/execute/execute.ts";
import type { NumberMode } from "../../../src/backend/execute/number-mode.ts";
import type { CompileOptions } from "../../../src/backend/options.ts";
import { compilerPresets } from "../../../src/backend/options.ts";
import { lowerProgram } from "../../../src/backend/schedule/lower.ts";
import type { Program } from "../../../src/backend/schedule/program.ts";
import { buildWorkload } from "../../../src/backend/workload.ts";
import type { HardwareDesign } from "../../../src/hardware/design.ts";
import type { Operation } from "../../../src/ir/core.ts";
import { randomInput } from "../../../src/ir/execution/random-inputs.ts";
import { tensorDifference } from "../../../src/ir/execution/tensor-difference.ts";
import type { FrozenModule } from "../../../src/ir/frozen.ts";
import { freeze } from "../../../src/ir/frozen.ts";
import type { WeightReader } from "../../../src/ir/interpret.ts";
import { interpretSteps } from "../../../src/ir/interpret.ts";
import { functionBody, mainFunction } from "../../../src/ir/ops/builtin.ts";
import { tensorTypeOf } from "../../../src/ir/define-op.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import { zeros } from "../../../src/ir/tensor-value.ts";
import type { TensorType } from "../../../src/ir/types.ts";
import { present } from "../../../src/support/bug.ts";
import { randomStream } from "../../../src/support/random.ts";

/** A module compiled for a design. */
export interface CompiledProgram {
  readonly frozen: FrozenModule;
  readonly program: Program;
  readonly design: HardwareDesign;
}

/** Random weights by key, small and around 0 so that sums neither grow nor vanish. */
function randomWeights({ operations }: FrozenModule): WeightReader {
  const types = new Map<string, TensorType>();
  for (const op of operations) {
    const value = op.attributes.get("value");
    if (value?.kind === "resource") types.set(value.key, tensorTypeOf(op.result));
  }
  return {
    read: (key) => {
      const value = zeros(present(types.get(key), key));
      const stream = randomStream([...types.keys()].indexOf(key), 3);
      value.data.forEach((_zero, at) => {
        value.data[at] = stream.next() - 0.5;
      });
      return value;
    },
  };
}

/** The program of a module; undefined when the design cannot run it. */
export function compileProgram(
  module: Operation,
  design: HardwareDesign,
  options: CompileOptions = compilerPresets.fastc,
): CompiledProgram | undefined {
  const frozen = freeze(module);
  const info = { name: "test", sha256: "", batch: 1, hasSymbolicBatch: false };
  const workload = buildWorkload(frozen, info);
  const compiled = decide(workload, design, options);
  if (isInfeasible(compiled)) return undefined;
  const { decisions } = compiled;
  const program = lowerProgram({ workload, design, decisions, specs: workload.regions[options.fusion] });
  return { frozen, program, design };
}

/** What the reference interpreter computes for every operation. */
function referenceValues(
  frozen: FrozenModule,
  inputs: readonly TensorValue[],
): (operation: number, index: number) => TensorValue {
  const results = new Map<Operation, readonly TensorValue[]>();
  const steps = interpretSteps(mainFunction(frozen.module), inputs, randomWeights(frozen));
  for (const step of steps) results.set(step.op, step.results);
  return (operation, index) => {
    const op = frozen.operations[operation];
    const value = op === undefined ? undefined : results.get(op)?.[index];
    if (value === undefined) throw new Error(`operation ${operation} has no result ${index}`);
    return value;
  };
}

/** Runs a program on random inputs; the largest difference of what any region writes, relative to its scale. */
export function worstDifference(
  { frozen, program, design }: CompiledProgram,
  seed: number,
  numbers: NumberMode = "f32",
): number {
  const fn = mainFunction(frozen.module);
  const inputs = functionBody(fn).args.map((_arg, index) => randomInput(fn, index, seed));
  const reference = referenceValues(frozen, inputs);
  const weights = randomWeights(frozen);
  let worst = 0;
  for (const { written } of executeSteps({ program, design, frozen, inputs, weights, numbers })) {
    for (const { tensor, value } of written) {
      const want = reference(tensor.value.operation, tensor.value.index);
      worst = Math.max(worst, tensorDifference(value.data, want.data).relative);
    }
  }
  return worst;
}
