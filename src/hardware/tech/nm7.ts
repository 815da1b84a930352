/** 7 nm. "Fit": least squares over published area and TDP of TPU v1, v2, v3, v4i and v4, see `docs/hardware.md`. */
import type { Technology } from "./technology.ts";

/** Constants at 7 nm. */
export const nm7: Technology = {
  nodeNm: 7,
  // Fit. A bare fp16 FMA is 263 µm² (LLMCompass): the cell's registers, control and wiring are the other 60 %.
  // int8 × 0.373: fit (TPU v1).
  macAreaUm2: { bf16: 657, int8: 657 * 0.373 },
  // Fit; weakly identified: the four chips differ little in lanes per MAC.
  vectorLaneAreaUm2: 8853,
  // Fit.
  coreAreaMm2: 7.385,
  // Fit. TPU v4i's CMEM alone, 28 % of its die (Jouppi et al., ISCA 2021, via a public digest): 0.84.
  sramAreaMm2PerMiB: 0.88,
  // ttm-cas transistor densities (Ning et al., ISCA 2023), as used by LLMCompass.
  megaTransistorsPerMm2: 96.3,
  // Fit at 16 nm × 0.75: serial links are mostly analogue (estimate).
  interconnectAreaMm2PerGbps: 0.02593 * 0.75,
  // Fit. Bare bf16 multiply 0.21 + fp32 add 0.38 = 0.59 pJ (Jouppi et al., ISCA 2021, Table 2, via a public digest).
  // int8 × 0.187: fit (TPU v1).
  macEnergyPj: { bf16: 0.916, int8: 0.916 * 0.187 },
  // Fit; weakly identified, and includes register file and load/store traffic of the lane. Bare fp32 multiply: 1.31 pJ
  // (Jouppi et al., ISCA 2021, Table 2, via a public digest).
  vectorOpEnergyPj: 15.5,
  // Fit. With L1's own access it gives 0.13 pJ/bit at 32 KiB; SRAM of 32 KB in Jouppi et al., Table 2: 8.5 ÷ 64 = 0.13.
  arrayEdgeEnergyPjPerBit: 0.1145,
  // Keckler et al., IEEE Micro 31(5), 2011, Table 1: 256 random bits over 10 mm 310 pJ at 40 nm, 200 pJ at 10 nm
  // (0.75 V), read through public notes: 0.121 and 0.078 pJ/bit·mm; log-log through both points, extrapolated to 7 nm.
  wireEnergyPjPerBitMm: 0.07,
  // Fit at 16 nm × 0.7 (estimate).
  interconnectEnergyPjPerBit: 10.21 * 0.7,
};
