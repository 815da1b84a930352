/** The best mapping so far, what it is measured by, and when to end. */
import type { MappingCost } from "../cost.ts";
import type { MatrixContext } from "../matrix-cost.ts";
import { costOfMapping } from "../matrix-cost.ts";
import type { MatrixMapping } from "../matrix-mapping.ts";
import type { Figures, MapperEnergy, Objective } from "../objective.ts";
import { figuresOf, objectiveValue } from "../objective.ts";
import type { TileLoops } from "../traffic.ts";

/** No mapping fits: the level and operand bytes of the smallest tile that was tried. */
export interface Unmappable {
  readonly level: string;
  readonly overflowBytes: number;
}

/** A mapping with its cost. */
export interface Costed {
  readonly mapping: MatrixMapping;
  readonly cost: MappingCost;
  readonly figures: Figures;
  readonly cycles: number;
  /** Of the objective. */
  readonly value: number;
  /** Global memory that the region's own tiles occupy. */
  readonly stagingBytes: number;
}

/** How the search is measured and limited. */
export interface SearchGoal {
  readonly objective: Objective;
  /** Must be given when the objective asks for energy. */
  readonly energy: MapperEnergy | undefined;
  /** No mapping has a smaller value; the search ends when it is met. */
  readonly boundValue: number;
  /** How many mappings are costed at most. */
  readonly nodes: number;
  /** The search may end with a mapping whose value is up to this share above the least. 0: it must be the least. */
  readonly tolerance: number;
}

/** Collects what the search finds. */
export class Incumbent {
  readonly context: MatrixContext;
  readonly goal: SearchGoal;
  best: Costed | undefined;
  nodes = 0;
  /** No mapping that was left out has a smaller value. */
  leastLeftOut = Number.POSITIVE_INFINITY;
  smallestOverflow: Unmappable | undefined;

  constructor(context: MatrixContext, goal: SearchGoal) {
    this.context = context;
    this.goal = goal;
  }

  /** What a bound must be below to be worth looking at; infinite before anything was found. */
  get target(): number {
    return this.best === undefined ? Number.POSITIVE_INFINITY : this.best.value / (1 + this.goal.tolerance);
  }

  /** The least value so far; infinite before anything was found. */
  get value(): number {
    return this.best?.value ?? Number.POSITIVE_INFINITY;
  }

  get isOutOfBudget(): boolean {
    return this.nodes >= this.goal.nodes;
  }

  /** True when the search may end: the bound is met, or as many mappings were costed as are allowed. */
  get isDone(): boolean {
    return this.isOutOfBudget || this.target <= this.goal.boundValue;
  }

  /** Costs a mapping, whether it fits or not. */
  measure(mapping: MatrixMapping, loops?: TileLoops): Costed {
    this.nodes += 1;
    const cost = costOfMapping(this.context, mapping, loops);
    const { energy, objective } = this.goal;
    const figures = figuresOf(cost, this.context.architecture, objective.energy === 0 ? undefined : energy);
    const cycles = Math.ceil(figures.busy + figures.fill);
    const value = objectiveValue(objective, { cycles, energyPj: figures.energyPj });
    const { input, weight, output } = cost.stagingBytes;
    return { mapping, cost, figures, cycles, value, stagingBytes: input + weight + output };
  }

  /** Keeps a mapping that fits when it is better; ties: fewer cycles, fewer DRAM bytes, less staging space, the first. */
  offer(found: Costed): void {
    if (this.best === undefined || isBetter(found, this.best)) this.best = found;
  }

  /** Notes that mappings whose values are at least `bound` are not looked at. */
  leaveOut(bound: number): void {
    if (bound < this.leastLeftOut) this.leastLeftOut = bound;
  }

  /** Remembers the smallest overflow, for the message when nothing fits. */
  noteOverflow(level: string, bytes: number): void {
    if (this.smallestOverflow === undefined || bytes < this.smallestOverflow.overflowBytes) {
      this.smallestOverflow = { level, overflowBytes: bytes };
    }
  }
}

function isBetter(a: Costed, b: Costed): boolean {
  if (a.value !== b.value) return a.value < b.value;
  if (a.cycles !== b.cycles) return a.cycles < b.cycles;
  if (a.figures.dramBytes !== b.figures.dramBytes) return a.figures.dramBytes < b.figures.dramBytes;
  return a.stagingBytes < b.stagingBytes;
}
