/** 16 nm. "Fit": least squares over published area and TDP of TPU v1, v2, v3, v4i and v4, see `docs/hardware.md`. */
import { nm7 } from "./nm7.ts";
import type { Technology } from "./technology.ts";

/** Logic area over 7 nm. Fit (TPU v2 and v3). Stillmaker and Baas 2017 give 1 ÷ 0.31 = 3.2, which these chips do not show. */
const logicArea = 2.0227;

/**
 * Switching energy over 7 nm. Chosen with the fit: 1.55, 1.84, 2.2, 2.5 and 3.0 leave a worst TDP error on TPU v3 and v4i
 * of 13, 9, 5, 3 and 4 %.
 */
const switchingEnergy = 2.5;

/** Constants at 16 nm. */
export const nm16: Technology = {
  nodeNm: 16,
  macAreaUm2: { bf16: nm7.macAreaUm2.bf16 * logicArea, int8: nm7.macAreaUm2.int8 * logicArea },
  vectorLaneAreaUm2: nm7.vectorLaneAreaUm2 * logicArea,
  coreAreaMm2: nm7.coreAreaMm2 * logicArea,
  // By bit cell: 0.074 ÷ 0.027 µm² (foundry high-density 6T cells, from memory, ±15 %).
  sramAreaMm2PerMiB: nm7.sramAreaMm2PerMiB * (0.074 / 0.027),
  // ttm-cas transistor densities (Ning et al., ISCA 2023) at 14 nm, as used by LLMCompass.
  megaTransistorsPerMm2: 28.9,
  // Fit (TPU v2 and v3: 4 links of 496 and 656 Gb/s, from memory).
  interconnectAreaMm2PerGbps: 0.02593,
  macEnergyPj: { bf16: nm7.macEnergyPj.bf16 * switchingEnergy, int8: nm7.macEnergyPj.int8 * switchingEnergy },
  vectorOpEnergyPj: nm7.vectorOpEnergyPj * switchingEnergy,
  arrayEdgeEnergyPjPerBit: nm7.arrayEdgeEnergyPjPerBit * switchingEnergy,
  // As at 7 nm, interpolated. Dally, Turakhia and Han, CACM 63(7), 2020: 0.1 pJ/bit·mm at 14 nm.
  wireEnergyPjPerBitMm: 0.091,
  // Fit.
  interconnectEnergyPjPerBit: 10.21,
};
