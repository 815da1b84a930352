/** The back end's one door for search: models × one design → evaluations, or why there are none. */
import { areaOf } from "../hardware/area.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { tdpOf } from "../hardware/tdp.ts";
import { decide } from "./compile.ts";
import type { Evaluation, Infeasible } from "./evaluation.ts";
import { isInfeasible } from "./evaluation.ts";
import type { CompileOptions } from "./options.ts";
import type { SolverCache } from "./solve.ts";
import type { Workload } from "./workload.ts";

export type { Evaluation, Infeasible } from "./evaluation.ts";
export { isInfeasible } from "./evaluation.ts";
export type { CompileOptions } from "./options.ts";
export { SolverCache } from "./solve.ts";

/** A model that can be had at any batch. */
export interface WorkloadSource {
  readonly name: string;
  readonly forBatch: (batch: number) => Workload;
}

export interface EvaluateOptions {
  readonly compile: CompileOptions;
  /** Of the chip. */
  readonly areaLimitMm2?: number;
  readonly tdpLimitWatts?: number;
  /** Of one batch, steady. */
  readonly latencyLimitSeconds?: number;
  /** Mappings found so far, shared by the trials of a search. */
  readonly cache?: SolverCache;
}

/** One evaluation for each model, in the order given. */
export interface SuiteEvaluation {
  readonly evaluations: readonly Evaluation[];
}

/**
 * Costs a design on all workloads at its native batch. Pure; the limits on area and TDP are tried first.
 *
 * @returns `Infeasible` with the first limit that is broken, or the first region without a mapping
 */
export function evaluate(
  workloads: readonly WorkloadSource[],
  design: HardwareDesign,
  options: EvaluateOptions,
): SuiteEvaluation | Infeasible {
  const over = overBudget(design, options);
  if (over !== undefined) return over;
  const evaluations: Evaluation[] = [];
  for (const source of workloads) {
    const workload = source.forBatch(design.nativeBatch);
    const compiled = decide(workload, design, {
      ...options.compile,
      ...(options.cache ? { cache: options.cache } : {}),
    });
    if (isInfeasible(compiled)) return compiled;
    const { latencySeconds } = compiled.evaluation.totals.steady;
    const limit = options.latencyLimitSeconds ?? Number.POSITIVE_INFINITY;
    if (latencySeconds > limit) return { reason: "latency", value: latencySeconds, limit };
    evaluations.push(compiled.evaluation);
  }
  return { evaluations };
}

/** The broken limit on area or TDP, if any; microseconds, no workload needed. */
export function overBudget(
  design: HardwareDesign,
  limits: Pick<EvaluateOptions, "areaLimitMm2" | "tdpLimitWatts">,
): Infeasible | undefined {
  const [areaLimit, tdpLimit] = [limits.areaLimitMm2 ?? Infinity, limits.tdpLimitWatts ?? Infinity];
  const { totalMm2 } = areaOf(design);
  if (totalMm2 > areaLimit) return { reason: "area", value: totalMm2, limit: areaLimit };
  const { totalWatts } = tdpOf(design);
  return totalWatts > tdpLimit ? { reason: "tdp", value: totalWatts, limit: tdpLimit } : undefined;
}
