/** Derived numbers against hand-computed ones. */
import { describe, expect, it } from "vitest";
import {
  accumulatorBytes,
  busBytesPerCycle,
  busWidths,
  dramBandwidthGBps,
  dramBytesPerCycle,
  globalMemoryBytes,
  globalMemoryBytesPerCycle,
  interconnectGbps,
  l1Bytes,
  l2Bytes,
  l2BytesPerCycle,
  lanesPerPe,
  levelBandwidthsGBps,
  levelBytes,
  onChipBytes,
  operandBytes,
  peakMacsPerCycle,
  peakTflops,
  pesPerCore,
  ridgePointFlopPerByte,
} from "../../src/hardware/derived.ts";
import { applySettings } from "../../src/hardware/settings.ts";
import { preset } from "./preset.ts";

const tpu = preset("tpu-v3");
const large = preset("fast-large");

/** Every number differs, so that an exchanged one cannot pass. */
const odd = applySettings(large, [
  "cores=2",
  "clockGhz=0.5",
  'peGrid={"rows":3,"columns":5}',
  'systolicArray={"rows":7,"columns":11}',
  "vectorMultiplier=13",
  'l1={"config":"private","inputKiB":17,"weightKiB":19,"outputKiB":23}',
  'l2={"config":"shared","inputMultiplier":2,"weightMultiplier":3,"outputMultiplier":4}',
  "globalMemoryMiB=29",
  'dram={"kind":"gddr6","channels":6}',
]);

describe("peaks", () => {
  it("TPU-v3: 123 TFLOPS, 900 GB/s, ridge point 137 FLOP/byte (Google's documentation)", () => {
    expect(peakMacsPerCycle(tpu)).toBe(65_536); // 2 cores × 2 PEs × 128 × 128
    expect(peakTflops(tpu)).toBeCloseTo(123.2, 1); // 65,536 × 2 × 0.94e9
    expect(dramBandwidthGBps(tpu)).toBe(900); // 4 × 225
    expect(ridgePointFlopPerByte(tpu)).toBeCloseTo(136.9, 1); // 123.2e12 ÷ 900e9
    expect(2 * lanesPerPe(tpu)).toBe(2048); // a core: 2 PEs × 128 × 8
  });

  it("FAST-Large: 131 TFLOPS, 448 GB/s, ridge point 292 FLOP/byte", () => {
    expect(peakTflops(large)).toBeCloseTo(131.07, 2); // 64 × 32 × 32 × 2 × 1e9
    expect(dramBandwidthGBps(large)).toBe(448); // 8 × 56
    expect(ridgePointFlopPerByte(large)).toBeCloseTo(292.6, 1);
  });

  it("FAST-Small: 33 TFLOPS, ridge point 73 FLOP/byte", () => {
    const small = preset("fast-small");
    expect(peakTflops(small)).toBeCloseTo(32.77, 2); // 8 × 64 × 32 × 2 × 1e9
    expect(ridgePointFlopPerByte(small)).toBeCloseTo(73.1, 1);
  });

  it("counts cores, PEs, MACs and lanes", () => {
    expect(pesPerCore(odd)).toBe(15);
    expect(peakMacsPerCycle(odd)).toBe(2310); // 2 × 15 × 7 × 11
    expect(lanesPerPe(odd)).toBe(143); // 11 × 13
  });
});

describe("widths", () => {
  it("each bus is as wide as the array edge it feeds", () => {
    // bf16 words are 2 bytes, sums 4: 7 rows × 2, 11 columns × 2, 11 columns × 4.
    expect(busWidths(odd)).toEqual({ inputBytesPerCycle: 14, weightBytesPerCycle: 22, outputBytesPerCycle: 44 });
    // 3 rows × 14 + 5 columns × (22 + 44).
    expect(busBytesPerCycle(odd)).toBe(372);
    expect(globalMemoryBytesPerCycle(odd)).toBe(372);
  });

  it("int8 halves operands and keeps sums", () => {
    const int8 = applySettings(odd, ['datatypes={"operand":"int8","accumulator":"int32"}']);
    expect([operandBytes(int8), accumulatorBytes(int8)]).toEqual([1, 4]);
    expect(busWidths(int8)).toEqual({ inputBytesPerCycle: 7, weightBytesPerCycle: 11, outputBytesPerCycle: 44 });
  });

  it("overrides replace widths one by one; global memory follows the buses unless given", () => {
    const wider = applySettings(odd, ["overrides.inputBusBytesPerCycle=100"]);
    expect(busWidths(wider)).toEqual({ inputBytesPerCycle: 100, weightBytesPerCycle: 22, outputBytesPerCycle: 44 });
    expect(globalMemoryBytesPerCycle(wider)).toBe(630); // 3 × 100 + 5 × 66
    expect(globalMemoryBytesPerCycle(applySettings(wider, ["overrides.globalMemoryBytesPerCycle=50"]))).toBe(50);
  });

  it("L2 feeds all buses of the grid when shared, each PE by its buses' widths when private", () => {
    expect(l2BytesPerCycle(odd)).toEqual({ input: 42, weight: 110, output: 220 }); // 3 × 14, 5 × 22, 5 × 44
    const perPe = applySettings(odd, ["l2.config=private"]);
    expect(l2BytesPerCycle(perPe)).toEqual({ input: 210, weight: 330, output: 660 }); // 15 PEs × 14, 22, 44
    expect(l2BytesPerCycle(large)).toEqual({ input: 0, weight: 0, output: 0 });
  });

  it("levels of the whole chip, 2 cores at 0.5 GHz: bytes per cycle × 1 × 10⁹", () => {
    expect(levelBandwidthsGBps(odd)).toEqual({ dram: 336, globalMemory: 372, l2: 372, buses: 372, l1: 1200 });
    // L1: 15 PEs × (14 + 22 + 44); none without the level.
    expect(levelBandwidthsGBps(applySettings(large, ["globalMemoryMiB=0"]))).toMatchObject({ globalMemory: 0, l2: 0 });
  });

  it("links: their number × Gb/s of each, none unless given", () => {
    expect(interconnectGbps(tpu)).toBe(2624); // 4 × 656
    expect(interconnectGbps(applySettings(tpu, ["interconnect.links=0"]))).toBe(0);
    expect(interconnectGbps(large)).toBe(0);
  });

  it("DRAM: channels × kind's default or given, ÷ clock, × efficiency", () => {
    expect(dramBytesPerCycle(odd)).toBe(672); // 6 × 56 GB/s ÷ 0.5 GHz
    expect(dramBytesPerCycle(applySettings(odd, ["overrides.dramEfficiency=0.25"]))).toBe(168);
    expect(dramBandwidthGBps(applySettings(odd, ["overrides.dramEfficiency=0.25"]))).toBe(336);
    const defaults = ["ddr3", "gddr6", "hbm2", "hbm2e", "lpddr"].map((kind) =>
      dramBandwidthGBps(applySettings(odd, [`dram.kind=${kind}`, "dram.channels=1"])),
    );
    expect(defaults).toEqual([17.07, 56, 307.2, 409.6, 12.8]);
  });
});

describe("capacities", () => {
  it("L1 per PE, shared L2 per core, global memory per core, all of the chip", () => {
    expect(l1Bytes(odd)).toEqual({ input: 17_408, weight: 19_456, output: 23_552 });
    const perPe = { input: 34_816, weight: 58_368, output: 94_208 }; // × 2, × 3, × 4
    expect(l2Bytes(odd)).toEqual({ input: 522_240, weight: 875_520, output: 1_413_120, perPe }); // × 15 PEs
    expect(globalMemoryBytes(odd)).toBe(30_408_704); // 29 × 2²⁰
    expect(levelBytes(odd)).toEqual({ globalMemory: 60_817_408, l2: 5_621_760, l1: 1_812_480 });
    // 2 cores × (15 × 60,416 + 2,810,880 + 30,408,704).
    expect(onChipBytes(odd)).toBe(68_251_648);
  });

  it("says that there is no L2", () => {
    expect(l2Bytes(large)).toBeUndefined();
    expect(onChipBytes(large)).toBe(64 * 24 * 1024 + 128 * 2 ** 20);
  });
});
