/** What a chip's parts cost: the record that every node's table fills in, and the constants that no node changes. */
import type { HardwareDesign } from "../design.ts";
import type { DramChannel, DramKind } from "../dram-kinds.ts";

/** Process nodes with a table. Unit: nm. */
export type TechnologyNm = HardwareDesign["technologyNm"];

/** Operand types with a MAC. */
export type OperandType = HardwareDesign["datatypes"]["operand"];

/** Constants of one process node. `docs/hardware.md` explains the fit that most of them come from. */
export interface Technology {
  readonly nodeNm: TechnologyNm;
  /** One MAC of an array with its registers and share of the array's wiring. Unit: µm². */
  readonly macAreaUm2: Readonly<Record<OperandType, number>>;
  /** One vector lane: fp32 ALU, register file, share of the cross-lane unit. Unit: µm². */
  readonly vectorLaneAreaUm2: number;
  /** Scalar unit, sequencer and DMA engines of a core. Unit: mm². */
  readonly coreAreaMm2: number;
  /** A large SRAM (128 MiB) with its wiring and banking. Unit: mm² per MiB. */
  readonly sramAreaMm2PerMiB: number;
  /** Logic, for blocks known by their transistor count. Unit: 10⁶ transistors per mm². */
  readonly megaTransistorsPerMm2: number;
  /** Chip-to-chip serial links. Unit: mm² per 10⁹ bits/s. */
  readonly linkAreaMm2PerGbps: number;
  /** Unit: pJ per MAC, operands already at the cell. */
  readonly macEnergyPj: Readonly<Record<OperandType, number>>;
  /** One elementary operation of one lane with its operands. Unit: pJ. */
  readonly vectorOpEnergyPj: number;
  /** Between L1 and the edge cells of an array, skew registers included. Unit: pJ per bit. */
  readonly arrayEdgeEnergyPjPerBit: number;
  /** Repeated wire, random data. Unit: pJ per bit and mm. */
  readonly wireEnergyPjPerBitMm: number;
  /** Chip-to-chip serial links. Unit: pJ per bit. */
  readonly linkEnergyPjPerBit: number;
}

/** All constants of area, TDP and energy. */
export interface ChipConstants {
  readonly nodes: Readonly<Record<TechnologyNm, Technology>>;
  readonly dram: Readonly<Record<DramKind, DramChannel>>;
  /** On CACTI's energies; 1 as shipped. */
  readonly sramEnergyFactor: number;
  /** PCIe, JTAG, PLLs and other fixed blocks of a chip. Unit: mm². */
  readonly fixedAreaMm2: number;
  /** Area on top of the counted blocks: on-chip network, clock, test, white space. */
  readonly overheadShare: number;
  /** Leakage and clock of an idle chip. Unit: W per mm² of die. */
  readonly idleWattsPerMm2: number;
}
