/** Energy per event of a design, for the cost model and for TDP. Equations and sources: `docs/hardware.md`. */
import { areaOf, peGridAreaMm2 } from "./area.ts";
import type { OperandBytes } from "./derived.ts";
import { arrayEdgeBytesPerCycle, globalMemoryBytes, l1Bytes, l2Bytes, sumOfOperands } from "./derived.ts";
import type { HardwareDesign } from "./design.ts";
import { shippedConstants } from "./tech/chip-constants.ts";
import { sramEnergyPjPerByte } from "./tech/sram.ts";
import type { ChipConstants } from "./tech/technology.ts";

const bitsPerByte = 8;

/** What each event costs. Energies of a memory that the design does not have are 0: no event can name it. */
export interface EventEnergies {
  readonly macPj: number;
  /** One elementary operation of one vector lane, operands included. */
  readonly vectorOpPj: number;
  /** Between L1 and an array. */
  readonly arrayEdgePjPerByte: number;
  /** Reads and writes alike; over the three scratchpads, weighted by the array edges that they serve. */
  readonly l1PjPerByte: number;
  /** As L1. */
  readonly l2PjPerByte: number;
  readonly gmPjPerByte: number;
  /** One bus along a row or column of the PE grid, from end to end, however many PEs listen. */
  readonly busPjPerByte: number;
  /** Device, I/O and PHY. */
  readonly dramPjPerByte: number;
  /** Leakage and clock of the whole chip, at any time. */
  readonly idleWatts: number;
}

/** Energy of each event of a design. */
export function energyPerEvent(design: HardwareDesign, constants: ChipConstants = shippedConstants): EventEnergies {
  const technology = constants.nodes[design.technologyNm];
  const gmBytes = globalMemoryBytes(design);
  const sram = constants.sramEnergyFactor;
  return {
    macPj: technology.macEnergyPj[design.datatypes.operand],
    vectorOpPj: technology.vectorOpEnergyPj,
    arrayEdgePjPerByte: bitsPerByte * technology.arrayEdgeEnergyPjPerBit,
    l1PjPerByte: sram * meanOverEdges(design, l1PjPerByteByOperand(design)),
    l2PjPerByte: sram * meanOverEdges(design, l2PjPerByteByOperand(design)),
    gmPjPerByte: gmBytes === 0 ? 0 : sram * sramEnergyPjPerByte(gmBytes, design.technologyNm),
    busPjPerByte: bitsPerByte * technology.wireEnergyPjPerBitMm * Math.sqrt(peGridAreaMm2(design, constants)),
    dramPjPerByte: bitsPerByte * constants.dram[design.dram.kind].energyPjPerBit,
    idleWatts: constants.idleWattsPerMm2 * areaOf(design, constants).totalMm2,
  };
}

/** Energy of L1 by scratchpad; a shared L1 is one memory of the summed size. Unit: pJ per byte. */
export function l1PjPerByteByOperand(design: HardwareDesign): OperandBytes {
  const bytes = l1Bytes(design);
  return scratchpadEnergies(design, design.l1.config === "shared" ? samePool(sumOfOperands(bytes)) : bytes);
}

/** Energy of L2 by operand part; zeros without L2. A shared L2 has one part per operand for the whole grid. Unit: pJ per byte. */
export function l2PjPerByteByOperand(design: HardwareDesign): OperandBytes {
  const bytes = l2Bytes(design);
  if (bytes === undefined) return samePool(0);
  return scratchpadEnergies(design, design.l2.config === "private" ? bytes.perPe : bytes);
}

function scratchpadEnergies({ technologyNm }: HardwareDesign, { input, weight, output }: OperandBytes): OperandBytes {
  return {
    input: sramEnergyPjPerByte(input, technologyNm),
    weight: sramEnergyPjPerByte(weight, technologyNm),
    output: sramEnergyPjPerByte(output, technologyNm),
  };
}

function samePool(value: number): OperandBytes {
  return { input: value, weight: value, output: value };
}

function meanOverEdges(design: HardwareDesign, energies: OperandBytes): number {
  const edge = arrayEdgeBytesPerCycle(design);
  const sum = edge.input * energies.input + edge.weight * energies.weight + edge.output * energies.output;
  return sum / sumOfOperands(edge);
}
