/** AccelForge's best mappings beside the mapper's, on its machine under its accounting. */
import { describe, expect, test } from "vitest";
import { mapNest } from "../../../src/backend/nest/mapper/map-nest.ts";
import type { NestObjective } from "../../../src/backend/nest/mapper/nest-objective.ts";
import { objectiveOf } from "../../../src/backend/nest/mapper/nest-objective.ts";
import { costOfNest } from "../../../src/backend/nest/nest-cost.ts";
import { countNest } from "../../../src/backend/nest/nest-counts.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";
import { accelForgeMapping, hasPeers, peerFile, peerMachine, peersNote, shippedProblem } from "./peer-data.ts";

interface Row {
  readonly problem: string;
  readonly metric: string;
  readonly imperfect: boolean;
  readonly gb_kib?: number;
  readonly energy_pJ: number;
  readonly cycles: number;
  readonly mapping: string;
}

// The file's own layout, described in its README.
const file = hasPeers
  ? (peerFile("accelforge_cases.json") as Readonly<Record<"simple_arch_results" | "small_gb_results", readonly Row[]>>)
  : { simple_arch_results: [], small_gb_results: [] };
const rows = [...file.simple_arch_results, ...file.small_gb_results].filter((row) => !row.imperfect);

const objectiveNamed = (metric: string): NestObjective => {
  if (metric === "ENERGY") return "energy";
  return metric === "LATENCY" ? "latency" : "edp";
};

// Its figures count fractions of inner trips; its mappings do not.
const imperfect = [...file.simple_arch_results, ...file.small_gb_results].filter((row) => row.imperfect);

describe.runIf(hasPeers)(`AccelForge's best imperfect mapping in whole trips${peersNote}`, () => {
  test.each(imperfect.map((row) => [row.problem, row.metric, row.gb_kib ?? 512, row] as const))(
    "%s %s %i KiB is not better",
    (_, metric, kib, row) => {
      const problem = shippedProblem(`${row.problem.slice(0, 2)}-`);
      const machine = peerMachine(kib, { drainReads: true });
      const theirs = resolveNest(problem, machine, accelForgeMapping(problem, row.mapping));
      const objective = objectiveNamed(metric);
      const search = { factors: "ragged", tiles: "per-tensor", objective, nodes: 1e7 } as const;
      const ours = mapNest(problem, machine, search);
      const least = objectiveOf(costOfNest(theirs, countNest(theirs)), objective);
      expect(objectiveOf(ours.cost, objective)).toBeLessThanOrEqual(least * (1 + 1e-9));
    },
  );
});

describe.runIf(hasPeers)(`AccelForge's best${peersNote}`, () => {
  test.each(rows.map((row) => [row.problem, row.metric, row.gb_kib ?? 512, row] as const))(
    "%s %s %i KiB is not better",
    (_, metric, kib, row) => {
      const objective = objectiveNamed(metric);
      const search = { factors: "perfect", tiles: "per-tensor", objective, nodes: 3e6 } as const;
      const ours = mapNest(
        shippedProblem(`${row.problem.slice(0, 2)}-`),
        peerMachine(kib, { drainReads: true }),
        search,
      );
      const theirs = { energy: row.energy_pJ, latency: row.cycles, edp: row.energy_pJ * row.cycles }[objective];
      expect(objectiveOf(ours.cost, objective)).toBeLessThanOrEqual(theirs * (1 + 1e-6));
      expect(ours.certificate.proof).not.toBe("budget");
    },
  );
});
