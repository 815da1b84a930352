/** The fused neighbours of a matrix op: which work on an operand before it, which on its results. */
import { present } from "../../support/bug.ts";
import type { WorkloadOp } from "../workload-graph.ts";
import type { RegionContext } from "./lower.ts";
import type { ProgramTensor } from "./program.ts";

/** Operations that work on tiles of an operand as they stand in L1, and the further tensors that they read. */
export interface OperandWork {
  readonly operations: readonly number[];
  readonly streams: readonly string[];
}

export interface Neighbours {
  /** The tensors that tiles of the operands are brought from. */
  readonly input: ProgramTensor;
  readonly weight: ProgramTensor;
  /** The tensor that complete tiles of the output go to. */
  readonly result: ProgramTensor | undefined;
  /** Undefined where nothing is computed: transposes and views only change addresses. */
  readonly inputWork: OperandWork | undefined;
  readonly weightWork: OperandWork | undefined;
  readonly outputWork: (OperandWork & { readonly copies: readonly string[] }) | undefined;
}

/** The neighbours of a region's anchor. */
export function neighboursOf(context: RegionContext): Neighbours {
  const { workload, spec, homes } = context;
  const members = new Set(spec.operations);
  const ops = workload.operations.filter((op) => members.has(op.operation));
  const anchor = present(
    ops.find((op) => op.operation === spec.anchor),
    "anchor",
  );
  const working = ops.filter((op) => op.role !== "view");
  const main = (position: number): number => mainTensor(present(anchor.operands[position], "operand").tensor, working);
  const before = [0, 1].map((position) => feeding(present(anchor.operands[position], "operand").tensor, working));
  const prologue = new Set(before.flat());
  const after = working.filter((op) => op !== anchor && !prologue.has(op));
  const name = (tensor: number): string => present(homes.get(tensor), "home").name;
  const streamsOf = (group: readonly WorkloadOp[], carried: number | undefined): readonly string[] => {
    const made = new Set(working.flatMap((op) => op.results));
    const read = group.flatMap((op) => op.operands.map(({ tensor }) => tensor));
    return [...new Set(read)].filter((tensor) => !made.has(tensor) && tensor !== carried).map(name);
  };
  const work = (position: 0 | 1): OperandWork | undefined => {
    const group = before[position] ?? [];
    if (!group.some(computes)) return undefined;
    return { operations: group.map((op) => op.operation), streams: streamsOf(group, main(position)) };
  };
  const written = spec.writes.map(({ tensor }) => tensor);
  const copies = written.slice(0, -1).map(name);
  const last = written.at(-1);
  return {
    input: present(homes.get(main(0)), "home"),
    weight: present(homes.get(main(1)), "home"),
    result: last === undefined ? undefined : homes.get(last),
    inputWork: work(0),
    weightWork: work(1),
    outputWork:
      after.some(computes) || copies.length > 0
        ? { operations: after.map((op) => op.operation), streams: streamsOf(after, undefined), copies }
        : undefined,
  };
}

function computes({ role }: WorkloadOp): boolean {
  return role !== "transpose";
}

/** The tensor from outside whose elements become those of an operand, through its widest operands. */
function mainTensor(operand: number, working: readonly WorkloadOp[]): number {
  const maker = working.find((op) => op.results.includes(operand));
  if (maker === undefined) return operand;
  const widest = [...maker.operands].sort((a, b) => b.words - a.words)[0];
  return mainTensor(present(widest, "operand").tensor, working);
}

/** Operations of the region that a tensor is computed from, in program order. */
function feeding(tensor: number, working: readonly WorkloadOp[]): readonly WorkloadOp[] {
  const found = new Set<WorkloadOp>();
  const visit = (wanted: number): void => {
    const maker = working.find((op) => op.results.includes(wanted));
    if (maker === undefined || found.has(maker)) return;
    found.add(maker);
    for (const operand of maker.operands) visit(operand.tensor);
  };
  visit(tensor);
  return working.filter((op) => found.has(op));
}
