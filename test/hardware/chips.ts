/** Chips with published area and TDP, in the terms of the template: what the chip model is checked against. */
import type { ChipResources } from "../../src/hardware/area.ts";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { applySettings } from "../../src/hardware/settings.ts";
import { preset } from "./preset.ts";

/**
 * What the fit counted on each chip. Sources: Jouppi et al., ISCA 2021, Table 1 (arrays, links; partly from memory), jax
 * `tpu_info.py` (cores, VMEM), TPU v4 paper, Table 4 (5 and 10 MiB of SparseCore memory; from memory). v1's DDR3 and PCIe
 * are 22 mm² there, here two DDR3 channels and the fixed 10 mm².
 */
export const fittedChips: Readonly<Record<string, { dieMm2: number; fitMm2: number; resources: ChipResources }>> = {
  "tpu-v1": {
    dieMm2: 331,
    fitMm2: 337.3,
    resources: {
      ...{ technologyNm: 28, operand: "int8", macs: 65_536, vectorLanes: 256, cores: 1, l1MiB: 4, l2MiB: 0 },
      ...{ globalMemoryMiB: 24, dram: { kind: "ddr3", channels: 2 }, interconnectGbps: 0 },
    },
  },
  "tpu-v2": {
    dieMm2: 611,
    fitMm2: 605.5,
    resources: {
      ...{ technologyNm: 16, operand: "bf16", macs: 32_768, vectorLanes: 4096, cores: 2, l1MiB: 37, l2MiB: 0 },
      ...{ globalMemoryMiB: 0, dram: { kind: "hbm2", channels: 4 }, interconnectGbps: 4 * 496 },
    },
  },
  "tpu-v3": {
    dieMm2: 660,
    fitMm2: 687.6,
    resources: {
      ...{ technologyNm: 16, operand: "bf16", macs: 65_536, vectorLanes: 4096, cores: 2, l1MiB: 37, l2MiB: 0 },
      ...{ globalMemoryMiB: 0, dram: { kind: "hbm2", channels: 4 }, interconnectGbps: 4 * 656 },
    },
  },
  "tpu-v4i": {
    dieMm2: 385,
    fitMm2: 351.7,
    resources: {
      ...{ technologyNm: 7, operand: "bf16", macs: 65_536, vectorLanes: 2048, cores: 1, l1MiB: 16, l2MiB: 0 },
      ...{ globalMemoryMiB: 128, dram: { kind: "hbm2", channels: 2 }, interconnectGbps: 2 * 400 },
    },
  },
  "tpu-v4": {
    dieMm2: 580,
    fitMm2: 573.0,
    resources: {
      ...{ technologyNm: 7, operand: "bf16", macs: 131_072, vectorLanes: 4096, cores: 2, l1MiB: 42, l2MiB: 0 },
      ...{ globalMemoryMiB: 128, dram: { kind: "hbm2", channels: 4 }, interconnectGbps: 6 * 400 },
    },
  },
};

const tpuV3 = preset("tpu-v3");

/** TPU v2 as a design: one array per core. */
export const tpuV2: HardwareDesign = applySettings(tpuV3, [
  "name=tpu-v2",
  "clockGhz=0.7",
  "peGrid.columns=1",
  "vectorMultiplier=16",
  "dram.bandwidthGBpsPerChannel=175",
  "overrides.interconnectGbps=1984",
]);

/** TPU v4i as a design: CMEM as global memory, VMEM (16 MiB) as private L2, 16 × 256 KiB for each of 4 PEs. */
export const tpuV4i: HardwareDesign = applySettings(tpuV3, [
  "name=tpu-v4i",
  "technologyNm=7",
  "clockGhz=1.05",
  "cores=1",
  "peGrid.columns=4",
  "vectorMultiplier=4",
  'l2={"config":"private","inputMultiplier":16,"weightMultiplier":16,"outputMultiplier":16}',
  "globalMemoryMiB=128",
  'dram={"kind":"hbm2","channels":2,"bandwidthGBpsPerChannel":307}',
  "overrides.interconnectGbps=800",
  "overrides.globalMemoryBytesPerCycle=2857",
]);

/** TPU v4 as a design: two cores, each with half of CMEM. */
export const tpuV4: HardwareDesign = applySettings(tpuV4i, [
  "name=tpu-v4",
  "cores=2",
  "globalMemoryMiB=64",
  'dram={"kind":"hbm2","channels":4,"bandwidthGBpsPerChannel":300}',
  "overrides.interconnectGbps=2400",
]);

/** TPU v1 as a design: Unified Buffer as global memory, 256 bytes a cycle each way; accumulators as L1 outputs. */
export const tpuV1: HardwareDesign = applySettings(tpuV3, [
  "name=tpu-v1",
  "technologyNm=28",
  "clockGhz=0.7",
  'datatypes={"operand":"int8","accumulator":"int32"}',
  "cores=1",
  "peGrid.columns=1",
  'systolicArray={"rows":256,"columns":256}',
  "vectorMultiplier=1",
  'l1={"config":"private","inputKiB":64,"weightKiB":256,"outputKiB":4096}',
  "globalMemoryMiB=24",
  'dram={"kind":"ddr3","channels":2}',
  'overrides={"globalMemoryBytesPerCycle":512,"outputBusBytesPerCycle":256}',
]);
