/**
 * Runs a schedule's global memory from region to region: tensors come and go with their lives, staging lies at the top. It
 * says what is wrong; nothing when the residency is sound.
 */
import type { Architecture } from "../../../src/backend/architecture.ts";
import { gmCapacityBytes } from "../../../src/backend/architecture.ts";
import type { RegionSpec } from "../../../src/backend/fusion/region-spec.ts";
import { costOfMapping } from "../../../src/backend/mapping/matrix-cost.ts";
import { ChainCache, importMatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { MappingCost } from "../../../src/backend/mapping/cost.ts";
import { costOfVectorMapping } from "../../../src/backend/mapping/vector-mapper.ts";
import type { Workload } from "../../../src/backend/workload.ts";
import type { Decisions, Mapping, ResidentTensor } from "../../../src/ir/decisions.ts";

export interface Replay {
  readonly problems: readonly string[];
  /** Most bytes of global memory in use in any region, with staging. */
  readonly peakBytes: number;
}

interface Placed extends ResidentTensor {
  readonly tensor: number;
}

/** Replays decisions for the regions that they were made for. */
export function replayResidency(
  workload: Workload,
  regions: readonly RegionSpec[],
  { decisions, architecture }: { readonly decisions: Decisions; readonly architecture: Architecture },
): Replay {
  const problems: string[] = [];
  const { residency } = decisions;
  const capacity = gmCapacityBytes(architecture);
  if (residency.capacityBytes !== capacity) problems.push(`capacity ${residency.capacityBytes} is not ${capacity}`);
  const placed = residency.tensors.map((each): Placed => ({ ...each, tensor: tensorOf(workload, each) }));
  for (const each of placed) problems.push(...problemsOfOne(workload, regions, { each, architecture }));
  let peakBytes = 0;
  const written = new Set<number>();
  for (const [id, region] of regions.entries()) {
    const live = placed.filter(({ firstRegion, lastRegion }) => firstRegion <= id && id <= lastRegion);
    problems.push(...overlaps(live).map((text) => `region ${id}: ${text}`));
    const top = Math.max(0, ...live.map(({ offsetBytes, sizeBytes }) => offsetBytes + sizeBytes));
    const mapping = decisions.mappings[id];
    if (mapping === undefined) throw new Error(`region ${id} has no mapping`);
    const isLive = (tensor: number): boolean => live.some((each) => each.tensor === tensor);
    const staging = stagingBytes(region, mapping, { architecture, isLive });
    peakBytes = Math.max(peakBytes, top + staging);
    if (top + staging > capacity) problems.push(`region ${id}: ${top} + ${staging} bytes exceed ${capacity}`);
    for (const { tensor } of region.reads) {
      const isActivation = workload.tensors[tensor]?.origin === "activation";
      if (isLive(tensor) && isActivation && !written.has(tensor))
        problems.push(`region ${id} reads ${tensor} too early`);
    }
    for (const { tensor } of region.writes) written.add(tensor);
  }
  return { problems, peakBytes };
}

function tensorOf(workload: Workload, { value }: ResidentTensor): number {
  const tensor = workload.tensors.find(
    (each) => each.value.operation === value.operation && each.value.index === value.index,
  );
  if (tensor === undefined) throw new Error(`no tensor for value ${value.operation}:${value.index}`);
  return tensor.id;
}

function problemsOfOne(
  workload: Workload,
  regions: readonly RegionSpec[],
  { each, architecture }: { readonly each: Placed; readonly architecture: Architecture },
): readonly string[] {
  const { tensor: id, firstRegion, lastRegion, isPinned } = each;
  const tensor = workload.tensors[id];
  if (tensor === undefined) throw new Error(`no tensor ${id}`);
  const problems: string[] = [];
  const says = (isWrong: boolean, text: string): void => void (isWrong && problems.push(`tensor ${id} ${text}`));
  const users = regions.flatMap(({ reads, writes }, at) =>
    [...reads, ...writes].some((use) => use.tensor === id) ? [at] : [],
  );
  const writer = regions.findIndex(({ writes }) => writes.some((write) => write.tensor === id));
  says(each.sizeBytes !== tensor.words * architecture.operandBytes, "has a wrong size");
  says(each.offsetBytes < 0 || !Number.isInteger(each.offsetBytes), "has a bad offset");
  says(tensor.isOutput, "is a result of the model and must reach DRAM");
  says(isPinned !== (tensor.origin === "weight"), "is pinned without being a weight, or the other way round");
  if (isPinned) says(firstRegion !== 0 || lastRegion !== regions.length - 1, "is pinned but does not span all regions");
  else {
    says(firstRegion !== writer, "does not live from the region that writes it");
    says(lastRegion !== users.at(-1), "does not live to its last reader");
  }
  return problems;
}

/** Pairs of live tensors that share a byte. */
function overlaps(live: readonly Placed[]): readonly string[] {
  const sorted = [...live].sort((a, b) => a.offsetBytes - b.offsetBytes);
  return sorted.flatMap((each, at) => {
    const next = sorted[at + 1];
    return next !== undefined && each.offsetBytes + each.sizeBytes > next.offsetBytes
      ? [`tensors ${each.tensor} and ${next.tensor} overlap`]
      : [];
  });
}

function writtenCost(problem: RegionSpec["problem"], mapping: Mapping, architecture: Architecture): MappingCost {
  if (problem.kind === "matrix") {
    const context = { problem, architecture, chains: new ChainCache(problem, architecture) };
    return costOfMapping(context, importMatrixMapping(problem, mapping));
  }
  const cost = costOfVectorMapping(problem, architecture, mapping);
  if (!("busyCycles" in cost)) throw new Error("a written mapping does not fit");
  return cost;
}

/** Room for tiles of what comes through DRAM, from the mapping as it is written down. */
function stagingBytes(
  { problem, reads, writes }: RegionSpec,
  mapping: Mapping,
  { architecture, isLive }: { readonly architecture: Architecture; readonly isLive: (tensor: number) => boolean },
): number {
  const cost = writtenCost(problem, mapping, architecture);
  const { input, weight, output, sums } = cost.stagingBytes;
  const comes = (role: "input" | "weight"): boolean => reads.some((read) => read.role === role && !isLive(read.tensor));
  const hasWeight = reads.some((read) => read.role === "weight");
  const leaves = cost.dramBytes.partialSums > 0 || writes.some((write) => !isLive(write.tensor));
  return (comes("input") ? input : 0) + (comes(hasWeight ? "weight" : "input") ? weight : 0) + (leaves ? output : sums);
}
