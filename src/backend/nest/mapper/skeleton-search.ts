/** The best mapping on any machine: skeletons in the order of their bounds, in each a branch and bound over the sizes of the loops. */
import type { NestArchitecture } from "../nest-architecture.ts";
import { costOfNest } from "../nest-cost.ts";
import { countNest } from "../nest-counts.ts";
import type { NestItem, NestMapping } from "../nest-mapping.ts";
import type { NestDim, NestProblem } from "../nest-problem.ts";
import { nestDims } from "../nest-problem.ts";
import { resolveNest } from "../resolve-nest.ts";
import type { LoopChain } from "./loop-chains.ts";
import { loopChains } from "./loop-chains.ts";
import type { Skeleton } from "./nest-skeleton.ts";
import { nestSkeletons } from "./nest-skeleton.ts";
import type { NestObjective } from "./nest-objective.ts";
import { objectiveOf } from "./nest-objective.ts";
import type { ChosenChains } from "./skeleton-cost.ts";
import { SkeletonCost } from "./skeleton-cost.ts";
import type { TileSpace } from "./tile-choices.ts";

interface Open {
  /** Number of the loop in `nestDims`. */
  readonly index: number;
  readonly chains: readonly LoopChain[];
}

interface Ranked {
  readonly chain: LoopChain;
  readonly bound: number;
}

/** Searches one problem on one machine; what one space gave has to be beaten in the next. */
export class SkeletonSearch {
  nodes = 0;
  best: NestMapping | undefined;
  /** Of the space that was searched last. */
  rootBound = Infinity;
  private bestCost = Infinity;
  private readonly problem: NestProblem;
  private readonly architecture: NestArchitecture;
  private readonly objective: NestObjective;
  private readonly budget: number;
  private readonly moving: readonly NestDim[];

  constructor(
    problem: NestProblem,
    architecture: NestArchitecture,
    { objective, nodes }: { readonly objective: NestObjective; readonly nodes: number },
  ) {
    this.problem = problem;
    this.architecture = architecture;
    this.objective = objective;
    this.budget = nodes;
    this.moving = nestDims.filter((dim) => problem.extents[dim] > 1);
  }

  /** Searches a space. */
  run({ factors, tiles }: TileSpace): void {
    const { problem, architecture, objective } = this;
    const roots = nestSkeletons(problem, architecture, tiles).map((skeleton) => {
      const cost = new SkeletonCost(problem, architecture, { skeleton, objective });
      return { cost, bound: cost.cost([]) };
    });
    roots.sort((a, b) => a.bound - b.bound);
    this.rootBound = roots[0]?.bound ?? Infinity;
    const lists = new Map<string, readonly LoopChain[]>();
    for (const { cost, bound } of roots) {
      if (bound >= this.bestCost || this.nodes >= this.budget) break;
      const open = this.moving.map((dim): Open => {
        const slots = cost.fanoutsOf(dim);
        const key = `${dim} ${slots.join()}`;
        const known = lists.get(key) ?? loopChains({ dim, extent: problem.extents[dim], slots }, factors);
        lists.set(key, known);
        return { index: nestDims.indexOf(dim), chains: known };
      });
      this.descend(cost, [], open);
    }
  }

  /** Each open loop keeps the sizes that fit and may still win beside what is chosen; the loop with the fewest is chosen next. */
  private descend(cost: SkeletonCost, chosen: ChosenChains, open: readonly Open[]): void {
    if (open.length === 0) {
      this.take(cost, chosen, cost.cost(chosen));
      return;
    }
    const ranked: { readonly index: number; readonly chains: Ranked[] }[] = [];
    for (const { index, chains } of open) {
      const left: Ranked[] = [];
      for (const chain of chains) {
        if (this.nodes >= this.budget) return;
        this.nodes++;
        chosen[index] = chain;
        if (!cost.fits(chosen)) continue;
        const bound = cost.cost(chosen);
        if (bound < this.bestCost) left.push({ chain, bound });
      }
      chosen[index] = undefined;
      if (left.length === 0) return;
      ranked.push({ index, chains: left });
    }
    ranked.sort((a, b) => a.chains.length - b.chains.length);
    const [next, ...others] = ranked;
    if (next === undefined) return;
    const rest = others.map(({ index, chains }) => ({ index, chains: chains.map(({ chain }) => chain) }));
    next.chains.sort((a, b) => a.bound - b.bound);
    for (const { chain, bound } of next.chains) {
      if (bound >= this.bestCost) break;
      chosen[next.index] = chain;
      if (rest.length === 0) this.take(cost, chosen, bound);
      else this.descend(cost, chosen, rest);
    }
    chosen[next.index] = undefined;
  }

  private take(cost: SkeletonCost, chosen: ChosenChains, bound: number): void {
    if (bound >= this.bestCost) return;
    const mapping = mappingOf(this.problem, this.architecture, cost.skeleton, chosen);
    const nest = resolveNest(this.problem, this.architecture, mapping);
    const value = objectiveOf(costOfNest(nest, countNest(nest)), this.objective);
    if (value >= this.bestCost) return;
    this.bestCost = value;
    this.best = mapping;
  }
}

/** The nest of a choice, without lines of one trip. */
export function mappingOf(
  problem: NestProblem,
  { memories }: NestArchitecture,
  skeleton: Skeleton,
  chosen: ChosenChains,
): NestMapping {
  const left = { ...problem.extents };
  const depths: Partial<Record<NestDim, number>> = {};
  const nest: NestItem[] = [];
  for (const item of skeleton) {
    if (item.kind === "store") {
      nest.push({ kind: "store", level: memories[item.memory]?.name ?? "", operand: item.operand });
      continue;
    }
    const { dim } = item;
    const depth = (depths[dim] ?? 0) + 1;
    depths[dim] = depth;
    const tile = chosen[nestDims.indexOf(dim)]?.size(depth) ?? 1;
    if (tile < left[dim]) {
      if (item.kind === "temporal") nest.push({ kind: "temporal", dim, tile });
      else nest.push({ kind: "spatial", level: item.level.name, dim, factor: Math.ceil(left[dim] / tile) });
    }
    left[dim] = tile;
  }
  for (const dim of ["c", "r", "s", "k", "g", "b", "p", "q"] as const)
    if (left[dim] > 1) nest.push({ kind: "temporal", dim, tile: 1 });
  return { schemaVersion: 1, nest };
}
