/** What the mapper minimises. */
import type { EventEnergies } from "../../hardware/energy.ts";
import type { MappingCost, OuterRates } from "./cost.ts";
import { gmAccessBytes } from "./cost.ts";

/**
 * cycles^`cycles` × energy^`energy`: latency is (1, 0), energy (0, 1), the energy-delay product (1, 1). Both exponents are ≥ 0,
 * so that less of either is never worse.
 */
export interface Objective {
  readonly cycles: number;
  readonly energy: number;
}

/** The objectives that have a name. */
export const objectives = {
  latency: { cycles: 1, energy: 0 },
  energy: { cycles: 0, energy: 1 },
  edp: { cycles: 1, energy: 1 },
} as const satisfies Readonly<Record<string, Objective>>;

export type ObjectiveName = keyof typeof objectives;

/** The objective's value. Units: cycles, pJ. */
export function objectiveValue({ cycles, energy }: Objective, figures: { cycles: number; energyPj: number }): number {
  return power(figures.cycles, cycles) * power(figures.energyPj, energy);
}

function power(value: number, exponent: number): number {
  return exponent === 0 ? 1 : exponent === 1 ? value : Math.pow(value, exponent);
}

/** Energy per event, and what is drawn in every cycle. Unit: pJ. */
export interface MapperEnergy {
  readonly perEvent: EventEnergies;
  /** Idle power of one core × the length of a cycle. */
  readonly idlePjPerCycle: number;
}

/** Picojoules of a mapping's events when `dramBytes` pass DRAM; without idle power. */
export function eventPj(cost: MappingCost, dramBytes: number, energy: EventEnergies): number {
  const { events } = cost;
  return (
    events.macs * energy.macPj +
    events.vectorOps * energy.vectorOpPj +
    events.arrayEdgeBytes * energy.arrayEdgePjPerByte +
    events.l1Bytes * energy.l1PjPerByte +
    events.l2Bytes * energy.l2PjPerByte +
    gmAccessBytes(cost, dramBytes) * energy.gmPjPerByte +
    events.busBytes * energy.busPjPerByte +
    dramBytes * energy.dramPjPerByte
  );
}

/** What the objective is computed from. Unit of energy: pJ, 0 where the objective does not ask for it. */
export interface Figures {
  /** Busy cycles of the busiest resource. */
  readonly busy: number;
  /** Cycles that overlap with nothing. */
  readonly fill: number;
  readonly energyPj: number;
  readonly dramBytes: number;
}

/** Figures of a cost when everything passes DRAM. */
export function figuresOf(cost: MappingCost, rates: OuterRates, energy: MapperEnergy | undefined): Figures {
  const { input, weight, output, partialSums, extra } = cost.dramBytes;
  const dramBytes = input + weight + output + partialSums + extra;
  const { busyCycles } = cost;
  const busy = Math.max(
    dramBytes / rates.dramBytesPerCycle,
    gmAccessBytes(cost, rates.isDramUnlimited === true ? 0 : dramBytes) / rates.gmBytesPerCycle,
    busyCycles.compute ?? 0,
    busyCycles.vector ?? 0,
    busyCycles.l2 ?? 0,
    busyCycles["input-bus"] ?? 0,
    busyCycles["weight-bus"] ?? 0,
    busyCycles["output-bus"] ?? 0,
  );
  const fill = cost.fillCycles + Math.min(cost.fillDramBytes, dramBytes) / rates.dramBytesPerCycle;
  const energyPj =
    energy === undefined
      ? 0
      : eventPj(cost, dramBytes, energy.perEvent) + energy.idlePjPerCycle * Math.ceil(busy + fill);
  return { busy, fill, energyPj, dramBytes };
}
