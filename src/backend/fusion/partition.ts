/** Groups ops into regions by fixed rules: every op alone, or a matrix op with its element-wise neighbours as XLA does. */
import { present } from "../../support/bug.ts";
import type { FusionMode } from "../options.ts";
import type { WorkloadGraph, WorkloadOp } from "../workload-graph.ts";

/** Ops that run as one. Groups are in schedule order: each reads only what earlier groups and itself make. */
export interface OpGroup {
  readonly anchor: WorkloadOp;
  /** In program order. */
  readonly operations: readonly WorkloadOp[];
}

/** The groups of a partition; views of inputs and of weights belong to no group. */
export function partition(graph: WorkloadGraph, mode: FusionMode): readonly OpGroup[] {
  const builder = new Builder(graph);
  for (const op of graph.operations) builder.place(op, mode);
  return builder.finish();
}

interface OpenGroup {
  readonly rank: number;
  readonly anchor: WorkloadOp;
  readonly operations: WorkloadOp[];
}

/**
 * Walks ops in program order. An anchor (matrix, row, copy op) opens a group. An element-wise op or transpose joins the
 * latest group that makes one of its operands when it has as many elements as that group's result (epilogue); else it
 * waits, and joins the anchor that alone reads it (prologue); else it becomes a group of its own.
 */
class Builder {
  private readonly graph: WorkloadGraph;
  private readonly groups: OpenGroup[] = [];
  private readonly groupOf = new Map<number, OpenGroup>();
  private readonly producer = new Map<number, WorkloadOp>();
  private readonly readers = new Map<number, number>();
  private readonly waiting = new Set<WorkloadOp>();

  constructor(graph: WorkloadGraph) {
    this.graph = graph;
    for (const op of graph.operations) {
      if (op.role === "view") continue;
      for (const result of op.results) this.producer.set(result, op);
      for (const { tensor } of op.operands) this.readers.set(tensor, (this.readers.get(tensor) ?? 0) + 1);
    }
  }

  place(op: WorkloadOp, mode: FusionMode): void {
    if (op.role === "view") this.followSource(op);
    else if (mode === "none" || !isNeighbour(op)) this.open(op, mode);
    else if (!this.joinProducer(op)) this.waiting.add(op);
  }

  finish(): readonly OpGroup[] {
    for (const op of [...this.waiting]) this.settle(op);
    for (const op of this.graph.operations) if (op.role === "view") this.followSource(op);
    return this.groups.map(({ anchor, operations }) => ({
      anchor,
      operations: [...operations].sort((a, b) => a.index - b.index),
    }));
  }

  /** A view belongs to whoever makes the tensor that it looks at. */
  private followSource(op: WorkloadOp): void {
    const group = this.groupThatMakes(present(op.operands[0], "operand of a view").tensor);
    if (group !== undefined && !group.operations.includes(op)) group.operations.push(op);
  }

  private groupThatMakes(tensor: number): OpenGroup | undefined {
    const op = this.producer.get(tensor);
    return op === undefined ? undefined : this.groupOf.get(op.index);
  }

  private open(anchor: WorkloadOp, mode: FusionMode): void {
    const prologue = mode === "none" ? [] : this.takePrologue(anchor);
    this.add(anchor, prologue);
  }

  private add(anchor: WorkloadOp, others: readonly WorkloadOp[]): OpenGroup {
    const group: OpenGroup = { rank: this.groups.length, anchor, operations: [...others, anchor] };
    this.groups.push(group);
    for (const op of group.operations) this.groupOf.set(op.index, group);
    return group;
  }

  /** Waiting ops that feed only this anchor; the other waiting ops that it reads become groups before it. */
  private takePrologue(anchor: WorkloadOp): readonly WorkloadOp[] {
    const taken: WorkloadOp[] = [];
    const visit = (op: WorkloadOp): void => {
      for (const { tensor } of op.operands) {
        const source = this.producer.get(tensor);
        if (source === undefined || !this.waiting.has(source)) continue;
        if (this.isReadOnce(tensor)) {
          this.waiting.delete(source);
          visit(source);
          taken.push(source);
        } else this.settle(source);
      }
    };
    visit(anchor);
    return taken;
  }

  private isReadOnce(tensor: number): boolean {
    return this.readers.get(tensor) === 1 && this.graph.tensors[tensor]?.isOutput !== true;
  }

  /** Makes a waiting op a group of its own, with the waiting ops that feed only it. */
  private settle(op: WorkloadOp): void {
    if (!this.waiting.delete(op)) return;
    const prologue = this.takePrologue(op);
    this.add(op, prologue);
  }

  private joinProducer(op: WorkloadOp): boolean {
    let latest: OpenGroup | undefined;
    for (const { tensor } of op.operands) {
      const source = this.producer.get(tensor);
      // What waits is not made by any group yet, so the op cannot run in an earlier one.
      if (source !== undefined && this.waiting.has(source)) return false;
      const group = this.groupThatMakes(tensor);
      if (group !== undefined && (latest === undefined || group.rank > latest.rank)) latest = group;
    }
    if (latest?.anchor.outputElements !== op.outputElements) return false;
    latest.operations.push(op);
    this.groupOf.set(op.index, latest);
    return true;
  }
}

/** Ops that can run inside another op's region. */
function isNeighbour(op: WorkloadOp): boolean {
  return op.role === "elementwise" || op.role === "transpose";
}
