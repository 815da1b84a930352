/** Numbers that follow from a design: peaks, widths and capacities, each with its unit. Equations: `docs/hardware.md`. */
import type { HardwareDesign } from "./design.ts";
import { dramChannels } from "./dram-kinds.ts";

const bytesPerKiB = 1024;
const bytesPerMiB = 1024 * bytesPerKiB;

/** Bytes by operand of a matrix operation. */
export interface OperandBytes {
  readonly input: number;
  readonly weight: number;
  readonly output: number;
}

/** Widths of one bus of each kind. Unit: bytes per cycle. */
export interface BusWidths {
  readonly inputBytesPerCycle: number;
  readonly weightBytesPerCycle: number;
  readonly outputBytesPerCycle: number;
}

/** PEs of a core. */
export function pesPerCore({ peGrid }: HardwareDesign): number {
  return peGrid.rows * peGrid.columns;
}

/** MACs of the chip, all cores; one MAC per cycle each. */
export function peakMacsPerCycle(design: HardwareDesign): number {
  return design.cores * pesPerCore(design) * design.systolicArray.rows * design.systolicArray.columns;
}

/** Peak dense throughput of the chip, counting one MAC as two operations. Unit: 10¹² operations per second. */
export function peakTflops(design: HardwareDesign): number {
  // MAC/cycle × 10⁹ cycles/s × 2 ÷ 10¹².
  return (2 * peakMacsPerCycle(design) * design.clockGhz) / 1000;
}

/** Operational intensity at which peak compute and peak DRAM bandwidth balance. Unit: operations per DRAM byte. */
export function ridgePointFlopPerByte(design: HardwareDesign): number {
  return (1000 * peakTflops(design)) / dramBandwidthGBps(design);
}

/** Vector lanes of a PE; one elementary operation per cycle each. */
export function lanesPerPe({ systolicArray, vectorMultiplier }: HardwareDesign): number {
  return systolicArray.columns * vectorMultiplier;
}

/** Bytes of one operand word of the arrays. */
export function operandBytes({ datatypes }: HardwareDesign): 1 | 2 {
  return datatypes.operand === "bf16" ? 2 : 1;
}

/** Bytes of one accumulator word: fp32 and int32 are both four. */
export function accumulatorBytes(_design: HardwareDesign): 4 {
  return 4;
}

/** Peak DRAM bandwidth of the chip. Unit: 10⁹ bytes/s. */
export function dramBandwidthGBps({ dram }: HardwareDesign): number {
  return dram.channels * (dram.bandwidthGBpsPerChannel ?? dramChannels[dram.kind].bandwidthGBps);
}

/** DRAM bandwidth that the chip gets: peak × `dramEfficiency` (default 1). Unit: bytes per clock cycle. */
export function dramBytesPerCycle(design: HardwareDesign): number {
  // 10⁹ bytes/s ÷ 10⁹ cycles/s.
  return (dramBandwidthGBps(design) * (design.overrides.dramEfficiency ?? 1)) / design.clockGhz;
}

/** Chip-to-chip links together, one direction; 0: none. Unit: 10⁹ bits/s. */
export function interconnectGbps({ interconnect }: HardwareDesign): number {
  return interconnect === undefined ? 0 : interconnect.links * interconnect.gbpsPerLink;
}

/** What crosses the edges of one PE's array: `rows` inputs, `columns` weights, `columns` sums a cycle. Unit: bytes per cycle. */
export function arrayEdgeBytesPerCycle(design: HardwareDesign): OperandBytes {
  const { rows, columns } = design.systolicArray;
  const operand = operandBytes(design);
  return { input: rows * operand, weight: columns * operand, output: columns * accumulatorBytes(design) };
}

/** One input bus per PE row, one weight bus and one output bus per PE column; by default as wide as the array edge it feeds. */
export function busWidths(design: HardwareDesign): BusWidths {
  const edge = arrayEdgeBytesPerCycle(design);
  const { inputBusBytesPerCycle, weightBusBytesPerCycle, outputBusBytesPerCycle } = design.overrides;
  return {
    inputBytesPerCycle: inputBusBytesPerCycle ?? edge.input,
    weightBytesPerCycle: weightBusBytesPerCycle ?? edge.weight,
    outputBytesPerCycle: outputBusBytesPerCycle ?? edge.output,
  };
}

/** All buses of a core together. Unit: bytes per cycle. */
export function busBytesPerCycle(design: HardwareDesign): number {
  const { inputBytesPerCycle, weightBytesPerCycle, outputBytesPerCycle } = busWidths(design);
  const { rows, columns } = design.peGrid;
  return rows * inputBytesPerCycle + columns * (weightBytesPerCycle + outputBytesPerCycle);
}

/** Global memory bandwidth of a core, reads and writes together; by default the sum of the buses it feeds. Unit: bytes per cycle. */
export function globalMemoryBytesPerCycle(design: HardwareDesign): number {
  return design.overrides.globalMemoryBytesPerCycle ?? busBytesPerCycle(design);
}

/**
 * Most that L2 of a core moves: a private one delivers the buses' widths to its PE, the shared one feeds all buses of the grid;
 * zeros without L2. Unit: bytes per cycle.
 */
export function l2BytesPerCycle(design: HardwareDesign): OperandBytes {
  if (design.l2.config === "disabled") return { input: 0, weight: 0, output: 0 };
  const bus = busWidths(design);
  const { rows, columns } = design.peGrid;
  const [inputs, others] = design.l2.config === "shared" ? [rows, columns] : [rows * columns, rows * columns];
  return {
    input: inputs * bus.inputBytesPerCycle,
    weight: others * bus.weightBytesPerCycle,
    output: others * bus.outputBytesPerCycle,
  };
}

/** Most that each level of the chip moves, all cores. Unit: 10⁹ bytes/s. */
export interface LevelBandwidths {
  readonly dram: number;
  readonly globalMemory: number;
  readonly l2: number;
  readonly buses: number;
  /** Between L1 and the arrays. */
  readonly l1: number;
}

/** Peak bandwidth of each level; 0 for one that the design does not have. */
export function levelBandwidthsGBps(design: HardwareDesign): LevelBandwidths {
  // Bytes per cycle and core × 10⁹ cycles/s.
  const chip = (bytesPerCycle: number): number => design.cores * bytesPerCycle * design.clockGhz;
  return {
    dram: dramBandwidthGBps(design),
    globalMemory: design.globalMemoryMiB === 0 ? 0 : chip(globalMemoryBytesPerCycle(design)),
    l2: chip(sumOfOperands(l2BytesPerCycle(design))),
    buses: chip(busBytesPerCycle(design)),
    l1: chip(pesPerCore(design) * sumOfOperands(arrayEdgeBytesPerCycle(design))),
  };
}

/** On-chip memory of the chip by level, all cores. Unit: bytes. */
export interface LevelBytes {
  readonly globalMemory: number;
  readonly l2: number;
  readonly l1: number;
}

/** Capacity of each on-chip level; 0 for one that the design does not have. */
export function levelBytes(design: HardwareDesign): LevelBytes {
  const { cores } = design;
  const l2 = l2Bytes(design);
  return {
    globalMemory: cores * globalMemoryBytes(design),
    l2: l2 === undefined ? 0 : cores * sumOfOperands(l2),
    l1: cores * pesPerCore(design) * sumOfOperands(l1Bytes(design)),
  };
}

/** L1 of one PE. With `config: "shared"` the three are one pool of the summed size. */
export function l1Bytes({ l1 }: HardwareDesign): OperandBytes {
  return {
    input: l1.inputKiB * bytesPerKiB,
    weight: l1.weightKiB * bytesPerKiB,
    output: l1.outputKiB * bytesPerKiB,
  };
}

/**
 * L2 of a core, `undefined` when disabled: L1's sizes × multiplier × PEs. `private` splits it into one L2 per PE of size
 * `perPe`; `shared` makes it one memory for the PE grid.
 */
export function l2Bytes(design: HardwareDesign): (OperandBytes & { readonly perPe: OperandBytes }) | undefined {
  const { l2 } = design;
  if (l2.config === "disabled") return undefined;
  const l1 = l1Bytes(design);
  const perPe = {
    input: l1.input * l2.inputMultiplier,
    weight: l1.weight * l2.weightMultiplier,
    output: l1.output * l2.outputMultiplier,
  };
  const pes = pesPerCore(design);
  return { input: perPe.input * pes, weight: perPe.weight * pes, output: perPe.output * pes, perPe };
}

/** Global memory of one core; 0: the design has none. */
export function globalMemoryBytes({ globalMemoryMiB }: HardwareDesign): number {
  return globalMemoryMiB * bytesPerMiB;
}

/** All on-chip memory of the chip: L1, L2 and global memory of every core. */
export function onChipBytes(design: HardwareDesign): number {
  const { globalMemory, l2, l1 } = levelBytes(design);
  return globalMemory + l2 + l1;
}

/** Input, weight and output bytes together. */
export function sumOfOperands({ input, weight, output }: OperandBytes): number {
  return input + weight + output;
}
