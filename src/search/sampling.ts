/** Draws points that were not proposed before and that keep the cheap limits. */
import type { RandomStream } from "../support/random.ts";
import type { OptimizerSetup } from "./optimizer.ts";
import type { Point } from "./space.ts";
import { pointKey, randomPoint } from "./space.ts";

/** Draws before a sampler gives up on the limits; 19 % of FAST's space keep those of a die-shrunk TPU-v3. */
const maxDraws = 5000;

/** Points that were proposed, so that none is proposed twice while there are others. */
export class ProposedPoints {
  private readonly keys = new Set<string>();

  has(point: Point): boolean {
    return this.keys.has(pointKey(point));
  }

  add(point: Point): void {
    this.keys.add(pointKey(point));
  }
}

/** A new random point within the budget; after `maxDraws` failures the last draw, whatever it is. */
export function sampleWithinBudget(setup: OptimizerSetup, random: RandomStream, proposed: ProposedPoints): Point {
  let point = randomPoint(setup.space, random);
  for (let draw = 1; draw < maxDraws; draw += 1) {
    if (!proposed.has(point) && setup.isWithinBudget(point)) return point;
    point = randomPoint(setup.space, random);
  }
  return point;
}
