/** The mapper's best is not beaten: by nests drawn from the whole space on small problems. */
import { describe, expect, test } from "vitest";
import type { MappedNest } from "../../../src/backend/nest/mapper/map-nest.ts";
import { mapNest } from "../../../src/backend/nest/mapper/map-nest.ts";
import type { NestObjective } from "../../../src/backend/nest/mapper/nest-objective.ts";
import type { TileSpace } from "../../../src/backend/nest/mapper/tile-choices.ts";
import type { NestArchitecture } from "../../../src/backend/nest/nest-architecture.ts";
import { costOfNest } from "../../../src/backend/nest/nest-cost.ts";
import { countNest } from "../../../src/backend/nest/nest-counts.ts";
import type { NestItem } from "../../../src/backend/nest/nest-mapping.ts";
import type { NestDim, NestProblem } from "../../../src/backend/nest/nest-problem.ts";
import { nestDims, nestOperands } from "../../../src/backend/nest/nest-problem.ts";
import { resolveNest } from "../../../src/backend/nest/resolve-nest.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import { peerMachine } from "./peer-data.ts";
import { randomInts } from "./random-nests.ts";

const objectives: readonly NestObjective[] = ["energy", "latency", "edp"];
const valueOf = ({ cost }: Pick<MappedNest, "cost">, objective: NestObjective): number =>
  ({ energy: cost.energyPj, latency: cost.cycles, edp: cost.edp })[objective];

function smallMachine(bytes: number): NestArchitecture {
  const machine = peerMachine(16, { drainReads: true });
  const memories = machine.memories.map((memory) =>
    memory.name === "GB" ? { ...memory, capacityBytes: bytes } : memory,
  );
  return { ...machine, memories, spatial: machine.spatial.map((level) => ({ ...level, fanout: 4 })) };
}

function smallProblem(seed: number): NestProblem {
  const below = randomInts(seed);
  const size = (limit: number): number => 1 + below(limit);
  const kinds = [
    () => ({ g: 1, b: size(8), p: 1, q: 1, k: size(8), c: size(8), r: 1, s: 1 }),
    () => ({ g: 1, b: 1, p: size(6), q: size(4), k: size(4), c: size(4), r: size(3), s: size(2) }),
    () => ({ g: size(3), b: size(2), p: size(6), q: size(3), k: 1, c: 1, r: size(3), s: size(3) }),
  ];
  const extents = kinds[seed % 3]?.() ?? { g: 1, b: 1, p: 1, q: 1, k: 1, c: 1, r: 1, s: 1 };
  return { name: `small ${seed}`, extents, strides: [size(2), 1], dilations: [1, size(2)] };
}

/** Any order of loops and stores, any tile of the space; undefined where it does not fit. */
function drawn(
  problem: NestProblem,
  machine: NestArchitecture,
  below: (limit: number) => number,
  perfect: boolean,
): MappedNest["cost"] | undefined {
  const left: Record<NestDim, number> = { ...problem.extents };
  const nest: NestItem[] = [];
  const divides = (size: number): readonly number[] =>
    Array.from({ length: size }, (_, index) => index + 1).filter((tile) => !perfect || size % tile === 0);
  const pick = (values: readonly number[]): number => values[below(values.length)] ?? 1;
  const step = (dim: NestDim, tile: number): void => {
    if (tile < left[dim]) nest.push({ kind: "temporal", dim, tile });
    left[dim] = tile;
  };
  const shuffled = <T>(values: readonly T[]): readonly T[] =>
    values
      .map((value) => ({ value, key: below(1 << 20) }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ value }) => value);
  for (const operand of shuffled(nestOperands)) {
    for (const dim of shuffled(nestDims)) if (below(2) === 0) step(dim, below(3) === 0 ? 1 : pick(divides(left[dim])));
    nest.push({ kind: "store", level: "GB", operand });
  }
  const units: Partial<Record<NestDim, number>> = { k: pick(divides(left.k).filter((unit) => unit <= 4)) };
  let room = 4;
  for (const dim of ["c", "r", "s"] as const) {
    const unit = pick(divides(left[dim]).filter((size) => size <= room));
    units[dim] = unit;
    room = Math.floor(room / unit);
  }
  for (const dim of shuffled(nestDims)) {
    const stays = dim === "b" || dim === "p" || dim === "q";
    if (!stays) step(dim, units[dim] ?? 1);
  }
  for (const dim of ["k", "c", "r", "s"] as const) {
    if (left[dim] > 1) nest.push({ kind: "spatial", level: dim === "k" ? "columns" : "rows", dim, factor: left[dim] });
    left[dim] = 1;
  }
  nest.push({ kind: "store", level: "REG", operand: "weight" });
  for (const dim of ["b", "p", "q"] as const) step(dim, 1);
  try {
    const resolved = resolveNest(problem, machine, { schemaVersion: 1, nest });
    return costOfNest(resolved, countNest(resolved));
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

/** Cases in which a drawn nest is better than the mapper's best. */
function beaten(seeds: number, draws: number, space: TileSpace): readonly string[] {
  return Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) => {
    const problem = smallProblem(seed);
    const machine = smallMachine(40 + 8 * (seed % 11));
    const below = randomInts(seed + 1000);
    const costs = Array.from({ length: draws }, () =>
      drawn(problem, machine, below, space.factors === "perfect"),
    ).filter((cost) => cost !== undefined);
    return objectives.flatMap((objective) => {
      const ours = valueOf(mapNest(problem, machine, { ...space, objective, nodes: 1e6 }), objective);
      const theirs = Math.min(...costs.map((cost) => valueOf({ cost }, objective)));
      return theirs < ours * (1 - 1e-9) ? [`seed ${seed} ${objective}: ${theirs} < ${ours}`] : [];
    });
  });
}

describe("small problems", () => {
  test("no drawn nest of perfect factors is better", () => {
    expect(beaten(24, 150, { factors: "perfect", tiles: "per-tensor" })).toEqual([]);
  });

  test("no drawn ragged nest is better", () => {
    expect(beaten(24, 150, { factors: "ragged", tiles: "per-tensor" })).toEqual([]);
  });

  test("the drawn nests are good enough to find what a smaller space loses", () => {
    expect(beaten(24, 150, { factors: "perfect", tiles: "per-level" }).length).toBeGreaterThan(0);
  });
});
