/** Checks a partition against the graph itself, by plain search: no rule of how regions are formed is used. */
import { partition } from "../../../src/backend/fusion/partition.ts";
import type { FusionMode } from "../../../src/backend/options.ts";
import type { WorkloadOp } from "../../../src/backend/workload-graph.ts";
import type { Workload } from "../../../src/backend/workload.ts";

/** Everything that is wrong with the regions of a mode. */
export function partitionProblems(workload: Workload, mode: FusionMode): readonly string[] {
  const groups = partition(workload, mode).map((group) => group.operations);
  return [
    ...coverProblems(workload, groups),
    ...orderProblems(workload, groups),
    ...convexityProblems(workload, groups),
    ...tensorProblems(workload, mode),
  ];
}

type Groups = readonly (readonly WorkloadOp[])[];

/** Every op that does anything is in exactly one group, a view in at most one. */
function coverProblems(workload: Workload, groups: Groups): readonly string[] {
  return workload.operations.flatMap((op) => {
    const count = groups.filter((group) => group.some((member) => member.index === op.index)).length;
    const isRight = count === 1 || (count === 0 && op.role === "view");
    return isRight ? [] : [`op ${op.index} (${op.opName}) is in ${count} groups`];
  });
}

/** Readers of each tensor's producer: a view stands for what it looks at. */
function producerOf(workload: Workload): ReadonlyMap<number, WorkloadOp> {
  const working = workload.operations.filter((op) => op.role !== "view");
  return new Map(working.flatMap((op) => op.results.map((result) => [result, op] as const)));
}

function groupOf(groups: Groups): ReadonlyMap<number, number> {
  return new Map(groups.flatMap((group, at) => group.map((op) => [op.index, at] as const)));
}

/** Whatever a group reads is made by itself or by an earlier one, and in a group by an earlier op. */
function orderProblems(workload: Workload, groups: Groups): readonly string[] {
  const [producers, places] = [producerOf(workload), groupOf(groups)];
  return groups.flatMap((group, at) =>
    group.flatMap((op, position) =>
      op.operands.flatMap(({ tensor }) => {
        const producer = producers.get(tensor);
        if (producer === undefined || producer === op || op.role === "view") return [];
        const from = places.get(producer.index) ?? Infinity;
        const isEarlier = from < at || (from === at && group.indexOf(producer) < position);
        return isEarlier ? [] : [`group ${at} reads tensor ${tensor} before group ${from} makes it`];
      }),
    ),
  );
}

/** No path leaves a group and comes back: found by walking the ops that depend on it. */
function convexityProblems(workload: Workload, groups: Groups): readonly string[] {
  const readers = new Map<number, WorkloadOp[]>();
  for (const op of workload.operations) {
    for (const { tensor } of op.operands) readers.set(tensor, [...(readers.get(tensor) ?? []), op]);
  }
  const places = groupOf(groups);
  return groups.flatMap((group, at) => {
    const seen = new Set<WorkloadOp>();
    const outside = group.flatMap((op) => op.results.flatMap((result) => readers.get(result) ?? []));
    const open = outside.filter((op) => places.get(op.index) !== at && op.role !== "view");
    for (let op = open.pop(); op !== undefined; op = open.pop()) {
      if (seen.has(op)) continue;
      seen.add(op);
      if (places.get(op.index) === at && op.role !== "view") return [`a path leaves group ${at} and comes back`];
      for (const result of op.results) open.push(...(readers.get(result) ?? []).filter((reader) => reader !== op));
    }
    return [];
  });
}

/** Each tensor is written by one region at most; what is read or returned is written by an earlier one, or comes in. */
function tensorProblems(workload: Workload, mode: FusionMode): readonly string[] {
  const problems: string[] = [];
  const written = new Set<number>();
  for (const { id, reads, writes } of workload.regions[mode]) {
    for (const { tensor, words } of reads) {
      const source = workload.tensors[tensor];
      if (source?.origin === "activation" && !written.has(tensor))
        problems.push(`region ${id} reads ${tensor} too early`);
      if (words <= 0 || words > (source?.words ?? 0)) problems.push(`region ${id} reads ${words} words of ${tensor}`);
    }
    for (const { tensor } of writes) {
      if (written.has(tensor)) problems.push(`tensor ${tensor} is written twice`);
      written.add(tensor);
    }
  }
  for (const { id, origin, isOutput } of workload.tensors) {
    if (isOutput && origin === "activation" && !written.has(id)) problems.push(`result ${id} is never written`);
  }
  const macs = workload.operations.reduce((sum, op) => sum + op.macs, 0);
  if (workload.regions[mode].reduce((sum, region) => sum + region.macs, 0) !== macs) problems.push("MACs were lost");
  return problems;
}
