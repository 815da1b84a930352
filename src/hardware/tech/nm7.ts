/** 7 nm. What is fitted is at 7 nm: see `fitted.ts`. */
import type { FittedConstants } from "./fitted.ts";
import { bitCell7Um2, technologyFrom } from "./logic.ts";
import type { Technology } from "./technology.ts";

/** Transistor density: ttm-cas (Ning et al., ISCA 2023), as used by LLMCompass. Unit: 10⁶ per mm². */
export const density7 = 96.3;

/** Constants at 7 nm. */
export function nm7(fitted: FittedConstants): Technology {
  return technologyFrom(fitted, {
    nodeNm: 7,
    logicArea: 1,
    bitCellUm2: bitCell7Um2,
    megaTransistorsPerMm2: density7,
    switching: 1,
    // From memory. Wires: 0.045 pJ/bit·mm; others: 0.078 at 10 nm (Keckler et al., IEEE Micro 2011), about 0.05 at 5 nm
    // (Dally, NOCS keynote 2022).
    wireVolts: 0.75,
    // Estimate.
    linkEnergy: 0.7,
  });
}
