/** Decides how a workload runs on a design, and what that costs. */
import type { Decisions, Padding } from "../ir/decisions.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { present } from "../support/bug.ts";
import type { Architecture } from "./architecture.ts";
import { expandDesign } from "./architecture.ts";
import type { Evaluation, Infeasible } from "./evaluation.ts";
import { isInfeasible } from "./evaluation.ts";
import { evaluationOf } from "./assemble.ts";
import type { RegionSpec } from "./fusion/region-spec.ts";
import { reductionSize } from "./mapping/array-cycles.ts";
import { at } from "./mapping/problem.ts";
import type { CompileOptions } from "./options.ts";
import { greedyResidency, noResidency } from "./placement/greedy.ts";
import type { SolvedRegion } from "./solve.ts";
import { SolverCache } from "./solve.ts";
import type { Workload } from "./workload.ts";

export interface Compiled {
  readonly decisions: Decisions;
  readonly evaluation: Evaluation;
}

/**
 * Maps every region, chooses what stays in global memory, and costs the whole.
 *
 * @param cache  mappings found so far; pass the same one to share them between designs and models
 * @returns `Infeasible` with reason `no-mapping` when a region fits the design in no way
 */
export function decide(
  workload: Workload,
  design: HardwareDesign,
  options: CompileOptions & { readonly cache?: SolverCache },
): Compiled | Infeasible {
  const architecture = expandDesign(design);
  const cache = options.cache ?? new SolverCache();
  const specs = workload.regions[options.fusion];
  const solved: SolvedRegion[] = [];
  for (const spec of specs) {
    const found = cache.solve(spec, architecture, options.depthwise);
    if (isInfeasible(found)) return found;
    solved.push(found);
  }
  const mapped = specs.map((spec, id) => ({ spec, ...present(solved[id], "solved region") }));
  const residency =
    options.placement === "none" ? noResidency(architecture) : greedyResidency(workload, mapped, architecture);
  const decisions: Decisions = {
    moduleSha256: workload.moduleSha256,
    partition: {
      regions: mapped.map(({ spec, engine }) => ({
        id: spec.id,
        anchor: spec.anchor,
        operations: spec.operations,
        engine,
      })),
    },
    mappings: mapped.map(({ spec, mapping }) => ({ region: spec.id, ...mapping })),
    paddings: mapped.flatMap(({ spec, mapping }) => paddingOf(spec, mapping.dataflow, architecture)),
    residency,
  };
  return { decisions, evaluation: evaluationOf(workload, design, { decisions, mapped }) };
}

/**
 * Zeros that fill the last fold of the array: output channels up to its columns, the reduction up to its rows, groups up to
 * what shares a pass. They cost what the idle rows and columns cost, which the mapping's cycles count already, and move nothing.
 */
function paddingOf(spec: RegionSpec, dataflow: string, architecture: Architecture): readonly Padding[] {
  const { problem } = spec;
  if (problem.kind !== "matrix" || dataflow !== "weight-stationary") return [];
  const [, , , , k = 1, c = 1] = problem.extents;
  const words = reductionSize(problem, c);
  const perChannel = reductionSize(problem, 1);
  const padded = (size: number, unit: number): number => Math.ceil(size / unit) * unit - size;
  const loops: Record<string, number> = {};
  const add = (slot: number, extra: number): void => {
    if (extra > 0) loops[problem.loopNames[slot] ?? ""] = extra;
  };
  add(at.k, padded(k, architecture.arrayColumns));
  add(at.c, Math.floor(padded(words, architecture.arrayRows) / perChannel));
  return Object.keys(loops).length === 0 ? [] : [{ region: spec.id, loops }];
}
