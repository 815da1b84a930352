/** What each figure of a datasheet rests on. The constants themselves name their sources in `src/hardware/tech/`. */
import type { AreaParts } from "../hardware/area.ts";
import type { DramKind } from "../hardware/dram-kinds.ts";
import type { TdpParts } from "../hardware/tdp.ts";

/**
 * Kinds of evidence: `given` by the design, `computed` from it, a `published` figure, a `fit` to published chips, or our
 * `estimate`.
 */
export const bases = ["given", "computed", "published", "fit", "estimate"] as const;

/** One kind of evidence. */
export type Basis = (typeof bases)[number];

/** Evidence and where to find it. */
export interface Source {
  readonly basis: Basis;
  readonly source: string;
}

const areaFit: Source = { basis: "fit", source: "die areas of TPU v1 to v4, docs/hardware.md" };
const powerFit: Source = { basis: "fit", source: "TDPs of TPU v1 to v4i, docs/hardware.md" };
const areaFitByCapacity: Source = { basis: "fit", source: "die areas of TPU v1 to v4; by capacity as CACTI 7.0" };
const sram: Source = { basis: "estimate", source: "CACTI 7.0 by capacity, carried to the node, docs/hardware.md" };
const wire: Source = { basis: "estimate", source: "¼CV² per mm × side of the PE grid, docs/hardware.md" };

/** Name and source of each part of the area, DRAM's interface apart. */
export const areaSources: Readonly<Record<Exclude<keyof AreaParts, "dramInterface">, Source & { label: string }>> = {
  macs: { label: "systolic arrays", ...areaFit },
  vector: { label: "vector units", ...areaFit },
  l1: { label: "L1", ...areaFitByCapacity },
  l2: { label: "L2", ...areaFitByCapacity },
  globalMemory: { label: "global memory", ...areaFitByCapacity },
  cores: { label: "scalar, control, DMA", ...areaFit },
  interconnect: { label: "chip-to-chip links", ...areaFit },
  fixed: { label: "PCIe and fixed blocks", basis: "estimate", source: "10 mm², assumed by the fit" },
  overhead: { label: "network, clock, white space", ...areaFit },
};

/** Name and source of each part of the TDP, DRAM apart. */
export const tdpSources: Readonly<Record<Exclude<keyof TdpParts, "dram">, Source & { label: string }>> = {
  macs: { label: "systolic arrays", ...powerFit },
  vector: { label: "vector units", ...powerFit },
  arrayEdges: { label: "array edges", ...powerFit },
  l1: { label: "L1", ...sram },
  l2: { label: "L2", ...sram },
  globalMemory: { label: "global memory", ...sram },
  buses: { label: "buses", ...wire },
  interconnect: { label: "chip-to-chip links", ...powerFit },
  idle: { label: "leakage and clock", ...powerFit },
  platform: { label: "platform", basis: "given", source: "overrides.platformWatts" },
};

/** Source of each energy, DRAM's apart. */
export const energySources = { compute: powerFit, sram, wire } as const;

const llmCompass: Source = { basis: "published", source: "HBM2e PHY and controller of LLMCompass (ISCA 2024)" };
const halfPublished: Source = { basis: "estimate", source: "DDR5 PHY and controller of LLMCompass (ISCA 2024)" };

/** Sources of a channel's interface area and energy. */
export const dramSources: Readonly<Record<DramKind, { readonly area: Source; readonly energy: Source }>> = {
  ddr3: {
    area: halfPublished,
    energy: { basis: "estimate", source: "DDR4 in Jouppi et al., ISCA 2021, Table 2, via a public digest" },
  },
  gddr6: {
    area: { basis: "estimate", source: "GDDR6X PHY of GEMINI (HPCA 2024), DDR5 controller of LLMCompass" },
    energy: {
      basis: "published",
      source: "Jouppi et al., ISCA 2021, Table 2, via a public digest, middle of 5.5 to 7.5",
    },
  },
  hbm2: { area: llmCompass, energy: powerFit },
  hbm2e: { area: llmCompass, energy: { basis: "estimate", source: "as HBM2" } },
  lpddr: { area: halfPublished, energy: { basis: "estimate", source: "LPDDR5, from memory" } },
};
