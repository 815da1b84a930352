/** Sequences of machines that differ in how large their memories are, evaluated with one cache and each with its own. */
import fc from "fast-check";
import { expect } from "vitest";
import { decide } from "../../../src/backend/compile.ts";
import { isInfeasible } from "../../../src/backend/evaluation.ts";
import { SolverCache } from "../../../src/backend/solve.ts";
import type { HardwareDesign } from "../../../src/hardware/design.ts";
import { canonicalJson } from "../../../src/support/stable-json.ts";
import { designs } from "./random-designs.ts";
import type { NetworkSize } from "./random-networks.ts";
import { randomWorkload } from "./random-networks.ts";

const networks = fc.record({
  seed: fc.nat(100_000),
  size: fc.constantFrom<NetworkSize>({}, { side: 40, channels: 96 }),
});

/** Sizes of memories, in KiB and MiB; those of L2 are multiples of L1's. */
const sizes = fc.record({
  inputKiB: fc.constantFrom(1, 2, 3, 4, 6, 8, 16),
  weightKiB: fc.constantFrom(1, 2, 4, 5, 8, 32),
  outputKiB: fc.constantFrom(1, 2, 4, 7, 8, 16),
  globalMemoryMiB: fc.constantFrom(1, 2, 3, 8),
});

function resized(design: HardwareDesign, size: { globalMemoryMiB: number } & Omit<HardwareDesign["l1"], "config">) {
  const { globalMemoryMiB, ...l1 } = size;
  const hasGm = design.globalMemoryMiB > 0;
  return { ...design, l1: { ...design.l1, ...l1 }, globalMemoryMiB: hasGm ? globalMemoryMiB : 0 };
}

const options = { fusion: "xla", placement: "greedy", depthwise: "auto" } as const;

/** Machines of random sequences that come out otherwise when the cache has seen those before. */
export function changedByCache(runs: number): {
  readonly changed: number;
  readonly asked: number;
  readonly searched: number;
} {
  let [changed, asked, searched] = [0, 0, 0];
  fc.assert(
    fc.property(networks, designs, fc.array(sizes, { minLength: 4, maxLength: 8 }), (network, base, sequence) => {
      const workload = randomWorkload(network.seed, network.size);
      const cache = new SolverCache();
      for (const size of sequence) {
        const design = resized(base, size);
        const known = decide(workload, design, { ...options, cache });
        const fresh = decide(workload, design, options);
        expect(isInfeasible(known)).toBe(isInfeasible(fresh));
        if (canonicalJson(known) !== canonicalJson(fresh)) changed += 1;
      }
      asked += cache.asked;
      searched += cache.searched;
    }),
    { numRuns: runs, seed: 20_261_124 },
  );
  return { changed, asked, searched };
}
