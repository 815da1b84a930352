/** Which tensors stay in global memory: greedily by time saved per byte and step, with real offsets (first fit). */
import type { Residency, ResidentTensor } from "../../ir/decisions.ts";
import { present } from "../../support/bug.ts";
import type { Architecture } from "../architecture.ts";
import { gmCapacityBytes } from "../architecture.ts";
import type { MappedRegion } from "../region-time.ts";
import { regionDramBytes, regionStagingBytes, regionTime } from "../region-time.ts";
import type { Workload } from "../workload.ts";
import type { WorkloadTensor } from "../workload-graph.ts";

/** No tensor stays: every region reads and writes DRAM. */
export function noResidency(architecture: Architecture): Residency {
  return { capacityBytes: gmCapacityBytes(architecture), tensors: [] };
}

interface Candidate {
  readonly tensor: WorkloadTensor;
  readonly sizeBytes: number;
  readonly firstRegion: number;
  readonly lastRegion: number;
  /** Regions that read or write it. */
  readonly regions: readonly number[];
}

/**
 * Weights may stay for all inferences, activations from the region that makes them to the last that reads them. In two
 * rounds, candidates are taken by cycles saved per byte and region of their life, then by DRAM bytes saved; what does not
 * fit beside the staging space of every region of its life stays in DRAM. Offsets: the lowest gap that is free.
 */
export function greedyResidency(
  workload: Workload,
  regions: readonly MappedRegion[],
  architecture: Architecture,
): Residency {
  const state = new GlobalMemory(regions, architecture);
  if (state.capacityBytes > 0) {
    const candidates = residencyCandidates(workload, regions, architecture);
    for (const measure of [state.cyclesSaved, state.bytesSaved]) state.fill(candidates, measure);
  }
  return { capacityBytes: state.capacityBytes, tensors: state.placed() };
}

function residencyCandidates(
  workload: Workload,
  regions: readonly MappedRegion[],
  architecture: Architecture,
): readonly Candidate[] {
  const users = new Map<number, number[]>();
  const makers = new Set<number>();
  regions.forEach(({ spec }, position) => {
    for (const { tensor } of spec.writes) makers.add(tensor);
    for (const { tensor } of [...spec.writes, ...spec.reads]) {
      const list = users.get(tensor) ?? [];
      if (list.at(-1) !== position) list.push(position);
      users.set(tensor, list);
    }
  });
  return workload.tensors.flatMap((tensor): Candidate[] => {
    const touched = users.get(tensor.id) ?? [];
    const isWeight = tensor.origin === "weight";
    const [first, last] = [touched[0], touched.at(-1)];
    if (first === undefined || last === undefined || tensor.isOutput || tensor.words === 0) return [];
    if (!isWeight && (!makers.has(tensor.id) || first === last)) return [];
    return [
      {
        tensor,
        sizeBytes: tensor.words * architecture.operandBytes,
        firstRegion: isWeight ? 0 : first,
        lastRegion: isWeight ? regions.length - 1 : last,
        regions: touched,
      },
    ];
  });
}

/** Global memory while tensors are being placed. */
class GlobalMemory {
  readonly capacityBytes: number;
  private readonly regions: readonly MappedRegion[];
  private readonly architecture: Architecture;
  private readonly resident = new Map<number, ResidentTensor>();
  private readonly staging: number[];

  constructor(regions: readonly MappedRegion[], architecture: Architecture) {
    this.regions = regions;
    this.architecture = architecture;
    this.capacityBytes = gmCapacityBytes(architecture);
    this.staging = regions.map((region) => regionStagingBytes(region, this.isResident));
  }

  private readonly isResident = (tensor: number): boolean => this.resident.has(tensor);

  private readonly isResidentWith =
    (extra: number) =>
    (tensor: number): boolean =>
      tensor === extra || this.resident.has(tensor);

  /** Cycles saved by one candidate beside those that are placed. */
  readonly cyclesSaved = (candidate: Candidate): number =>
    this.saved(candidate, (region, isResident) => regionTime(region, this.architecture, isResident).cycles);

  readonly bytesSaved = (candidate: Candidate): number =>
    this.saved(candidate, (region, isResident) => regionDramBytes(region, this.architecture, isResident));

  private saved(
    candidate: Candidate,
    measure: (region: MappedRegion, isResident: (tensor: number) => boolean) => number,
  ): number {
    const withIt = this.isResidentWith(candidate.tensor.id);
    return candidate.regions.reduce((sum, position) => {
      const region = present(this.regions[position], "region");
      return sum + measure(region, this.isResident) - measure(region, withIt);
    }, 0);
  }

  /** Places candidates in falling order of what they save per byte and region, until none that saves fits. */
  fill(candidates: readonly Candidate[], measure: (candidate: Candidate) => number): void {
    for (let placedSome = true; placedSome;) {
      placedSome = false;
      const density = (candidate: Candidate): number =>
        measure(candidate) / (candidate.sizeBytes * (candidate.lastRegion - candidate.firstRegion + 1));
      const ranked = candidates
        .filter((candidate) => !this.resident.has(candidate.tensor.id))
        .map((candidate) => ({ candidate, density: density(candidate) }))
        .filter((entry) => entry.density > 0)
        .sort((a, b) => b.density - a.density || a.candidate.tensor.id - b.candidate.tensor.id);
      for (const { candidate } of ranked) {
        if (measure(candidate) > 0 && this.place(candidate)) placedSome = true;
      }
    }
  }

  private place(candidate: Candidate): boolean {
    const { tensor, sizeBytes, firstRegion, lastRegion } = candidate;
    const limit = this.freeUnderStaging(candidate);
    if (sizeBytes > limit) return false;
    const neighbours = [...this.resident.values()]
      .filter((other) => other.firstRegion <= lastRegion && firstRegion <= other.lastRegion)
      .sort((a, b) => a.offsetBytes - b.offsetBytes);
    let offsetBytes = 0;
    for (const other of neighbours) {
      if (offsetBytes + sizeBytes <= other.offsetBytes) break;
      offsetBytes = Math.max(offsetBytes, other.offsetBytes + other.sizeBytes);
    }
    if (offsetBytes + sizeBytes > limit) return false;
    const isPinned = tensor.origin === "weight";
    this.resident.set(tensor.id, { value: tensor.value, sizeBytes, offsetBytes, firstRegion, lastRegion, isPinned });
    for (const position of candidate.regions) {
      this.staging[position] = regionStagingBytes(present(this.regions[position], "region"), this.isResident);
    }
    return true;
  }

  /** Bytes below the staging space of every region of a candidate's life; staging lies at the top. */
  private freeUnderStaging(candidate: Candidate): number {
    const withIt = this.isResidentWith(candidate.tensor.id);
    const touched = new Set(candidate.regions);
    let most = 0;
    for (let position = candidate.firstRegion; position <= candidate.lastRegion; position++) {
      const staging = touched.has(position)
        ? regionStagingBytes(present(this.regions[position], "region"), withIt)
        : (this.staging[position] ?? 0);
      most = Math.max(most, staging);
    }
    return this.capacityBytes - most;
  }

  placed(): readonly ResidentTensor[] {
    return [...this.resident.values()].sort((a, b) => a.firstRegion - b.firstRegion || a.offsetBytes - b.offsetBytes);
  }
}
