/** 16 nm. */
import type { FittedConstants } from "./fitted.ts";
import { technologyFrom } from "./logic.ts";
import type { Technology } from "./technology.ts";

/** Transistor density of 14 nm: ttm-cas (Ning et al., ISCA 2023), as used by LLMCompass. Unit: 10⁶ per mm². */
export const density16 = 28.9;

/** Constants at 16 nm. */
export function nm16(fitted: FittedConstants): Technology {
  return technologyFrom(fitted, {
    nodeNm: 16,
    logicArea: fitted.logicArea16,
    // Foundry high-density 6T cell, from memory, ±15 %.
    bitCellUm2: 0.074,
    megaTransistorsPerMm2: density16,
    switching: fitted.switching16,
    // From memory. Wires: 0.051 pJ/bit·mm; others: 0.02 to 0.04 in chips of then (Dally et al., VLSI Symposium 2018), 0.1 in a
    // cost model whose memories are of 14 nm (Dally, Turakhia and Han, CACM 63(7), 2020).
    wireVolts: 0.8,
    linkEnergy: 1,
  });
}
