/** Bytes of tiles in global memory while a region runs, as the simulator saw them, no finer than a reader can see. */
import type { SimulatedRegion } from "./report-input.ts";

/** So many bytes lie there from one cycle of the region to another. */
export interface StagingStep {
  readonly fromCycle: number;
  readonly toCycle: number;
  readonly bytes: number;
}

/** Steps that together take the whole region. `shortest`: steps shorter than that, in cycles, become one with the most of them. */
export function stagingSteps({ cycles, occupancy }: SimulatedRegion, shortest: number): readonly StagingStep[] {
  const changes = occupancy
    .filter(({ buffer }) => buffer.startsWith("gm."))
    .flatMap(({ buffer, slotBytes, samples }) =>
      samples.map(([cycle = 0, tiles = 0]) => ({ buffer, cycle, bytes: tiles * slotBytes })),
    )
    .filter(({ cycle }) => cycle < cycles)
    .sort((a, b) => a.cycle - b.cycle);
  const held = new Map<string, number>();
  const steps: StagingStep[] = [];
  let [fromCycle, bytes] = [0, 0];
  changes.forEach(({ buffer, cycle, bytes: now }, at) => {
    held.set(buffer, now);
    // What changes in the same cycle changes at once.
    if (changes[at + 1]?.cycle === cycle) return;
    const after = [...held.values()].reduce((sum, each) => sum + each, 0);
    if (cycle - fromCycle >= shortest && after !== bytes) {
      if (bytes > 0) steps.push({ fromCycle, toCycle: cycle, bytes });
      [fromCycle, bytes] = [cycle, after];
    } else bytes = Math.max(bytes, after);
  });
  return bytes > 0 ? [...steps, { fromCycle, toCycle: cycles, bytes }] : steps;
}
