/** The mapper beside every nest of its space. */
import type { NestObjective } from "../../../src/backend/nest/mapper/nest-objective.ts";
import { mapNest } from "../../../src/backend/nest/mapper/map-nest.ts";
import type { TileSpace } from "../../../src/backend/nest/mapper/tile-choices.ts";
import { DiagnosticError } from "../../../src/support/diagnostics.ts";
import type { BruteForce, SmallCase } from "./brute-force.ts";
import { bruteForce, smallCase } from "./brute-force.ts";

/** What was compared. */
export interface GateReport {
  /** Problem × machine × objective. */
  readonly cases: number;
  readonly nests: number;
  /** Cases in which a nest is better than the mapper's best, or than its bound, or the search did not end. */
  readonly misses: readonly string[];
}

const objectives = [
  ["energy", "energyPj"],
  ["latency", "cycles"],
  ["edp", "edp"],
] as const;

/** Perfect and ragged, one tile a level and one a tensor. */
export const spaceOf = (seed: number): TileSpace => ({
  factors: seed % 3 === 0 ? "perfect" : "ragged",
  tiles: seed % 4 === 0 ? "per-tensor" : "per-level",
});

/** What the mapper is given instead of the case, to see that what it loses by that is noticed. */
export type Handicap = (one: SmallCase, space: TileSpace) => { readonly one: SmallCase; readonly space: TileSpace };

/** Compares on seeds; those with more nests than `limit` are passed over. */
export function gate(
  seeds: { readonly from: number; readonly count: number; readonly limit: number },
  handicap: Handicap = (one, space) => ({ one, space }),
): GateReport {
  let [cases, nests] = [0, 0];
  const misses: string[] = [];
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed++) {
    const one = smallCase(seed);
    const brute = bruteOf(one, seed, seeds.limit);
    if (brute?.best === undefined) continue;
    nests += brute.nests;
    const given = handicap(one, spaceOf(seed));
    for (const [objective, key] of objectives) {
      cases++;
      const ours = mapped(given.one, given.space, objective);
      const least = brute.best[key] * (1 + 1e-9);
      const isRight = ours !== undefined && ours.achieved <= least && ours.bound <= least && ours.proof !== "budget";
      if (!isRight) misses.push(`seed ${seed} ${objective}: ${JSON.stringify(ours)}, brute force ${brute.best[key]}`);
    }
  }
  return { cases, nests, misses };
}

const known = new Map<string, BruteForce | undefined>();

/** Once for all handicaps. */
function bruteOf(one: SmallCase, seed: number, limit: number): BruteForce | undefined {
  const key = `${seed} ${limit}`;
  if (!known.has(key)) known.set(key, bruteForce(one, spaceOf(seed), limit));
  return known.get(key);
}

function mapped({ problem, architecture }: SmallCase, space: TileSpace, objective: NestObjective) {
  try {
    const { achieved, bound, proof } = mapNest(problem, architecture, { ...space, objective, nodes: 1e7 }).certificate;
    return { achieved, bound, proof };
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}
