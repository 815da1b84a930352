/** More of anything never makes a design smaller, cooler, or a memory cheaper to access. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf } from "../../src/hardware/area.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { dramKinds } from "../../src/hardware/design.ts";
import { checkDesign } from "../../src/hardware/design-reader.ts";
import { dramBandwidthGBps, globalMemoryBytesPerCycle } from "../../src/hardware/derived.ts";
import type { EventEnergies } from "../../src/hardware/energy.ts";
import { energyPerEvent } from "../../src/hardware/energy.ts";
import { tdpOf } from "../../src/hardware/tdp.ts";

const count = fc.integer({ min: 1, max: 300 });
const kib = fc.integer({ min: 1, max: 2048 });

const designs: fc.Arbitrary<HardwareDesign> = fc.record({
  schemaVersion: fc.constant(1 as const),
  name: fc.constant("any"),
  technologyNm: fc.constantFrom(7 as const, 16 as const, 28 as const),
  clockGhz: fc.double({ min: 0.01, max: 4, noNaN: true }),
  datatypes: fc.constantFrom(
    { operand: "bf16", accumulator: "fp32" } as const,
    { operand: "int8", accumulator: "int32" } as const,
  ),
  cores: fc.integer({ min: 1, max: 8 }),
  peGrid: fc.record({ rows: count, columns: count }),
  systolicArray: fc.record({ rows: count, columns: count }),
  vectorMultiplier: fc.integer({ min: 1, max: 16 }),
  l1: fc.record({
    config: fc.constantFrom("private" as const, "shared" as const),
    inputKiB: kib,
    weightKiB: kib,
    outputKiB: kib,
  }),
  l2: fc.oneof(
    fc.constant({ config: "disabled" as const }),
    fc.record({
      config: fc.constantFrom("private" as const, "shared" as const),
      inputMultiplier: count,
      weightMultiplier: count,
      outputMultiplier: count,
    }),
  ),
  globalMemoryMiB: fc.integer({ min: 0, max: 1024 }),
  dram: fc.record({ kind: fc.constantFrom(...dramKinds), channels: fc.integer({ min: 1, max: 16 }) }),
  nativeBatch: count,
  dataflows: fc.constant(["weight-stationary" as const]),
  overrides: fc.record(
    {
      dramEfficiency: fc.double({ min: 0.1, max: 1, noNaN: true }),
      platformWatts: fc.integer({ min: 0, max: 300 }),
    },
    { requiredKeys: [] },
  ),
});

/** A design with more of one resource, or `undefined` where it has none of that kind. */
type Growth = (design: HardwareDesign, factor: number) => HardwareDesign | undefined;

const growths: Readonly<Record<string, Growth>> = {
  clock: (d, factor) => ({ ...d, clockGhz: d.clockGhz * factor }),
  cores: (d, factor) => ({ ...d, cores: d.cores * factor }),
  "PE rows": (d, factor) => ({ ...d, peGrid: { ...d.peGrid, rows: d.peGrid.rows * factor } }),
  "PE columns": (d, factor) => ({ ...d, peGrid: { ...d.peGrid, columns: d.peGrid.columns * factor } }),
  "array rows": (d, factor) => ({ ...d, systolicArray: { ...d.systolicArray, rows: d.systolicArray.rows * factor } }),
  "array columns": (d, factor) => ({
    ...d,
    systolicArray: { ...d.systolicArray, columns: d.systolicArray.columns * factor },
  }),
  lanes: (d, factor) => ({ ...d, vectorMultiplier: d.vectorMultiplier * factor }),
  "L1 input": (d, factor) => ({ ...d, l1: { ...d.l1, inputKiB: d.l1.inputKiB * factor } }),
  "L1 weight": (d, factor) => ({ ...d, l1: { ...d.l1, weightKiB: d.l1.weightKiB * factor } }),
  "L1 output": (d, factor) => ({ ...d, l1: { ...d.l1, outputKiB: d.l1.outputKiB * factor } }),
  "L2 input": (d, factor) =>
    d.l2.config === "disabled" ? undefined : { ...d, l2: { ...d.l2, inputMultiplier: d.l2.inputMultiplier * factor } },
  "L2 weight": (d, factor) =>
    d.l2.config === "disabled"
      ? undefined
      : { ...d, l2: { ...d.l2, weightMultiplier: d.l2.weightMultiplier * factor } },
  "L2 output": (d, factor) =>
    d.l2.config === "disabled"
      ? undefined
      : { ...d, l2: { ...d.l2, outputMultiplier: d.l2.outputMultiplier * factor } },
  "an L2": (d, factor) =>
    d.l2.config === "disabled"
      ? { ...d, l2: { config: "private", inputMultiplier: factor, weightMultiplier: factor, outputMultiplier: factor } }
      : undefined,
  "global memory": (d, factor) => ({ ...d, globalMemoryMiB: d.globalMemoryMiB * factor + factor }),
  "DRAM channels": (d, factor) => ({ ...d, dram: { ...d.dram, channels: d.dram.channels * factor } }),
  "DRAM bandwidth": (d, factor) => ({
    ...d,
    dram: { ...d.dram, bandwidthGBpsPerChannel: (dramBandwidthGBps(d) / d.dram.channels) * factor },
  }),
  "global memory bandwidth": (d, factor) => ({
    ...d,
    overrides: { ...d.overrides, globalMemoryBytesPerCycle: globalMemoryBytesPerCycle(d) * factor },
  }),
  "input bus": (d, factor) => ({
    ...d,
    overrides: { ...d.overrides, inputBusBytesPerCycle: 4 * d.systolicArray.rows * factor },
  }),
  links: (d, factor) => ({
    ...d,
    interconnect: { links: (d.interconnect?.links ?? 0) + factor, gbpsPerLink: d.interconnect?.gbpsPerLink ?? 400 },
  }),
  platform: (d, factor) => ({
    ...d,
    overrides: { ...d.overrides, platformWatts: (d.overrides.platformWatts ?? 0) * factor + factor },
  }),
};

const growing = ["macPj", "vectorOpPj", "arrayEdgePjPerByte", "gmPjPerByte", "busPjPerByte", "idleWatts"] as const;
/** By which growth a mean over the three scratchpads may fall: wider edges change its weights, not a memory's energy. */
const reweighting = new Set(["array rows", "array columns"]);

function atLeast(more: number, less: number): void {
  // A sum in another order may round differently in the last digits.
  expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-12));
}

describe.each(Object.entries(growths))("more of: %s", (name, grow) => {
  it("never lowers area, TDP, or energy per access", () => {
    fc.assert(
      fc.property(designs, fc.integer({ min: 2, max: 5 }), (design, factor) => {
        const grown = grow(design, factor);
        if (grown === undefined) return;
        atLeast(areaOf(grown).totalMm2, areaOf(design).totalMm2);
        atLeast(tdpOf(grown).totalWatts, tdpOf(design).totalWatts);
        const [before, after] = [energyPerEvent(design), energyPerEvent(grown)];
        const keys: readonly (keyof EventEnergies)[] = reweighting.has(name)
          ? growing
          : [...growing, "l1PjPerByte", "l2PjPerByte"];
        for (const key of keys) atLeast(after[key], before[key]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("parts", () => {
  it("are never negative and sum to the total", () => {
    fc.assert(
      fc.property(designs, (design) => {
        expect(checkDesign(design, "any")).toEqual(design);
        for (const [parts, total] of [
          [areaOf(design).parts, areaOf(design).totalMm2],
          [tdpOf(design).parts, tdpOf(design).totalWatts],
        ] as const) {
          const values = Object.values<number>(parts);
          expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
          expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 6);
        }
      }),
    );
  });

  it("a smaller node makes the same design smaller and cooler", () => {
    fc.assert(
      fc.property(designs, (design) => {
        const at = (technologyNm: 7 | 16 | 28) => ({ ...design, technologyNm });
        atLeast(areaOf(at(28)).totalMm2, areaOf(at(16)).totalMm2);
        atLeast(areaOf(at(16)).totalMm2, areaOf(at(7)).totalMm2);
        atLeast(tdpOf(at(28)).totalWatts, tdpOf(at(16)).totalWatts);
        atLeast(tdpOf(at(16)).totalWatts, tdpOf(at(7)).totalWatts);
      }),
    );
  });
});
