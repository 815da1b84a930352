/** DRAM traffic from every op by itself down to what no schedule can avoid, step by step. */
import { decide } from "../../backend/compile.ts";
import { isInfeasible } from "../../backend/evaluation.ts";
import type { FusionMode } from "../../backend/options.ts";
import type { ReportInput } from "./report-input.ts";

/** Traffic of the whole model after one more thing is done about it. */
export interface TrafficStep {
  readonly name: string;
  readonly meaning: string;
  /** All cores. */
  readonly bytes: number;
}

/**
 * The steps that this fastc takes, each as a compile of its own would move it: mappings are chosen anew for every step. A step that
 * the options leave out is left out here, and one that does not fit the design, or that the model is missing for, too.
 */
export function trafficSteps(input: ReportInput): readonly TrafficStep[] {
  const { evaluation, compile } = input;
  const { steady, cold } = evaluation.totals;
  const unfused = dramBytesOf(input, "none");
  const grouped = compile.fusion === "none" ? undefined : dramBytesOf(input, compile.fusion);
  const step = (name: string, meaning: string, bytes: number | undefined): readonly TrafficStep[] =>
    bytes === undefined ? [] : [{ name, meaning, bytes }];
  const isPlaced = compile.placement !== "none";
  return [
    ...step("unfused", "every operation by itself, all tensors through DRAM", unfused),
    ...step("grouped", "operations grouped into regions, all tensors between them through DRAM", grouped),
    ...step(
      "placed, cold",
      "tensors kept in global memory; the first inference fetches pinned weights",
      isPlaced ? cold.dramBytes : undefined,
    ),
    ...step(
      "placed, steady",
      "later inferences find pinned weights in global memory",
      isPlaced ? steady.dramBytes : undefined,
    ),
    ...step(
      "compulsory",
      "model inputs, outputs and weights that are not pinned, each once",
      steady.compulsoryDramBytes,
    ),
  ];
}

/** Bytes with nothing placed in global memory. */
function dramBytesOf({ workload, design, compile, evaluation }: ReportInput, fusion: FusionMode): number | undefined {
  if (compile.placement === "none" && compile.fusion === fusion) return evaluation.totals.steady.dramBytes;
  if (workload === undefined) return undefined;
  const compiled = decide(workload, design, { fusion, placement: "none", depthwise: compile.depthwise });
  return isInfeasible(compiled) ? undefined : compiled.evaluation.totals.steady.dramBytes;
}
