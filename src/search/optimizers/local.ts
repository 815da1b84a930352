/** Local search: steps of ±1 from the best designs so far, with fresh random points mixed in. */
import type { RandomStream } from "../../support/random.ts";
import { randomStream } from "../../support/random.ts";
import type { Optimizer, OptimizerKind, OptimizerSetup, ProposalResult } from "../optimizer.ts";
import { ProposedPoints, sampleWithinBudget } from "../sampling.ts";
import type { Point } from "../space.ts";
import { neighboursOf } from "../space.ts";

/** Feasible points before the first step: enough to start in a good valley, few enough for short studies. */
const warmUpPoints = 8;
/** Share of trials that are fresh random points later on. */
const explorationShare = 0.08;
/** Good points that steps start from; the better one of two drawn is taken. */
const eliteCount = 6;
/** Probability of another step after each: one parameter often pays for another under a limit (halve rows, double columns). */
const nextStepProbability = 0.6;
/** Steps tried from good points before a random point is taken instead. */
const maxAttempts = 200;

interface ScoredPoint {
  readonly point: Point;
  readonly objective: number;
}

/** Hill climbing from several good points at once; duplicates are never proposed. */
export const local: OptimizerKind = {
  name: "local",
  summary: "steps of one or more parameters from the best designs so far, mixed with random draws",
  create: createLocal,
};

function createLocal(setup: OptimizerSetup): Optimizer {
  const proposed = new ProposedPoints();
  const elites: ScoredPoint[] = [];
  let trials = 0;
  let feasible = 0;

  const propose = () => {
    const trial = trials;
    trials += 1;
    const random = randomStream(setup.seed, trial);
    const isStep = feasible >= warmUpPoints && random.next() >= explorationShare;
    const step = isStep ? stepFromElites(setup, { elites, proposed, random }) : undefined;
    const point = step ?? sampleWithinBudget(setup, random, proposed);
    proposed.add(point);
    return { trial, point };
  };

  return {
    ask: (count) => Array.from({ length: count }, propose),
    tell: (results) => {
      for (const result of results) {
        if (result.objective !== undefined) feasible += 1;
        keepIfGood(elites, result);
      }
    },
  };
}

/** Keeps the list of good points sorted, the best first; of equals the earlier one stays ahead. */
function keepIfGood(elites: ScoredPoint[], { point, objective }: ProposalResult): void {
  if (objective === undefined) return;
  const rank = elites.findIndex((elite) => elite.objective < objective);
  elites.splice(rank < 0 ? elites.length : rank, 0, { point, objective });
  elites.length = Math.min(elites.length, eliteCount);
}

interface StepState {
  readonly elites: readonly ScoredPoint[];
  readonly proposed: ProposedPoints;
  readonly random: RandomStream;
}

/** A new point within the budget, one or a few steps from a good one; undefined when none turned up. */
function stepFromElites(setup: OptimizerSetup, { elites, proposed, random }: StepState): Point | undefined {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const rank = Math.min(random.integer(elites.length), random.integer(elites.length));
    let point: Point | undefined = elites[rank]?.point;
    do point = point === undefined ? undefined : randomNeighbour(setup, point, random);
    while (random.next() < nextStepProbability);
    if (point !== undefined && !proposed.has(point) && setup.isWithinBudget(point)) return point;
  }
  return undefined;
}

function randomNeighbour({ space }: OptimizerSetup, point: Point, random: RandomStream): Point | undefined {
  const neighbours = neighboursOf(space, point);
  return neighbours[random.integer(neighbours.length)];
}
