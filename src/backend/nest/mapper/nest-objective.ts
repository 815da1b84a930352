/** What the mapper of freely described machines minimises. */
import type { NestCost } from "../nest-cost.ts";

/** pJ, cycles, or their product. */
export type NestObjective = "energy" | "latency" | "edp";

/** A cost's value. */
export function objectiveOf({ energyPj, cycles, edp }: NestCost, objective: NestObjective): number {
  switch (objective) {
    case "energy":
      return energyPj;
    case "latency":
      return cycles;
    case "edp":
      return edp;
  }
}
