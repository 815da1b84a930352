/** 28 nm. TPU v1 is the only chip of this node in the fit. */
import type { FittedConstants } from "./fitted.ts";
import { technologyFrom } from "./logic.ts";
import { density16 } from "./nm16.ts";
import type { Technology } from "./technology.ts";

/** Transistor density: ttm-cas (Ning et al., ISCA 2023), as used by LLMCompass. Unit: 10⁶ per mm². */
const density28 = 15.3;

/** Constants at 28 nm. */
export function nm28(fitted: FittedConstants): Technology {
  return technologyFrom(fitted, {
    nodeNm: 28,
    // From 16 nm by transistor density.
    logicArea: fitted.logicArea16 * (density16 / density28),
    // Foundry high-density 6T cell, from memory, ±15 %.
    bitCellUm2: 0.127,
    megaTransistorsPerMm2: density28,
    switching: fitted.switching28,
    // From memory. Wires: 0.065 pJ/bit·mm.
    wireVolts: 0.9,
    // As at 16 nm: an estimate.
    linkEnergy: 1,
  });
}
