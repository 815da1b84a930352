/** Constants that a fit to published chips determines, and the values that ship. The fit: `../calibration/`, `docs/hardware.md`. */

/** What the fit determines. Nodes' tables and DRAM kinds are derived from these and from what is sourced there. */
export interface FittedConstants {
  /** bf16 MAC at 7 nm with registers, control and its share of the array's wiring. Unit: µm². */
  readonly macAreaUm2: number;
  /** int8 MAC over bf16 MAC, area. */
  readonly int8MacArea: number;
  /** Large SRAM at 7 nm with wiring and banking. Unit: mm² per MiB. */
  readonly sramAreaMm2PerMiB: number;
  /** Vector lane at 7 nm. Unit: µm². */
  readonly vectorLaneAreaUm2: number;
  /** Scalar unit, sequencer and DMA of a core at 7 nm. Unit: mm². */
  readonly coreAreaMm2: number;
  /** Area of chip-to-chip links over that of NVLink 3 in LLMCompass. */
  readonly linkArea: number;
  /** Network, clock, test and white space over the counted blocks. */
  readonly overheadShare: number;
  /** Logic area at 16 nm over 7 nm. */
  readonly logicArea16: number;
  /** bf16 MAC at 7 nm. Unit: pJ. */
  readonly macEnergyPj: number;
  /** int8 MAC over bf16 MAC, energy. */
  readonly int8MacEnergy: number;
  /** Elementary operation of a vector lane at 7 nm. Unit: pJ. */
  readonly vectorOpEnergyPj: number;
  /** Between L1 and the edge of an array at 7 nm. Unit: pJ per bit. */
  readonly arrayEdgeEnergyPjPerBit: number;
  /** HBM2 with I/O and PHY. Unit: pJ per bit. */
  readonly hbmEnergyPjPerBit: number;
  /** Chip-to-chip links at 16 nm. Unit: pJ per bit. */
  readonly linkEnergyPjPerBit: number;
  /** Leakage and clock. Unit: W per mm² of die. */
  readonly idleWattsPerMm2: number;
  /** Switching energy at 16 nm over 7 nm: what chips show, so that better design counts as node. */
  readonly switching16: number;
  /** Switching energy at 28 nm over 7 nm. */
  readonly switching28: number;
}

/** The fit's result, rounded to four digits; `npm run bench:calibration` prints it with priors and errors. */
export const fittedConstants: FittedConstants = {
  macAreaUm2: 629.8,
  int8MacArea: 0.4525,
  sramAreaMm2PerMiB: 0.8428,
  vectorLaneAreaUm2: 12_070,
  coreAreaMm2: 6.693,
  linkArea: 1.288,
  overheadShare: 0.363,
  logicArea16: 2.092,
  macEnergyPj: 0.6313,
  int8MacEnergy: 0.1445,
  vectorOpEnergyPj: 11.88,
  arrayEdgeEnergyPjPerBit: 0.1065,
  hbmEnergyPjPerBit: 5.348,
  linkEnergyPjPerBit: 10.07,
  idleWattsPerMm2: 0.1009,
  switching16: 2.97,
  switching28: 3.097,
};
