/** The best mapping of a matrix problem, over all dataflows and ways to spread it over the grid. */
import type { Architecture } from "../architecture.ts";
import { packedGroups } from "./array-cycles.ts";
import type { CapacityWatch } from "./capacity-watch.ts";
import type { MappingCost } from "./cost.ts";
import { searchEverything } from "./search/full-search.ts";
import type { Figures, MapperEnergy, Objective } from "./objective.ts";
import type { SearchGoal, Unmappable } from "./search/incumbent.ts";
import { Incumbent } from "./search/incumbent.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import { ChainCache } from "./matrix-mapping.ts";
import { searchNested } from "./search/nested-search.ts";
import { objectiveValue, objectives } from "./objective.ts";
import type { MatrixProblem } from "./problem.ts";
import type { SpatialChoice } from "./spatial.ts";
import { shrinkStaging } from "./search/staging.ts";

/**
 * The space that was searched. `nested`: innermost tiles of every size, outer tiles whole tiles of the level below. `full`: all
 * sizes at every level.
 */
export type MapSpace = "nested" | "full";

/** The best mapping found. */
export interface SolvedMatrix {
  readonly mapping: MatrixMapping;
  readonly cost: MappingCost;
  readonly figures: Figures;
  readonly cycles: number;
  /** Of the objective. */
  readonly value: number;
  readonly nodes: number;
  readonly proof: "bound" | "exhausted" | "budget";
  readonly space: MapSpace;
  /** No mapping of the space has a smaller value. */
  readonly boundValue: number;
}

/** What `searchMatrix` may use. */
export interface MatrixSearch {
  /** Ways to spread the problem over the grid, of all allowed dataflows. */
  readonly choices: readonly SpatialChoice[];
  /** No mapping takes fewer cycles. */
  readonly boundCycles: number;
  readonly objective?: Objective;
  /** Must be given when the objective asks for energy. */
  readonly energy?: MapperEnergy;
  /** How many mappings are costed at most. */
  readonly nodes?: number;
  /** `nested`: problems with few mappings are not enumerated either. */
  readonly space?: "nested";
  /** A mapping to begin with; it fits. */
  readonly seed?: MatrixMapping;
  /** Told of every question whether something fits. */
  readonly watch?: CapacityWatch;
  /** The mapping's value may be up to this share above the least one; 0 when not given. */
  readonly tolerance?: number;
}

/** How many mappings of a problem are costed at most, when nothing else is said. */
export const defaultNodes = 2_000;

/**
 * The mapping with the least objective; ties: fewer cycles, fewer DRAM bytes, less staging space, the first found. Problems with
 * few mappings are enumerated.
 */
export function searchMatrix(
  problem: MatrixProblem,
  architecture: Architecture,
  search: MatrixSearch,
): SolvedMatrix | Unmappable {
  const { objective = objectives.latency, energy, nodes = defaultNodes, boundCycles, tolerance = 0 } = search;
  const boundValue =
    objective.energy === 0 ? objectiveValue(objective, { cycles: Math.ceil(boundCycles), energyPj: 0 }) : 0;
  const goal: SearchGoal = { objective, energy, nodes, boundValue, tolerance };
  const chains = new ChainCache(problem, architecture);
  const context = { problem, architecture, chains, ...(search.watch ? { watch: search.watch } : {}) };
  const incumbent = new Incumbent(context, goal);
  if (search.seed !== undefined) incumbent.offer(incumbent.measure(search.seed));
  const packed = packedGroups(problem, architecture);
  const groupsPerPass = ({ dataflow }: SpatialChoice): number => (dataflow === "weight-stationary" ? packed : 1);
  const isWhole = search.space !== "nested" && searchEverything(incumbent, search.choices, groupsPerPass);
  if (!isWhole) searchNested(incumbent, search.choices, groupsPerPass);
  // What is proven is proven before: from here on only staging space is saved.
  const isCut = !isWhole && incumbent.isOutOfBudget;
  const { nodes: searched, leastLeftOut } = incumbent;
  shrinkStaging(incumbent);
  const { best } = incumbent;
  if (best === undefined) return incumbent.smallestOverflow ?? { level: "l1", overflowBytes: 0 };
  const { mapping, cost, figures, cycles, value } = best;
  const isMet = value <= boundValue * (1 + tolerance);
  const proven = Math.max(boundValue, Math.min(value, leastLeftOut));
  return {
    mapping,
    cost,
    figures,
    cycles,
    value,
    nodes: searched,
    proof: isMet ? "bound" : isCut ? "budget" : "exhausted",
    space: isWhole ? "full" : "nested",
    boundValue: isWhole ? value : proven,
  };
}
