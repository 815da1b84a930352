/** What the search maximises: performance per TDP relative to a baseline, over several workloads. */
import type { SuiteEvaluation } from "../backend/evaluator.ts";
import { bug, present } from "../support/bug.ts";

/** Baseline samples per second and watt of each workload, in the order of the workloads. */
export type BaselinePerfPerTdp = readonly number[];

/** Perf/TDP of each workload over the baseline's. */
export function perfPerTdpRatios(suite: SuiteEvaluation, baseline: BaselinePerfPerTdp): readonly number[] {
  if (suite.evaluations.length !== baseline.length) bug("the baseline has other workloads");
  return suite.evaluations.map(({ perfPerTdp }, index) => perfPerTdp / present(baseline[index], "a baseline figure"));
}

/** Geometric mean of positive numbers. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) bug("the mean of no numbers");
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
