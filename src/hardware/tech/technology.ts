/** What a process node costs: the record that every node's table fills in, and the constants that no node changes. */
import type { HardwareDesign } from "../design.ts";

/** Process nodes with a table. Unit: nm. */
export type TechnologyNm = HardwareDesign["technologyNm"];

/** Constants of one process node. `docs/hardware.md` explains the fit that most of them come from. */
export interface Technology {
  readonly nodeNm: TechnologyNm;
  /** One MAC of an array with its registers and share of the array's wiring. Unit: µm². */
  readonly macAreaUm2: Readonly<Record<"bf16" | "int8", number>>;
  /** One vector lane: fp32 ALU, register file, share of the cross-lane unit. Unit: µm². */
  readonly vectorLaneAreaUm2: number;
  /** Scalar unit, sequencer and DMA engines of a core. Unit: mm². */
  readonly coreAreaMm2: number;
  /** A large SRAM with its wiring and banking. Unit: mm² per MiB. */
  readonly sramAreaMm2PerMiB: number;
  /** Logic, for blocks known by their transistor count. Unit: 10⁶ transistors per mm². */
  readonly megaTransistorsPerMm2: number;
  /** Chip-to-chip serial links. Unit: mm² per 10⁹ bits/s. */
  readonly interconnectAreaMm2PerGbps: number;
  /** Unit: pJ per MAC, operands already at the cell. */
  readonly macEnergyPj: Readonly<Record<"bf16" | "int8", number>>;
  /** One elementary operation of one lane with its operands. Unit: pJ. */
  readonly vectorOpEnergyPj: number;
  /** Between L1 and the edge cells of an array, skew registers included. Unit: pJ per bit. */
  readonly arrayEdgeEnergyPjPerBit: number;
  /** Repeated wire, random data. Unit: pJ per bit and mm. */
  readonly wireEnergyPjPerBitMm: number;
  /** Chip-to-chip serial links. Unit: pJ per bit. */
  readonly interconnectEnergyPjPerBit: number;
}

/** L1 and L2 area over that of a large single-ported SRAM: more ports, small banks. Area fit (VMEM of TPU v2 to v4). */
export const localSramAreaFactor = 1.31;

/** PCIe, JTAG, PLLs and other fixed blocks of a chip. Unit: mm². Estimate: 16 PCIe 4 lanes of 0.48 mm² (LLMCompass) and 2 more. */
export const fixedAreaMm2 = 10;

/** Area on top of the counted blocks: on-chip network, clock, test, white space. Area fit. */
export const overheadShare = 0.3655;

/** Leakage and clock of an idle chip. Unit: W per mm² of die. Power fit; measured: TPU v1 0.085, v2 0.087, v3 0.13, v4i 0.14. */
export const idleWattsPerMm2 = 0.0947;
