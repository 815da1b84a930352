/** The search loop: propose a design, evaluate it on every workload, learn. */
import type { EvaluateOptions, Infeasible, SuiteEvaluation, WorkloadSource } from "../backend/evaluator.ts";
import { isInfeasible, overBudget, SolverCache } from "../backend/evaluator.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { areaOf } from "../hardware/area.ts";
import { tdpOf } from "../hardware/tdp.ts";
import type { BaselinePerfPerTdp } from "./objective.ts";
import { geometricMean, perfPerTdpRatios } from "./objective.ts";
import type { Optimizer, OptimizerKind, Proposal } from "./optimizer.ts";
import type { Point, Space } from "./space.ts";
import { designAt, designWith } from "./space.ts";
import type { TrialRecord, TrialResult } from "./study.ts";
import { trialRecord } from "./study.ts";

/** The back end's one door, so that another evaluator can stand in. */
export type Evaluator = (
  workloads: readonly WorkloadSource[],
  design: HardwareDesign,
  options: EvaluateOptions,
) => SuiteEvaluation | Infeasible;

export interface SearchSetup {
  readonly space: Space;
  readonly workloads: readonly WorkloadSource[];
  readonly options: EvaluateOptions;
  readonly optimizer: OptimizerKind;
  readonly seed: number;
  readonly trials: number;
  /** What the objective's ratios are taken to. */
  readonly baseline: BaselinePerfPerTdp;
  readonly evaluate: Evaluator;
  /** Told of every draw that an optimizer passes over because it is beyond the limits on area or TDP. */
  readonly onBeyondLimits?: (reason: Infeasible["reason"]) => void;
}

/**
 * Runs trials one by one and yields each record as soon as it is known; the caller may stop at any time.
 *
 * Maximises the geometric mean over the workloads of Perf/TDP relative to the baseline.
 */
export function* search(setup: SearchSetup): Generator<TrialRecord, void, void> {
  // Shared by the models of a trial. Trials hardly ever share a mapping: nearly every parameter changes all of them.
  const evaluateDesign = (design: HardwareDesign) =>
    setup.evaluate(setup.workloads, design, { ...setup.options, cache: new SolverCache() });
  const optimizer = createOptimizer(setup);
  for (let trial = 0; trial < setup.trials; trial += 1) {
    for (const proposal of optimizer.ask(1)) {
      const result = runTrial(setup, proposal, evaluateDesign);
      optimizer.tell([{ ...proposal, objective: result.status === "feasible" ? result.objective : undefined }]);
      yield trialRecord(setup.space, proposal, result);
    }
  }
}

/** The design that a trial evaluated. */
export function trialDesign(space: Space, { trial, parameters }: TrialRecord): HardwareDesign {
  return designWith(space, parameters, trialDesignName(space, trial));
}

function trialDesignName(space: Space, trial: number): string {
  return `${space.name}-trial-${trial}`;
}

function createOptimizer({ space, seed, options, optimizer, onBeyondLimits }: SearchSetup): Optimizer {
  const isWithinBudget = (point: Point): boolean => {
    const over = overBudget(designAt(space, point, space.name), options);
    if (over !== undefined) onBeyondLimits?.(over.reason);
    return over === undefined;
  };
  return optimizer.create({ space, seed, isWithinBudget });
}

function runTrial(
  setup: SearchSetup,
  { trial, point }: Proposal,
  evaluateDesign: (design: HardwareDesign) => SuiteEvaluation | Infeasible,
): TrialResult {
  const design = designAt(setup.space, point, trialDesignName(setup.space, trial));
  const suite = evaluateDesign(design);
  if (isInfeasible(suite)) return { status: "infeasible", ...suite };
  const ratios = perfPerTdpRatios(suite, setup.baseline);
  return {
    status: "feasible",
    objective: geometricMean(ratios),
    areaMm2: areaOf(design).totalMm2,
    tdpWatts: tdpOf(design).totalWatts,
    workloads: suite.evaluations.map(({ model, perfPerTdp, totals }, index) => ({
      model: model.name,
      perfPerTdp,
      ratio: ratios[index] ?? 0,
      latencySeconds: totals.steady.latencySeconds,
    })),
  };
}
