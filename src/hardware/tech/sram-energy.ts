/** Energy of an SRAM access by capacity: CACTI's table at 22 nm, interpolated and scaled to the node. */
import { present } from "../../support/bug.ts";
import type { TechnologyNm } from "./technology.ts";

/**
 * [capacity KiB, read pJ, write pJ] of a 256-bit access.
 *
 * Source: CACTI 7.0 (HewlettPackard/cacti, commit 1ffd8dfb), own runs: 22 nm, ITRS-LSTP cells and periphery, one bank, RAM
 * mode, 350 K, optimised for energy × delay². CACTI charges the whole H-tree, so that the wires inside the memory count.
 */
const cactiPoints: readonly (readonly [capacityKiB: number, readPj: number, writePj: number])[] = [
  [1, 2.09016, 2.43471],
  [2, 2.19819, 2.96707],
  [4, 2.43012, 4.04768],
  [8, 2.84946, 6.16437],
  [16, 5.38777, 7.83928],
  [32, 7.13598, 12.1335],
  [64, 13.6217, 14.3464],
  [128, 19.1433, 20.7167],
  [256, 30.0223, 27.2934],
  [512, 41.8303, 39.1014],
  [1024, 63.3346, 58.0596],
  [2048, 92.5035, 87.2286],
  [4096, 133.255, 127.98],
  [8192, 187.685, 182.411],
  [16384, 265.308, 254.941],
  [32768, 369.679, 359.312],
  [65536, 521.303, 510.797],
  [131072, 727.831, 717.464],
  [262144, 1042.81, 1021.8],
];

const bytesPerAccess = 256 / 8;

/** log2 of pJ per byte, reads and writes half each, at log2 KiB = 0, 1, 2, …: the table doubles the capacity in each row. */
const logEnergies: readonly number[] = cactiPoints.map(([, read, write]) =>
  Math.log2((read + write) / 2 / bytesPerAccess),
);

/**
 * Energy of a byte of a wide access to an SRAM, half reads and half writes. Unit: pJ per byte.
 *
 * Linear in log-log between the table's points; below 1 KiB and above 256 MiB the nearest segment goes on. Scaled by
 * √(node ÷ 22 nm) (rule of the Accelergy CACTI plug-in). At 7 nm this gives 0.29 pJ/bit read at 4 MiB and 1.60 at 128 MiB;
 * accelforge's TPU v4i has 0.249 for VMEM and 1.88 for CMEM.
 *
 * @param capacityBytes  greater than 0
 */
export function sramEnergyPjPerByte(capacityBytes: number, nodeNm: TechnologyNm): number {
  const logKiB = Math.log2(capacityBytes / 1024);
  const segment = Math.min(Math.max(Math.floor(logKiB), 0), logEnergies.length - 2);
  const low = present(logEnergies[segment], "a point of the SRAM table");
  const high = present(logEnergies[segment + 1], "a point of the SRAM table");
  return 2 ** (low + (logKiB - segment) * (high - low)) * Math.sqrt(nodeNm / 22);
}
