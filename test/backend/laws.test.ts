/** Laws that hold for every network on every design: property tests over random small networks and designs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Architecture } from "../../src/backend/architecture.ts";
import { expandDesign } from "../../src/backend/architecture.ts";
import { decide } from "../../src/backend/compile.ts";
import type { Evaluation, Totals } from "../../src/backend/evaluation.ts";
import { bindingResources, isInfeasible } from "../../src/backend/evaluation.ts";
import { cyclesOf, gmAccessBytes, totalDramBytes } from "../../src/backend/mapping/cost.ts";
import type { CompileOptions } from "../../src/backend/options.ts";
import { depthwiseModes, fusionModes, placementModes } from "../../src/backend/options.ts";
import type { MappedRegion } from "../../src/backend/region-time.ts";
import { regionDramBytes, regionStagingBytes, regionTime } from "../../src/backend/region-time.ts";
import { SolverCache } from "../../src/backend/solve.ts";
import type { Workload } from "../../src/backend/workload.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { peakMacsPerCycle } from "../../src/hardware/derived.ts";
import { randomStream } from "../../src/support/random.ts";
import { canonicalJson } from "../../src/support/stable-json.ts";
import { designs, withFasterDram } from "./support/random-designs.ts";
import type { NetworkSize } from "./support/random-networks.ts";
import { randomWorkload } from "./support/random-networks.ts";

/** Some networks fit in a MiB of global memory whole, some do not. */
const networks = fc.record({
  seed: fc.nat(100_000),
  size: fc.constantFrom<NetworkSize>({}, {}, { side: 40, channels: 96 }),
});
const compileOptions: fc.Arbitrary<CompileOptions> = fc.record({
  fusion: fc.constantFrom(...fusionModes),
  placement: fc.constantFrom(...placementModes),
  depthwise: fc.constantFrom(...depthwiseModes),
});

/** The same runs each time; a failure prints the case, shrunk. */
function check<T>(runs: number, property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns: runs, seed: 20_240_601 });
}

function evaluationOf(workload: Workload, design: HardwareDesign, options: CompileOptions): Evaluation {
  const compiled = decide(workload, design, options);
  if (isInfeasible(compiled)) throw new Error(`no mapping: ${JSON.stringify(compiled)}`);
  return compiled.evaluation;
}

function mapped(workload: Workload, architecture: Architecture, options: CompileOptions): readonly MappedRegion[] {
  const cache = new SolverCache();
  return workload.regions[options.fusion].map((spec) => {
    const solved = cache.solve(spec, architecture, options.depthwise);
    if (isInfeasible(solved)) throw new Error(`no mapping: ${JSON.stringify(solved)}`);
    return { spec, ...solved };
  });
}

const almost = (value: number): number => value * (1 + 1e-9) + 1e-9;

describe("an evaluation", () => {
  test("regions and classes sum to the totals", () => {
    check(
      30,
      fc.property(networks, designs, compileOptions, (network, design, options) => {
        const workload = randomWorkload(network.seed, network.size);
        const { regions, opClasses, totals } = evaluationOf(workload, design, options);
        const sum = (of: (region: Evaluation["regions"][number]) => number): number =>
          regions.reduce((total, region) => total + of(region), 0);
        const { steady } = totals;
        expect(sum((region) => region.cycles)).toBe(steady.cycles);
        expect(sum((region) => region.macs)).toBe(steady.macs);
        expect(sum((region) => region.certificate.lowerBoundCycles)).toBe(steady.lowerBoundCycles);
        expect(sum((region) => region.dramBytes)).toBeCloseTo(steady.dramBytes, 3);
        expect(sum((region) => region.energyJoules) / steady.energyJoules).toBeCloseTo(1, 9);
        expect(opClasses.reduce((total, entry) => total + entry.cycles, 0)).toBe(steady.cycles);
        expect(opClasses.reduce((total, entry) => total + entry.share, 0)).toBeCloseTo(1, 9);
        expect(opClasses.reduce((total, entry) => total + entry.regions, 0)).toBe(regions.length);
      }),
    );
  });

  test("cold is at least steady; traffic at least compulsory; utilisation at most one; time at least its bound", () => {
    check(
      30,
      fc.property(networks, designs, compileOptions, (network, design, options) => {
        const workload = randomWorkload(network.seed, network.size);
        const { totals, regions } = evaluationOf(workload, design, options);
        const { cold, steady } = totals;
        for (const figure of [
          "cycles",
          "latencySeconds",
          "dramBytes",
          "energyJoules",
          "compulsoryDramBytes",
        ] as const) {
          expect(almost(cold[figure])).toBeGreaterThanOrEqual(steady[figure]);
        }
        expect(almost(steady.throughputPerSecond)).toBeGreaterThanOrEqual(cold.throughputPerSecond);
        for (const total of [cold, steady] satisfies readonly Totals[]) {
          expect(almost(total.dramBytes)).toBeGreaterThanOrEqual(total.compulsoryDramBytes);
          expect(total.utilization).toBeLessThanOrEqual(1);
          expect(total.cycles).toBeGreaterThanOrEqual(total.macs / peakMacsPerCycle(design));
          expect(total.cycles).toBeGreaterThanOrEqual(total.lowerBoundCycles);
        }
        for (const { certificate, cycles } of regions) {
          expect(cycles).toBeGreaterThanOrEqual(certificate.lowerBoundCycles);
          expect(certificate.gap).toBeCloseTo(cycles / certificate.lowerBoundCycles - 1, 9);
        }
      }),
    );
  });

  test("keeping tensors in global memory costs neither cycles nor DRAM bytes", () => {
    check(
      30,
      fc.property(networks, designs, compileOptions, (network, design, options) => {
        const workload = randomWorkload(network.seed, network.size);
        const without = evaluationOf(workload, design, { ...options, placement: "none" }).totals.steady;
        const greedy = evaluationOf(workload, design, { ...options, placement: "greedy" }).totals.steady;
        expect(greedy.cycles).toBeLessThanOrEqual(without.cycles);
        expect(greedy.dramBytes).toBeLessThanOrEqual(almost(without.dramBytes));
      }),
    );
  });

  test("it does not depend on what a shared cache has seen", () => {
    check(
      15,
      fc.property(networks, designs, designs, compileOptions, (network, design, other, options) => {
        const workload = randomWorkload(network.seed, network.size);
        const cache = new SolverCache();
        decide(workload, other, { ...options, cache });
        const again = decide(workload, design, { ...options, cache });
        expect(canonicalJson(again)).toBe(canonicalJson(decide(workload, design, options)));
      }),
    );
  });
});

describe("a region", () => {
  test("takes at least as long as each of its resources is busy, and says which binds", () => {
    check(
      40,
      fc.property(networks, designs, compileOptions, (network, design, options) => {
        const workload = randomWorkload(network.seed, network.size);
        const architecture = expandDesign(design);
        for (const region of mapped(workload, architecture, options)) {
          const { cycles, boundBy, dramBytes } = regionTime(region, architecture, () => false);
          const { cost } = region;
          const busy: Partial<Record<(typeof bindingResources)[number], number>> = {
            ...cost.busyCycles,
            dram: dramBytes / architecture.dramBytesPerCycle,
            gm: gmAccessBytes(cost, dramBytes) / architecture.gmBytesPerCycle,
          };
          for (const resource of bindingResources) {
            expect(cycles).toBeGreaterThanOrEqual(busy[resource] ?? 0);
            if (boundBy !== "fill") expect(busy[resource] ?? 0).toBeLessThanOrEqual(busy[boundBy] ?? 0);
          }
        }
      }),
    );
  });

  test("moves what its mapping moves when nothing stays on chip, and less the more stays", () => {
    check(
      40,
      fc.property(networks, designs, compileOptions, fc.nat(), (network, design, options, seed) => {
        const workload = randomWorkload(network.seed, network.size);
        const architecture = expandDesign(design);
        const stream = randomStream(seed);
        const order = workload.tensors.map(({ id }) => ({ id, rank: stream.next() })).sort((a, b) => a.rank - b.rank);
        for (const region of mapped(workload, architecture, options)) {
          const resident = new Set<number>();
          const isResident = (tensor: number): boolean => resident.has(tensor);
          let before = {
            bytes: regionDramBytes(region, architecture, isResident),
            cycles: Infinity,
            staging: Infinity,
          };
          expect(before.bytes).toBeCloseTo(totalDramBytes(region.cost.dramBytes), 3);
          for (const { id } of order) {
            resident.add(id);
            const { cycles, dramBytes, lowerBoundCycles } = regionTime(region, architecture, isResident);
            const staging = regionStagingBytes(region, isResident);
            expect(dramBytes).toBeLessThanOrEqual(almost(before.bytes));
            expect(cycles).toBeLessThanOrEqual(before.cycles);
            expect(staging).toBeLessThanOrEqual(before.staging);
            expect(lowerBoundCycles).toBeLessThanOrEqual(cycles);
            before = { bytes: dramBytes, cycles, staging };
          }
          expect(before.bytes).toBeCloseTo(region.cost.dramBytes.partialSums, 6);
        }
      }),
    );
  });

  test("is never slower with more DRAM bandwidth, whether it is mapped anew or not", () => {
    check(
      30,
      fc.property(
        networks,
        designs,
        compileOptions,
        fc.constantFrom(1.5, 2, 16),
        (network, design, options, factor) => {
          const workload = randomWorkload(network.seed, network.size);
          const [slow, fast] = [design, withFasterDram(design, factor)].map(expandDesign) as [
            Architecture,
            Architecture,
          ];
          const regions = mapped(workload, slow, options);
          const anew = mapped(workload, fast, options);
          regions.forEach((region, at) => {
            const bytes = totalDramBytes(region.cost.dramBytes);
            const before = cyclesOf(region.cost, bytes, slow);
            expect(cyclesOf(region.cost, bytes, fast)).toBeLessThanOrEqual(before);
            const other = anew[at]?.cost ?? region.cost;
            // The mapper ends within 1 % of the bound.
            expect(cyclesOf(other, totalDramBytes(other.dramBytes), fast)).toBeLessThanOrEqual(1.01 * before);
          });
        },
      ),
    );
  });
});
