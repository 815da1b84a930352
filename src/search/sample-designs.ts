/** Random designs of a space that keep limits, for studies of the models themselves. */
import { areaOf } from "../hardware/area.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { tdpOf } from "../hardware/tdp.ts";
import { bug } from "../support/bug.ts";
import { randomStream } from "../support/random.ts";
import type { Space } from "./space.ts";
import { designAt, randomPoint } from "./space.ts";

const mostTrials = 1_000_000;

/** The first `count` designs of a seeded random walk through the whole space that are no larger and no hotter than `limit`. */
export function sampleDesigns(
  space: Space,
  { count, seed, limit }: { readonly count: number; readonly seed: number; readonly limit: HardwareDesign },
): readonly HardwareDesign[] {
  const [areaMm2, watts] = [areaOf(limit).totalMm2, tdpOf(limit).totalWatts];
  const designs: HardwareDesign[] = [];
  for (let trial = 0; designs.length < count; trial++) {
    if (trial === mostTrials) bug(`fewer than ${count} of ${mostTrials} designs keep the limits`);
    const design = designAt(space, randomPoint(space, randomStream(seed, trial)), `${space.name}-${trial}`);
    if (areaOf(design).totalMm2 <= areaMm2 && tdpOf(design).totalWatts <= watts) designs.push(design);
  }
  return designs;
}
