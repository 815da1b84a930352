/** All constants of area, TDP and energy together, as they ship or with other fitted values. */
import { dramChannels } from "../dram-kinds.ts";
import type { FittedConstants } from "./fitted.ts";
import { fittedConstants } from "./fitted.ts";
import { nm16 } from "./nm16.ts";
import { nm28 } from "./nm28.ts";
import { nm7 } from "./nm7.ts";
import type { ChipConstants } from "./technology.ts";

/** All constants that follow from fitted ones. */
export function constantsFrom(fitted: FittedConstants): ChipConstants {
  const { hbmEnergyPjPerBit: energyPjPerBit, overheadShare, idleWattsPerMm2 } = fitted;
  return {
    nodes: { 7: nm7(fitted), 16: nm16(fitted), 28: nm28(fitted) },
    // HBM2e: as HBM2, an estimate.
    dram: {
      ...dramChannels,
      hbm2: { ...dramChannels.hbm2, energyPjPerBit },
      hbm2e: { ...dramChannels.hbm2e, energyPjPerBit },
    },
    sramEnergyFactor: 1,
    // 16 PCIe 4 lanes of 0.48 mm² (LLMCompass) and 2 mm² more: an estimate.
    fixedAreaMm2: 10,
    overheadShare,
    idleWattsPerMm2,
  };
}

/** The constants that fastc uses. */
export const shippedConstants: ChipConstants = constantsFrom(fittedConstants);
