/** What a mapping costs, before it is known which tensors stay in global memory. All figures are of one core. */
import type { BindingResource } from "../evaluation.ts";
import { bindingResources } from "../evaluation.ts";

/** Events that cost energy, without global memory and DRAM. Bytes count what is read or written at the level, once for each. */
export interface EnergyEvents {
  readonly macs: number;
  readonly vectorOps: number;
  readonly arrayEdgeBytes: number;
  readonly l1Bytes: number;
  readonly l2Bytes: number;
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
  /** The part of `output` that is needed wherever the output lives: sums that come up before they are complete. */
  readonly sums: number;
}

export interface MappingCost {
  /** Busy cycles of every resource but DRAM and global memory. */
  readonly busyCycles: Readonly<Partial<Record<BindingResource, number>>>;
  readonly dramBytes: DramBytes;
  /** Bytes between global memory and the grid; what passes between DRAM and global memory adds to its load. 0: there is none. */
  readonly gmBytes: number;
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

/** Rates that a region's time depends on beside those in its busy cycles. Unit: bytes per cycle. */
export interface OuterRates {
  readonly dramBytesPerCycle: number;
  readonly gmBytesPerCycle: number;
  /** True when no tensor passes DRAM, nor global memory on its way there. */
  readonly isDramUnlimited?: boolean;
}

/** Bytes that global memory reads and writes when `dramBytes` pass through it. */
export function gmAccessBytes(cost: MappingCost, dramBytes: number): number {
  return cost.gmBytes === 0 ? 0 : cost.gmBytes + dramBytes;
}

/** Cycles of a region: the busiest resource, then what overlaps with nothing. */
export function cyclesOf(cost: MappingCost, dramBytes: number, rates: OuterRates): number {
  let busiest = Math.max(dramBytes / rates.dramBytesPerCycle, gmAccessBytes(cost, dramBytes) / rates.gmBytesPerCycle);
  for (const busy of Object.values(cost.busyCycles)) busiest = Math.max(busiest, busy);
  return Math.ceil(busiest + fillOf(cost, dramBytes, rates));
}

function fillOf(cost: MappingCost, dramBytes: number, rates: OuterRates): number {
  return cost.fillCycles + Math.min(cost.fillDramBytes, dramBytes) / rates.dramBytesPerCycle;
}

/** What binds a region. */
export function boundBy(cost: MappingCost, dramBytes: number, rates: OuterRates): BindingResource {
  const busy: readonly (readonly [BindingResource, number])[] = [
    ["dram", dramBytes / rates.dramBytesPerCycle],
    ["gm", gmAccessBytes(cost, dramBytes) / rates.gmBytesPerCycle],
    ...bindingResources.map((name) => [name, cost.busyCycles[name] ?? 0] as const),
    ["fill", fillOf(cost, dramBytes, rates)],
  ];
  return busy.reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}
