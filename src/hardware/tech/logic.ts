/** What all nodes' tables have in common: how a node's logic, memories and links follow from the fitted constants. */
import type { FittedConstants } from "./fitted.ts";
import type { Technology, TechnologyNm } from "./technology.ts";

/** What tells one node from another; every node's file says where its figures come from. */
export interface NodeFigures {
  readonly nodeNm: TechnologyNm;
  /** Logic area over 7 nm. */
  readonly logicArea: number;
  /** High-density 6T bit cell. Unit: µm². */
  readonly bitCellUm2: number;
  readonly megaTransistorsPerMm2: number;
  /** Switching energy over 7 nm. */
  readonly switching: number;
  /** Supply voltage that wires swing. Unit: V. */
  readonly wireVolts: number;
  /** Energy of chip-to-chip links over 16 nm. */
  readonly linkEnergy: number;
}

/** Bit cell at 7 nm, from memory, ±15 %. Unit: µm². */
export const bitCell7Um2 = 0.027;

/**
 * A link of NVLink 3 (25 GB/s each way) in LLMCompass (Zhang et al., ISCA 2024), `cost_model.py`: 1.888 mm² of PHY, which does
 * not shrink, and 74.632 million transistors of controller.
 */
const nvlink = { gbps: 200, phyAreaMm2: 1.888, controllerMegaTransistors: 74.632 };

/**
 * Wire capacitance 200 fF/mm "independent of scaling" (Dally et al., VLSI Symposium 2018) × 1.6 for repeaters (middle of 1.34
 * to 1.87: Ho, Stanford PhD thesis 2003, Table 4.2), both read through public notes. Unit: pF per mm.
 */
const wirePfPerMm = 0.2 * 1.6;

/** The table of a node. */
export function technologyFrom(fitted: FittedConstants, node: NodeFigures): Technology {
  const { logicArea, switching, megaTransistorsPerMm2 } = node;
  const { macAreaUm2, macEnergyPj } = fitted;
  const link = nvlink.phyAreaMm2 + nvlink.controllerMegaTransistors / megaTransistorsPerMm2;
  return {
    nodeNm: node.nodeNm,
    macAreaUm2: { bf16: macAreaUm2 * logicArea, int8: macAreaUm2 * fitted.int8MacArea * logicArea },
    vectorLaneAreaUm2: fitted.vectorLaneAreaUm2 * logicArea,
    coreAreaMm2: fitted.coreAreaMm2 * logicArea,
    sramAreaMm2PerMiB: fitted.sramAreaMm2PerMiB * (node.bitCellUm2 / bitCell7Um2),
    megaTransistorsPerMm2,
    linkAreaMm2PerGbps: (fitted.linkArea * link) / nvlink.gbps,
    macEnergyPj: { bf16: macEnergyPj * switching, int8: macEnergyPj * fitted.int8MacEnergy * switching },
    vectorOpEnergyPj: fitted.vectorOpEnergyPj * switching,
    arrayEdgeEnergyPjPerBit: fitted.arrayEdgeEnergyPjPerBit * switching,
    // ¼CV²: random data switch every other cycle, and half of the switches charge.
    wireEnergyPjPerBitMm: (wirePfPerMm * node.wireVolts ** 2) / 4,
    linkEnergyPjPerBit: fitted.linkEnergyPjPerBit * node.linkEnergy,
  };
}
