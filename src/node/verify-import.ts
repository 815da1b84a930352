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
import { isExchangeable, openRuntime } from "./onnx-runtime.ts";

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
export interface Target {
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
  const outputs = sourceNames(mainFunction(model.module), "results");
  const runtime = await openRuntime({ path, outputs, externalFiles: model.weights.externalFiles });
  const fetch: Fetch = (names) => runtime.run(inputs, [...new Set(names)]);
  const compared = await compareTargets(all.filter(canCompare), request, fetch);
  return {
    runtime: runtime.version,
    ...compared,
    notCompared: all.filter((target) => !canCompare(target)).map(({ name }) => name),
  };
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

export type Fetch = (names: readonly string[]) => Promise<ReadonlyMap<string, TensorValue>>;

async function compareTargets(
  targets: readonly Target[],
  request: VerifyRequest,
  fetch: Fetch,
): Promise<Pick<ImportComparison, "tensors" | "expected">> {
  const groups = groupsOf(targets);
  const [tensors, expected]: [ComparedTensor[], TensorValue[]] = [[], []];
  let theirs: ReadonlyMap<string, TensorValue> = new Map();
  for (const { target, have } of computedTensors(targets, request)) {
    const group = groups.get(target);
    if (group !== undefined) theirs = await fetch(group);
    const want = theirs.get(target.name);
    if (want === undefined) continue;
    tensors.push(comparison(target, have, want));
    if (target.output !== undefined) expected[target.output] = want;
  }
  const isOff = ({ difference }: ComparedTensor): boolean => (difference?.relative ?? 0) > request.tolerance;
  // An output is right when all nodes are, so it takes all of them to look at its own difference.
  const doubtful = request.isAll ? tensors.filter(isOff).map(({ name }) => name) : [];
  const own = await ownDifferences(doubtful, request, fetch);
  return {
    tensors: tensors.map((tensor) => {
      const ownDifference = own.get(tensor.name);
      return ownDifference === undefined ? tensor : { ...tensor, ownDifference };
    }),
    expected,
  };
}

/** How a tensor is computed again from tensors that onnxruntime hands out, and from inputs. */
interface Recomputation {
  readonly name: string;
  readonly value: Value;
  /** By value: the name of the tensor or input. */
  readonly operands: ReadonlyMap<Value, string>;
}

/**
 * The differences that tensors have when they are computed from onnxruntime's operands: what is left is their own, not what
 * was handed down to them. Without those whose operands onnxruntime cannot give.
 */
async function ownDifferences(
  names: readonly string[],
  { model, inputs }: VerifyRequest,
  fetch: Fetch,
): Promise<ReadonlyMap<string, TensorDifference>> {
  const own = new Map<string, TensorDifference>();
  const again = recomputations(names, model);
  const wantedBy = ({ name, operands }: Recomputation) => [
    name,
    ...[...operands.values()].filter((n) => !inputs.has(n)),
  ];
  const sizeOf = ({ value, operands }: Recomputation) =>
    [value, ...operands.keys()].reduce((sum, each) => sum + bytesOf(tensorTypeOf(each)), 0);
  for (const group of grouped(again, sizeOf)) {
    const theirs = await fetch(group.flatMap(wantedBy));
    for (const { name, value, operands } of group) {
      const known = new Map(
        [...operands].flatMap(([operand, of]) => {
          const tensor = inputs.get(of) ?? theirs.get(of);
          return tensor?.type === operand.type ? [[operand, tensor] as const] : [];
        }),
      );
      const want = theirs.get(name);
      if (known.size < operands.size || want === undefined) continue;
      own.set(name, tensorDifference(interpretValue(value, known, model.weights).data, want.data));
    }
  }
  return own;
}

function recomputations(names: readonly string[], { module, tensors }: ImportedModel): readonly Recomputation[] {
  const fn = mainFunction(module);
  const inputNames = sourceNames(fn, "inputs");
  const nameOf = new Map<Value, string>();
  const valueOf = new Map<string, Value>();
  for (const { name, tensor } of tensors) {
    if (tensor.kind !== "computed") continue;
    if (isExchangeable(tensor.type.element.name)) nameOf.set(tensor.value, name);
    valueOf.set(name, tensor.value);
  }
  functionBody(fn).args.forEach((arg, index) => nameOf.set(arg, inputNames[index] ?? ""));
  return names.flatMap((name) => {
    const value = valueOf.get(name);
    if (value === undefined) return [];
    const before = valuesBefore(value, (other) => nameOf.has(other));
    return [{ name, value, operands: new Map(before.map((operand) => [operand, nameOf.get(operand) ?? ""])) }];
  });
}

/** Items one after the other in groups of at most `groupBytes`, or of one. */
function grouped<T>(items: readonly T[], sizeOf: (item: T) => number): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let size = Infinity;
  for (const item of items) {
    const own = sizeOf(item);
    if (size + own > groupBytes) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(item);
    size += own;
  }
  return groups;
}

function bytesOf({ shape, element }: TensorType): number {
  return (elementCount(shape) * bitWidth(element)) / 8;
}

/** Names to ask for at once, by the first target of each group. */
export function groupsOf(targets: readonly Target[]): ReadonlyMap<Target, readonly string[]> {
  const groups = grouped(targets, ({ type }) => bytesOf(type));
  return new Map(groups.flatMap((group) => group.slice(0, 1).map((first) => [first, group.map(({ name }) => name)])));
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

export function comparison(target: Target, have: TensorValue, want: TensorValue): ComparedTensor {
  const { name, node, opType, type, output } = target;
  const tensor = { name, node, opType, type, isOutput: output !== undefined };
  // Types are interned: equal types are the same object.
  if (have.type !== want.type) return { ...tensor, otherType: want.type };
  return { ...tensor, difference: tensorDifference(have.data, want.data) };
}
