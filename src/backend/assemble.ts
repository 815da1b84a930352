/** Adds regions up to the Evaluation: cold and steady totals, energy, area, TDP, op classes. */
import { areaOf } from "../hardware/area.ts";
import { peakMacsPerCycle } from "../hardware/derived.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import type { EventEnergies } from "../hardware/energy.ts";
import { energyPerEvent } from "../hardware/energy.ts";
import { tdpOf } from "../hardware/tdp.ts";
import type { Decisions, Residency } from "../ir/decisions.ts";
import { present } from "../support/bug.ts";
import type { Architecture } from "./architecture.ts";
import { expandDesign } from "./architecture.ts";
import type { Evaluation, RegionEvaluation, Totals } from "./evaluation.ts";
import { opClasses } from "./evaluation.ts";
import { cyclesOf } from "./mapping/cost.ts";
import { eventPj } from "./mapping/objective.ts";
import type { MappedRegion, RegionTime } from "./region-time.ts";
import { regionTime } from "./region-time.ts";
import type { Workload } from "./workload.ts";

/** Decisions with the regions that they were made for, in the same order. */
export interface Decided {
  readonly decisions: Decisions;
  readonly mapped: readonly MappedRegion[];
}

interface Context extends Decided {
  readonly workload: Workload;
  readonly design: HardwareDesign;
  readonly architecture: Architecture;
  readonly energy: EventEnergies;
  /** Ids of tensors in global memory, and of those that stay there for all inferences. */
  readonly resident: ReadonlySet<number>;
  readonly pinned: ReadonlySet<number>;
}

/** A region's figures on one core. */
interface CoreRegion extends RegionTime {
  readonly coldCycles: number;
  readonly coldDramBytes: number;
}

/** The Evaluation of a workload on a design under the given decisions. */
export function evaluationOf(workload: Workload, design: HardwareDesign, decided: Decided): Evaluation {
  const context = contextOf(workload, design, decided);
  const cores = coreRegions(context);
  const regions = decided.mapped.map((region, position) =>
    regionEvaluation(context, region, present(cores[position], "region")),
  );
  const [area, tdp] = [areaOf(design), tdpOf(design)];
  const totals = { cold: totalsOf(context, cores, "cold"), steady: totalsOf(context, cores, "steady") };
  return {
    schemaVersion: 1,
    model: { name: workload.info.name, sha256: workload.info.sha256 },
    design: { name: design.name, technologyNm: design.technologyNm },
    batch: workload.info.batch,
    totals,
    area,
    tdp,
    perfPerTdp: totals.steady.throughputPerSecond / tdp.totalWatts,
    opClasses: classTotals(regions),
    regions,
  };
}

/** Which tensors of a workload a residency keeps in global memory. */
export function residentTest(workload: Workload, residency: Residency): (tensor: number) => boolean {
  const ids = tensorIds(workload, residency.tensors);
  return (tensor) => ids.has(tensor);
}

function tensorIds(workload: Workload, tensors: Residency["tensors"]): ReadonlySet<number> {
  const idOf = new Map(workload.tensors.map(({ id, value }) => [`${value.operation}:${value.index}`, id]));
  return new Set(tensors.map(({ value }) => present(idOf.get(`${value.operation}:${value.index}`), "resident tensor")));
}

function contextOf(workload: Workload, design: HardwareDesign, decided: Decided): Context {
  const { tensors } = decided.decisions.residency;
  return {
    ...decided,
    workload,
    design,
    architecture: expandDesign(design),
    energy: energyPerEvent(design),
    resident: tensorIds(workload, tensors),
    pinned: tensorIds(
      workload,
      tensors.filter((tensor) => tensor.isPinned),
    ),
  };
}

function coreRegions(context: Context): readonly CoreRegion[] {
  const { architecture, resident, pinned } = context;
  const fetched = new Set<number>();
  return context.mapped.map((region) => {
    const steady = regionTime(region, architecture, (tensor) => resident.has(tensor));
    let firstFetch = 0;
    for (const { tensor, words } of region.spec.reads) {
      if (!pinned.has(tensor) || fetched.has(tensor)) continue;
      fetched.add(tensor);
      firstFetch += words * architecture.operandBytes;
    }
    const coldDramBytes = steady.dramBytes + firstFetch;
    const coldCycles = cyclesOf(region.cost, coldDramBytes, architecture);
    return { ...steady, coldDramBytes, coldCycles };
  });
}

function chipJoules(
  context: Context,
  region: MappedRegion,
  at: { readonly cycles: number; readonly dramBytes: number },
): number {
  const seconds = at.cycles / (context.design.clockGhz * 1e9);
  const events = eventPj(region.cost, at.dramBytes, context.energy);
  return context.design.cores * events * 1e-12 + context.energy.idleWatts * seconds;
}

function regionEvaluation(context: Context, region: MappedRegion, core: CoreRegion): RegionEvaluation {
  const { spec, search } = region;
  const { cores } = context.design;
  const choice = present(context.decisions.partition.regions[spec.id], "region choice");
  return {
    id: spec.id,
    name: spec.name,
    kind: spec.kind,
    engine: choice.engine,
    onnxNodes: spec.onnxNodes,
    macs: cores * spec.macs,
    cycles: core.cycles,
    boundBy: core.boundBy,
    dramBytes: cores * core.dramBytes,
    energyJoules: chipJoules(context, region, core),
    cold: { cycles: core.coldCycles, dramBytes: cores * core.coldDramBytes },
    mapping: present(context.decisions.mappings[spec.id], "mapping"),
    certificate: {
      lowerBoundCycles: core.lowerBoundCycles,
      gap: core.cycles / core.lowerBoundCycles - 1,
      proof: search.proof,
      space: search.space,
      nodes: search.nodes,
    },
  };
}

function totalsOf(context: Context, cores: readonly CoreRegion[], state: "cold" | "steady"): Totals {
  const { design, workload, mapped } = context;
  const sum = (of: (region: CoreRegion, position: number) => number): number =>
    cores.reduce((total, region, position) => total + of(region, position), 0);
  const figures = (region: CoreRegion): { cycles: number; dramBytes: number } =>
    state === "cold" ? { cycles: region.coldCycles, dramBytes: region.coldDramBytes } : region;
  const macs = design.cores * mapped.reduce((total, { spec }) => total + spec.macs, 0);
  const cycles = sum((region) => figures(region).cycles);
  const lowerBoundCycles = sum((region) => region.lowerBoundCycles);
  const latencySeconds = cycles / (design.clockGhz * 1e9);
  return {
    macs,
    cycles,
    latencySeconds,
    throughputPerSecond: (design.cores * workload.info.batch) / latencySeconds,
    utilization: macs / (cycles * peakMacsPerCycle(design)),
    dramBytes: design.cores * sum((region) => figures(region).dramBytes),
    compulsoryDramBytes: design.cores * compulsoryBytes(context, state),
    weightBytes: weightBytes(context),
    energyJoules: sum((region, position) => chipJoules(context, present(mapped[position], "region"), figures(region))),
    lowerBoundCycles,
    gap: cycles / lowerBoundCycles - 1,
  };
}

/** Model inputs, outputs and weights that regions read or write, each touched word once; pinned weights when cold only. */
function compulsoryBytes({ workload, mapped, architecture, pinned }: Context, state: "cold" | "steady"): number {
  const read = new Map<number, number>();
  for (const { spec } of mapped) {
    for (const { tensor, words } of spec.reads) read.set(tensor, Math.max(words, read.get(tensor) ?? 0));
  }
  const words = workload.tensors.reduce((sum, { id, origin, isOutput, words: all }) => {
    const comesIn = origin !== "activation" && !(state === "steady" && pinned.has(id)) ? (read.get(id) ?? 0) : 0;
    return sum + comesIn + (isOutput && origin === "activation" ? all : 0);
  }, 0);
  return words * architecture.operandBytes;
}

function weightBytes({ workload, architecture }: Context): number {
  const words = workload.tensors.reduce((sum, tensor) => sum + (tensor.origin === "weight" ? tensor.words : 0), 0);
  return words * architecture.operandBytes;
}

function classTotals(regions: readonly RegionEvaluation[]): Evaluation["opClasses"] {
  const all = regions.reduce((sum, region) => sum + region.cycles, 0);
  return opClasses
    .map((kind) => {
      const members = regions.filter((region) => region.kind === kind);
      const cycles = members.reduce((sum, region) => sum + region.cycles, 0);
      const macs = members.reduce((sum, region) => sum + region.macs, 0);
      return { kind, regions: members.length, macs, cycles, share: all === 0 ? 0 : cycles / all };
    })
    .filter((entry) => entry.regions > 0)
    .sort((a, b) => b.cycles - a.cycles);
}
