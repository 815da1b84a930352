/** Where a program's tensors live, and in which regions. */
import type { Decisions, ValueId } from "../../ir/decisions.ts";
import type { Architecture } from "../architecture.ts";
import type { RegionSpec } from "../fusion/region-spec.ts";
import type { Workload } from "../workload.ts";
import type { WorkloadTensor } from "../workload-graph.ts";
import type { ProgramTensor } from "./program.ts";

interface Placement {
  readonly decisions: Decisions;
  readonly specs: readonly RegionSpec[];
  readonly architecture: Architecture;
}

/** The tensors that regions read or write, by their number in the workload; offsets in DRAM are still 0. */
export function tensorHomes(workload: Workload, placement: Placement): ReadonlyMap<number, ProgramTensor> {
  const { decisions, specs, architecture } = placement;
  const users = new Map<number, number[]>();
  for (const { id, reads, writes } of specs) {
    for (const { tensor } of [...reads, ...writes]) users.set(tensor, [...(users.get(tensor) ?? []), id]);
  }
  const residents = new Map(decisions.residency.tensors.map((tensor) => [valueKey(tensor.value), tensor]));
  const homes = new Map<number, ProgramTensor>();
  for (const tensor of workload.tensors) {
    const regions = users.get(tensor.id);
    if (regions === undefined) continue;
    const resident = residents.get(valueKey(tensor.value));
    homes.set(tensor.id, {
      ...identity(tensor),
      sizeBytes: tensor.words * architecture.operandBytes,
      memory: resident === undefined ? "dram" : "gm",
      offsetBytes: resident?.offsetBytes ?? 0,
      isPinned: resident?.isPinned ?? false,
      ...(resident === undefined ? lifeInDram(tensor, regions, specs.length - 1) : lifeOf(resident)),
    });
  }
  return homes;
}

function identity({ id, value, origin, isOutput, shape, element, words }: WorkloadTensor) {
  return { name: `t${id}`, value, origin, isOutput, shape, element, words };
}

function lifeOf({ firstRegion, lastRegion }: { readonly firstRegion: number; readonly lastRegion: number }) {
  return { firstRegion, lastRegion };
}

/** Weights and inputs are there from the start, weights and outputs to the end. */
function lifeInDram(tensor: WorkloadTensor, regions: readonly number[], last: number) {
  return {
    firstRegion: tensor.origin === "activation" ? Math.min(...regions) : 0,
    lastRegion: tensor.origin === "weight" || tensor.isOutput ? last : Math.max(...regions),
  };
}

function valueKey({ operation, index }: ValueId): string {
  return `${operation}:${index}`;
}
