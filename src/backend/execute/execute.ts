/**
 * Runs a schedule's program with real numbers in the memories that it declares: tensors come into buffers only by transfers,
 * array passes read L1 and add into accumulators, the vector unit works on what is in its buffers. What the program does wrong
 * is found on the way: buffers that nobody has filled, tiles overwritten while they are used, memories that are too small, sums
 * that lack a product, results that are never written.
 */
import type { Value } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import { interpretValue } from "../../ir/interpret.ts";
import { functionBody, mainFunction } from "../../ir/ops/builtin.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import { present } from "../../support/bug.ts";
import { expandDesign } from "../architecture.ts";
import type { HardwareDesign } from "../../hardware/design.ts";
import type { Program, ProgramTensor, RegionProgram, Statement } from "../schedule/program.ts";
import { checkMemories } from "./check-memories.ts";
import { fault } from "./fault.ts";
import type { Machine } from "./machine.ts";
import { regionPlace } from "./machine.ts";
import { runMatrixRegion } from "./matrix-region.ts";
import type { MemoryContents, WrittenTensor } from "./tensor-memory.ts";
import { scratchNames, TensorMemory } from "./tensor-memory.ts";
import { runVectorRegion } from "./vector-region.ts";

/** A program with what it runs on. */
export interface ExecutionRequest extends MemoryContents {
  readonly program: Program;
  readonly design: HardwareDesign;
}

/** A region that has run. */
export interface ExecutedRegion {
  readonly region: RegionProgram;
  readonly written: readonly WrittenTensor[];
  /** A value of the region as the ops' reference kernels compute it from the operands that the region read. */
  readonly reference: (value: Value) => TensorValue;
}

/** The model's outputs. @throws DiagnosticError with what is wrong with the program */
export function execute(request: ExecutionRequest): readonly TensorValue[] {
  const steps = executeSteps(request);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** As `execute`, one region after the other. */
export function* executeSteps(request: ExecutionRequest): Generator<ExecutedRegion, readonly TensorValue[], undefined> {
  const { program, frozen, design, weights } = request;
  const architecture = expandDesign(design);
  checkMemories({ program, frozen, architecture });
  const memory = new TensorMemory(program, request);
  const machine: Machine = { frozen, architecture, memory };
  const lastUse = lastUses(program, outputValues(request), memory);
  const due = resultsByRegion(program, request);
  for (const region of program.regions) {
    const { nest } = region;
    if (nest.kind === "matrix") runMatrixRegion(machine, region, nest);
    else runVectorRegion({ ...machine, weights }, region, nest);
    const place = regionPlace(machine, region);
    const written = memory.settle(place);
    for (const tensor of due.get(region) ?? []) {
      if (written.some((each) => each.tensor === tensor)) continue;
      fault(place, "tensor-not-written", `${tensor.name} is never written`);
    }
    yield { region, written, reference: (value) => referenceOf(value, { region, frozen, memory, weights }) };
    for (const tensor of lastUse.get(region.id) ?? []) memory.release(tensor);
  }
  return outputValues(request).map((value): TensorValue => {
    const tensor = memory.tensorOf(value);
    if (tensor === undefined) return memory.outside(value);
    return { type: tensorTypeOf(value), data: memory.read(tensor, { frozen }) };
  });
}

function referenceOf(
  value: Value,
  run: { readonly region: RegionProgram; readonly memory: TensorMemory } & Pick<ExecutionRequest, "frozen" | "weights">,
): TensorValue {
  const { region, frozen, memory, weights } = run;
  const members = new Set(region.operations.map((id) => frozen.operations[id]));
  const known = new Map<Value, TensorValue>();
  for (const op of members) {
    for (const operand of op?.operands ?? []) {
      const tensor = memory.tensorOf(operand);
      if (tensor === undefined || members.has(operand.definingOp)) continue;
      known.set(operand, { type: tensorTypeOf(operand), data: memory.read(tensor, { frozen, region }) });
    }
  }
  return interpretValue(value, known, weights);
}

function outputValues({ frozen }: ExecutionRequest): readonly Value[] {
  return functionBody(mainFunction(frozen.module)).last?.operands ?? [];
}

/** Tensors that each region makes. */
function resultsByRegion(
  program: Program,
  { frozen }: Pick<ExecutionRequest, "frozen">,
): ReadonlyMap<RegionProgram, readonly ProgramTensor[]> {
  const scratch = scratchNames(program);
  const regionOf = new Map(program.regions.flatMap((region) => region.operations.map((id) => [id, region] as const)));
  const due = new Map<RegionProgram, ProgramTensor[]>();
  for (const tensor of program.tensors) {
    if (scratch.has(tensor.name) || tensor.origin !== "activation") continue;
    const op = present(frozen.operations[tensor.value.operation], "operation");
    const region = regionOf.get(frozen.idOf(op));
    if (region !== undefined) due.set(region, [...(due.get(region) ?? []), tensor]);
  }
  return due;
}

/** By region: the tensors that nobody needs behind it. */
function lastUses(
  { regions }: Program,
  outputs: readonly Value[],
  memory: TensorMemory,
): ReadonlyMap<number, readonly ProgramTensor[]> {
  const last = new Map<ProgramTensor, number>();
  for (const region of regions) {
    for (const name of namesIn(region.body)) {
      const tensor = memory.named(name);
      if (tensor !== undefined) last.set(tensor, region.id);
    }
  }
  for (const value of outputs) {
    const tensor = memory.tensorOf(value);
    if (tensor !== undefined) last.delete(tensor);
  }
  const byRegion = new Map<number, ProgramTensor[]>();
  for (const [tensor, region] of last) byRegion.set(region, [...(byRegion.get(region) ?? []), tensor]);
  return byRegion;
}

/** Names of tensors and buffers in statements. */
function namesIn(body: readonly Statement[]): readonly string[] {
  return body.flatMap((statement): readonly string[] => {
    switch (statement.op) {
      case "for":
      case "spread":
        return namesIn(statement.body);
      case "dma":
        return [...statement.from, ...statement.to];
      case "vector":
        return [...statement.streams, ...statement.copies];
      case "wait":
      case "pass":
        return [];
    }
  });
}
