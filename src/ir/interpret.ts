/** Runs a function on numbers with the ops' reference kernels: slow, and the oracle for passes and importers. */
import { bug, present } from "../support/bug.ts";
import { DiagnosticError, fail } from "../support/diagnostics.ts";
import type { Block, Operation, Value } from "./core.ts";
import { tensorTypeOf } from "./define-op.ts";
import { describeLocation } from "./location.ts";
import { functionBody, functionName, sourceNames } from "./ops/builtin.ts";
import { hasTrait, kindOf } from "./ops/registry.ts";
import type { TensorValue } from "./tensor-value.ts";
import type { TensorType } from "./types.ts";
import { elementCount, typeText } from "./types.ts";

/** Reads the numbers of weights that are kept outside of the IR. */
export interface WeightReader {
  /** The tensor of a resource key. */
  readonly read: (key: string) => TensorValue;
}

/** An operation that has run: its results, before those that nobody reads are let go. */
export interface Step {
  readonly op: Operation;
  readonly results: readonly TensorValue[];
}

/**
 * The results of a function for given inputs. Values are let go after their last use.
 *
 * @throws DiagnosticError `input-mismatch`, `weight-mismatch`, `not-interpretable`, or what a kernel refuses
 */
export function interpretFunction(
  fn: Operation,
  inputs: readonly TensorValue[],
  weights: WeightReader,
): readonly TensorValue[] {
  const steps = interpretSteps(fn, inputs, weights);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * As `interpretFunction`, one operation after the other, so that the caller can look at every value or wait in between.
 * Operations inside of a region come before the region; constants do not appear.
 */
export function* interpretSteps(
  fn: Operation,
  inputs: readonly TensorValue[],
  weights: WeightReader,
): Generator<Step, readonly TensorValue[], undefined> {
  const blocks = fn.regions.flatMap((region) => region.blocks).length;
  if (blocks !== 1) {
    const message = `@${functionName(fn)} has ${blocks} blocks; only a function with one block can be run`;
    fail({ code: "not-interpretable", message, at: describeLocation(fn.location) });
  }
  const body = functionBody(fn);
  if (inputs.length !== body.args.length) {
    const message = `@${functionName(fn)} takes ${body.args.length} inputs but ${inputs.length} are given`;
    fail({ code: "input-mismatch", message });
  }
  body.args.forEach((arg, index) => {
    const [have, want] = [typeText(present(inputs[index], "an input").type), typeText(arg.type)];
    if (have === want) return;
    const name = sourceNames(fn, "inputs")[index] ?? "";
    const which = name === "" ? `${index}` : `${index} ("${name}")`;
    fail({
      code: "input-mismatch",
      message: `input ${which} of @${functionName(fn)} is ${have} but should be ${want}`,
    });
  });
  return yield* runBlock(body, inputs, weights);
}

/** The operands of the block's terminator, for given values of the block's arguments. */
function* runBlock(
  block: Block,
  args: readonly TensorValue[],
  weights: WeightReader,
): Generator<Step, readonly TensorValue[], undefined> {
  const known = new Map(block.args.map((arg, index) => [arg, present(args[index], "an argument")]));
  const run: Run = { known, readings: countReadings(block.operations()), weights };
  yield* runOperations(block.operations(), run);
  const { last } = block;
  if (last === undefined || !hasTrait(last, "terminator")) return bug("a block ends without a terminator");
  return last.operands.map((operand) => take(operand, run));
}

/** Runs operations in order up to a terminator. */
function* runOperations(ops: Iterable<Operation>, run: Run): Generator<Step, void, undefined> {
  for (const op of ops) {
    if (hasTrait(op, "terminator")) return;
    // Constants are read when somebody reads them, so that not all weights are in memory at once.
    if (hasTrait(op, "constant")) continue;
    const operands = op.operands.map((operand) => take(operand, run));
    const inner = bodyOf(op);
    const results = inner === undefined ? evaluate(op, operands) : yield* runBlock(inner, operands, run.weights);
    yield { op, results };
    op.results.forEach((result, index) => {
      if (result.hasUses) run.known.set(result, present(results[index], `result ${index} of ${op.name}`));
    });
  }
}

/**
 * A value computed from given ones: runs the operations between them, and reads constants.
 *
 * @param known  values from which it can be computed, as those of `valuesBefore`
 */
export function interpretValue(
  value: Value,
  known: ReadonlyMap<Value, TensorValue>,
  weights: WeightReader,
): TensorValue {
  const { ops } = sliceBefore(value, (other) => known.has(other));
  const run: Run = { known: new Map(known), readings: countReadings(ops), weights };
  // One reading more: ours.
  run.readings.set(value, (run.readings.get(value) ?? 0) + 1);
  const steps = runOperations(ops, run);
  for (const { op, results } of steps) {
    const index = op.results.indexOf(value);
    if (index >= 0) return present(results[index], "a result");
  }
  return take(value, run);
}

/** The nearest values before a value for which the test holds, from which it can be computed; arguments are always taken. */
export function valuesBefore(value: Value, isTaken: (value: Value) => boolean): readonly Value[] {
  return sliceBefore(value, isTaken).taken;
}

function sliceBefore(
  value: Value,
  isTaken: (value: Value) => boolean,
): { readonly ops: readonly Operation[]; readonly taken: readonly Value[] } {
  const [ops, taken, waiting] = [new Set<Operation>(), new Set<Value>(), [value]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const maker = next.definingOp;
    if (maker === undefined || (next !== value && isTaken(next))) taken.add(next);
    else if (!ops.has(maker)) {
      ops.add(maker);
      waiting.push(...maker.operands);
    }
  }
  const all = value.definingOp?.parent?.operations() ?? [];
  return { ops: [...all].filter((op) => ops.has(op)), taken: [...taken] };
}

interface Run {
  readonly known: Map<Value, TensorValue>;
  /** How often each value will still be read in this block. */
  readonly readings: Map<Value, number>;
  readonly weights: WeightReader;
}

function countReadings(ops: Iterable<Operation>): Map<Value, number> {
  const readings = new Map<Value, number>();
  for (const op of ops) {
    for (const operand of op.operands) readings.set(operand, (readings.get(operand) ?? 0) + 1);
  }
  return readings;
}

/** The numbers of a value for one reading of it. */
function take(value: Value, run: Run): TensorValue {
  const left = (run.readings.get(value) ?? 0) - 1;
  run.readings.set(value, left);
  const maker = value.definingOp;
  const tensor =
    run.known.get(value) ??
    (maker !== undefined && hasTrait(maker, "constant")
      ? constantValue(maker, run.weights)
      : bug("a value is not known"));
  if (left > 0) run.known.set(value, tensor);
  else run.known.delete(value);
  return tensor;
}

function constantValue(op: Operation, weights: WeightReader): TensorValue {
  const value = op.attributes.get("value");
  if (value?.kind !== "resource") return present(evaluate(op, [])[0], "a constant's value");
  const [stored, want] = [weights.read(value.key), tensorTypeOf(op.result)];
  // A constant may show a weight under another shape: the same numbers in the same order (an importer's reshaped bias).
  const isReshaped =
    stored.type.element === want.element && elementCount(stored.type.shape) === elementCount(want.shape);
  const tensor = isReshaped ? { type: want, data: stored.data } : stored;
  expectType(op, tensor, { want, code: "weight-mismatch", what: `weight "${value.key}"` });
  return tensor;
}

/** The body of an operation as `fast.region`: its arguments are the operands, what it yields the results. */
function bodyOf(op: Operation): Block | undefined {
  const [body, second] = op.regions.flatMap((region) => region.blocks);
  return second === undefined ? body : undefined;
}

function evaluate(op: Operation, operands: readonly TensorValue[]): readonly TensorValue[] {
  const results = atOperation(op, () => kindOf(op)?.evaluate(op, operands));
  if (results === undefined) {
    fail({
      code: "not-interpretable",
      message: `${op.name} has no reference to run`,
      at: describeLocation(op.location),
    });
  }
  op.results.forEach((result, index) => {
    const tensor = present(results[index], `result ${index} of ${op.name}`);
    expectType(op, tensor, { want: tensorTypeOf(result), code: "bug", what: `result ${index}` });
  });
  return results;
}

/** Runs a kernel; what it refuses gets the operation's place. */
function atOperation<T>(op: Operation, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const at = describeLocation(op.location);
    throw new DiagnosticError(
      error.diagnostics.map((diagnostic) => ({ ...diagnostic, at: [...(diagnostic.at ?? []), ...at] })),
    );
  }
}

function expectType(
  op: Operation,
  tensor: TensorValue,
  expected: { readonly want: TensorType; readonly code: string; readonly what: string },
): void {
  // Types are interned: equal types are the same object.
  if (tensor.type === expected.want) return;
  const [have, want] = [typeText(tensor.type), typeText(expected.want)];
  const message = `${expected.what} is ${have} but should be ${want}`;
  if (expected.code === "bug") bug(`${op.name}: ${message}`);
  fail({ code: expected.code, message, at: describeLocation(op.location) });
}
