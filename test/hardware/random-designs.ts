/** Random designs, and ways to give one more of a resource: what the laws of area, TDP and energy are tried on. */
import fc from "fast-check";
import { dramBandwidthGBps, globalMemoryBytesPerCycle } from "../../src/hardware/derived.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { dramKinds } from "../../src/hardware/design.ts";

const count = fc.integer({ min: 1, max: 300 });
const kib = fc.integer({ min: 1, max: 2048 });

/** Designs of any node, DRAM kind and shape, far beyond FAST's space too. */
export const designs: fc.Arbitrary<HardwareDesign> = fc.record({
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
export type Growth = (design: HardwareDesign, factor: number) => HardwareDesign | undefined;

/** More of each resource, bandwidths included. */
export const growths: Readonly<Record<string, Growth>> = {
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
  "weight bus": (d, factor) => ({
    ...d,
    overrides: { ...d.overrides, weightBusBytesPerCycle: 4 * d.systolicArray.columns * factor },
  }),
  "output bus": (d, factor) => ({
    ...d,
    overrides: { ...d.overrides, outputBusBytesPerCycle: 4 * d.systolicArray.columns * factor },
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
