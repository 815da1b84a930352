/** A region before hardware is known: its problem, and which tensors it reads and writes. */
import type { Engine } from "../../ir/decisions.ts";
import { pointCount, vectorOpCount } from "../../ir/loop-nest.ts";
import { present } from "../../support/bug.ts";
import { canonicalJson } from "../../support/stable-json.ts";
import type { OpClass } from "../evaluation.ts";
import { compulsoryElements } from "../mapping/bounds.ts";
import type { Problem, VectorProblem } from "../mapping/problem.ts";
import { matrixProblem } from "../mapping/problem.ts";
import type { FusionMode } from "../options.ts";
import type { WorkloadGraph, WorkloadOp } from "../workload-graph.ts";
import type { OpGroup } from "./partition.ts";
import { partition } from "./partition.ts";

/** What a tensor is to the region's problem. */
export type ReadRole = "input" | "weight" | "extra";

export interface RegionRead {
  readonly tensor: number;
  readonly role: ReadRole;
  /** Operand words that are read, each once. */
  readonly words: number;
}

export interface RegionWrite {
  readonly tensor: number;
  readonly words: number;
}

export interface RegionSpec {
  readonly id: number;
  readonly name: string;
  readonly kind: OpClass;
  /** Operation ids, in program order. */
  readonly operations: readonly number[];
  readonly anchor: number;
  readonly onnxNodes: readonly string[];
  readonly problem: Problem;
  /** Content key of the problem: regions with equal keys cost alike. */
  readonly problemKey: string;
  readonly reads: readonly RegionRead[];
  readonly writes: readonly RegionWrite[];
  readonly macs: number;
}

/** The engine that a region runs on, when it may choose none other. */
export function defaultEngine(region: RegionSpec): Engine {
  if (region.problem.kind === "matrix") return "systolic-array";
  return region.problem.isCopy ? "dma" : "vector-unit";
}

/** The regions of a partition, in schedule order. */
export function regionSpecs(graph: WorkloadGraph, mode: FusionMode): readonly RegionSpec[] {
  const readBy = new Map<number, Set<number>>();
  const groups = partition(graph, mode);
  groups.forEach((group, id) => {
    for (const op of group.operations) {
      for (const { tensor } of op.operands) readBy.set(tensor, (readBy.get(tensor) ?? new Set()).add(id));
    }
  });
  return groups.map((group, id) => regionSpec(graph, group, { id, readBy }));
}

function regionSpec(
  graph: WorkloadGraph,
  group: OpGroup,
  place: { readonly id: number; readonly readBy: ReadonlyMap<number, ReadonlySet<number>> },
): RegionSpec {
  const working = group.operations.filter((op) => op.role !== "view");
  const made = new Set(working.flatMap((op) => op.results));
  const writes = [...made].flatMap((tensor): RegionWrite[] => {
    const isRead = [...(place.readBy.get(tensor) ?? [])].some((reader) => reader !== place.id);
    const { isOutput, words } = present(graph.tensors[tensor], "tensor");
    return isRead || isOutput ? [{ tensor, words }] : [];
  });
  const whole = regionReads(group, working, made);
  const problem = problemOf(group, { working, reads: whole, writes });
  const reads = whole.map((read) => touchedRead(read, problem, { anchor: group.anchor, working }));
  return {
    id: place.id,
    name: group.anchor.onnxNodes.at(-1) ?? `${group.anchor.opName} ${group.anchor.operation}`,
    kind: group.anchor.kind,
    operations: group.operations.map((op) => op.operation),
    anchor: group.anchor.operation,
    onnxNodes: [...new Set(group.operations.flatMap((op) => op.onnxNodes))],
    problem,
    problemKey: canonicalJson(problem),
    reads,
    writes,
    macs: working.reduce((sum, op) => sum + op.macs, 0),
  };
}

/**
 * Tensors from outside, each once. Of a matrix op, what flows into its first operand is the input (also where it flows into
 * both), what flows into its second operand is the weight, and everything else is extra.
 */
function regionReads(group: OpGroup, working: readonly WorkloadOp[], made: ReadonlySet<number>): readonly RegionRead[] {
  const { anchor } = group;
  const isMatrix = anchor.role === "matrix";
  const reads = new Map<number, RegionRead>();
  const [main, weight] = [0, 1].map((position) => outsideTensor(anchor.operands[position]?.tensor, working, made));
  for (const op of working) {
    for (const operand of op.operands) {
      if (made.has(operand.tensor)) continue;
      const role: ReadRole =
        !isMatrix || operand.tensor === main ? "input" : operand.tensor === weight ? "weight" : "extra";
      const known = reads.get(operand.tensor);
      const words = Math.max(operand.words, known?.words ?? 0);
      reads.set(operand.tensor, {
        tensor: operand.tensor,
        role: known === undefined ? role : stronger(known.role, role),
        words,
      });
    }
  }
  return [...reads.values()];
}

function stronger(a: ReadRole, b: ReadRole): ReadRole {
  return a === "input" || b === "input" ? "input" : a === "weight" || b === "weight" ? "weight" : "extra";
}

/** A stride may skip part of the input, when nothing but the anchor needs it. */
function touchedRead(
  read: RegionRead,
  problem: Problem,
  { anchor, working }: { readonly anchor: WorkloadOp; readonly working: readonly WorkloadOp[] },
): RegionRead {
  if (problem.kind !== "matrix" || read.role !== "input") return read;
  const readers = working.filter((op) => op.operands.some((operand) => operand.tensor === read.tensor));
  const isForAnchor = readers.every((op) => op === anchor || feeds(op, anchor, working));
  return isForAnchor ? { ...read, words: Math.min(read.words, compulsoryElements(problem).input) } : read;
}

/** The tensor from outside that flows into one of the anchor's operands through the prologue. */
function outsideTensor(
  operand: number | undefined,
  working: readonly WorkloadOp[],
  made: ReadonlySet<number>,
): number | undefined {
  let tensor = operand;
  const makers = new Map(working.flatMap((op) => op.results.map((result) => [result, op] as const)));
  while (tensor !== undefined && made.has(tensor)) {
    const maker = present(makers.get(tensor), "maker of a tensor");
    const widest = [...maker.operands].sort((a, b) => b.words - a.words)[0];
    tensor = widest?.tensor;
  }
  return tensor;
}

interface Parts {
  readonly working: readonly WorkloadOp[];
  readonly reads: readonly RegionRead[];
  readonly writes: readonly RegionWrite[];
}

function problemOf(group: OpGroup, parts: Parts): Problem {
  const { anchor } = group;
  if (anchor.role !== "matrix" || anchor.nest === undefined) return vectorProblem(group, parts);
  const before = parts.working.filter((op) => op.index < anchor.index && feeds(op, anchor, parts.working));
  const after = parts.working.filter((op) => op !== anchor && !before.includes(op));
  const [first, second] = [present(anchor.operands[0], "input"), present(anchor.operands[1], "weight")];
  const inputElements = first.shape.reduce((product, extent) => product * extent, 1);
  return matrixProblem(anchor.nest, {
    inputShape: first.shape,
    operandNames: [first.name, second.name],
    prologueOps: vectorOps(before) / inputElements,
    epilogueOps: vectorOps(after) / anchor.outputElements,
    extraElements: parts.reads.reduce((sum, read) => sum + (read.role === "extra" ? read.words : 0), 0),
    outputCopies: Math.max(1, parts.writes.length),
  });
}

/** True when the op's result reaches the anchor. */
function feeds(op: WorkloadOp, anchor: WorkloadOp, working: readonly WorkloadOp[]): boolean {
  return op.results.some((result) =>
    working.some(
      (reader) =>
        reader !== op &&
        reader.operands.some((operand) => operand.tensor === result) &&
        (reader === anchor || (reader.index < anchor.index && feeds(reader, anchor, working))),
    ),
  );
}

function vectorOps(ops: readonly WorkloadOp[]): number {
  return ops.reduce((sum, op) => sum + (op.nest === undefined ? 0 : vectorOpCount(op.nest)), 0);
}

function vectorProblem(group: OpGroup, parts: Parts): VectorProblem {
  const { anchor } = group;
  const nest = anchor.nest;
  const points = nest === undefined ? anchor.outputElements : Math.max(1, pointCount(nest));
  const isRowWise = nest?.rowLoops !== undefined && nest.rowLoops.length > 0;
  const rowPoints = (nest?.rowLoops ?? []).reduce((product, loop) => product * (nest?.extents[loop] ?? 1), 1);
  const total = vectorOps(parts.working);
  return {
    kind: "vector",
    points,
    rows: Math.max(1, isRowWise ? Math.round(points / rowPoints) : anchor.outputElements),
    opsPerPoint: total / points,
    inputElements: parts.reads.reduce((sum, read) => sum + read.words, 0),
    outputElements: parts.writes.reduce((sum, write) => sum + write.words, 0),
    sweeps: nest?.work.kind === "vector" ? (nest.work.sweeps ?? 1) : 1,
    isCopy: total === 0,
  };
}
