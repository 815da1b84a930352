/** 28 nm. "Area fit" and "power fit" are explained in `docs/hardware.md`: least squares over published TPUs, with priors. */
import { nm16 } from "./nm16.ts";
import { nm7 } from "./nm7.ts";
import type { Technology } from "./technology.ts";

/** Logic area over 7 nm: twice that of 16 nm (estimate; TPU v1 is the only chip of this node in the fit). */
const logicArea = 4.0454;

/** Switching energy over 7 nm. Power fit (TPU v1 alone). CMOS energies of Accelerator Wall: 0.45 ÷ 0.11 fJ = 4.1. */
const switchingEnergy = 3.48;

/** Constants at 28 nm. */
export const nm28: Technology = {
  nodeNm: 28,
  macAreaUm2: { bf16: nm7.macAreaUm2.bf16 * logicArea, int8: nm7.macAreaUm2.int8 * logicArea },
  vectorLaneAreaUm2: nm7.vectorLaneAreaUm2 * logicArea,
  coreAreaMm2: nm7.coreAreaMm2 * logicArea,
  // By bit cell: 0.127 ÷ 0.027 µm² (foundry high-density 6T cells, from memory, ±15 %).
  sramAreaMm2PerMiB: nm7.sramAreaMm2PerMiB * (0.127 / 0.027),
  // ttm-cas transistor densities (Ning et al., ISCA 2023), as used by LLMCompass.
  megaTransistorsPerMm2: 15.3,
  // As at 16 nm (estimate: serial links are mostly analogue).
  interconnectAreaMm2PerGbps: nm16.interconnectAreaMm2PerGbps,
  macEnergyPj: { bf16: nm7.macEnergyPj.bf16 * switchingEnergy, int8: nm7.macEnergyPj.int8 * switchingEnergy },
  vectorOpEnergyPj: nm7.vectorOpEnergyPj * switchingEnergy,
  arrayEdgeEnergyPjPerBit: nm7.arrayEdgeEnergyPjPerBit * switchingEnergy,
  // As at 7 nm with V = 0.9.
  wireEnergyPjPerBitMm: 0.065,
  // As at 16 nm (estimate).
  interconnectEnergyPjPerBit: nm16.interconnectEnergyPjPerBit,
};
