/** Runs a model again after every pass, and compares its outputs with those before the pass and with the right ones. */
import type { HardwareDesign, ImportedModel, ImportOptions, PassDone, TensorValue } from "../index.ts";
import {
  compileModel,
  compilerPresets,
  interpretFunction,
  mainFunction,
  printModule,
  simplifyModel,
  tensorDifference,
} from "../index.ts";
import type { PassComparison } from "../report/verify-report.ts";
import type { ByteSource } from "../support/byte-source.ts";

/** A model, what it runs on, and what should come out. */
export interface PassSubject {
  readonly content: Uint8Array | ByteSource;
  /** How it was imported. */
  readonly options: ImportOptions;
  /** Changed by the passes. */
  readonly model: ImportedModel;
  readonly inputs: readonly TensorValue[];
  readonly expected: readonly TensorValue[];
}

/**
 * Runs the passes over a model, and the module after each that has changed it: the passes that do not depend on the
 * hardware, and with a design those too that write its decisions.
 */
export function comparePasses(
  { content, options, model, inputs, expected }: PassSubject,
  design: HardwareDesign | undefined,
): readonly PassComparison[] {
  const rows: PassComparison[] = [];
  let text = printModule(model.module);
  let before = interpretFunction(mainFunction(model.module), inputs, model.weights);
  const afterPass = ({ index, pass, module }: PassDone): void => {
    const now = printModule(module);
    const isChanged = now !== text;
    const after = isChanged ? interpretFunction(mainFunction(module), inputs, model.weights) : before;
    rows.push({
      index,
      pass: pass.name,
      isChanged,
      fromBefore: largestDifference(after, before),
      fromRuntime: largestDifference(after, expected),
    });
    [text, before] = [now, after];
  };
  if (design === undefined) simplifyModel(model.module, { afterPass });
  else {
    // The batch of this run, not the design's own.
    const batch = model.hasSymbolicBatch ? { batch: model.batch } : {};
    compileModel(content, design, { ...options, ...batch, compile: compilerPresets.fastc, hooks: { afterPass } });
  }
  return rows;
}

/** Largest difference of a result, relative to its scale; infinite where even the types differ. */
function largestDifference(have: readonly TensorValue[], want: readonly TensorValue[]): number {
  return have.reduce((largest, { type, data }, index) => {
    const other = want[index];
    const own = other?.type === type ? tensorDifference(data, other.data).relative : Infinity;
    return Math.max(largest, own);
  }, 0);
}
