/** SRAM energies: the table's points, between them, and the checks that docs/hardware.md names. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sramEnergyPjPerByte } from "../../src/hardware/tech/sram-energy.ts";

const kib = 1024;
const mib = 1024 * kib;

describe("sramEnergyPjPerByte", () => {
  it("is the mean of read and write at a point of the table, scaled by √(node ÷ 22)", () => {
    // 1 KiB: (2.09016 + 2.43471) ÷ 2 ÷ 32 bytes = 0.070701 pJ/byte; × √(7 ÷ 22) = 0.564076.
    expect(sramEnergyPjPerByte(kib, 7)).toBeCloseTo(0.039881, 6);
    // 16 MiB: (265.308 + 254.941) ÷ 64 = 8.128891; × √(16 ÷ 22) = 0.852803.
    expect(sramEnergyPjPerByte(16 * mib, 16)).toBeCloseTo(6.932341, 5);
    // 1 MiB: (63.3346 + 58.0596) ÷ 64 = 1.896784; × √(28 ÷ 22) = 1.128152.
    expect(sramEnergyPjPerByte(mib, 28)).toBeCloseTo(2.139861, 5);
  });

  it("is the geometric mean half-way between two points in log-log", () => {
    const between = sramEnergyPjPerByte(Math.SQRT2 * 8 * mib, 7);
    expect(between).toBeCloseTo(Math.sqrt(sramEnergyPjPerByte(8 * mib, 7) * sramEnergyPjPerByte(16 * mib, 7)), 10);
  });

  it("goes on as the last segment above 256 MiB: × √2 for twice the capacity, as wires grow", () => {
    const ratio = sramEnergyPjPerByte(1024 * mib, 7) / sramEnergyPjPerByte(512 * mib, 7);
    expect(ratio).toBeCloseTo(1.43, 2); // (1042.81 + 1021.8) ÷ (727.831 + 717.464)
  });

  it("agrees with accelforge's TPU v4i within 25 %: VMEM of 4 MiB 0.27, CMEM of 128 MiB 2.1 pJ/bit, reads and writes", () => {
    expect(sramEnergyPjPerByte(4 * mib, 7) / 8 / 0.271).toBeCloseTo(1.06, 2);
    expect(sramEnergyPjPerByte(128 * mib, 7) / 8 / 2.12).toBeCloseTo(0.75, 2);
  });

  it("never falls with capacity", () => {
    const capacity = fc.integer({ min: 1, max: 2 ** 40 });
    fc.assert(
      fc.property(capacity, capacity, fc.constantFrom(7 as const, 16 as const, 28 as const), (a, b, node) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        expect(sramEnergyPjPerByte(large, node)).toBeGreaterThanOrEqual(sramEnergyPjPerByte(small, node));
        expect(sramEnergyPjPerByte(small, node)).toBeGreaterThan(0);
      }),
    );
  });
});
