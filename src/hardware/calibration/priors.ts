/** What is known of each fitted constant without the chips: a value and how far off it may be. */
import type { FittedConstants } from "../tech/fitted.ts";

/** A constant's value before the fit. */
export interface Prior {
  readonly value: number;
  /** Factor by which it may be off, one standard deviation. */
  readonly factor: number;
  /** Unit as printed. */
  readonly unit: string;
  readonly source: string;
}

/** Constants that areas determine. */
export const areaPriors = {
  macAreaUm2: {
    ...{ value: 526, factor: 1.5, unit: "µm²" },
    source: "fp16 FMA 263 µm² (LLMCompass) × 2 for accumulator and pipeline registers (estimate)",
  },
  int8MacArea: {
    ...{ value: 0.33, factor: 1.5, unit: "× bf16" },
    source: "int8 over fp16 MAC 0.125 (GEMINI); registers, the other half, shrink by half (estimate)",
  },
  sramAreaMm2PerMiB: {
    ...{ value: 0.88, factor: 2.5, unit: "mm²/MiB" },
    source: "geometric mean of GEMINI 0.566 (12 nm × 0.7), Chiplet Cloud 0.47 and a GPU's L2 in LLMCompass 2.54",
  },
  vectorLaneAreaUm2: {
    ...{ value: 6474, factor: 2, unit: "µm²" },
    source:
      "fp32 FPU and int32 ALU, 0.312 million transistors (LLMCompass), × 2 for registers and cross-lane unit (estimate)",
  },
  coreAreaMm2: {
    ...{ value: 8.7, factor: 1.5, unit: "mm²" },
    source: "scalar unit of TPU v4i in accelforge, read off Fig. 6 of Ten Lessons",
  },
  linkArea: { value: 1, factor: 1.5, unit: "× NVLink 3", source: "NVLink 3 in LLMCompass" },
  overheadShare: {
    ...{ value: 0.35, factor: 1.5, unit: "" },
    source: "about a third of TPU v1's floorplan is none of the counted blocks (memory of Jouppi et al., ISCA 2017)",
  },
  logicArea16: {
    ...{ value: 3.3, factor: 1.5, unit: "× 7 nm" },
    source: "ttm-cas densities 96.3 ÷ 28.9; Stillmaker and Baas 2017: 3.2",
  },
} as const satisfies Partial<Record<keyof FittedConstants, Prior>>;

/** Constants that TDPs determine, once the areas' are known. */
export const powerPriors = {
  macEnergyPj: {
    ...{ value: 0.885, factor: 1.5, unit: "pJ" },
    source: "bf16 multiply 0.21 + fp32 add 0.38 (Ten Lessons, Table 2) × 1.5 for registers and clock (estimate)",
  },
  int8MacEnergy: {
    ...{ value: 0.17, factor: 1.5, unit: "× bf16" },
    source: "int8 multiply 0.07 + int32 add 0.03 over 0.59 (Ten Lessons, Table 2)",
  },
  vectorOpEnergyPj: {
    ...{ value: 12.1, factor: 1.5, unit: "pJ" },
    source: "fp32 operation 0.85 + 96 bits from an SRAM of 8 KB at 7.5 pJ per 64 bits (Ten Lessons, Table 2)",
  },
  arrayEdgeEnergyPjPerBit: {
    ...{ value: 0.112, factor: 1.5, unit: "pJ/bit" },
    source: "SRAM of 32 KB, 8.5 pJ per 64 bits (Ten Lessons, Table 2), without CACTI's 0.021",
  },
  hbmEnergyPjPerBit: {
    ...{ value: 5.5, factor: 1.2, unit: "pJ/bit" },
    source: "250 to 450 pJ per 64 bits (Ten Lessons, Table 2), the middle",
  },
  linkEnergyPjPerBit: { value: 10, factor: 1.5, unit: "pJ/bit", source: "estimate" },
  idleWattsPerMm2: { value: 0.1, factor: 2, unit: "W/mm²", source: "estimate; the chips' idle power decides" },
  switching16: { value: 1.84, factor: 1.5, unit: "× 7 nm", source: "Stillmaker and Baas 2017" },
  switching28: { value: 4.1, factor: 1.5, unit: "× 7 nm", source: "CMOS energies of Accelerator Wall, 0.45 ÷ 0.11" },
} as const satisfies Partial<Record<keyof FittedConstants, Prior>>;

/** Priors of all fitted constants. */
export const priors: Readonly<Record<keyof FittedConstants, Prior>> = { ...areaPriors, ...powerPriors };
