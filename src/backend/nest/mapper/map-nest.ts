/** The best mapping of a problem on a machine over a stated space, with a certificate. */
import { fail } from "../../../support/diagnostics.ts";
import type { NestArchitecture } from "../nest-architecture.ts";
import type { NestCost } from "../nest-cost.ts";
import { costOfNest } from "../nest-cost.ts";
import { countNest } from "../nest-counts.ts";
import type { NestMapping } from "../nest-mapping.ts";
import type { NestProblem } from "../nest-problem.ts";
import { resolveNest } from "../resolve-nest.ts";
import { arrayMachine } from "./array-machine.ts";
import { ArraySearch } from "./array-search.ts";
import type { NestObjective } from "./nest-objective.ts";
import { objectiveOf } from "./nest-objective.ts";
import { SkeletonSearch } from "./skeleton-search.ts";
import type { TileSpace } from "./tile-choices.ts";

/** What is searched, for what, and how long. */
export interface NestSearch extends TileSpace {
  readonly objective: NestObjective;
  /** Partial and whole choices of tiles that may be costed. */
  readonly nodes: number;
}

/** What the answer is worth. */
export interface NestCertificate {
  readonly space: string;
  readonly objective: NestObjective;
  readonly achieved: number;
  readonly bound: number;
  /** achieved ÷ bound − 1 */
  readonly gap: number;
  /** `bound`: the bound is reached. `exhausted`: the whole space was searched. `budget`: neither. */
  readonly proof: "bound" | "exhausted" | "budget";
  readonly nodes: number;
}

/** The best mapping found. */
export interface MappedNest {
  readonly mapping: NestMapping;
  readonly cost: NestCost;
  readonly certificate: NestCertificate;
}

/** A search that goes on from space to space: what one gave has to be beaten in the next. */
interface SpaceSearch {
  readonly nodes: number;
  readonly best: NestMapping | undefined;
  /** No mapping of the space searched last is below. */
  readonly rootBound: number;
  run(space: TileSpace): void;
}

function searchOf(
  problem: NestProblem,
  architecture: NestArchitecture,
  search: Pick<NestSearch, "objective" | "nodes">,
): SpaceSearch {
  const machine = arrayMachine(architecture);
  return machine === undefined
    ? new SkeletonSearch(problem, architecture, search)
    : new ArraySearch(machine, problem, search);
}

/** Searches; throws a `DiagnosticError` where nothing fits. */
export function mapNest(problem: NestProblem, architecture: NestArchitecture, search: NestSearch): MappedNest {
  const { factors, tiles, objective, nodes } = search;
  const state = searchOf(problem, architecture, search);
  // What a smaller space inside of this one holds is a start that lets most of this one be skipped.
  if (factors === "ragged") state.run({ factors: "perfect", tiles: "per-level" });
  if (tiles === "per-tensor") state.run({ factors, tiles: "per-level" });
  if (tiles === "per-tensor" && factors === "ragged") state.run({ factors: "perfect", tiles: "per-tensor" });
  state.run(search);
  const { best: mapping } = state;
  if (mapping === undefined) return nothingFits(problem, architecture, { state, nodes });
  const nest = resolveNest(problem, architecture, mapping);
  const cost = costOfNest(nest, countNest(nest));
  const achieved = objectiveOf(cost, objective);
  const proof = isReached(achieved, state.rootBound) ? "bound" : state.nodes < nodes ? "exhausted" : "budget";
  const bound = Math.min(achieved, state.rootBound);
  const space = arrayMachine(architecture) === undefined ? generalSpace(search) : arraySpace(search);
  const certificate = {
    space,
    objective,
    achieved,
    bound,
    gap: achieved / bound - 1,
    proof,
    nodes: state.nodes,
  } as const;
  return { mapping, cost, certificate };
}

function nothingFits(
  problem: NestProblem,
  { memories, wordBits, name }: NestArchitecture,
  { state, nodes }: { readonly state: SpaceSearch; readonly nodes: number },
): never {
  const least = memories.slice(1).flatMap(({ name: memory, keeps, capacityBytes }) => {
    const bytes = keeps.reduce((sum, operand) => sum + wordBits[operand] / 8, 0);
    const isSmall = capacityBytes !== "unlimited" && capacityBytes < bytes;
    return isSmall
      ? [`${memory} has ${capacityBytes} bytes, one word of each of ${keeps.join(", ")} takes ${bytes}`]
      : [];
  });
  return fail({
    code: "mapping-overflow",
    message:
      state.nodes >= nodes
        ? `no mapping was found within ${nodes} nodes`
        : `no tile of ${problem.name} fits the memories of ${name}`,
    notes: least,
  });
}

/** Whether a cost is its bound: sums in another order may differ in the last digits. */
export const isReached = (achieved: number, bound: number): boolean => achieved <= bound * (1 + 1e-12);

/** What no mapping of a space goes below; computed without searching. */
export function nestBound(
  problem: NestProblem,
  architecture: NestArchitecture,
  search: TileSpace & Pick<NestSearch, "objective">,
): number {
  const state = searchOf(problem, architecture, { ...search, nodes: 0 });
  state.run(search);
  return state.rootBound;
}

function arraySpace({ factors, tiles }: TileSpace): string {
  const sizes =
    factors === "perfect"
      ? "tiles divide the tile above, spatial factors divide the tile"
      : "every size of tiles of loops of up to 48 steps, of longer ones the smallest of each number of tiles and of spatial units, also in whole inner tiles; the array filled as far as it goes";
  const places =
    tiles === "per-level"
      ? "one buffer tile for all operands, one loop a dimension above it, every order"
      : "one buffer tile for each operand, one loop a dimension above each, every order";
  return `${sizes}; ${places}; groups one by one`;
}

function generalSpace({ factors, tiles }: TileSpace): string {
  const sizes =
    factors === "perfect"
      ? "tiles and spatial factors divide the tile above"
      : "every size of tiles of up to 12 steps, of larger ones the smallest of each trip count, also in whole units of the fan-out below; every spatial factor";
  const places =
    tiles === "per-level"
      ? "one tile for all operands of a memory, one loop a dimension above it"
      : "one tile for each operand of a memory, one loop a dimension above each";
  return `${sizes}; ${places}, fan-outs below the loops; every order of three loops, of more those that keep b, p, q and c, r, s together; every bypass that is allowed`;
}
