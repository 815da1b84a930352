/** Decides how a workload runs on a design, and what that costs. */
import type { Decisions, Padding, Residency } from "../ir/decisions.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import type { Architecture } from "./architecture.ts";
import { expandDesign, withUnlimitedDram } from "./architecture.ts";
import type { Evaluation, Infeasible } from "./evaluation.ts";
import { isInfeasible } from "./evaluation.ts";
import { evaluationOf, residentTest } from "./assemble.ts";
import type { RegionSpec } from "./fusion/region-spec.ts";
import { reductionSize } from "./mapping/array-cycles.ts";
import { at } from "./mapping/problem.ts";
import type { CompileOptions } from "./options.ts";
import { greedyResidency, noResidency } from "./placement/greedy.ts";
import type { MappedRegion } from "./region-time.ts";
import { regionStagingBytes, regionTime } from "./region-time.ts";
import type { SolvedRegion } from "./solve.ts";
import { SolverCache } from "./solve.ts";
import type { Workload } from "./workload.ts";

export interface Compiled {
  readonly decisions: Decisions;
  readonly evaluation: Evaluation;
}

/**
 * Maps every region, chooses what stays in global memory, and costs the whole.
 *
 * @param cache  mappings found so far; pass the same one to share them between designs and models
 * @returns `Infeasible` with reason `no-mapping` when a region fits the design in no way
 */
export function decide(
  workload: Workload,
  design: HardwareDesign,
  options: CompileOptions & { readonly cache?: SolverCache },
): Compiled | Infeasible {
  const architecture = expandDesign(design);
  const cache = options.cache ?? new SolverCache();
  const specs = workload.regions[options.fusion];
  const found = mapRegions(specs, architecture, { cache, depthwise: options.depthwise });
  if (isInfeasible(found)) return found;
  const placed =
    options.placement === "none"
      ? { mapped: found, residency: noResidency(architecture) }
      : placeGreedily(workload, found, { architecture, cache, depthwise: options.depthwise });
  const { mapped, residency } = placed;
  const decisions: Decisions = {
    moduleSha256: workload.moduleSha256,
    partition: {
      regions: mapped.map(({ spec, engine }) => ({
        id: spec.id,
        anchor: spec.anchor,
        operations: spec.operations,
        engine,
      })),
    },
    mappings: mapped.map(({ spec, mapping }) => ({ region: spec.id, ...mapping })),
    paddings: mapped.flatMap(({ spec, mapping }) => paddingOf(spec, mapping.dataflow, architecture)),
    residency,
  };
  return { decisions, evaluation: evaluationOf(workload, design, { decisions, mapped }) };
}

interface Mapper {
  readonly cache: SolverCache;
  readonly depthwise: CompileOptions["depthwise"];
}

function mapRegions(
  specs: readonly RegionSpec[],
  architecture: Architecture,
  { cache, depthwise }: Mapper,
): readonly PlacedRegion[] | Infeasible {
  const mapped: PlacedRegion[] = [];
  for (const spec of specs) {
    const solved = cache.solve(spec, architecture, depthwise);
    if (isInfeasible(solved)) return solved;
    mapped.push({ spec, ...solved });
  }
  return mapped;
}

type PlacedRegion = MappedRegion & SolvedRegion;

/**
 * Places tensors for mappings that spare DRAM, then gives each region whose tensors now stay on chip the mapping that is
 * best without DRAM, where that is faster and its staging space is free, and places once more.
 */
function placeGreedily(
  workload: Workload,
  sparing: readonly PlacedRegion[],
  { architecture, ...mapper }: Mapper & { readonly architecture: Architecture },
): { readonly mapped: readonly PlacedRegion[]; readonly residency: Residency } {
  const first = greedyResidency(workload, sparing, architecture);
  const isResident = residentTest(workload, first);
  const isTouched = ({ reads, writes }: RegionSpec): boolean =>
    [...reads, ...writes].some(({ tensor }) => isResident(tensor));
  const touched = sparing.map(({ spec }) => spec).filter(isTouched);
  const unlimited = mapRegions(touched, withUnlimitedDram(architecture), mapper);
  if (isInfeasible(unlimited)) return { mapped: sparing, residency: first };
  const others = new Map(unlimited.map((region) => [region.spec.id, region]));
  const free = freeBytes(first, sparing.length);
  const mapped = sparing.map((region, id) => {
    const other = others.get(id);
    if (other === undefined) return region;
    const fits = regionStagingBytes(other, isResident) <= (free[id] ?? 0);
    const [old, now] = [region, other].map((each) => regionTime(each, architecture, isResident).cycles);
    const taken = fits && (now ?? 0) < (old ?? 0) ? other : region;
    const { onChipBoundCycles } = other.search;
    const { throughDramBoundCycles } = region.search;
    return { ...taken, search: { ...taken.search, onChipBoundCycles, throughDramBoundCycles } };
  });
  return { mapped, residency: greedyResidency(workload, mapped, architecture) };
}

/** Bytes above the highest resident in each region. */
function freeBytes({ capacityBytes, tensors }: Residency, regions: number): readonly number[] {
  const top = new Array<number>(regions).fill(0);
  for (const { firstRegion, lastRegion, offsetBytes, sizeBytes } of tensors) {
    for (let id = firstRegion; id <= lastRegion; id++) top[id] = Math.max(top[id] ?? 0, offsetBytes + sizeBytes);
  }
  return top.map((bytes) => capacityBytes - bytes);
}

/**
 * Zeros that fill the last fold of the array: output channels up to its columns, the reduction up to its rows, groups up to
 * what shares a pass. They cost what the idle rows and columns cost, which the mapping's cycles count already, and move nothing.
 */
function paddingOf(spec: RegionSpec, dataflow: string, architecture: Architecture): readonly Padding[] {
  const { problem } = spec;
  if (problem.kind !== "matrix" || dataflow !== "weight-stationary") return [];
  const [, , , , k = 1, c = 1] = problem.extents;
  const words = reductionSize(problem, c);
  const perChannel = reductionSize(problem, 1);
  const padded = (size: number, unit: number): number => Math.ceil(size / unit) * unit - size;
  const loops: Record<string, number> = {};
  const add = (slot: number, extra: number): void => {
    if (extra > 0) loops[problem.loopNames[slot] ?? ""] = extra;
  };
  add(at.k, padded(k, architecture.arrayColumns));
  add(at.c, Math.floor(padded(words, architecture.arrayRows) / perChannel));
  return Object.keys(loops).length === 0 ? [] : [{ region: spec.id, loops }];
}
