/** Area of a design. Equations and sources: `docs/hardware.md`. */
import type { HardwareDesign } from "./design.ts";
import {
  globalMemoryBytes,
  interconnectGbps,
  l1Bytes,
  l2Bytes,
  lanesPerPe,
  peakMacsPerCycle,
  pesPerCore,
  sumOfOperands,
} from "./derived.ts";
import type { DramKind } from "./dram-kinds.ts";
import { dramChannels } from "./dram-kinds.ts";
import { technologyOf } from "./tech/nodes.ts";
import type { TechnologyNm } from "./tech/technology.ts";
import { fixedAreaMm2, localSramAreaFactor, overheadShare } from "./tech/technology.ts";

/** What a chip is made of, counted over all its cores: all that its area depends on. */
export interface ChipResources {
  readonly technologyNm: TechnologyNm;
  readonly operand: "bf16" | "int8";
  readonly macs: number;
  readonly vectorLanes: number;
  readonly cores: number;
  readonly l1MiB: number;
  readonly l2MiB: number;
  readonly globalMemoryMiB: number;
  readonly dram: { readonly kind: DramKind; readonly channels: number };
  readonly interconnectGbps: number;
}

/** Blocks of a chip. Unit: mm². */
export interface AreaParts {
  readonly macs: number;
  readonly vector: number;
  readonly l1: number;
  readonly l2: number;
  readonly globalMemory: number;
  readonly cores: number;
  readonly dramInterface: number;
  readonly interconnect: number;
  /** PCIe and other fixed blocks. */
  readonly fixed: number;
  /** On-chip network, clock, test, white space. */
  readonly overhead: number;
}

/** Area of a design and of its parts, which sum to the total. */
export interface Area {
  readonly totalMm2: number;
  readonly parts: Readonly<Record<string, number>> & AreaParts;
}

/** Area of the chip. Never less for more of anything. */
export function areaOf(design: HardwareDesign): Area {
  return areaOfResources(resourcesOf(design));
}

/** Area of a chip with these resources. */
export function areaOfResources(resources: ChipResources): Area {
  const blocks = blocksOf(resources);
  const counted = Object.values(blocks).reduce((sum, block) => sum + block, 0);
  const overhead = counted * overheadShare;
  return { totalMm2: counted + overhead, parts: { ...blocks, overhead } };
}

/**
 * Area of the PE grid of one core with its share of the overhead: what its buses have to span. Unit: mm².
 */
export function peGridAreaMm2(design: HardwareDesign): number {
  const { macs, vector, l1, l2 } = blocksOf(resourcesOf(design));
  return ((macs + vector + l1 + l2) * (1 + overheadShare)) / design.cores;
}

const um2PerMm2 = 1e6;
const bytesPerMiB = 2 ** 20;

function resourcesOf(design: HardwareDesign): ChipResources {
  const pes = design.cores * pesPerCore(design);
  const l2 = l2Bytes(design);
  return {
    technologyNm: design.technologyNm,
    operand: design.datatypes.operand,
    macs: peakMacsPerCycle(design),
    vectorLanes: pes * lanesPerPe(design),
    cores: design.cores,
    l1MiB: (pes * sumOfOperands(l1Bytes(design))) / bytesPerMiB,
    l2MiB: l2 === undefined ? 0 : (design.cores * sumOfOperands(l2)) / bytesPerMiB,
    globalMemoryMiB: (design.cores * globalMemoryBytes(design)) / bytesPerMiB,
    dram: design.dram,
    interconnectGbps: interconnectGbps(design),
  };
}

function blocksOf(resources: ChipResources): Omit<AreaParts, "overhead"> {
  const technology = technologyOf(resources.technologyNm);
  const sram = technology.sramAreaMm2PerMiB;
  const channel = dramChannels[resources.dram.kind];
  const controller = channel.controllerMegaTransistors / technology.megaTransistorsPerMm2;
  return {
    macs: (resources.macs * technology.macAreaUm2[resources.operand]) / um2PerMm2,
    vector: (resources.vectorLanes * technology.vectorLaneAreaUm2) / um2PerMm2,
    l1: resources.l1MiB * sram * localSramAreaFactor,
    l2: resources.l2MiB * sram * localSramAreaFactor,
    globalMemory: resources.globalMemoryMiB * sram,
    cores: resources.cores * technology.coreAreaMm2,
    dramInterface: resources.dram.channels * (channel.phyAreaMm2 + controller),
    interconnect: resources.interconnectGbps * technology.interconnectAreaMm2PerGbps,
    fixed: fixedAreaMm2,
  };
}
