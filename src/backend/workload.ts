/** A frozen module as the back end sees it: run-time ops and the tensors between them, without any hardware. */
import { compileTimeValues } from "../ir/compile-time.ts";
import type { Operation, Value } from "../ir/core.ts";
import { tensorTypeOf } from "../ir/define-op.ts";
import type { FrozenModule } from "../ir/frozen.ts";
import { locationNames } from "../ir/location.ts";
import type { LoopNest } from "../ir/loop-nest.ts";
import { macCount } from "../ir/loop-nest.ts";
import { operandName } from "../ir/op-kind.ts";
import { functionBody, functionsOf } from "../ir/ops/builtin.ts";
import { kindOf } from "../ir/ops/registry.ts";
import { bitWidth, elementCount, isFloat, typeText } from "../ir/types.ts";
import { bug, present } from "../support/bug.ts";
import type { OpClass } from "./evaluation.ts";
import type { FusionMode } from "./options.ts";
import type { RegionSpec } from "./fusion/region-spec.ts";
import { regionSpecs } from "./fusion/region-spec.ts";
import type { OpRole, WorkloadGraph, WorkloadOp, WorkloadTensor } from "./workload-graph.ts";

/** What identifies a model run. */
export interface WorkloadInfo {
  readonly name: string;
  readonly sha256: string;
  /** Samples per run and core. */
  readonly batch: number;
  readonly hasSymbolicBatch: boolean;
}

export interface Workload extends WorkloadGraph {
  readonly info: WorkloadInfo;
  readonly moduleSha256: string;
  /** The regions of each fixed partition. */
  readonly regions: Readonly<Record<FusionMode, readonly RegionSpec[]>>;
}

/** Derives the workload of a module's only function. */
export function buildWorkload(frozen: FrozenModule, info: WorkloadInfo): Workload {
  const [main, ...others] = functionsOf(frozen.module);
  if (main === undefined || others.length > 0) bug("a module with one function is expected");
  const body = functionBody(main);
  const table = new TensorTable(frozen, compileTimeValues(main));
  body.args.forEach((arg) => table.add(arg, "input"));
  const operations: WorkloadOp[] = [];
  for (const op of body.operations()) {
    if (op.name === "func.return") table.markOutputs(op.operands);
    else if (!op.results.every((result) => table.isCompileTime(result)))
      operations.push(workloadOp(op, operations.length, { frozen, table }));
  }
  const parts = { info, moduleSha256: frozen.sha256, tensors: table.tensors(), operations };
  return { ...parts, regions: { none: regionSpecs(parts, "none"), xla: regionSpecs(parts, "xla") } };
}

/** Numbers tensors in the order in which they appear. */
class TensorTable {
  private readonly frozen: FrozenModule;
  private readonly constants: ReadonlySet<Value>;
  private readonly byValue = new Map<Value, number>();
  private readonly list: WorkloadTensor[] = [];
  private readonly outputs = new Set<number>();

  constructor(frozen: FrozenModule, constants: ReadonlySet<Value>) {
    this.frozen = frozen;
    this.constants = constants;
  }

  isCompileTime(value: Value): boolean {
    return this.constants.has(value);
  }

  add(value: Value, origin: WorkloadTensor["origin"]): number {
    const known = this.byValue.get(value);
    if (known !== undefined) return known;
    const id = this.list.length;
    const { shape, element } = tensorTypeOf(value);
    const type = { shape, element: typeText(element), words: words(value) };
    this.list.push({ id, value: this.frozen.valueId(value), origin, isOutput: false, ...type });
    this.byValue.set(value, id);
    return id;
  }

  /** The tensor of an operand; constants become weights when they are first read. */
  read(value: Value): number {
    return this.byValue.get(value) ?? this.add(value, this.isCompileTime(value) ? "weight" : "activation");
  }

  alias(value: Value, tensor: number): void {
    this.byValue.set(value, tensor);
  }

  markOutputs(values: readonly Value[]): void {
    for (const value of values) this.outputs.add(this.read(value));
  }

  tensors(): readonly WorkloadTensor[] {
    return this.list.map((tensor) => ({ ...tensor, isOutput: this.outputs.has(tensor.id) }));
  }
}

function words(value: Value): number {
  const { shape, element } = tensorTypeOf(value);
  const count = elementCount(shape);
  return isFloat(element) ? count : Math.ceil((count * bitWidth(element)) / 16);
}

function workloadOp(
  op: Operation,
  index: number,
  context: { readonly frozen: FrozenModule; readonly table: TensorTable },
): WorkloadOp {
  const { frozen, table } = context;
  const kind = kindOf(op) ?? bug(`${op.name} is not a known op`);
  const nest = kind.loopNest(op);
  const role = roleOf(op);
  const operands = op.operands.map((value, position) => {
    const name = operandName(kind, position);
    const all = words(value);
    return {
      name,
      tensor: table.read(value),
      shape: tensorTypeOf(value).shape,
      words: Math.min(all, nest?.touchedElements?.[name] ?? all),
    };
  });
  const results = op.results.map((result) => {
    const [source] = operands;
    if (role !== "view" || source === undefined) return table.add(result, "activation");
    table.alias(result, source.tensor);
    return source.tensor;
  });
  return {
    index,
    operation: frozen.idOf(op),
    opName: op.name,
    onnxNodes: locationNames(op.location),
    role,
    kind: classOf(op, { role, nest, operandsAreComputed: op.operands.every((value) => !table.isCompileTime(value)) }),
    nest,
    operands,
    results,
    outputElements: elementCount(tensorTypeOf(present(op.results[0], `result of ${op.name}`)).shape),
    macs: nest === undefined ? 0 : macCount(nest),
  };
}

function roleOf(op: Operation): OpRole {
  const traits = kindOf(op)?.traits;
  if (traits?.has("view") === true) return "view";
  if (traits?.has("matrix") === true) return "matrix";
  if (traits?.has("elementwise") === true) return "elementwise";
  if (traits?.has("reduction") === true || traits?.has("normalisation") === true) return "row";
  if (op.name === "nn.transpose") return "transpose";
  if (traits?.has("movement") === true) return "copy";
  return bug(`${op.name} has no trait that says how it runs`);
}

function classOf(
  op: Operation,
  facts: { readonly role: OpRole; readonly nest: LoopNest | undefined; readonly operandsAreComputed: boolean },
): OpClass {
  switch (facts.role) {
    case "matrix":
      if (op.name === "nn.matmul") return facts.operandsAreComputed ? "attention-matmul" : "matmul";
      return isDepthwise(facts.nest) ? "depthwise-convolution" : "convolution";
    case "row":
      if (op.name === "nn.softmax") return "softmax";
      return kindOf(op)?.traits.has("normalisation") === true ? "normalisation" : "pooling";
    case "elementwise":
      return "element-wise";
    case "transpose":
    case "view":
    case "copy":
      return "data-movement";
  }
}

/** One input and one output channel in every group. */
function isDepthwise(nest: LoopNest | undefined): boolean {
  const extents = nest?.extents ?? {};
  return (extents["g"] ?? 1) > 1 && extents["k"] === 1 && extents["c"] === 1;
}
