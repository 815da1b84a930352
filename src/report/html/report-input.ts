/** What the HTML report is made of. */
import type { Evaluation } from "../../backend/evaluation.ts";
import type { CompileOptions } from "../../backend/options.ts";
import type { Program } from "../../backend/schedule/program.ts";
import type { Workload } from "../../backend/workload.ts";
import type { HardwareDesign } from "../../hardware/design.ts";

export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly design: HardwareDesign;
  readonly workload: Workload;
  readonly program: Program;
  readonly compile: CompileOptions;
  /** Compiler options and settings, as the user would write them. */
  readonly options: string;
  readonly fastcVersion: string;
}

/** The first inference, and those after it. */
export const runStates = ["steady", "cold"] as const;
export type RunState = (typeof runStates)[number];
