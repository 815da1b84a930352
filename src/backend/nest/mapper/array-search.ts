/** The best mapping on an array machine over a stated space, by branch and bound. */
import type { NestItem, NestMapping } from "../nest-mapping.ts";
import type { NestProblem } from "../nest-problem.ts";
import { inputAxis } from "../nest-problem.ts";
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
      const known =
        lists.get(key) ??
        tileChoices({ extent: problem.extents[dim], skipsInput: skipsInput(problem, dim) }, unit, space);
      lists.set(key, known);
      return known;
    };
    for (const { order, units, bound } of roots) {
      if (bound >= this.bestCost || this.nodes >= this.budget) break;
      const open = searchDims.map((dim) => ({ dim, choices: choicesOf(dim, units[dim]) }));
      const smallest = space.factors === "perfect" ? units : singleSteps;
      this.descend({ order, units, tiles: {} }, open, smallest);
    }
  }

  /** Each open loop keeps the tiles that fit and may still win beside what is chosen; the loop with the fewest is chosen next. */
  private descend({ order, units, tiles }: Leaf, open: readonly OpenLoop[], smallest: Units): void {
    const ranked: { readonly dim: SearchDim; readonly left: RankedChoice[] }[] = [];
    for (const { dim, choices } of open) {
      const left: RankedChoice[] = [];
      for (const choice of choices) {
        if (this.nodes >= this.budget) return;
        this.nodes++;
        tiles[dim] = choice;
        if (partialBytes(this.setting, { order, smallest, tiles }) > this.capacity) continue;
        const bound = partialCost(this.setting, order, units, tiles);
        if (bound < this.bestCost) left.push({ choice, bound });
      }
      delete tiles[dim];
      if (left.length === 0) return;
      ranked.push({ dim, left });
    }
    ranked.sort((a, b) => a.left.length - b.left.length);
    const [next, ...others] = ranked;
    if (next === undefined) return;
    const rest = others.map(({ dim, left }) => ({ dim, choices: left.map(({ choice }) => choice) }));
    next.left.sort((a, b) => a.bound - b.bound);
    for (const { choice, bound } of next.left) {
      if (bound >= this.bestCost) break;
      tiles[next.dim] = choice;
      if (rest.length === 0) {
        this.bestCost = bound;
        this.bestLeaf = { order, units, tiles: { ...tiles } };
        break;
      }
      const least = withLeastTiles(this.setting, { order, units, smallest, tiles }, this.capacity);
      if (partialCost(this.setting, order, units, least) < this.bestCost)
        this.descend({ order, units, tiles }, rest, smallest);
    }
    delete tiles[next.dim];
  }
}

/** Whether tiles of a loop may leave out rows or columns of the input between them. */
function skipsInput({ strides, dilations }: NestProblem, dim: SearchDim): boolean {
  const axis = inputAxis(dim);
  return axis !== undefined && (strides[axis] > 1 || dilations[axis] > 1);
}

const singleSteps: Units = { b: 1, p: 1, q: 1, k: 1, c: 1, r: 1, s: 1 };

interface OpenLoop {
  readonly dim: SearchDim;
  readonly choices: readonly TileChoice[];
}

interface RankedChoice {
  readonly choice: TileChoice;
  readonly bound: number;
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
