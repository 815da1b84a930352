/** Random small designs for property tests: every field of the template that the cost model reads. */
import fc from "fast-check";
import type { HardwareDesign } from "../../../src/hardware/design.ts";

const l2 = fc.oneof(
  fc.constant({ config: "disabled" as const }),
  fc.record({
    config: fc.constantFrom("private" as const, "shared" as const),
    inputMultiplier: fc.constantFrom(1, 2, 8),
    weightMultiplier: fc.constantFrom(1, 4),
    outputMultiplier: fc.constantFrom(1, 2),
  }),
);

const datatypes = fc.constantFrom(
  { operand: "bf16" as const, accumulator: "fp32" as const },
  { operand: "int8" as const, accumulator: "int32" as const },
);

/** Designs with slow DRAM and small arrays, so that small networks are bound by all kinds of resources. */
export const designs: fc.Arbitrary<HardwareDesign> = fc
  .record({
    clockGhz: fc.constantFrom(0.7, 1),
    datatypes,
    cores: fc.constantFrom(1, 2),
    peGrid: fc.record({ rows: fc.constantFrom(1, 2, 3, 4), columns: fc.constantFrom(1, 2, 4) }),
    systolicArray: fc.record({ rows: fc.constantFrom(1, 4, 8, 32), columns: fc.constantFrom(1, 4, 8, 32) }),
    vectorMultiplier: fc.constantFrom(1, 2),
    l1: fc.record({
      config: fc.constantFrom("private" as const, "shared" as const),
      inputKiB: fc.constantFrom(1, 2, 8),
      weightKiB: fc.constantFrom(1, 2, 8),
      outputKiB: fc.constantFrom(1, 2, 8),
    }),
    l2,
    globalMemoryMiB: fc.constantFrom(0, 1, 1, 2),
    dram: fc.record({
      kind: fc.constant("gddr6" as const),
      channels: fc.constantFrom(1, 2),
      bandwidthGBpsPerChannel: fc.constantFrom(0.1, 1, 8, 56),
    }),
    dataflows: fc.constantFrom<HardwareDesign["dataflows"]>(
      ["weight-stationary"],
      ["output-stationary"],
      ["weight-stationary", "output-stationary"],
    ),
    overrides: fc.record(
      { pipelining: fc.constant("none" as const), blockDiagonal: fc.boolean() },
      { requiredKeys: [] },
    ),
  })
  .map((parts) => ({ schemaVersion: 1, name: "random", technologyNm: 7, nativeBatch: 1, ...parts }));

/** The design with its DRAM channels made faster. */
export function withFasterDram(design: HardwareDesign, factor: number): HardwareDesign {
  const bandwidthGBpsPerChannel = factor * (design.dram.bandwidthGBpsPerChannel ?? 1);
  return { ...design, dram: { ...design.dram, bandwidthGBpsPerChannel } };
}
