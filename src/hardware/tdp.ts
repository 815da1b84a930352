/** Thermal design power of a design: a power virus, every unit busy in every cycle. Equations and sources: `docs/hardware.md`. */
import type { HardwareDesign } from "./design.ts";
import type { OperandBytes } from "./derived.ts";
import {
  arrayEdgeBytesPerCycle,
  busBytesPerCycle,
  dramBandwidthGBps,
  globalMemoryBytesPerCycle,
  interconnectGbps,
  l2BytesPerCycle,
  lanesPerPe,
  peakMacsPerCycle,
  pesPerCore,
  sumOfOperands,
} from "./derived.ts";
import { energyPerEvent, l1PjPerByteByOperand, l2PjPerByteByOperand } from "./energy.ts";
import { shippedConstants } from "./tech/chip-constants.ts";
import type { ChipConstants } from "./tech/technology.ts";

/** Power of a design and of its parts, which sum to the total. */
export interface Tdp {
  readonly totalWatts: number;
  readonly parts: Readonly<Record<string, number>> & TdpParts;
}

/** Units of a chip at full activity. Unit: W. */
export interface TdpParts {
  readonly macs: number;
  readonly vector: number;
  readonly arrayEdges: number;
  readonly l1: number;
  readonly l2: number;
  readonly globalMemory: number;
  readonly buses: number;
  /** Devices, I/O and PHY. */
  readonly dram: number;
  readonly interconnect: number;
  /** Leakage and clock. */
  readonly idle: number;
  /** Host share and board, where the design names them. */
  readonly platform: number;
}

/** TDP of the chip with its DRAM. Never less for more of anything. */
export function tdpOf(design: HardwareDesign, constants: ChipConstants = shippedConstants): Tdp {
  const energy = energyPerEvent(design, constants);
  const technology = constants.nodes[design.technologyNm];
  const sram = constants.sramEnergyFactor;
  const pes = design.cores * pesPerCore(design);
  const edge = arrayEdgeBytesPerCycle(design);
  // pJ per cycle × 10⁹ cycles/s × 10⁻¹² J/pJ.
  const watts = (pjPerCycle: number): number => (pjPerCycle * design.clockGhz) / 1000;
  const parts: TdpParts = {
    macs: watts(peakMacsPerCycle(design) * energy.macPj),
    vector: watts(pes * lanesPerPe(design) * energy.vectorOpPj),
    arrayEdges: watts(pes * sumOfOperands(edge) * energy.arrayEdgePjPerByte),
    l1: watts(pes * sram * dot(edge, l1PjPerByteByOperand(design))),
    l2: watts(design.cores * sram * dot(l2BytesPerCycle(design), l2PjPerByteByOperand(design))),
    globalMemory: watts(design.cores * globalMemoryBytesPerCycle(design) * energy.gmPjPerByte),
    buses: watts(design.cores * busBytesPerCycle(design) * energy.busPjPerByte),
    // 10⁹ bytes/s × pJ per byte × 10⁻¹² J/pJ.
    dram: (dramBandwidthGBps(design) * energy.dramPjPerByte) / 1000,
    // 10⁹ bits/s × pJ per bit × 10⁻¹² J/pJ.
    interconnect: (interconnectGbps(design) * technology.linkEnergyPjPerBit) / 1000,
    idle: energy.idleWatts,
    platform: design.overrides.platformWatts ?? 0,
  };
  const totalWatts = Object.values<number>({ ...parts }).reduce((sum, part) => sum + part, 0);
  return { totalWatts, parts: { ...parts } };
}

function dot(a: OperandBytes, b: OperandBytes): number {
  return a.input * b.input + a.weight * b.weight + a.output * b.output;
}
