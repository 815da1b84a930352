/** Random search: independent draws, the yardstick for every other optimizer. */
import { randomStream } from "../../support/random.ts";
import type { Optimizer, OptimizerKind, OptimizerSetup, Proposal } from "../optimizer.ts";
import { ProposedPoints, sampleWithinBudget } from "../sampling.ts";

/** Uniform over the space's grid, restricted to points within the budget, without repetition. */
export const random: OptimizerKind = {
  name: "random",
  summary: "independent uniform draws within the area and TDP limits",
  create: createRandom,
};

function createRandom(setup: OptimizerSetup): Optimizer {
  const proposed = new ProposedPoints();
  let trials = 0;
  const propose = (): Proposal => {
    const trial = trials;
    trials += 1;
    const point = sampleWithinBudget(setup, randomStream(setup.seed, trial), proposed);
    proposed.add(point);
    return { trial, point };
  };
  return { ask: (count) => Array.from({ length: count }, propose), tell: () => undefined };
}
