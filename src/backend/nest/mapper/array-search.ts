/** The best mapping on an array machine over a stated space, by branch and bound. */
import type { NestItem, NestMapping } from "../nest-mapping.ts";
import type { NestProblem } from "../nest-problem.ts";
import type { ArrayMachine } from "./array-machine.ts";
import type { LoopOrder } from "./loop-orders.ts";
import { loopOrders } from "./loop-orders.ts";
import type { CostSetting, PartialTiles } from "./partial-cost.ts";
import type { NestObjective } from "./nest-objective.ts";
import { costSetting, partialBytes, partialCost, withLeastTiles } from "./partial-cost.ts";
import type { SearchDim, TileChoice, TileSpace, Units } from "./tile-choices.ts";
import { searchDims, tileChoices, unitChoices } from "./tile-choices.ts";

interface Leaf {
  readonly order: LoopOrder;
  readonly units: Units;
  readonly tiles: PartialTiles;
}

/** Depth-first over the loops, fillings and orders in the order of their bounds. */
export class ArraySearch {
  nodes = 0;
  private bestLeaf: Leaf | undefined;
  rootBound = Infinity;
  private bestCost = Infinity;
  private readonly setting: CostSetting;
  private readonly capacity: number;
  private readonly problem: NestProblem;
  private readonly budget: number;
  private readonly machine: ArrayMachine;

  constructor(
    machine: ArrayMachine,
    problem: NestProblem,
    search: { readonly objective: NestObjective; readonly nodes: number },
  ) {
    this.machine = machine;
    this.problem = problem;
    this.budget = search.nodes;
    this.setting = costSetting(machine, problem, search.objective);
    const { capacityBytes } = machine.buffer;
    this.capacity = capacityBytes === "unlimited" ? Infinity : capacityBytes;
  }

  /** The best mapping so far. */
  get best(): NestMapping | undefined {
    return this.bestLeaf === undefined ? undefined : mappingOf(this.machine, this.problem, this.bestLeaf);
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
      this.bestLeaf = { order, units, tiles: { ...tiles } };
      return;
    }
    const { dim, choices } = entry;
    for (const choice of choices) {
      if (this.nodes >= this.budget) break;
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
