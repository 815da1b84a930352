/** How a matrix region's operands come from tensors, and how results come from the anchor's: by way of its neighbours. */
import type { Operation, Value } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import { hasTrait } from "../../ir/ops/registry.ts";
import { transpose } from "../../ir/ops/shape.ts";
import { elementCount } from "../../ir/types.ts";
import { present } from "../../support/bug.ts";
import type { ProgramTensor, RegionProgram, VectorWork } from "../schedule/program.ts";
import { fault } from "./fault.ts";
import type { Step } from "./fused-values.ts";
import { FusedKernel, FusedValues } from "./fused-values.ts";
import type { IndexMap } from "./index-map.ts";
import { inverted, MapComposer, transposeMap } from "./index-map.ts";
import type { Machine, Placed, RegionPlace } from "./machine.ts";
import { tensorNamed } from "./machine.ts";

/** One of the anchor's two operands. */
export interface OperandPlan {
  /** Whose elements move. */
  readonly tensor: ProgramTensor;
  /** From an element of the operand to that of the tensor. */
  readonly map: IndexMap;
  /** Computes the operand's elements from the tensor's; undefined where they are the same. */
  readonly kernel: FusedKernel | undefined;
  readonly resultStep: number;
}

/** A tensor that a region writes. */
export interface ResultPlan {
  readonly tensor: ProgramTensor;
  /** From an element of the anchor's result to that of the tensor. */
  readonly map: IndexMap;
  readonly step: number;
}

/** What becomes of complete tiles. */
export interface EpiloguePlan {
  /** Undefined where complete tiles are the result. */
  readonly kernel: FusedKernel | undefined;
  /** By name. */
  readonly results: ReadonlyMap<string, ResultPlan>;
}

/** Operations of a region. */
export class RegionMembers {
  readonly anchor: Operation;
  private readonly members: ReadonlySet<Operation>;
  private readonly machine: Machine;
  private readonly place: RegionPlace;

  constructor(machine: Machine, region: RegionProgram, place: RegionPlace) {
    this.machine = machine;
    this.place = place;
    const operation = (id: number): Operation =>
      machine.frozen.operations[id] ?? fault(place, "program-invalid", `the model has no operation ${id}`);
    this.members = new Set(region.operations.map(operation));
    this.anchor = operation(region.anchor);
    if (!this.members.has(this.anchor)) {
      fault(place, "program-invalid", `the anchor ${region.anchor} is not among the region's operations`);
    }
  }

  readonly has = (op: Operation): boolean => this.members.has(op);

  /** The tensor of a value from outside. */
  readonly tensorOf = (value: Value): ProgramTensor =>
    this.machine.memory.tensorOf(value) ??
    fault(
      this.place,
      "program-invalid",
      `no tensor of the program holds an operand of ${value.definingOp?.name ?? "it"}`,
    );

  /** True when a region's op makes the value. */
  makes(value: Value): boolean {
    return value.definingOp !== undefined && this.members.has(value.definingOp);
  }

  operations(): readonly Operation[] {
    return [...this.members];
  }
}

/** How operand `position` of the anchor comes from a tensor. */
export function operandPlan(
  members: RegionMembers,
  position: 0 | 1,
  source: { readonly tensor: ProgramTensor; readonly place: RegionPlace },
): OperandPlan {
  const { tensor, place } = source;
  const operand = present(members.anchor.operands[position], "operand of an anchor");
  let main: { readonly map: IndexMap } | undefined;
  const values = new FusedValues({
    isMember: members.has,
    tensorOf: members.tensorOf,
    isTile: (value, map) => {
      if (members.makes(value) || members.tensorOf(value) !== tensor) return false;
      main ??= { map };
      return main.map === map;
    },
  });
  const resultStep = values.pull(operand, undefined);
  if (main === undefined) {
    return fault(
      place,
      "program-invalid",
      `${members.anchor.name} does not read ${tensor.name} as its operand ${position}`,
    );
  }
  const isComputed = values.steps.some(({ kind }) => kind === "op");
  return { tensor, map: main.map, kernel: isComputed ? new FusedKernel(values) : undefined, resultStep };
}

/** How the results of a region come from the anchor's. */
export function epiloguePlan(
  machine: Machine,
  members: RegionMembers,
  targets: { readonly names: readonly string[]; readonly place: RegionPlace },
): EpiloguePlan & { readonly steps: readonly Step[] } {
  const { names, place } = targets;
  const { anchor } = members;
  const composer = new MapComposer();
  const values = new FusedValues({
    isMember: members.has,
    tensorOf: members.tensorOf,
    isTile: (value, map) => {
      if (value !== anchor.result) return false;
      if (map === undefined) return true;
      return fault(place, "program-invalid", "an epilogue needs elements that are in other tiles");
    },
  });
  const results = new Map<string, ResultPlan>();
  for (const name of names) {
    const tensor = tensorNamed(machine, name, place);
    const value = machine.memory.valueOf(tensor);
    const route = members.makes(value) ? pushMap(members, value, composer) : undefined;
    if (route === undefined) return fault(place, "program-invalid", `${name} is not a result of the region`);
    results.set(name, { tensor, map: route.map, step: values.pull(value, route.map) });
  }
  const isComputed = values.steps.some(({ kind }) => kind === "op");
  return { kernel: isComputed ? new FusedKernel(values) : undefined, results, steps: values.steps };
}

/** From an element of the anchor's result to that of a value behind it; undefined where the value does not depend on it. */
function pushMap(members: RegionMembers, value: Value, composer: MapComposer): { readonly map: IndexMap } | undefined {
  const { anchor } = members;
  if (value === anchor.result) return { map: undefined };
  const op = value.definingOp;
  if (op === undefined || !members.has(op)) return undefined;
  const count = elementCount(tensorTypeOf(value).shape);
  for (const operand of op.operands) {
    if (elementCount(tensorTypeOf(operand).shape) !== count) continue;
    const before = pushMap(members, operand, composer);
    if (before === undefined) continue;
    const move = transpose.match(op);
    if (move === undefined) return before;
    const forward = inverted(transposeMap(move.types.input.shape, move.attrs.permutation));
    return { map: composer.compose(before.map, forward) };
  }
  return undefined;
}

/** Refuses vector work that leaves out operations or operands of what it must compute. */
export function checkVectorWork(
  { statement, place }: Placed<VectorWork>,
  steps: readonly Step[],
  machine: Pick<Machine, "frozen">,
): void {
  for (const step of steps) {
    if (step.kind === "stream" && !statement.streams.includes(step.tensor.name)) {
      fault(place, "program-invalid", `it reads ${step.tensor.name}, which does not stream`);
    }
    if (step.kind === "op" && !statement.operations.includes(machine.frozen.idOf(step.op))) {
      fault(place, "program-invalid", `it leaves out operation ${machine.frozen.idOf(step.op)} (${step.op.name})`);
    }
  }
}

/** Operations of a region that compute something besides the anchor: they need vector work. */
export function computingNeighbours(members: RegionMembers): readonly Operation[] {
  return members
    .operations()
    .filter((op) => op !== members.anchor && !hasTrait(op, "view") && transpose.match(op) === undefined);
}
