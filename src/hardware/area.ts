/** Area of a design. Equations and sources: `docs/hardware.md`. */
import type { OperandBytes } from "./derived.ts";
import { globalMemoryBytes, interconnectGbps, l1Bytes, l2Bytes, lanesPerPe, peakMacsPerCycle } from "./derived.ts";
import { pesPerCore, sumOfOperands } from "./derived.ts";
import type { HardwareDesign } from "./design.ts";
import { shippedConstants } from "./tech/chip-constants.ts";
import { sramAreaInLargeMiB } from "./tech/sram.ts";
import type { ChipConstants } from "./tech/technology.ts";

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
export function areaOf(design: HardwareDesign, constants: ChipConstants = shippedConstants): Area {
  const blocks = blocksOf(design, constants);
  const counted = Object.values(blocks).reduce((sum, block) => sum + block, 0);
  const overhead = counted * constants.overheadShare;
  return { totalMm2: counted + overhead, parts: { ...blocks, overhead } };
}

/**
 * Area of the PE grid of one core with its share of the overhead: what its buses have to span. Unit: mm².
 */
export function peGridAreaMm2(design: HardwareDesign, constants: ChipConstants = shippedConstants): number {
  const { macs, vector, l1, l2 } = blocksOf(design, constants);
  return ((macs + vector + l1 + l2) * (1 + constants.overheadShare)) / design.cores;
}

const um2PerMm2 = 1e6;

function blocksOf(design: HardwareDesign, constants: ChipConstants): Omit<AreaParts, "overhead"> {
  const { cores, dram } = design;
  const pes = cores * pesPerCore(design);
  const technology = constants.nodes[design.technologyNm];
  const channel = constants.dram[dram.kind];
  const sram = (largeMiB: number): number => largeMiB * technology.sramAreaMm2PerMiB;
  return {
    macs: (peakMacsPerCycle(design) * technology.macAreaUm2[design.datatypes.operand]) / um2PerMm2,
    vector: (pes * lanesPerPe(design) * technology.vectorLaneAreaUm2) / um2PerMm2,
    l1: sram(pes * l1InLargeMiB(design)),
    l2: sram(cores * l2InLargeMiB(design)),
    globalMemory: sram(cores * sramAreaInLargeMiB(globalMemoryBytes(design))),
    cores: cores * technology.coreAreaMm2,
    dramInterface:
      dram.channels * (channel.phyAreaMm2 + channel.controllerMegaTransistors / technology.megaTransistorsPerMm2),
    interconnect: interconnectGbps(design) * technology.linkAreaMm2PerGbps,
    fixed: constants.fixedAreaMm2,
  };
}

/** L1 of one PE: three scratchpads, or one of the summed size. */
function l1InLargeMiB(design: HardwareDesign): number {
  const bytes = l1Bytes(design);
  return design.l1.config === "shared" ? sramAreaInLargeMiB(sumOfOperands(bytes)) : threeMemories(bytes);
}

/** L2 of one core: three memories for the grid, or three for each PE. */
function l2InLargeMiB(design: HardwareDesign): number {
  const bytes = l2Bytes(design);
  if (bytes === undefined) return 0;
  return design.l2.config === "private" ? pesPerCore(design) * threeMemories(bytes.perPe) : threeMemories(bytes);
}

function threeMemories({ input, weight, output }: OperandBytes): number {
  return sramAreaInLargeMiB(input) + sramAreaInLargeMiB(weight) + sramAreaInLargeMiB(output);
}
