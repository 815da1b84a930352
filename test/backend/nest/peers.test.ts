/** Mappings of the peers, counted by us: accesses, cycles and energy are theirs. */
import { describe, expect, test } from "vitest";
import type { NestArchitecture } from "../../../src/backend/nest/nest-architecture.ts";
import { costOfNest } from "../../../src/backend/nest/nest-cost.ts";
import { countNest } from "../../../src/backend/nest/nest-counts.ts";
import type { NestOperand } from "../../../src/backend/nest/nest-problem.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";
import {
  accelForgeMapping,
  hasPeers,
  peerFile,
  peerMachine,
  peersNote,
  shippedProblem,
  timeloopMapping,
} from "./peer-data.ts";

interface TimeloopCase {
  readonly id: string;
  readonly input_yaml: string;
  readonly levels: readonly {
    readonly name: string;
    readonly tensors: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
  readonly summary: { readonly Cycles: string; readonly Energy: string };
}

interface AccelForgeCase {
  readonly problem: string;
  readonly metric: string;
  readonly imperfect: boolean;
  readonly gb_kib?: number;
  readonly energy_pJ: number;
  readonly cycles: number;
  readonly mapping: string;
}

const operandOf: Readonly<Record<string, NestOperand>> = { Inputs: "input", Weights: "weight", Outputs: "output" };
const timeloop = hasPeers
  ? // The file's own layout, described in its README.
    (peerFile("timeloop_cases.json") as { readonly model_given_mapping: readonly TimeloopCase[] }).model_given_mapping
  : [];

/** Timeloop's machine of a case: the peers' machine, but m1_array16x16's array is smaller, which the mapping says already. */
const timeloopMachine = (): NestArchitecture => peerMachine(512, { drainReads: false });

describe.runIf(hasPeers)(`Timeloop's given mappings${peersNote}`, () => {
  test.each(timeloop.map((one) => [one.id, one] as const))("%s", (id, one) => {
    // c4 and c5 are convolutions p4 and p5, d6 is p6, m1 to m8 are matrix products.
    const problem = shippedProblem(`p${id.slice(1, 2)}-`);
    const nest = resolveNest(problem, timeloopMachine(), timeloopMapping(problem, one.input_yaml));
    const counts = countNest(nest);
    const cost = costOfNest(nest, counts);
    const ours = counts.stores.map(({ level, operand, tileWords, reads, fills, updates }) => ({
      level,
      operand,
      tileWords,
      reads,
      fills,
      updates,
    }));
    const theirs = one.levels.flatMap(({ name, tensors }) =>
      Object.entries(tensors).map(([tensor, stats]) => {
        const instances = stats["Utilized instances (max)"] ?? 1;
        const total = (key: string): number => (stats[key] ?? NaN) * instances;
        const [reads, fills, updates] = [
          total("Scalar reads (per-instance)"),
          total("Scalar fills (per-instance)"),
          total("Scalar updates (per-instance)"),
        ];
        return {
          level: name,
          operand: operandOf[tensor],
          tileWords: stats["Utilized capacity"],
          reads,
          fills,
          updates,
        };
      }),
    );
    const order = (line: { level: string; operand: NestOperand | undefined }): string =>
      `${line.level} ${line.operand ?? ""}`;
    const sorted = <T extends { level: string; operand: NestOperand | undefined }>(lines: readonly T[]): readonly T[] =>
      lines.toSorted((a, b) => order(a).localeCompare(order(b)));
    expect(sorted(ours)).toEqual(sorted(theirs));
    // Timeloop prints one cycle more where its quotient in floating point comes out above the whole number.
    const cycles = Number(one.summary.Cycles);
    expect([cycles, cycles - 1]).toContain(Math.ceil(cost.cycles));
    expect(`${(cost.energyPj / 1e6).toFixed(2)} uJ`).toBe(one.summary.Energy);
  });
});

const accelForge = hasPeers
  ? (peerFile("accelforge_cases.json") as {
      readonly simple_arch_results: readonly AccelForgeCase[];
      readonly small_gb_results: readonly AccelForgeCase[];
    })
  : { simple_arch_results: [], small_gb_results: [] };
const whole = [...accelForge.simple_arch_results, ...accelForge.small_gb_results].filter(({ imperfect }) => !imperfect);

const fetchedAgain = new Set([
  "p6_dw3x3_c96_s2 LATENCY 512",
  "p6_dw3x3_c96_s2 ENERGY 16",
  "p6_dw3x3_c96_s2 ENERGY_DELAY_PRODUCT 16",
]);

describe.runIf(hasPeers)(`AccelForge's best mappings${peersNote}`, () => {
  test.each(whole.map((one) => [one.problem, one.metric, one.gb_kib ?? 512, one] as const))(
    "%s %s %i KiB",
    (_, __, kib, one) => {
      const problem = shippedProblem(`${one.problem.slice(0, 2)}-`);
      const nest = resolveNest(
        problem,
        peerMachine(kib, { drainReads: true }),
        accelForgeMapping(problem, one.mapping),
      );
      const cost = costOfNest(nest, countNest(nest));
      expect(cost.cycles / one.cycles).toBeCloseTo(1, 6);
      const ratio = cost.energyPj / one.energy_pJ;
      // AccelForge fetches these tiles again in each step of a row loop that does not change them (weights), or that only slides
      // them (input); Timeloop and we do not.
      if (fetchedAgain.has(`${one.problem} ${one.metric} ${kib}`)) expect(ratio).toBeLessThan(1);
      else expect(ratio).toBeCloseTo(1, 6);
    },
  );
});
