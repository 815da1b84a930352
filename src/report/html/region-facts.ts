/** Figures of each region that the plots and the table share. */
import type { Evaluation, RegionEvaluation } from "../../backend/evaluation.ts";
import type { Program, RegionProgram } from "../../backend/schedule/program.ts";
import { peakMacsPerCycle } from "../../hardware/derived.ts";
import type { HardwareDesign } from "../../hardware/design.ts";
import { present } from "../../support/bug.ts";
import type { RunState } from "./report-input.ts";
import { runStates } from "./report-input.ts";

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
  readonly runs: Readonly<Record<RunState, RegionRun>>;
}

/** Facts of all regions, in schedule order; regions run one after the other. */
export function regionFacts(evaluation: Evaluation, program: Program, design: HardwareDesign): readonly RegionFacts[] {
  const start: Record<RunState, number> = { steady: 0, cold: 0 };
  return evaluation.regions.map((region) => {
    const regionProgram = present(program.regions[region.id], "program of a region");
    const operations = region.macs > 0 ? 2 * region.macs : design.cores * vectorOperations(regionProgram);
    const run = (state: RunState): RegionRun => {
      const { cycles, dramBytes } = state === "steady" ? region : region.cold;
      const seconds = cycles / (design.clockGhz * 1e9);
      const startSeconds = start[state];
      start[state] += seconds;
      const intensity = dramBytes === 0 ? Infinity : operations / dramBytes;
      return { startSeconds, seconds, cycles, dramBytes, intensity, operationsPerSecond: operations / seconds };
    };
    const [steady, cold] = [run(runStates[0]), run(runStates[1])];
    const utilization = region.macs / (region.cycles * peakMacsPerCycle(design));
    return { region, program: regionProgram, operations, utilization, runs: { steady, cold } };
  });
}

/** Vector operations of a vector nest, on one core. */
function vectorOperations({ nest }: RegionProgram): number {
  if (nest.kind === "matrix") return 0;
  const { row = 1, element = 1 } = nest.extents;
  return nest.opsPerPoint * row * element;
}

/** Seconds of all regions together. */
export function totalSeconds(facts: readonly RegionFacts[], state: RunState): number {
  return facts.reduce((sum, { runs }) => sum + runs[state].seconds, 0);
}

/** What the marks of a region say when pointed at. */
export function regionTitle({ region }: RegionFacts, lines: readonly string[]): string {
  return [`region ${region.id}: ${region.name}`, region.kind, ...lines].join("\n");
}

/** Where the marks of a region lead. */
export function regionLink({ region }: RegionFacts): string {
  return `#region-${region.id}`;
}
