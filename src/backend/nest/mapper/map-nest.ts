/** The best mapping of a problem on an array machine over a stated space, by branch and bound. */
import { fail } from "../../../support/diagnostics.ts";
import type { NestArchitecture } from "../nest-architecture.ts";
import type { NestCost } from "../nest-cost.ts";
import { costOfNest } from "../nest-cost.ts";
import { countNest } from "../nest-counts.ts";
import type { NestItem, NestMapping } from "../nest-mapping.ts";
import type { NestProblem } from "../nest-problem.ts";
import { resolveNest } from "../resolve-nest.ts";
import type { ArrayMachine } from "./array-machine.ts";
import { arrayMachine } from "./array-machine.ts";
import type { LoopOrder } from "./loop-orders.ts";
import { loopOrders } from "./loop-orders.ts";
import type { CostSetting, NestObjective, PartialTiles } from "./partial-cost.ts";
import { costSetting, partialBytes, partialCost, withLeastTiles } from "./partial-cost.ts";
import type { SearchDim, TileChoice, TileSpace, Units } from "./tile-choices.ts";
import { searchDims, tileChoices, unitChoices } from "./tile-choices.ts";

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

/** Searches; throws a `DiagnosticError` where the machine is not one that is searched, or nothing fits. */
export function mapNest(problem: NestProblem, architecture: NestArchitecture, search: NestSearch): MappedNest {
  const machine = arrayMachine(architecture);
  const state = new TileSearch(machine, problem, search);
  // What a smaller space inside of this one holds is a start that lets most of this one be skipped.
  if (search.factors === "ragged") state.run({ factors: "perfect", tiles: "per-level" });
  if (search.tiles === "per-tensor") state.run({ factors: search.factors, tiles: "per-level" });
  if (search.tiles === "per-tensor" && search.factors === "ragged")
    state.run({ factors: "perfect", tiles: "per-tensor" });
  state.run(search);
  const { best } = state;
  if (best === undefined) {
    return fail({
      code: "mapping-overflow",
      message:
        state.nodes >= search.nodes
          ? `no mapping was found within ${search.nodes} nodes`
          : `no tile of ${problem.name} fits ${machine.buffer.name}, ${String(machine.buffer.capacityBytes)} bytes`,
    });
  }
  const mapping = mappingOf(machine, problem, best);
  const nest = resolveNest(problem, architecture, mapping);
  const cost = costOfNest(nest, countNest(nest));
  const achieved = { energy: cost.energyPj, latency: cost.cycles, edp: cost.edp }[search.objective];
  const proof = isReached(achieved, state.rootBound) ? "bound" : state.nodes < search.nodes ? "exhausted" : "budget";
  const bound = Math.min(achieved, state.rootBound);
  const certificate = {
    space: spaceText(search),
    objective: search.objective,
    achieved,
    bound,
    gap: achieved / bound - 1,
    proof,
    nodes: state.nodes,
  } as const;
  return { mapping, cost, certificate };
}

/** Whether a cost is its bound: sums in another order may differ in the last digits. */
export const isReached = (achieved: number, bound: number): boolean => achieved <= bound * (1 + 1e-12);

/** What no mapping of a space goes below; computed without searching. */
export function nestBound(
  problem: NestProblem,
  architecture: NestArchitecture,
  search: TileSpace & Pick<NestSearch, "objective">,
): number {
  const state = new TileSearch(arrayMachine(architecture), problem, { ...search, nodes: 0 });
  state.run(search);
  return state.rootBound;
}

function spaceText({ factors, tiles }: TileSpace): string {
  const sizes =
    factors === "perfect"
      ? "tiles divide the tile above, spatial factors divide the tile"
      : "the smallest tile of each trip count, also rounded up to whole spatial units; the array filled as far as it goes";
  const places =
    tiles === "per-level"
      ? "one buffer tile for all operands, one loop a dimension above it, every order"
      : "one buffer tile for each operand, one loop a dimension above each, every order";
  return `${sizes}; ${places}; groups one by one`;
}

interface Leaf {
  readonly order: LoopOrder;
  readonly units: Units;
  readonly tiles: PartialTiles;
}

/** Depth-first over the loops, fillings and orders in the order of their bounds. */
class TileSearch {
  nodes = 0;
  best: Leaf | undefined;
  rootBound = Infinity;
  private bestCost = Infinity;
  private readonly setting: CostSetting;
  private readonly capacity: number;
  private readonly problem: NestProblem;
  private readonly search: NestSearch;
  private readonly machine: ArrayMachine;

  constructor(machine: ArrayMachine, problem: NestProblem, search: NestSearch) {
    this.machine = machine;
    this.problem = problem;
    this.search = search;
    this.setting = costSetting(machine, problem, search.objective);
    const { capacityBytes } = machine.buffer;
    this.capacity = capacityBytes === "unlimited" ? Infinity : capacityBytes;
  }

  /** Searches one space; what earlier ones found has to be beaten. */
  run(space: TileSpace): void {
    const { machine, problem, setting } = this;
    const shape = { rows: machine.rows.fanout, columns: machine.columns.fanout, rowDims: machine.rows.dims };
    const orders = loopOrders(space, problem);
    const roots = unitChoices(problem.extents, shape, space.factors).flatMap((units) =>
      orders.map((order) => ({ order, units, bound: partialCost(setting, order, units, {}) })),
    );
    roots.sort((a, b) => a.bound - b.bound);
    // The last space searched is the one asked for, and holds the others.
    this.rootBound = roots[0]?.bound ?? Infinity;
    const lists = new Map<string, readonly TileChoice[]>();
    const choicesOf = (dim: SearchDim, unit: number): readonly TileChoice[] => {
      const key = `${dim} ${unit}`;
      const known = lists.get(key) ?? tileChoices(problem.extents[dim], unit, space);
      lists.set(key, known);
      return known;
    };
    for (const { order, units, bound } of roots) {
      if (bound >= this.bestCost) break;
      // Loops with few choices first: they decide most for the fewest nodes.
      const dims = searchDims.map((dim) => ({ dim, choices: choicesOf(dim, units[dim]) }));
      this.descend(
        { order, units, tiles: {} },
        {
          at: 0,
          smallest: space.factors === "perfect" ? units : singleSteps,
          dims: dims.toSorted((a, b) => a.choices.length - b.choices.length),
        },
      );
    }
  }

  private descend(leaf: Leaf, { at, dims, smallest }: Walk): void {
    const { order, units, tiles } = leaf;
    const entry = dims[at];
    if (entry === undefined) {
      this.bestCost = partialCost(this.setting, order, units, tiles);
      this.best = { order, units, tiles: { ...tiles } };
      return;
    }
    const { dim, choices } = entry;
    for (const choice of choices) {
      if (this.nodes >= this.search.nodes) break;
      this.nodes++;
      tiles[dim] = choice;
      if (partialBytes(this.setting, { order, smallest, tiles }) > this.capacity) continue;
      if (partialCost(this.setting, order, units, tiles) >= this.bestCost) continue;
      const least = withLeastTiles(this.setting, { order, units, smallest, tiles }, this.capacity);
      if (partialCost(this.setting, order, units, least) < this.bestCost) {
        this.descend(leaf, { at: at + 1, dims, smallest });
      }
    }
    delete tiles[dim];
  }
}

const singleSteps: Units = { b: 1, p: 1, q: 1, k: 1, c: 1, r: 1, s: 1 };

interface Walk {
  readonly at: number;
  /** Smallest tile of each loop. */
  readonly smallest: Units;
  readonly dims: readonly { readonly dim: SearchDim; readonly choices: readonly TileChoice[] }[];
}

/** The nest of a choice, without loops of one trip. */
function mappingOf(
  { buffer, register, rows, columns }: ArrayMachine,
  problem: NestProblem,
  { order, units, tiles }: Leaf,
): NestMapping {
  const left = { ...problem.extents };
  const nest: NestItem[] = [];
  const step = (dim: keyof typeof left, tile: number): void => {
    if (tile < left[dim]) nest.push({ kind: "temporal", dim, tile });
    left[dim] = Math.min(left[dim], tile);
  };
  step("g", 1);
  for (const item of order.items) {
    if ("operand" in item) nest.push({ kind: "store", level: buffer.name, operand: item.operand });
    else {
      const tile = tiles[item.dim];
      if (tile !== undefined) step(item.dim, item.place === "outer" ? tile.outer : tile.inner);
    }
  }
  for (const dim of ["k", "c", "r", "s"] as const) step(dim, units[dim]);
  for (const dim of ["c", "r", "s", "k"] as const) {
    if (left[dim] > 1)
      nest.push({ kind: "spatial", level: dim === "k" ? columns.name : rows.name, dim, factor: left[dim] });
    left[dim] = 1;
  }
  nest.push({ kind: "store", level: register.name, operand: "weight" });
  for (const dim of ["b", "p", "q"] as const) step(dim, 1);
  return { schemaVersion: 1, nest };
}
