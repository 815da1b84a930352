/** Holds bounds against every mapping of a small case, and the mapper's result against the best of them. */
import { arrayFillCycles } from "../../../src/backend/mapping/array-cycles.ts";
import { loopOrders } from "../../../src/backend/mapping/search/loop-orders.ts";
import type { MatrixSearch, SolvedMatrix } from "../../../src/backend/mapping/matrix-mapper.ts";
import { searchMatrix } from "../../../src/backend/mapping/matrix-mapper.ts";
import { figuresOf, objectives, objectiveValue } from "../../../src/backend/mapping/objective.ts";
import type { Case } from "./exhaustive-space.ts";
import { boundsOf, choicesOf, mappingsOf } from "./exhaustive-space.ts";

export interface Checked {
  readonly mappings: number;
  /** Fewest cycles and DRAM bytes of all mappings, infinite when none fits. */
  readonly bestCycles: number;
  readonly leastDramBytes: number;
  /** What the solver states about all mappings. */
  readonly bounds: { readonly cycles: number; readonly dramBytes: number };
  /** The largest amount by which a spatial choice's own bound lies above its best mapping; at most 0 when it holds. */
  readonly excessOfChoiceBound: number;
  /** What the mapper found; undefined when it found nothing. */
  readonly found: SolvedMatrix | undefined;
}

/** Energies that weigh events unlike each other, so that no objective is another one in disguise. Unit: pJ. */
const energy = {
  perEvent: {
    macPj: 0.5,
    vectorOpPj: 0.8,
    arrayEdgePjPerByte: 0.3,
    l1PjPerByte: 1.1,
    l2PjPerByte: 2.3,
    busPjPerByte: 1.7,
    gmPjPerByte: 5.9,
    dramPjPerByte: 41,
    idleWatts: 0,
  },
  idlePjPerCycle: 13,
} as const;

/** For each objective: the least value of all mappings, and the value that the mapper finds; infinite when none fits. */
export function checkObjectives(
  given: Case,
  options: Pick<MatrixSearch, "space"> = {},
): readonly { name: string; best: number; found: number }[] {
  const { problem, architecture } = given;
  const choices = choicesOf(given);
  const names = ["latency", "energy", "edp"] as const;
  const best = names.map(() => Infinity);
  for (const choice of choices) {
    for (const { cost } of mappingsOf(given, choice)) {
      const { busy, fill, energyPj } = figuresOf(cost, architecture, energy);
      names.forEach((name, at) => {
        const value = objectiveValue(objectives[name], { cycles: Math.ceil(busy + fill), energyPj });
        best[at] = Math.min(best[at] ?? Infinity, value);
      });
    }
  }
  const boundCycles = boundsOf(given).cycles;
  return names.map((name, at) => {
    const result = searchMatrix(problem, architecture, {
      choices,
      boundCycles,
      energy,
      objective: objectives[name],
      ...options,
    });
    return { name, best: best[at] ?? Infinity, found: "mapping" in result ? result.value : Infinity };
  });
}

/** Enumerates a case and runs the mapper on it. */
export function checkCase(given: Case): Checked {
  const { architecture, problem } = given;
  const choices = choicesOf(given);
  const bounds = boundsOf(given);
  let [mappings, bestCycles, leastDramBytes, excessOfChoiceBound] = [0, Infinity, Infinity, -Infinity];
  for (const choice of choices) {
    let best = Infinity;
    for (const { cycles, dramBytes } of mappingsOf(given, choice)) {
      mappings += 1;
      best = Math.min(best, cycles);
      leastDramBytes = Math.min(leastDramBytes, dramBytes);
    }
    bestCycles = Math.min(bestCycles, best);
    const bound = choice.boundCycles + arrayFillCycles(architecture, choice.dataflow);
    excessOfChoiceBound = Math.max(excessOfChoiceBound, bound - best);
  }
  const result = searchMatrix(problem, architecture, { choices, boundCycles: bounds.cycles });
  const found = "mapping" in result ? result : undefined;
  return { mappings, bestCycles, leastDramBytes, bounds, excessOfChoiceBound, found };
}

/** Why a mapping is not one of the space that `mappingsOf` enumerates; undefined when it is. */
export function outsideOfSpace(given: Case, { mapping }: SolvedMatrix): string | undefined {
  const text = (factors: readonly (readonly number[])[]): string => JSON.stringify(factors);
  const spatial = text([mapping.peRows, mapping.peColumns]);
  const isChoice = choicesOf(given).some(
    ({ dataflow, peRows, peColumns }) => dataflow === mapping.dataflow && text([peRows, peColumns]) === spatial,
  );
  if (!isChoice) return `no such spatial choice: ${spatial}`;
  const isTile = (size: number, loop: number): boolean =>
    Number.isInteger(size) && size >= 1 && size <= (given.problem.extents[loop] ?? 1);
  if (!mapping.tiles.every((tile) => tile.every(isTile))) return `no such tiles: ${text(mapping.tiles)}`;
  const known = loopOrders.map((order) => order.join());
  return mapping.orders.every((order) => known.includes(order.join())) ? undefined : `no such orders`;
}
