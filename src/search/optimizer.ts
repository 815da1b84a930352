/** What an optimizer is: it proposes points (`ask`) and learns what they were worth (`tell`). */
import type { Point, Space } from "./space.ts";

/** A point to evaluate. */
export interface Proposal {
  /** Number of the trial, from 0. */
  readonly trial: number;
  readonly point: Point;
}

/** What a proposal was worth. */
export interface ProposalResult extends Proposal {
  /** To be maximised; undefined when the design is infeasible. */
  readonly objective: number | undefined;
}

/**
 * Owns its seed; the random numbers of a trial are a function of the seed and the trial's number. A proposal depends on the
 * results told before it was asked for, and on nothing else.
 */
export interface Optimizer {
  /** The next `count` proposals, numbered on from the last. */
  readonly ask: (count: number) => readonly Proposal[];
  readonly tell: (results: readonly ProposalResult[]) => void;
}

export interface OptimizerSetup {
  readonly space: Space;
  readonly seed: number;
  /**
   * Whether a point keeps the cheap limits (area, TDP). Optimizers propose from inside while they can find such points; a
   * point outside is a trial like any other, with an infeasible result.
   */
  readonly isWithinBudget: (point: Point) => boolean;
}

/** An optimizer that the CLI can name. */
export interface OptimizerKind {
  readonly name: string;
  readonly summary: string;
  readonly create: (setup: OptimizerSetup) => Optimizer;
}
