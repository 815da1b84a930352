/** Costs decisions that were read from a schedule file or from materialised IR, without searching anything. */
import type { HardwareDesign } from "../hardware/design.ts";
import type { Decisions, Mapping } from "../ir/decisions.ts";
import { present } from "../support/bug.ts";
import { fail } from "../support/diagnostics.ts";
import { canonicalJson } from "../support/stable-json.ts";
import type { Architecture } from "./architecture.ts";
import { expandDesign } from "./architecture.ts";
import { evaluationOf } from "./assemble.ts";
import type { Evaluation } from "./evaluation.ts";
import type { RegionSpec } from "./fusion/region-spec.ts";
import { onChipBound, vectorBound } from "./mapping/bounds.ts";
import type { MappingCost } from "./mapping/cost.ts";
import { costOfMapping, firstOverflow } from "./mapping/matrix-cost.ts";
import type { MatrixMapping } from "./mapping/matrix-mapping.ts";
import { ChainCache, importMatrixMapping } from "./mapping/matrix-mapping.ts";
import { spatialChoices } from "./mapping/spatial.ts";
import { costOfVectorMapping } from "./mapping/vector-mapper.ts";
import { fusionModes } from "./options.ts";
import type { MappedRegion } from "./region-time.ts";
import type { SearchRecord } from "./solve.ts";
import type { Workload } from "./workload.ts";

/**
 * The Evaluation of given decisions. Certificates bound the space of all dataflows and say `budget`, because nothing was searched.
 *
 * @throws DiagnosticError `decisions-mismatch` when the decisions are for another module, name regions that no known
 *   partition has, or hold a mapping that does not fit the design
 */
export function evaluateDecisions(workload: Workload, design: HardwareDesign, decisions: Decisions): Evaluation {
  if (decisions.moduleSha256 !== workload.moduleSha256) {
    fail({
      code: "decisions-mismatch",
      message: `decisions are for module ${decisions.moduleSha256}, not for ${workload.moduleSha256}`,
      help: ["compile the model again"],
    });
  }
  const architecture = expandDesign(design);
  const mapped = specsOf(workload, decisions).map((spec, id) => {
    const mapping = present(decisions.mappings[id], "mapping");
    return { spec, ...costAndBound(spec, mapping, architecture) };
  });
  return evaluationOf(workload, design, { decisions, mapped });
}

/** The region specs whose operations are the partition's. */
function specsOf(workload: Workload, { partition }: Decisions): readonly RegionSpec[] {
  const wanted = canonicalJson(partition.regions.map(({ operations, anchor }) => ({ operations, anchor })));
  for (const mode of fusionModes) {
    const specs = workload.regions[mode];
    if (canonicalJson(specs.map(({ operations, anchor }) => ({ operations, anchor }))) === wanted) return specs;
  }
  return fail({
    code: "decisions-mismatch",
    message: "the regions are those of no known partition",
    notes: [`known partitions are ${fusionModes.join(", ")}`],
  });
}

function costAndBound(
  spec: RegionSpec,
  mapping: Mapping,
  architecture: Architecture,
): Pick<MappedRegion, "cost" | "search"> {
  const record = (onChipBoundCycles: number): SearchRecord => ({
    proof: "budget",
    space: "one given mapping",
    nodes: 1,
    onChipBoundCycles,
    throughDramBoundCycles: onChipBoundCycles,
  });
  const { problem } = spec;
  if (problem.kind === "vector") {
    const cost = costOfVectorMapping(problem, architecture, mapping);
    if (!("busyCycles" in cost)) misfit(spec, cost.level, cost.overflowBytes);
    return { cost, search: record(vectorBound(problem, architecture)) };
  }
  const all: readonly MatrixMapping["dataflow"][] = problem.isDepthwise
    ? [...architecture.dataflows, "vector"]
    : architecture.dataflows;
  const bound = onChipBound(spatialChoices(problem, architecture, all), architecture);
  return { cost: matrixCost(spec, mapping, architecture), search: record(bound) };
}

function matrixCost(spec: RegionSpec, mapping: Mapping, architecture: Architecture): MappingCost {
  const { problem } = spec;
  if (problem.kind !== "matrix") throw new Error("bug: a matrix problem is expected");
  const context = { problem, architecture, chains: new ChainCache(problem, architecture) };
  const own = importMatrixMapping(problem, mapping);
  const overflow = firstOverflow(context, own);
  if (overflow !== undefined) misfit(spec, overflow.level.level, overflow.bytes);
  return costOfMapping(context, own);
}

function misfit(spec: RegionSpec, level: string, bytes: number): never {
  fail({
    code: "decisions-mismatch",
    message: `the mapping of region ${spec.id} needs ${bytes} bytes more than ${level} has`,
    at: [`region "${spec.name}"`],
  });
}
