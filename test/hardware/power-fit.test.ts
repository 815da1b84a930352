/** The power constants are where the fit of `docs/hardware.md` puts them: published TDPs and priors, solved again here. */
import { describe, expect, it } from "vitest";
import type { HardwareDesign } from "../../src/hardware/design.ts";
import { dramChannels } from "../../src/hardware/dram-kinds.ts";
import type { TdpParts } from "../../src/hardware/tdp.ts";
import { tdpOf } from "../../src/hardware/tdp.ts";
import { nm16 } from "../../src/hardware/tech/nm16.ts";
import { nm28 } from "../../src/hardware/tech/nm28.ts";
import { nm7 } from "../../src/hardware/tech/nm7.ts";
import { idleWattsPerMm2 } from "../../src/hardware/tech/technology.ts";
import { tpuV1, tpuV2, tpuV4i } from "./chips.ts";
import { preset } from "./preset.ts";

interface Parameter {
  readonly name: string;
  /** The constant as it ships. */
  readonly shipped: number;
  /** Where it would be without the chips, and the factor by which that may be off (one standard deviation). */
  readonly prior: number;
  readonly factor: number;
  /** Parts of a chip's TDP that are proportional to it. */
  readonly scales: (part: keyof TdpParts, chip: HardwareDesign) => boolean;
}

const switching: readonly (keyof TdpParts)[] = ["macs", "vector", "arrayEdges"];

const parameters: readonly Parameter[] = [
  // Bare bf16 multiply 0.21 + fp32 add 0.38 pJ, × 1.5 for registers and clock.
  { name: "MAC", shipped: nm7.macEnergyPj.bf16, prior: 0.885, factor: 1.5, scales: (part) => part === "macs" },
  // Bare fp32 operation 0.85 pJ and three operands of 32 bits from an SRAM of 8 KB at 7.5 pJ per 64 bits.
  { name: "vector", shipped: nm7.vectorOpEnergyPj, prior: 12.1, factor: 1.5, scales: (part) => part === "vector" },
  // SRAM of 32 KB at 8.5 pJ per 64 bits, without CACTI's 0.021.
  {
    name: "edge",
    shipped: nm7.arrayEdgeEnergyPjPerBit,
    prior: 0.112,
    factor: 1.5,
    scales: (part) => part === "arrayEdges",
  },
  // 250 to 450 pJ per 64 bits.
  {
    name: "HBM",
    shipped: dramChannels.hbm2.energyPjPerBit,
    prior: 5.5,
    factor: 1.2,
    scales: (part, { dram }) => part === "dram" && dram.kind === "hbm2",
  },
  // Estimate.
  {
    name: "links",
    shipped: nm16.interconnectEnergyPjPerBit,
    prior: 10,
    factor: 1.5,
    scales: (part) => part === "interconnect",
  },
  // Geometric mean of the four chips' measured idle power ÷ die area.
  { name: "idle", shipped: idleWattsPerMm2, prior: 0.107, factor: 1.25, scales: (part) => part === "idle" },
  // Stillmaker and Baas 2017.
  {
    name: "16 nm",
    shipped: nm16.vectorOpEnergyPj / nm7.vectorOpEnergyPj,
    prior: 1.84,
    factor: 1.5,
    scales: (part, { technologyNm }) => technologyNm === 16 && switching.includes(part),
  },
  // Accelerator Wall, CMOS energies.
  {
    name: "28 nm",
    shipped: nm28.vectorOpEnergyPj / nm7.vectorOpEnergyPj,
    prior: 4.1,
    factor: 1.5,
    scales: (part, { technologyNm }) => technologyNm === 28 && switching.includes(part),
  },
  // Bare int8 multiply 0.07 + int32 add 0.03 pJ over bf16's 0.59.
  {
    name: "int8",
    shipped: nm7.macEnergyPj.int8 / nm7.macEnergyPj.bf16,
    prior: 0.17,
    factor: 1.5,
    scales: (part, { datatypes }) => datatypes.operand === "int8" && part === "macs",
  },
];

/** Published TDP (Jouppi et al., ISCA 2021, via a public digest). Unit: W. */
const chips = [
  { design: tpuV1, watts: 75 },
  { design: tpuV2, watts: 280 },
  { design: preset("tpu-v3"), watts: 450 },
  { design: tpuV4i, watts: 175 },
] as const;
type Chip = (typeof chips)[number];

/** Relative error that the model is allowed on a chip, one standard deviation. */
const modelError = 0.1;

/** TDP of a chip when each constant is its shipped value × e^change. */
function wattsOf({ design }: Chip, changes: readonly number[]): number {
  const parts = Object.entries(tdpOf(design).parts) as [keyof TdpParts, number][];
  return parts.reduce((sum, [part, watts]) => {
    const change = parameters.reduce((all, { scales }, j) => all + (scales(part, design) ? (changes[j] ?? 0) : 0), 0);
    return sum + watts * Math.exp(change);
  }, 0);
}

function residuals(changes: readonly number[], used: readonly Chip[]): readonly number[] {
  const priors = parameters.map(({ shipped, prior, factor }, j) => {
    return ((changes[j] ?? 0) + Math.log(shipped / prior)) / Math.log(factor);
  });
  return [...priors, ...used.map((chip) => Math.log(wattsOf(chip, changes) / chip.watts) / modelError)];
}

/** Least squares by gradient descent on the sum of squares with a step that halves until it helps: slow, plain, enough. */
function fit(used: readonly Chip[]): readonly number[] {
  const cost = (changes: readonly number[]) => residuals(changes, used).reduce((sum, value) => sum + value * value, 0);
  let changes: readonly number[] = parameters.map(() => 0);
  let step = 0.01;
  for (let iteration = 0; iteration < 600; iteration++) {
    const now = cost(changes);
    const slope = changes.map((value, j) => (cost(changes.with(j, value + 1e-6)) - now) / 1e-6);
    const next = (length: number) => changes.map((value, j) => value - length * (slope[j] ?? 0));
    while (cost(next(step)) > now && step > 1e-9) step /= 2;
    changes = next(step);
    step *= 1.3;
  }
  return changes;
}

const names = parameters.map(({ name }) => name);

describe("power constants", () => {
  it("are within 2 % of the least-squares solution (they are rounded to three digits)", () => {
    const off = fit(chips).map((change, j) => [names[j], change]);
    for (const [, change] of off) expect(Math.abs(Number(change)), JSON.stringify(off)).toBeLessThan(0.02);
  });

  it("predict each chip from the other three within 30 %: the honest error for a chip of another kind", () => {
    const errors = chips.map((chip) => {
      const changes = fit(chips.filter((other) => other !== chip));
      return Math.round(1000 * (wattsOf(chip, changes) / chip.watts - 1)) / 10;
    });
    // v1, v2, v3, v4i; in docs/hardware.md.
    expect(errors.map((error) => Math.round(error))).toEqual([15, -5, -6, 24]);
  });
});
