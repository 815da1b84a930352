/** Holds the closed-form traffic counts against the loop-nest simulator on random nests. */
import { ChainCache } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { Measure } from "../../../src/backend/mapping/traffic.ts";
import { movedElements } from "../../../src/backend/mapping/traffic.ts";
import type { Count, Nest, SimulatedOperand } from "./loop-nest-simulator.ts";
import { simulatedOperands, simulateTraffic } from "./loop-nest-simulator.ts";
import type { NestLimits, RandomNest } from "./random-nests.ts";
import { randomNest } from "./random-nests.ts";

/** One closed-form count beside what the simulator counted. */
export interface ComparedCount {
  readonly seed: number;
  readonly level: number;
  readonly operand: SimulatedOperand;
  readonly measure: "sum" | "busiestPe" | "busiestBus";
  readonly closedForm: number;
  readonly simulated: number;
  /** True where the closed form promises equality, not only a bound from above. */
  readonly isExact: boolean;
}

export type CountElements = (nest: RandomNest, operand: SimulatedOperand, level: number, measure: Measure) => number;

/** The closed form of the back end. */
export const closedForm: CountElements = ({ problem, architecture, mapping }, operand, level, measure) =>
  movedElements(new ChainCache(problem, architecture).loops(mapping), operand, level, measure);

/** What the simulator needs of a random nest. */
export function simulatedNest({ problem, mapping, spread }: RandomNest): Nest {
  const { extents, rows, columns } = problem;
  const { tiles, orders, peRows, peColumns } = mapping;
  return { extents, rows, columns, tiles, orders, peRows, peColumns, perPeLevel: spread };
}

/** Every operand at every level of the nests of these seeds: all PEs together, the busiest PE, the busiest bus. */
export function* compareTraffic(
  seeds: Iterable<number>,
  limits: NestLimits,
  count: CountElements = closedForm,
): Generator<ComparedCount> {
  for (const seed of seeds) {
    const nest = randomNest(seed, limits);
    const simulated = simulateTraffic(simulatedNest(nest));
    for (const [level, counts] of simulated.entries()) {
      for (const operand of simulatedOperands)
        yield* compareOne(nest, { seed, level, operand }, counts[operand], count);
    }
  }
}

function* compareOne(
  nest: RandomNest,
  at: { readonly seed: number; readonly level: number; readonly operand: SimulatedOperand },
  simulated: Count,
  count: CountElements,
): Generator<ComparedCount> {
  const { peRows, peColumns } = nest.mapping;
  const closed = (measure: Measure): number => count(nest, at.operand, at.level, measure);
  const slides = at.operand === "input" && isWindowed(nest);
  yield { ...at, measure: "sum", closedForm: closed({ kind: "sum" }), simulated: simulated.sum, isExact: true };
  if (at.level < nest.spread) return;
  const pe = closed({ kind: "share", factors: [] });
  // Under a window another PE can have most in each step, where padding spares the first.
  yield { ...at, measure: "busiestPe", closedForm: pe, simulated: simulated.busiestPe, isExact: !slides };
  if (at.level > nest.spread) return;
  const factors = at.operand === "input" ? peColumns : peRows;
  const bus = closed({ kind: "share", factors });
  const isOnBothAxes = peRows.some((factor, loop) => factor > 1 && (peColumns[loop] ?? 1) > 1);
  const isExact = !slides && !isOnBothAxes;
  yield { ...at, measure: "busiestBus", closedForm: bus, simulated: simulated.busiestBus, isExact };
}

function isWindowed({ problem }: RandomNest): boolean {
  return [problem.rows, problem.columns].some(
    ({ kernel, stride, padBefore }) => kernel > 1 || stride > 1 || padBefore > 0,
  );
}

/** A count that is neither equal where it must be nor a bound elsewhere. */
export function isWrong({ closedForm: have, simulated, isExact }: ComparedCount): boolean {
  return isExact ? have !== simulated : have < simulated;
}

/** The integers from `first` on. */
export function* seedsFrom(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}
