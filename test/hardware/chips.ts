/** Chips with published area and TDP, in the terms of the template: what the chip model is checked against. */
import type { ChipResources } from "../../src/hardware/area.ts";
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

/** TPU v1, v2, v4i and v4 as designs. */
export const [tpuV1, tpuV2, tpuV4i, tpuV4] = [
  preset("tpu-v1"),
  preset("tpu-v2"),
  preset("tpu-v4i"),
  preset("tpu-v4"),
] as const;
