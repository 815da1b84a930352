/** More of a resource never makes a region slower: random networks on random designs, each mapped anew. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { expandDesign } from "../../src/backend/architecture.ts";
import { cyclesOf, totalDramBytes } from "../../src/backend/mapping/cost.ts";
import { SolverCache } from "../../src/backend/solve.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { designs } from "./support/random-designs.ts";
import { randomWorkload } from "./support/random-networks.ts";

/**
 * Designs with twice of something. Rows and columns of an array are not among them, because a longer weight load can be slower; nor
 * those of the PE grid, because the mapper gives a loop as many PEs as make shares smaller, never fewer, and where there is no
 * global memory more PEs can ask DRAM for more.
 */
const more: Readonly<Record<string, (design: HardwareDesign) => HardwareDesign>> = {
  "L1 for inputs": (design) => ({ ...design, l1: { ...design.l1, inputKiB: 2 * design.l1.inputKiB } }),
  "L1 for weights": (design) => ({ ...design, l1: { ...design.l1, weightKiB: 2 * design.l1.weightKiB } }),
  "L1 for outputs": (design) => ({ ...design, l1: { ...design.l1, outputKiB: 2 * design.l1.outputKiB } }),
  "global memory": (design) => ({ ...design, globalMemoryMiB: 2 * design.globalMemoryMiB }),
  lanes: (design) => ({ ...design, vectorMultiplier: 2 * design.vectorMultiplier }),
  "DRAM channels": (design) => ({ ...design, dram: { ...design.dram, channels: 2 * design.dram.channels } }),
};

/** Cycles of every region when all tensors pass DRAM. */
function regionCycles(seed: number, design: HardwareDesign): readonly number[] {
  const architecture = expandDesign(design);
  const cache = new SolverCache();
  return randomWorkload(seed, {}).regions.xla.map((region) => {
    const solved = cache.solve(region, architecture, "auto");
    if ("reason" in solved) throw new Error(`no mapping: ${JSON.stringify(solved)}`);
    return cyclesOf(solved.cost, totalDramBytes(solved.cost.dramBytes), architecture);
  });
}

test.each(Object.entries(more))("with twice the %s no region is slower", (_name, change) => {
  fc.assert(
    fc.property(fc.nat(100_000), designs, (seed, design) => {
      const before = regionCycles(seed, design);
      regionCycles(seed, change(design)).forEach((cycles, region) => {
        // Each search ends within 0.5 % of the least by its bounds, which ragged tiles may undercut by a little.
        expect(cycles).toBeLessThanOrEqual(1.01 * (before[region] ?? 0));
      });
    }),
    { numRuns: 5, seed: 20_261_124 },
  );
});
