/** What a mapping costs, before it is known which tensors stay in global memory. All figures are of one core. */
import type { BindingResource } from "../evaluation.ts";

/** Events that cost energy. Bytes count what is read or written at the level, once for each. */
export interface EnergyEvents {
  readonly macs: number;
  readonly vectorOps: number;
  readonly arrayEdgeBytes: number;
  readonly l1Bytes: number;
  readonly l2Bytes: number;
  readonly gmBytes: number;
  readonly busBytes: number;
}

/** DRAM traffic of a region by what it belongs to. Unit: bytes. */
export interface DramBytes {
  readonly input: number;
  readonly weight: number;
  /** Final results, each of `outputCopies` tensors once. */
  readonly output: number;
  /** Partial sums written and read again; they never stay on chip by residency. */
  readonly partialSums: number;
  /** Further operands of fused neighbours. */
  readonly extra: number;
}

/** Staging space in global memory that a region needs for operands that come through DRAM. Unit: bytes. */
export interface StagingBytes {
  readonly input: number;
  readonly weight: number;
  readonly output: number;
}

export interface MappingCost {
  /** Busy cycles of every resource but DRAM. */
  readonly busyCycles: Readonly<Partial<Record<BindingResource, number>>>;
  readonly dramBytes: DramBytes;
  readonly stagingBytes: StagingBytes;
  /** Start-up and end that overlap with nothing: the first tiles through the levels, array skew, the last output. */
  readonly fillCycles: number;
  /** DRAM bytes on the path of the first and the last tile, added to `fillCycles` at DRAM's rate. */
  readonly fillDramBytes: number;
  readonly events: EnergyEvents;
}

/** Total of a region's DRAM traffic. */
export function totalDramBytes(bytes: DramBytes): number {
  return bytes.input + bytes.weight + bytes.output + bytes.partialSums + bytes.extra;
}

/** Cycles of a region: the busiest resource, then what overlaps with nothing. */
export function cyclesOf(cost: MappingCost, dramBytes: number, dramBytesPerCycle: number): number {
  let busiest = dramBytes / dramBytesPerCycle;
  for (const busy of Object.values(cost.busyCycles)) busiest = Math.max(busiest, busy);
  const fill = cost.fillCycles + Math.min(cost.fillDramBytes, dramBytes) / dramBytesPerCycle;
  return Math.ceil(busiest + fill);
}

/** What binds a region. */
export function boundBy(cost: MappingCost, dramBytes: number, dramBytesPerCycle: number): BindingResource {
  let [resource, most]: [BindingResource, number] = ["dram", dramBytes / dramBytesPerCycle];
  for (const [name, busy] of Object.entries(cost.busyCycles)) {
    // Keys of `busyCycles` are resources by its type.
    if (busy > most) [resource, most] = [name as BindingResource, busy];
  }
  const fill = cost.fillCycles + Math.min(cost.fillDramBytes, dramBytes) / dramBytesPerCycle;
  return fill > most ? "fill" : resource;
}
