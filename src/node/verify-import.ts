/** Compares what the reference execution of an imported model computes with what onnxruntime does, tensor by tensor. */
import type { Block, ImportedModel, NodeTensor, TensorDifference, TensorType, TensorValue, Value } from "../index.ts";
import {
  bitWidth,
  elementCount,
  functionBody,
  interpretSteps,
  interpretValue,
  mainFunction,
  sourceNames,
  tensorDifference,
  tensorTypeOf,
  valuesBefore,
} from "../index.ts";
import type { ComparedTensor } from "../report/verify-report.ts";
import { present } from "../support/bug.ts";
import { isExchangeable, openSession } from "./onnx-runtime.ts";

/** What to compare. */
export interface VerifyRequest {
  readonly path: string;
  readonly model: ImportedModel;
  /** Of the model's inputs, by name: also of those that became constants. */
  readonly inputs: ReadonlyMap<string, TensorValue>;
  /** Every tensor that a node makes, not only the outputs. */
  readonly isAll: boolean;
  /** Tensors that are further apart than this share of their scale are looked into. */
  readonly tolerance: number;
}

export interface ImportComparison {
  readonly runtime: string;
  readonly tensors: readonly ComparedTensor[];
  readonly notCompared: readonly string[];
  /** onnxruntime's outputs, in the order of the model's. */
  readonly expected: readonly TensorValue[];
}

/** A tensor to compare. */
interface Target {
  readonly name: string;
  readonly node: string;
  readonly opType: string;
  readonly type: TensorType;
  /** Which output of the model it is; undefined when it is none. */
  readonly output?: number;
}

/** A tensor as we have it. */
interface Computed {
  readonly target: Target;
  readonly have: TensorValue;
}

/** Tensors of this size together are asked of onnxruntime at once, which has to hold them all. */
const groupBytes = 2 ** 28;

/** Runs both and compares. In memory are a group of onnxruntime's tensors and those of ours that are still to be read. */
export async function compareImport(request: VerifyRequest): Promise<ImportComparison> {
  const { path, model, inputs } = request;
  const all = targetsOf(request);
  const canCompare = ({ type }: Target): boolean => isExchangeable(type.element.name);
  const targets = all.filter(canCompare);
  const outputs = sourceNames(mainFunction(model.module), "results");
  const intermediates = new Set(targets.map(({ name }) => name));
  for (const name of outputs) intermediates.delete(name);
  const { externalFiles } = model.weights;
  const session = await openSession({ path, intermediates: [...intermediates], externalFiles });
  try {
    const fetch: Fetch = (names) => session.run(inputs, names);
    const tensors = await compareTargets(targets, request, fetch);
    const expected = await fetch(outputs);
    return {
      runtime: session.version,
      tensors,
      notCompared: all.filter((target) => !canCompare(target)).map(({ name }) => name),
      expected: outputs.flatMap((name) => expected.get(name) ?? []),
    };
  } finally {
    await session.close();
  }
}

/** In the order in which we come to have them: what the importer has computed, inputs, results of operations, outputs. */
function targetsOf({ model, isAll }: VerifyRequest): readonly Target[] {
  const fn = mainFunction(model.module);
  const makers = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  const names = sourceNames(fn, "results");
  const outputs = (functionBody(fn).last?.operands ?? []).map((value, output): Target => {
    const name = names[output] ?? "";
    const { node = "", opType = "" } = makers.get(name) ?? {};
    return { name, node, opType, type: tensorTypeOf(value), output };
  });
  if (!isAll) return outputs;
  // Nothing is computed where a tensor is only stored.
  const computed = model.tensors.filter(
    ({ name, opType, tensor }) => !names.includes(name) && opType !== "Constant" && tensor.kind !== "weight",
  );
  const positions = positionsIn(functionBody(fn));
  const position = ({ tensor }: NodeTensor): number =>
    tensor.kind === "computed" ? (positions.get(tensor.value) ?? Infinity) : -1;
  const inOrder = [...computed].sort((a, b) => position(a) - position(b));
  return [...inOrder.map(({ name, node, opType, tensor }) => ({ name, node, opType, type: tensor.type })), ...outputs];
}

/** The place of each value in the order in which they are computed. */
function positionsIn(body: Block): ReadonlyMap<Value, number> {
  const values = [...body.args, ...[...body.operations()].flatMap((op) => op.results)];
  return new Map(values.map((value, position) => [value, position]));
}

type Fetch = (names: readonly string[]) => Promise<ReadonlyMap<string, TensorValue>>;

async function compareTargets(
  targets: readonly Target[],
  request: VerifyRequest,
  fetch: Fetch,
): Promise<readonly ComparedTensor[]> {
  const groups = groupsOf(targets);
  const compared: ComparedTensor[] = [];
  const doubtful: Target[] = [];
  let expected: ReadonlyMap<string, TensorValue> = new Map();
  for (const { target, have } of computedTensors(targets, request)) {
    const group = groups.get(target);
    if (group !== undefined) expected = await fetch([...new Set(group)]);
    const want = expected.get(target.name);
    if (want === undefined) continue;
    const result = comparison(target, have, want);
    compared.push(result);
    if ((result.difference?.relative ?? 0) > request.tolerance) doubtful.push(target);
  }
  const own = new Map<string, TensorDifference>();
  // An output is right when all nodes are, so it takes all of them to look at its own difference.
  for (const { name } of request.isAll ? doubtful : []) {
    const difference = await ownDifference(name, request, fetch);
    if (difference !== undefined) own.set(name, difference);
  }
  return compared.map((tensor) => {
    const ownDifference = own.get(tensor.name);
    return ownDifference === undefined ? tensor : { ...tensor, ownDifference };
  });
}

/**
 * The difference that a tensor has when it is computed from onnxruntime's operands: what is left is its own, not what was
 * handed down to it. undefined where onnxruntime cannot give the operands.
 */
async function ownDifference(
  name: string,
  { model, inputs }: VerifyRequest,
  fetch: Fetch,
): Promise<TensorDifference | undefined> {
  const names = new Map<Value, string>();
  for (const { name: other, tensor } of model.tensors) if (tensor.kind === "computed") names.set(tensor.value, other);
  const made = model.tensors.find((tensor) => tensor.name === name)?.tensor;
  if (made?.kind !== "computed") return undefined;
  const fn = mainFunction(model.module);
  const arguments_ = new Map(functionBody(fn).args.map((arg, index) => [arg, sourceNames(fn, "inputs")[index] ?? ""]));
  const canFetch = (value: Value): boolean => names.has(value) && isExchangeable(tensorTypeOf(value).element.name);
  const before = valuesBefore(made.value, canFetch);
  const wanted = before.filter((value) => !arguments_.has(value)).map((value) => names.get(value) ?? "");
  const theirs = await fetch([...new Set([name, ...wanted])]);
  const known = new Map<Value, TensorValue>();
  for (const value of before) {
    const tensor = inputs.get(arguments_.get(value) ?? "") ?? theirs.get(names.get(value) ?? "");
    if (tensor?.type !== value.type) return undefined;
    known.set(value, tensor);
  }
  const have = interpretValue(made.value, known, model.weights);
  const want = theirs.get(name);
  return want === undefined ? undefined : tensorDifference(have.data, want.data);
}

/** Names to ask for at once, by the first target of each group. */
function groupsOf(targets: readonly Target[]): ReadonlyMap<Target, readonly string[]> {
  const groups = new Map<Target, string[]>();
  let group: string[] = [];
  let size = Infinity;
  for (const target of targets) {
    const own = (elementCount(target.type.shape) * bitWidth(target.type.element)) / 8;
    if (size + own > groupBytes) {
      group = [];
      groups.set(target, group);
      size = 0;
    }
    group.push(target.name);
    size += own;
  }
  return groups;
}

/** Runs the module; gives each target in its turn. */
function* computedTensors(targets: readonly Target[], { model, inputs }: VerifyRequest): Generator<Computed> {
  const fn = mainFunction(model.module);
  const tensors = new Map(model.tensors.map(({ name, tensor }) => [name, tensor]));
  const waiting = new Map<Value, Target[]>();
  for (const target of targets) {
    const tensor = target.output === undefined ? tensors.get(target.name) : undefined;
    if (tensor?.kind === "known") yield { target, have: tensor.numbers };
    if (tensor?.kind === "computed") waiting.set(tensor.value, [...(waiting.get(tensor.value) ?? []), target]);
  }
  const given = sourceNames(fn, "inputs").map((name) => present(inputs.get(name), `input ${name}`));
  for (const [index, arg] of functionBody(fn).args.entries()) yield* pairs(waiting.get(arg), given[index]);
  const steps = interpretSteps(fn, given, model.weights);
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) {
    const { op, results } = step.value;
    for (const [index, result] of op.results.entries()) yield* pairs(waiting.get(result), results[index]);
  }
  const outputs = step.value;
  for (const target of targets) if (target.output !== undefined) yield* pairs([target], outputs[target.output]);
}

function pairs(targets: readonly Target[] | undefined, have: TensorValue | undefined): readonly Computed[] {
  return (targets ?? []).map((target) => ({ target, have: present(have, target.name) }));
}

function comparison(target: Target, have: TensorValue, want: TensorValue): ComparedTensor {
  const { name, node, opType, type, output } = target;
  const tensor = { name, node, opType, type, isOutput: output !== undefined };
  // Types are interned: equal types are the same object.
  if (have.type !== want.type) return { ...tensor, otherType: want.type };
  return { ...tensor, difference: tensorDifference(have.data, want.data) };
}
