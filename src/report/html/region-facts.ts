/** Figures of each region that the plots and the table share. */
import type { RegionEvaluation } from "../../backend/evaluation.ts";
import type { RegionProgram } from "../../backend/schedule/program.ts";
import { peakMacsPerCycle } from "../../hardware/derived.ts";
import { present } from "../../support/bug.ts";
import type { ReportInput, RunState, SimulatedRegion } from "./report-input.ts";

/** When a region runs, and what it moves. */
export interface RegionRun {
  readonly startSeconds: number;
  readonly seconds: number;
  readonly cycles: number;
  /** All cores. */
  readonly dramBytes: number;
  /** Operations per DRAM byte; infinite where no byte moves. */
  readonly intensity: number;
  /** All cores. */
  readonly operationsPerSecond: number;
}

export interface RegionFacts {
  readonly region: RegionEvaluation;
  readonly program: RegionProgram;
  /** Two for each MAC; of a region without MACs its vector operations. All cores. */
  readonly operations: number;
  /** Achieved MACs ÷ peak MACs in the same time, steady. */
  readonly utilization: number;
  readonly runs: RegionRuns;
  readonly simulated?: SimulatedRegion;
}

interface RegionRuns {
  readonly steady: RegionRun;
  readonly cold: RegionRun;
  readonly simulated?: RegionRun;
}

/** Facts of all regions, in schedule order; regions run one after the other. */
export function regionFacts({ evaluation, program, design, simulated }: FactsInput): readonly RegionFacts[] {
  const start: Record<RunState, number> = { steady: 0, cold: 0, simulated: 0 };
  return evaluation.regions.map((region) => {
    const regionProgram = present(program.regions[region.id], "program of a region");
    const operations = region.macs > 0 ? 2 * region.macs : design.cores * vectorOperations(regionProgram);
    const run = (state: RunState, { cycles, dramBytes }: { cycles: number; dramBytes: number }): RegionRun => {
      const seconds = cycles / (design.clockGhz * 1e9);
      const startSeconds = start[state];
      start[state] += seconds;
      const intensity = dramBytes === 0 ? Infinity : operations / dramBytes;
      return { startSeconds, seconds, cycles, dramBytes, intensity, operationsPerSecond: operations / seconds };
    };
    const utilization = region.macs / (region.cycles * peakMacsPerCycle(design));
    const facts = { region, program: regionProgram, operations, utilization };
    const runs = { steady: run("steady", region), cold: run("cold", region.cold) };
    const simulation = simulated?.[region.id];
    if (simulation === undefined) return { ...facts, runs };
    const { cycles, dramBytes } = simulation;
    const simulatedRun = run("simulated", { cycles, dramBytes: design.cores * dramBytes });
    return { ...facts, runs: { ...runs, simulated: simulatedRun }, simulated: simulation };
  });
}

type FactsInput = Pick<ReportInput, "evaluation" | "program" | "design" | "simulated">;

/** A region in one of the runs; the simulated one only where there is one. */
export function runOf({ runs }: RegionFacts, state: RunState): RegionRun {
  return present(runs[state], `the ${state} run`);
}

/** How far the simulator is from the cost model: simulated cycles ÷ cycles − 1; `undefined` without a simulation. */
export function simulatedDifference({ region, simulated }: RegionFacts): number | undefined {
  return simulated === undefined ? undefined : simulated.cycles / region.cycles - 1;
}

/** Vector operations of a vector nest, on one core. */
function vectorOperations({ nest }: RegionProgram): number {
  if (nest.kind === "matrix") return 0;
  const { row = 1, element = 1 } = nest.extents;
  return nest.opsPerPoint * row * element;
}

/** Seconds of all regions together. */
export function totalSeconds(facts: readonly RegionFacts[], state: RunState): number {
  return facts.reduce((sum, entry) => sum + runOf(entry, state).seconds, 0);
}

/** What the marks of a region say when pointed at. */
export function regionTitle({ region }: RegionFacts, lines: readonly string[]): string {
  return [`region ${region.id}: ${region.name}`, region.kind, ...lines].join("\n");
}

/** Where the marks of a region lead. */
export function regionLink({ region }: RegionFacts): string {
  return `#region-${region.id}`;
}
