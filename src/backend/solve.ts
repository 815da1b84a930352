/** The best mapping of one region on one architecture, remembered by content and by the capacities that would not change it. */
import type { Engine, Mapping } from "../ir/decisions.ts";
import type { Architecture } from "./architecture.ts";
import { gmCapacityBytes, withUnlimitedDram } from "./architecture.ts";
import type { Infeasible } from "./evaluation.ts";
import type { RegionSpec } from "./fusion/region-spec.ts";
import { defaultEngine } from "./fusion/region-spec.ts";
import { CapacityWatch } from "./mapping/capacity-watch.ts";
import { onChipBound, throughDramBound, vectorBound } from "./mapping/bounds.ts";
import type { MappingCost } from "./mapping/cost.ts";
import { searchMatrix } from "./mapping/matrix-mapper.ts";
import type { MatrixMapping } from "./mapping/matrix-mapping.ts";
import { exportMatrixMapping, importMatrixMapping } from "./mapping/matrix-mapping.ts";
import type { MatrixProblem } from "./mapping/problem.ts";
import { spatialChoices } from "./mapping/spatial.ts";
import type { Unmappable } from "./mapping/search/incumbent.ts";
import { placeVector } from "./mapping/vector-mapper.ts";
import type { DepthwiseMode } from "./options.ts";

/** How a mapping was found; the part of a certificate that does not depend on residency. */
export interface SearchRecord {
  readonly proof: "bound" | "exhausted" | "budget";
  readonly space: string;
  readonly nodes: number;
  /** No mapping of the space takes fewer cycles, wherever the region's tensors are. */
  readonly onChipBoundCycles: number;
  /** The same where all of them pass DRAM. */
  readonly throughDramBoundCycles: number;
}

export interface SolvedRegion {
  readonly engine: Engine;
  readonly mapping: Omit<Mapping, "region">;
  readonly cost: MappingCost;
  readonly search: SearchRecord;
}

const outside =
  "each PE axis given to one loop, or to two with a power of two for the first; at each level the loop orders that differ in reuse (positions, output channels and reduction: the three cyclic ones where all move, which lose nothing); kernel positions untiled; ";
const matrixSpaces = {
  full: `${outside}tiles of every size at every level`,
  nested: `${outside}innermost tiles of every size, outer tiles that are whole tiles of the level below`,
} as const;
/**
 * A region's cycles may be up to this share above the least of the space: what is left of the time of a search would go into
 * telling apart mappings that differ by the fill of their first tiles.
 */
const tolerance = 0.005;

const vectorSpace = "rows spread over all PEs; strips of a power of two of rows, or of points of one row";

/** A solved region, and the capacities with which the search for it would have gone the same way. */
interface Remembered {
  readonly solved: SolvedRegion;
  readonly capacities: CapacityWatch;
}

/**
 * Remembers solved regions. A key is the full content of the problem, of the option and of the architecture but for how large its
 * memories are; of the results under a key that one holds whose search would have answered every question whether something fits
 * in the same way, so that what was seen before never changes a result.
 */
export class SolverCache {
  private readonly known = new Map<string, Map<string, Remembered[]>>();
  private readonly unlimited = new WeakMap<Architecture, Architecture>();
  /** Regions that were asked for, and for how many of them a search was made. */
  asked = 0;
  searched = 0;

  /** The best mapping of a region; `no-mapping` when not even the smallest tile fits. */
  solve(region: RegionSpec, architecture: Architecture, depthwise: DepthwiseMode): SolvedRegion | Infeasible {
    const found = this.find(region, architecture, depthwise);
    return "reason" in found ? found : found.solved;
  }

  private find(region: RegionSpec, architecture: Architecture, depthwise: DepthwiseMode): Remembered | Infeasible {
    this.asked += 1;
    const remembered = this.remembered(`${depthwise} ${architecture.key}`, region.problemKey);
    const known = remembered.find(({ capacities }) => capacities.covers(architecture));
    if (known !== undefined) return known;
    this.searched += 1;
    const capacities = new CapacityWatch(architecture);
    const seed = this.seedOf(region, architecture, depthwise);
    if (seed !== undefined) capacities.include(seed.capacities);
    const solved = solveRegion(region, { architecture, watch: capacities, seed: seed?.solved.mapping }, depthwise);
    if ("reason" in solved) return { ...solved, region: region.name };
    const made = { solved, capacities };
    remembered.push(made);
    return made;
  }

  /**
   * The mapping that is best without DRAM: where DRAM binds many are as good, and when tensors come to stay on chip this is the one
   * to have.
   */
  private seedOf(region: RegionSpec, architecture: Architecture, depthwise: DepthwiseMode): Remembered | undefined {
    if (architecture.isDramUnlimited === true || gmCapacityBytes(architecture) === 0) return undefined;
    if (region.problem.kind !== "matrix") return undefined;
    const unlimited = this.unlimited.get(architecture) ?? withUnlimitedDram(architecture);
    this.unlimited.set(architecture, unlimited);
    const found = this.find(region, unlimited, depthwise);
    return "reason" in found ? undefined : found;
  }

  private remembered(machine: string, problem: string): Remembered[] {
    const ofMachine = this.known.get(machine) ?? new Map<string, Remembered[]>();
    this.known.set(machine, ofMachine);
    const found = ofMachine.get(problem) ?? [];
    ofMachine.set(problem, found);
    return found;
  }
}

/** A machine, who is told of what fits it, and a mapping to begin with. */
interface Task {
  readonly architecture: Architecture;
  readonly watch: CapacityWatch;
  readonly seed: SolvedRegion["mapping"] | undefined;
}

function solveRegion(region: RegionSpec, task: Task, depthwise: DepthwiseMode): SolvedRegion | Infeasible {
  const { problem } = region;
  const { architecture, watch } = task;
  if (problem.kind === "matrix") return solveMatrix(problem, task, depthwise);
  const found = placeVector(problem, architecture, watch);
  if (!("mapping" in found)) return noMapping(found);
  const { mapping, cost, nodes } = found;
  const onChipBoundCycles = vectorBound(problem, architecture);
  return {
    engine: defaultEngine(region),
    mapping,
    cost,
    search: {
      proof: "exhausted",
      space: vectorSpace,
      nodes,
      onChipBoundCycles,
      throughDramBoundCycles: onChipBoundCycles,
    },
  };
}

function allowedDataflows(
  problem: MatrixProblem,
  architecture: Architecture,
  depthwise: DepthwiseMode,
): readonly MatrixMapping["dataflow"][] {
  if (!problem.isDepthwise || depthwise === "array") return architecture.dataflows;
  return depthwise === "vector" ? ["vector"] : [...architecture.dataflows, "vector"];
}

function solveMatrix(
  problem: MatrixProblem,
  { architecture, watch, seed }: Task,
  depthwise: DepthwiseMode,
): SolvedRegion | Infeasible {
  const dataflows = allowedDataflows(problem, architecture, depthwise);
  const choices = spatialChoices(problem, architecture, dataflows);
  const onChip = onChipBound(choices, architecture);
  const boundCycles = throughDramBound(problem, architecture, choices);
  const found = searchMatrix(problem, architecture, {
    choices,
    boundCycles,
    tolerance,
    watch,
    ...(seed === undefined ? {} : { seed: importMatrixMapping(problem, seed) }),
  });
  if (!("mapping" in found)) return noMapping(found);
  const { proof, nodes } = found;
  const throughDramBoundCycles = Math.max(boundCycles, found.boundValue);
  return {
    engine: found.mapping.dataflow === "vector" ? "vector-unit" : "systolic-array",
    mapping: exportMatrixMapping(problem, architecture, found.mapping),
    cost: found.cost,
    search: {
      proof,
      space: matrixSpaces[found.space],
      nodes,
      onChipBoundCycles: architecture.isDramUnlimited === true ? throughDramBoundCycles : onChip,
      throughDramBoundCycles,
    },
  };
}

function noMapping({ overflowBytes, level }: Unmappable): Infeasible {
  return { reason: "no-mapping", value: overflowBytes, limit: 0, level };
}
