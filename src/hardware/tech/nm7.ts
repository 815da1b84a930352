/** 7 nm. "Area fit" and "power fit" are explained in `docs/hardware.md`: least squares over published TPUs, with priors. */
import type { Technology } from "./technology.ts";

/** Constants at 7 nm. */
export const nm7: Technology = {
  nodeNm: 7,
  // Area fit. A bare fp16 FMA is 263 µm² (LLMCompass): the cell's registers, control and wiring are the other 60 %.
  // int8 × 0.373: area fit (TPU v1).
  macAreaUm2: { bf16: 657, int8: 657 * 0.373 },
  // Area fit; weakly identified: the four chips differ little in lanes per MAC.
  vectorLaneAreaUm2: 8853,
  // Area fit.
  coreAreaMm2: 7.385,
  // Area fit. TPU v4i's CMEM alone, 28 % of its die (Jouppi et al., ISCA 2021, via a public digest): 0.84.
  sramAreaMm2PerMiB: 0.88,
  // ttm-cas transistor densities (Ning et al., ISCA 2023), as used by LLMCompass.
  megaTransistorsPerMm2: 96.3,
  // Area fit at 16 nm × 0.75: serial links are mostly analogue (estimate).
  interconnectAreaMm2PerGbps: 0.02593 * 0.75,
  // Power fit. Bare bf16 multiply 0.21 + fp32 add 0.38 = 0.59 pJ (Jouppi et al., ISCA 2021, Table 2, via a public digest).
  // int8 × 0.154: power fit (TPU v1); bare int8 multiply 0.07 + int32 add 0.03 = 0.10 pJ, × 0.17.
  macEnergyPj: { bf16: 0.632, int8: 0.632 * 0.154 },
  // Power fit; weakly identified. Bare fp32 operation 0.38 to 1.31 pJ and three operands of 32 bits from an SRAM of 8 KB at
  // 7.5 pJ per 64 bits: 12.1 pJ (Jouppi et al., ISCA 2021, Table 2, via a public digest).
  vectorOpEnergyPj: 12.1,
  // Power fit. With L1's own access it gives 0.13 pJ/bit at 32 KiB; SRAM of 32 KB in Jouppi et al., Table 2: 8.5 ÷ 64 = 0.13.
  arrayEdgeEnergyPjPerBit: 0.108,
  // ¼CV² of random data with C = 200 fF/mm "independent of scaling" (Dally et al., VLSI Symposium 2018) × 1.6 for repeaters
  // (middle of 1.34 to 1.87: Ho, Stanford PhD thesis 2003, Table 4.2), V = 0.75 (from memory); read through public notes.
  // Others: 0.078 at 10 nm (Keckler et al., IEEE Micro 2011), about 0.05 at 5 nm (Dally, NOCS keynote 2022).
  wireEnergyPjPerBitMm: 0.045,
  // Power fit at 16 nm × 0.7 (estimate).
  interconnectEnergyPjPerBit: 10 * 0.7,
};
