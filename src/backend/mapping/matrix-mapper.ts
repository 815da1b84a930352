/** The best mapping of a matrix problem, over all dataflows and ways to spread it over the grid. */
import type { Architecture } from "../architecture.ts";
import { packedGroups } from "./array-cycles.ts";
import type { MappingCost } from "./cost.ts";
import type { SearchGoal, Unmappable } from "./incumbent.ts";
import { Incumbent } from "./incumbent.ts";
import { CutCache } from "./loop-cuts.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import { ChainCache } from "./matrix-mapping.ts";
import { searchChoice } from "./nested-search.ts";
import { objectiveValue, objectives } from "./objective.ts";
import type { MatrixProblem } from "./problem.ts";
import type { SpatialChoice } from "./spatial.ts";
import { foldings } from "./uncut-model.ts";

/** The best mapping found. */
export interface SolvedMatrix {
  readonly mapping: MatrixMapping;
  readonly cost: MappingCost;
  readonly cycles: number;
  readonly nodes: number;
  readonly proof: "bound" | "exhausted" | "budget";
}

/** What `searchMatrix` may use. */
export interface MatrixSearch extends Partial<SearchGoal> {
  /** Ways to spread the problem over the grid, of all allowed dataflows. */
  readonly choices: readonly SpatialChoice[];
  /** No mapping takes fewer cycles. */
  readonly boundCycles: number;
}

/** How many mappings of a problem are costed at most, when nothing else is said. */
export const defaultNodes = 20_000;

/** The mapping with the least objective; ties: fewer cycles, fewer DRAM bytes, less staging space, the first found. */
export function searchMatrix(
  problem: MatrixProblem,
  architecture: Architecture,
  search: MatrixSearch,
): SolvedMatrix | Unmappable {
  const { objective = objectives.latency, energy, nodes = defaultNodes, boundCycles } = search;
  const bound = objective.energy === 0 ? objectiveValue(objective, { cycles: Math.ceil(boundCycles), energyPj: 0 }) : 0;
  const goal: SearchGoal = { objective, energy, nodes, boundValue: search.boundValue ?? bound };
  const context = { problem, architecture, chains: new ChainCache(problem, architecture) };
  const incumbent = new Incumbent(context, goal);
  const cutsOf = new Map<string, CutCache>();
  const choices = [...search.choices].sort((a, b) => a.boundCycles - b.boundCycles);
  for (const choice of choices) {
    if (incumbent.isDone) break;
    const least = objectiveValue(objective, { cycles: choice.boundCycles, energyPj: 0 });
    if (objective.energy === 0 && least >= incumbent.value) break;
    const { dataflow } = choice;
    const groupsPerPass = dataflow === "weight-stationary" ? packedGroups(problem, architecture) : 1;
    const cuts =
      cutsOf.get(dataflow) ?? new CutCache(context, foldings(problem, architecture, { dataflow, groupsPerPass }));
    cutsOf.set(dataflow, cuts);
    searchChoice(incumbent, { choice, groupsPerPass, cuts });
  }
  const { best } = incumbent;
  if (best === undefined) return incumbent.smallestOverflow ?? { level: "l1", overflowBytes: 0 };
  const proof = best.value <= goal.boundValue ? "bound" : incumbent.isOutOfBudget ? "budget" : "exhausted";
  return { mapping: best.mapping, cost: best.cost, cycles: best.cycles, nodes: incumbent.nodes, proof };
}
