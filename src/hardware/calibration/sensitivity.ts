/** How much a ranking of designs depends on each constant of area and power. */
import type { DramKind } from "../dram-kinds.ts";
import { constantsFrom } from "../tech/chip-constants.ts";
import type { FittedConstants } from "../tech/fitted.ts";
import { fittedConstants } from "../tech/fitted.ts";
import type { ChipConstants, Technology } from "../tech/technology.ts";
import { priors } from "./priors.ts";

/** A constant that can be changed by a factor. */
export interface Perturbation {
  readonly name: string;
  readonly with: (factor: number) => ChipConstants;
}

const shipped = constantsFrom(fittedConstants);

/** Every fitted constant, then every other one that area or power depends on. */
export const perturbations: readonly Perturbation[] = [
  // The priors have exactly the keys of the constants.
  ...(Object.keys(priors) as (keyof FittedConstants)[]).map((name) => ({
    name,
    with: (factor: number) => constantsFrom({ ...fittedConstants, [name]: fittedConstants[name] * factor }),
  })),
  { name: "SRAM energy", with: (factor) => ({ ...shipped, sramEnergyFactor: factor }) },
  { name: "fixed area", with: (factor) => ({ ...shipped, fixedAreaMm2: shipped.fixedAreaMm2 * factor }) },
  { name: "wire energy", with: (factor) => onNodes("wireEnergyPjPerBitMm", factor) },
  { name: "transistor density", with: (factor) => onNodes("megaTransistorsPerMm2", factor) },
  { name: "SRAM area at 16 nm", with: (factor) => onNodes("sramAreaMm2PerMiB", factor, [16]) },
  { name: "SRAM area at 28 nm", with: (factor) => onNodes("sramAreaMm2PerMiB", factor, [28]) },
  { name: "GDDR6 energy", with: (factor) => onDram("energyPjPerBit", factor, ["gddr6"]) },
  { name: "DDR3 and LPDDR energy", with: (factor) => onDram("energyPjPerBit", factor, ["ddr3", "lpddr"]) },
  { name: "GDDR6 PHY area", with: (factor) => onDram("phyAreaMm2", factor, ["gddr6"]) },
  { name: "HBM PHY area", with: (factor) => onDram("phyAreaMm2", factor, ["hbm2", "hbm2e"]) },
];

function onNodes(
  field: "wireEnergyPjPerBitMm" | "megaTransistorsPerMm2" | "sramAreaMm2PerMiB",
  factor: number,
  only: readonly Technology["nodeNm"][] = [7, 16, 28],
): ChipConstants {
  const changed = (node: Technology): Technology =>
    only.includes(node.nodeNm) ? { ...node, [field]: node[field] * factor } : node;
  const { nodes } = shipped;
  return { ...shipped, nodes: { 7: changed(nodes[7]), 16: changed(nodes[16]), 28: changed(nodes[28]) } };
}

function onDram(field: "energyPjPerBit" | "phyAreaMm2", factor: number, kinds: readonly DramKind[]): ChipConstants {
  const dram = kinds.reduce(
    (all, kind) => ({ ...all, [kind]: { ...all[kind], [field]: all[kind][field] * factor } }),
    shipped.dram,
  );
  return { ...shipped, dram };
}

/**
 * Kendall's rank correlation of two scores of the same things: 1 when they rank alike, −1 when reversed (Kendall, Biometrika 30,
 * 1938). Pairs that are equal in either score do not count.
 */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let [agreeing, compared] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const sign = Math.sign((a[i] ?? 0) - (a[j] ?? 0)) * Math.sign((b[i] ?? 0) - (b[j] ?? 0));
      agreeing += sign;
      compared += Math.abs(sign);
    }
  }
  return compared === 0 ? 1 : agreeing / compared;
}
