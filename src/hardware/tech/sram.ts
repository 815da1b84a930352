/** Energy and area of an SRAM by capacity: CACTI's tables, interpolated log-log and carried to the node. */
import { present } from "../../support/bug.ts";
import type { TechnologyNm } from "./technology.ts";

/**
 * [capacity KiB, read and write pJ at 22 nm, read and write pJ at 32 nm, mm² at 22 nm], 256 bits an access.
 *
 * Source: CACTI 7.0 (HewlettPackard/cacti, commit 1ffd8dfb), own runs: ITRS-LSTP cells and periphery, one bank, RAM mode,
 * 350 K, optimised for energy × delay². CACTI charges the whole H-tree, so that the wires inside the memory count. It
 * knows no node between 32 and 22 nm and none below.
 */
const cactiPoints: readonly (readonly [
  capacityKiB: number,
  readPj22: number,
  writePj22: number,
  readPj32: number,
  writePj32: number,
  areaMm2: number,
])[] = [
  [1, 2.09016, 2.43471, 4.92982, 5.7883, 0.002515],
  [2, 2.19819, 2.96707, 5.1342, 7.03958, 0.00321374],
  [4, 2.43012, 4.04768, 5.58342, 9.58261, 0.00459435],
  [8, 2.84946, 6.16437, 6.36884, 14.5556, 0.00735054],
  [16, 5.38777, 7.83928, 8.08879, 24.6508, 0.0141471],
  [32, 7.13598, 12.1335, 15.2565, 28.5985, 0.0246885],
  [64, 13.6217, 14.3464, 29.5577, 36.4598, 0.0650164],
  [128, 19.1433, 20.7167, 41.7607, 48.6628, 0.113163],
  [256, 30.0223, 27.2934, 67.1817, 63.9957, 0.247434],
  [512, 41.8303, 39.1014, 94.3072, 88.3295, 0.50575],
  [1024, 63.3346, 58.0596, 140.624, 134.646, 0.878057],
  [2048, 92.5035, 87.2286, 198.9, 167.162, 1.72929],
  [4096, 133.255, 127.98, 291.697, 259.617, 3.44823],
  [8192, 187.685, 182.411, 415.461, 383.38, 6.6977],
  [16384, 265.308, 254.941, 596.37, 584.808, 12.2118],
  [32768, 369.679, 359.312, 848.971, 785.782, 23.8244],
  [65536, 521.303, 510.797, 1193.63, 1129.75, 47.3204],
  [131072, 727.831, 717.464, 1660.68, 1596.8, 93.0404],
  [262144, 1042.81, 1021.8, 2360.75, 2336.94, 179.205],
];

const bytesPerAccess = 256 / 8;

/** log2 of a column at log2 KiB = 0, 1, 2, …: the table doubles the capacity in each row. */
type LogColumn = readonly number[];

function logColumn(column: 1 | 2 | 3 | 4 | 5): LogColumn {
  return cactiPoints.map((point) => Math.log2(point[column]));
}

const readPj = { nm22: logColumn(1), nm32: logColumn(3) };
const writePj = { nm22: logColumn(2), nm32: logColumn(4) };
const areaMm2 = logColumn(5);

/** Value of a column: linear in log-log between its points; beyond both ends the nearest segment goes on. */
function interpolate(column: LogColumn, capacityBytes: number): number {
  const logKiB = Math.log2(capacityBytes / 1024);
  const segment = Math.min(Math.max(Math.floor(logKiB), 0), column.length - 2);
  const low = present(column[segment], "a point of the SRAM table");
  const high = present(column[segment + 1], "a point of the SRAM table");
  return 2 ** (low + (logKiB - segment) * (high - low));
}

/**
 * Energy per access at a node. 28 nm lies between CACTI's nodes: log-log between 22 and 32 nm. Below 22 nm:
 * × √(node ÷ 22), the rule of the Accelergy CACTI plug-in.
 */
function atNode(column: typeof readPj, capacityBytes: number, nodeNm: TechnologyNm): number {
  const at22 = interpolate(column.nm22, capacityBytes);
  if (nodeNm <= 22) return at22 * Math.sqrt(nodeNm / 22);
  const share = Math.log(nodeNm / 22) / Math.log(32 / 22);
  return at22 * (interpolate(column.nm32, capacityBytes) / at22) ** share;
}

/**
 * Energy of a byte read from an SRAM in accesses of 256 bits. Unit: pJ per byte.
 *
 * At 7 nm this gives 0.29 pJ/bit at 4 MiB and 1.60 at 128 MiB; accelforge's TPU v4i has 0.249 for VMEM and 1.88 for CMEM.
 *
 * @param capacityBytes  greater than 0
 */
export function sramReadPjPerByte(capacityBytes: number, nodeNm: TechnologyNm): number {
  return atNode(readPj, capacityBytes, nodeNm) / bytesPerAccess;
}

/** Energy of a byte written to an SRAM in accesses of 256 bits; as {@link sramReadPjPerByte}. Unit: pJ per byte. */
export function sramWritePjPerByte(capacityBytes: number, nodeNm: TechnologyNm): number {
  return atNode(writePj, capacityBytes, nodeNm) / bytesPerAccess;
}

/** Energy of a byte of an SRAM, half reads and half writes. Unit: pJ per byte. */
export function sramEnergyPjPerByte(capacityBytes: number, nodeNm: TechnologyNm): number {
  return (sramReadPjPerByte(capacityBytes, nodeNm) + sramWritePjPerByte(capacityBytes, nodeNm)) / 2;
}

const referenceMiB = 128;
const bytesPerMiB = 2 ** 20;

/**
 * Area of an SRAM in MiB of a large one (128 MiB): small memories hold less per mm² (1 KiB: 3.5 times less), because decoders
 * and sense amplifiers do not shrink with them. CACTI at 22 nm; the shape is taken to hold at every node.
 */
export function sramAreaInLargeMiB(capacityBytes: number): number {
  if (capacityBytes === 0) return 0;
  return (referenceMiB * interpolate(areaMm2, capacityBytes)) / interpolate(areaMm2, referenceMiB * bytesPerMiB);
}
