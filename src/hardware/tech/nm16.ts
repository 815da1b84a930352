/** 16 nm. "Area fit" and "power fit" are explained in `docs/hardware.md`: least squares over published TPUs, with priors. */
import { nm7 } from "./nm7.ts";
import type { Technology } from "./technology.ts";

/** Logic area over 7 nm. Area fit (TPU v2 and v3). Stillmaker and Baas 2017 give 1 ÷ 0.31 = 3.2, which these chips do not show. */
const logicArea = 2.0227;

/**
 * Switching energy over 7 nm. Power fit (TPU v2 and v3 against v4i: what the chips show, so that better design counts as
 * node). Stillmaker and Baas 2017: 1.84; operations of Jouppi et al., ISCA 2021, Table 2, interpolated: 1.5.
 */
const switchingEnergy = 3.07;

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
  // Area fit (TPU v2 and v3: 4 links of 496 and 656 Gb/s, from memory).
  interconnectAreaMm2PerGbps: 0.02593,
  macEnergyPj: { bf16: nm7.macEnergyPj.bf16 * switchingEnergy, int8: nm7.macEnergyPj.int8 * switchingEnergy },
  vectorOpEnergyPj: nm7.vectorOpEnergyPj * switchingEnergy,
  arrayEdgeEnergyPjPerBit: nm7.arrayEdgeEnergyPjPerBit * switchingEnergy,
  // As at 7 nm with V = 0.8. Dally et al., VLSI Symposium 2018: 0.02 to 0.04 in chips of then; Dally, Turakhia and Han,
  // CACM 63(7), 2020: 0.1 in a cost model whose memories are of 14 nm.
  wireEnergyPjPerBitMm: 0.051,
  // Power fit.
  interconnectEnergyPjPerBit: 10,
};
