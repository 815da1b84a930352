/** What a search is measured against: a known design, as built and shrunk to the space's node, under each compiler. */
import type { EvaluateOptions, WorkloadSource } from "../backend/evaluator.ts";
import { isInfeasible } from "../backend/evaluator.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { tdpOf } from "../hardware/tdp.ts";
import { fail } from "../support/diagnostics.ts";
import type { BaselinePerfPerTdp } from "./objective.ts";
import type { Evaluator } from "./search.ts";

/** One baseline design under one compiler, with what it achieves on each workload. */
export interface Baseline {
  readonly design: HardwareDesign;
  /** Name of the compiler preset, for tables. */
  readonly compiler: string;
  readonly perfPerTdp: BaselinePerfPerTdp;
  readonly tdpWatts: number;
}

export interface BaselineSetup {
  readonly workloads: readonly WorkloadSource[];
  readonly design: HardwareDesign;
  /** Compiler presets by name. */
  readonly compilers: Readonly<Record<string, EvaluateOptions["compile"]>>;
  readonly evaluate: Evaluator;
}

/** Evaluates a baseline under every compiler, without limits, at its native batch. */
export function evaluateBaselines({ workloads, design, compilers, evaluate }: BaselineSetup): readonly Baseline[] {
  return Object.entries(compilers).map(([compiler, compile]) => {
    const suite = evaluate(workloads, design, { compile });
    if (isInfeasible(suite)) {
      return fail({
        code: "baseline-infeasible",
        message: `the baseline ${design.name} cannot run the models: ${suite.reason}`,
        ...(suite.region === undefined ? {} : { at: [`region ${suite.region}`] }),
        help: ["name another design with --baseline"],
      });
    }
    const perfPerTdp = suite.evaluations.map((evaluation) => evaluation.perfPerTdp);
    return { design, compiler, perfPerTdp, tdpWatts: tdpOf(design).totalWatts };
  });
}

/** A design shrunk to another node: everything else stays, the clock too. */
export function dieShrunk(design: HardwareDesign, technologyNm: HardwareDesign["technologyNm"]): HardwareDesign {
  if (design.technologyNm === technologyNm) return design;
  return { ...design, name: `${design.name}-${technologyNm}nm`, technologyNm };
}
