/** What a channel of each DRAM technology is: its default bandwidth, energy per bit, and interface on the die. */
import type { HardwareDesign } from "./design.ts";
import { fittedConstants } from "./tech/fitted.ts";

/** Name of a DRAM technology. */
export type DramKind = HardwareDesign["dram"]["kind"];

/** One channel of a DRAM technology; HBM: one stack. */
export interface DramChannel {
  /** Peak, reads and writes together. Unit: 10⁹ bytes/s. */
  readonly bandwidthGBps: number;
  /** DRAM device, its I/O and the PHY. Unit: pJ per bit. */
  readonly energyPjPerBit: number;
  /** Analogue interface; does not shrink with the node. Unit: mm². */
  readonly phyAreaMm2: number;
  /** Digital controller; its area follows the node's transistor density. Unit: 10⁶ transistors. */
  readonly controllerMegaTransistors: number;
}

/**
 * Transistor counts of memory controllers and PHY areas: LLMCompass (Zhang et al., ISCA 2024), `cost_model.py`, read off
 * an A100 and a Zen 4 die: HBM2e 10.45 mm² and 552.743 M transistors per 1,024 bits, DDR5 1.45 mm² and 90.4464 M per 32.
 */
const hbmInterface = { phyAreaMm2: 10.45, controllerMegaTransistors: 552.743 };
const ddrInterfacePer32Bits = { phyAreaMm2: 1.45, controllerMegaTransistors: 90.4464 };

/** The DRAM technologies that a design can name. */
export const dramChannels: Readonly<Record<DramKind, DramChannel>> = {
  ddr3: {
    // DDR3-2133 (JESD79-3F) × 64 bits = 17.07 GB/s; two of them are TPU v1's 34 GB/s.
    bandwidthGBps: 17.07,
    // Jouppi et al., ISCA 2021, Table 2, via a public digest: DDR4 1,300 pJ per 64 bits. Used for DDR3: an estimate.
    energyPjPerBit: 20.3,
    // Twice DDR5's interface of 32 bits: an estimate.
    phyAreaMm2: 2 * ddrInterfacePer32Bits.phyAreaMm2,
    controllerMegaTransistors: 2 * ddrInterfacePer32Bits.controllerMegaTransistors,
  },
  gddr6: {
    // 14 Gb/s/pin × 32 bits ÷ 8; FAST's channel of 56 GB/s (Zhang et al., ASPLOS 2022).
    bandwidthGBps: 56,
    // Jouppi et al., ISCA 2021, Table 2, via a public digest: 350–480 pJ per 64 bits = 5.5–7.5 pJ/bit; the middle.
    energyPjPerBit: 6.5,
    // GEMINI (Cai et al., HPCA 2024), `main.cpp`: GDDR6X 5.94 mm × 1.1 mm per 56 GB/s.
    phyAreaMm2: 6.53,
    // DDR5's controller of 32 bits: an estimate.
    controllerMegaTransistors: ddrInterfacePer32Bits.controllerMegaTransistors,
  },
  hbm2: {
    // JESD235B: 2.4 Gb/s/pin × 1,024 bits ÷ 8, "speeds up to 307 GB/s".
    bandwidthGBps: 307.2,
    // Power fit (docs/hardware.md); Jouppi et al., ISCA 2021, Table 2, via a public digest: 250–450 pJ per 64 bits = 3.9–7.0.
    energyPjPerBit: fittedConstants.hbmEnergyPjPerBit,
    ...hbmInterface,
  },
  hbm2e: {
    // JESD235D: 3.2 Gb/s/pin × 1,024 bits ÷ 8 (from memory; A100 80 GB: 2,039 GB/s from 5 stacks = 408).
    bandwidthGBps: 409.6,
    // As HBM2: an estimate.
    energyPjPerBit: fittedConstants.hbmEnergyPjPerBit,
    ...hbmInterface,
  },
  lpddr: {
    // LPDDR5 (JESD209-5): 6.4 Gb/s/pin × 16 bits ÷ 8.
    bandwidthGBps: 12.8,
    // LPDDR5 4–7 pJ/bit, from memory; LPDDR4 8 in the Accelergy CACTI plug-in.
    energyPjPerBit: 6,
    // Half of DDR5's interface of 32 bits: an estimate.
    phyAreaMm2: ddrInterfacePer32Bits.phyAreaMm2 / 2,
    controllerMegaTransistors: ddrInterfacePer32Bits.controllerMegaTransistors / 2,
  },
};
