/** A region's DRAM traffic, cycles and lower bound once it is known which tensors stay in global memory. */
import type { Architecture } from "./architecture.ts";
import type { BindingResource } from "./evaluation.ts";
import type { ReadRole, RegionSpec } from "./fusion/region-spec.ts";
import type { MappingCost } from "./mapping/cost.ts";
import { boundBy, cyclesOf, gmAccessBytes } from "./mapping/cost.ts";
import type { SearchRecord } from "./solve.ts";

/** A region with a mapping. */
export interface MappedRegion {
  readonly spec: RegionSpec;
  readonly cost: MappingCost;
  readonly search: SearchRecord;
}

/** True for tensors that a region finds or leaves in global memory. */
export type IsResident = (tensor: number) => boolean;

export interface RegionTime {
  readonly cycles: number;
  readonly boundBy: BindingResource;
  readonly dramBytes: number;
  readonly lowerBoundCycles: number;
}

/** DRAM bytes of a region on one core. */
export function regionDramBytes(region: MappedRegion, architecture: Architecture, isResident: IsResident): number {
  const { spec, cost } = region;
  const { operandBytes } = architecture;
  const absent = (role: ReadRole): number =>
    spec.reads.reduce((sum, read) => sum + (read.role === role && !isResident(read.tensor) ? read.words : 0), 0);
  const inputs = spec.reads.reduce((sum, read) => sum + (read.role === "input" ? read.words : 0), 0);
  const inputShare = inputs === 0 ? 0 : absent("input") / inputs;
  const weightShare = absent(weightRole(spec)) > 0 ? 1 : 0;
  const written = spec.writes.reduce((sum, write) => sum + (isResident(write.tensor) ? 0 : write.words), 0);
  return (
    cost.dramBytes.input * inputShare +
    cost.dramBytes.weight * weightShare +
    cost.dramBytes.partialSums +
    (absent("extra") + written) * operandBytes
  );
}

/** Role of what the weight operand is read from: a tensor that is both operands of its op is read as the input. */
function weightRole(spec: RegionSpec): ReadRole {
  return spec.reads.some((read) => read.role === "weight") ? "weight" : "input";
}

/** Staging bytes in global memory: operands that live there need none. */
export function regionStagingBytes(region: MappedRegion, isResident: IsResident): number {
  const { reads, writes } = region.spec;
  const { input, weight, output, sums } = region.cost.stagingBytes;
  const some = (role: ReadRole): boolean => reads.some((read) => read.role === role && !isResident(read.tensor));
  const writesDram = writes.some((write) => !isResident(write.tensor)) || region.cost.dramBytes.partialSums > 0;
  return (some("input") ? input : 0) + (some(weightRole(region.spec)) ? weight : 0) + (writesDram ? output : sums);
}

/** Operand words that a region touches, each once; those in global memory, or those that come through DRAM. */
function touchedWords({ spec }: MappedRegion, counts: (tensor: number) => boolean): number {
  const sum = (parts: readonly { readonly tensor: number; readonly words: number }[]): number =>
    parts.reduce((total, { tensor, words }) => total + (counts(tensor) ? words : 0), 0);
  return sum(spec.reads) + sum(spec.writes);
}

/** Cycles and what binds them, on one core. */
export function regionTime(region: MappedRegion, architecture: Architecture, isResident: IsResident): RegionTime {
  const { cost, search } = region;
  const { operandBytes, dramBytesPerCycle, gmBytesPerCycle } = architecture;
  const dramBytes = regionDramBytes(region, architecture, isResident);
  const cycles = cyclesOf(cost, dramBytes, architecture);
  const dram = operandBytes * touchedWords(region, (tensor) => !isResident(tensor));
  const gm =
    gmAccessBytes(cost, dram) === 0
      ? 0
      : Math.min(cost.gmBytes, operandBytes * touchedWords(region, () => true)) + dram;
  const isThroughDram = touchedWords(region, isResident) === 0;
  const bound = Math.max(
    isThroughDram ? search.throughDramBoundCycles : search.onChipBoundCycles,
    dram / dramBytesPerCycle,
    gm / gmBytesPerCycle,
  );
  return {
    cycles,
    boundBy: boundBy(cost, dramBytes, architecture),
    dramBytes,
    lowerBoundCycles: Math.max(1, Math.min(cycles, Math.floor(bound))),
  };
}
