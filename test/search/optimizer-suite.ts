/** The conformance suite that every optimizer must pass. */
import { describe, expect, it } from "vitest";
import type { OptimizerKind, OptimizerSetup, Proposal } from "../../src/search/optimizer.ts";
import type { Point, Space } from "../../src/search/space.ts";
import { canonicalPoint, pointKey } from "../../src/search/space.ts";

/** A space of four ordered parameters, a categorical one and one that exists for one of its values only: 6^4 · 2 · 6 vectors. */
export const smallSpace: Space = {
  name: "small",
  sha256: "0".repeat(64),
  fixed: {},
  parameters: [
    ...["a", "b", "c", "d"].map((name) => ({ name, values: [1, 2, 4, 8, 16, 32], isOrdered: true })),
    { name: "kind", values: ["off", "on"], isOrdered: false },
    { name: "extra", values: [1, 2, 3, 4, 5, 6], isOrdered: true, when: { parameter: 4, indices: new Set([1]) } },
  ],
};

/** Separable, one maximum, at [4, 1, 3, 2, 1, 5]; 0 there and negative elsewhere. */
const optimum: Point = [4, 1, 3, 2, 1, 5];
const score = (point: Point): number =>
  0 - optimum.reduce((sum, best, index) => sum + Math.abs(best - (point[index] ?? 0)), 0);

function setupWith(parts: Partial<OptimizerSetup>): OptimizerSetup {
  return { space: smallSpace, seed: 1, isWithinBudget: () => true, ...parts };
}

/** Runs an optimizer for a number of trials and returns its proposals. */
function run(
  kind: OptimizerKind,
  setup: OptimizerSetup,
  options: { trials: number; score?: (point: Point) => number | undefined },
) {
  const optimizer = kind.create(setup);
  const proposals: Proposal[] = [];
  for (let trial = 0; trial < options.trials; trial += 1) {
    for (const proposal of optimizer.ask(1)) {
      proposals.push(proposal);
      optimizer.tell([{ ...proposal, objective: options.score?.(proposal.point) }]);
    }
  }
  return proposals;
}

/** Declares the suite for one optimizer. `optimumWithin`: trials in which it must find the optimum of the small problem. */
export function describeOptimizer(kind: OptimizerKind, { optimumWithin }: { optimumWithin: number }): void {
  describe(`optimizer ${kind.name}`, () => {
    it("numbers its trials on and returns as many as asked for", () => {
      const optimizer = kind.create(setupWith({}));
      expect([...optimizer.ask(3), ...optimizer.ask(2)].map(({ trial }) => trial)).toEqual([0, 1, 2, 3, 4]);
    });

    it("is a function of its seed", () => {
      const [first, again, other] = [5, 5, 6].map((seed) => run(kind, setupWith({ seed }), { trials: 100, score }));
      expect(again).toEqual(first);
      expect(other).not.toEqual(first);
    });

    it("stays in the space, in its one spelling, and does not repeat itself", () => {
      const proposals = run(kind, setupWith({ seed: 3 }), { trials: 300, score });
      for (const { point } of proposals) {
        expect(point).toEqual(canonicalPoint(smallSpace, point));
        smallSpace.parameters.forEach(({ values }, index) => expect(values[point[index] ?? -1]).toBeDefined());
      }
      expect(new Set(proposals.map(({ point }) => pointKey(point))).size).toBe(proposals.length);
    });

    it("proposes from inside the budget", () => {
      const isWithinBudget = (point: Point): boolean => (point[0] ?? 0) + (point[1] ?? 0) <= 3;
      const proposals = run(kind, setupWith({ isWithinBudget }), { trials: 100, score });
      expect(proposals.filter(({ point }) => !isWithinBudget(point))).toEqual([]);
    });

    it("goes on when nothing is feasible", () => {
      const proposals = run(kind, setupWith({}), { trials: 100 });
      expect(new Set(proposals.map(({ point }) => pointKey(point))).size).toBe(100);
      expect(run(kind, setupWith({ isWithinBudget: () => false }), { trials: 3 })).toHaveLength(3);
    });

    it("goes on when the space is exhausted", () => {
      const space: Space = { ...smallSpace, parameters: smallSpace.parameters.slice(0, 1) };
      expect(run(kind, setupWith({ space }), { trials: 20, score: () => 1 })).toHaveLength(20);
    });

    it(`finds the optimum of a small separable problem within ${optimumWithin} trials`, () => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const best = run(kind, setupWith({ seed }), { trials: optimumWithin, score }).map(({ point }) => score(point));
        expect(Math.max(...best), `seed ${seed}`).toBe(0);
      }
    });
  });
}
