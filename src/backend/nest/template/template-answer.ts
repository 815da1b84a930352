/** One problem on one core of a design of the template: the mapper's best or a given mapping, with what moves and what it costs. */
import type { HardwareDesign } from "../../../hardware/design.ts";
import { energyPerEvent } from "../../../hardware/energy.ts";
import type { Mapping } from "../../../ir/decisions.ts";
import { fail } from "../../../support/diagnostics.ts";
import type { Architecture } from "../../architecture.ts";
import { expandDesign, gmCapacityBytes } from "../../architecture.ts";
import { compulsoryDramBytes, onChipBound } from "../../mapping/bounds.ts";
import type { MappingCost } from "../../mapping/cost.ts";
import { cyclesOf, gmAccessBytes, totalDramBytes } from "../../mapping/cost.ts";
import { costOfMapping, firstOverflow } from "../../mapping/matrix-cost.ts";
import { searchMatrix } from "../../mapping/matrix-mapper.ts";
import type { MatrixMapping } from "../../mapping/matrix-mapping.ts";
import { ChainCache, exportMatrixMapping, importMatrixMapping } from "../../mapping/matrix-mapping.ts";
import type { MapperEnergy, ObjectiveName } from "../../mapping/objective.ts";
import { objectives } from "../../mapping/objective.ts";
import type { MatrixProblem } from "../../mapping/problem.ts";
import { spatialChoices } from "../../mapping/spatial.ts";
import type { NestCost } from "../nest-cost.ts";
import type { NestCertificate } from "../mapper/map-nest.ts";
import type { LeastCost } from "../nest-bounds.ts";
import { leastOf } from "../nest-bounds.ts";
import type { NestProblem } from "../nest-problem.ts";
import { problemMacs } from "../nest-problem.ts";
import { templateProblem } from "./template-problem.ts";
import type { TemplateStore } from "./template-stores.ts";
import { templateStores } from "./template-stores.ts";

/** A mapping of the template as it is written to files. */
export type TemplateMapping = Omit<Mapping, "region">;

/** What a mapping does on one core. Its levels are DRAM, those of the design, the MACs, buses and what is drawn in every cycle. */
export interface TemplateAnswer {
  readonly mapping: TemplateMapping;
  readonly cost: NestCost;
  /** MACs ÷ (MACs of all arrays × cycles). */
  readonly utilization: number;
  readonly stores: readonly TemplateStore[];
  /** What no mapping goes below. */
  readonly bounds: LeastCost;
  /** Of a search. */
  readonly certificate?: NestCertificate;
}

interface Setting {
  readonly problem: MatrixProblem;
  readonly macs: number;
  readonly architecture: Architecture;
  readonly energy: MapperEnergy;
  readonly bounds: LeastCost;
  readonly dataflows: readonly MatrixMapping["dataflow"][];
}

function settingOf(nest: NestProblem, design: HardwareDesign): Setting {
  const problem = templateProblem(nest);
  const architecture = expandDesign(design);
  const perEvent = energyPerEvent(design);
  // Watts over a clock in GHz are nJ per cycle.
  const idlePjPerCycle = (1000 * perEvent.idleWatts) / design.cores / design.clockGhz;
  const energy = { perEvent, idlePjPerCycle };
  const dataflows = problem.isDepthwise ? [...architecture.dataflows, "vector" as const] : architecture.dataflows;
  const macs = problemMacs(nest);
  const bounds = boundsOf({ problem, macs, architecture, energy, dataflows });
  return { problem, macs, architecture, energy, bounds, dataflows };
}

const choicesOf = ({ problem, architecture, dataflows }: Omit<Setting, "bounds">) =>
  spatialChoices(problem, architecture, dataflows);

function boundsOf(setting: Omit<Setting, "bounds">): LeastCost {
  const { problem, macs, architecture, energy } = setting;
  const { perEvent } = energy;
  const dramBytes = compulsoryDramBytes(problem, architecture.operandBytes);
  const hasGm = gmCapacityBytes(architecture) > 0;
  const gmBytes = hasGm ? 2 * dramBytes : 0;
  const cyclesByLevel = {
    "on-chip": onChipBound(choicesOf(setting), architecture),
    dram: dramBytes / architecture.dramBytesPerCycle,
    gm: gmBytes / architecture.gmBytesPerCycle,
  };
  const macPj = problem.isDepthwise ? Math.min(perEvent.macPj, 2 * perEvent.vectorOpPj) : perEvent.macPj;
  const energyPjByLevel = {
    dram: dramBytes * perEvent.dramPjPerByte,
    gm: gmBytes * perEvent.gmPjPerByte,
    macs: macs * macPj,
    idle: energy.idlePjPerCycle * Math.max(...Object.values(cyclesByLevel)),
  };
  return leastOf(energyPjByLevel, cyclesByLevel);
}

/** The best mapping by the template's mapper. */
export function mapOnTemplate(
  nest: NestProblem,
  design: HardwareDesign,
  { objective, nodes }: { readonly objective: ObjectiveName; readonly nodes: number },
): TemplateAnswer {
  const setting = settingOf(nest, design);
  const { problem, architecture, energy, bounds } = setting;
  const boundCycles = bounds.cycles;
  const found = searchMatrix(problem, architecture, {
    choices: choicesOf(setting),
    boundCycles,
    objective: objectives[objective],
    energy,
    nodes,
  });
  if (!("mapping" in found)) {
    return fail({
      code: "mapping-overflow",
      message: `${design.name}: no tile of ${nest.name} fits ${found.level}, ${found.overflowBytes} bytes are missing`,
    });
  }
  const answer = answerOf(setting, found.mapping, found.cost);
  const achieved = valueOf(answer.cost, objective);
  const bound = Math.min(achieved, valueOf(bounds, objective));
  const { proof, nodes: searched } = found;
  const certificate = { space: spaces[found.space], objective, achieved, bound, gap: achieved / bound - 1, proof };
  return { ...answer, certificate: { ...certificate, nodes: searched } };
}

const outside =
  "each axis of the PE grid given to one loop, or to two with a power of two for the first; all loop orders";
const spaces = {
  full: `${outside}; tiles of every size at every level; kernel positions untiled`,
  nested: `${outside}; innermost tiles of every size, outer tiles of whole tiles of the level below; kernel positions untiled`,
} as const;

const valueOf = (
  { energyPj, cycles, edp }: Pick<NestCost, "energyPj" | "cycles" | "edp">,
  name: ObjectiveName,
): number => ({ energy: energyPj, latency: cycles, edp })[name];

/** What a given mapping does; throws a `DiagnosticError` where it does not fit. */
export function costOnTemplate(nest: NestProblem, design: HardwareDesign, mapping: TemplateMapping): TemplateAnswer {
  const setting = settingOf(nest, design);
  const { problem, architecture } = setting;
  refuseForeign(setting, design, mapping);
  const own = importMatrixMapping(problem, mapping);
  const context = { problem, architecture, chains: new ChainCache(problem, architecture) };
  const overflow = firstOverflow(context, own);
  if (overflow !== undefined) {
    const message = `${overflow.level.level}: the tiles take ${overflow.bytes} bytes more than ${design.name} has`;
    return fail({ code: "mapping-overflow", message, help: ["make the tile of this level smaller"] });
  }
  return answerOf(setting, own, costOfMapping(context, own));
}

/** A mapping must be of this problem and of a design with these levels. */
function refuseForeign(
  { problem, architecture, dataflows }: Setting,
  design: HardwareDesign,
  mapping: TemplateMapping,
): void {
  const names = problem.loopNames.filter((_name, slot) => (problem.extents[slot] ?? 1) > 1);
  const levels = architecture.levels.map(({ level }) => level).join(", ");
  const wrong = (message: string): never => fail({ code: "mapping-invalid", message, at: [design.name] });
  if (mapping.dataflow === "copy" || !dataflows.includes(mapping.dataflow))
    wrong(`the dataflow ${mapping.dataflow} is not one of ${dataflows.join(", ")}`);
  if (mapping.levels.map(({ level }) => level).join(", ") !== levels) wrong(`the mapping's levels are not ${levels}`);
  const own = Object.fromEntries(names.map((name) => [name, problem.extents[problem.loopNames.indexOf(name)] ?? 1]));
  for (const name of new Set([...names, ...Object.keys(mapping.extents)])) {
    const [want = 1, have = 1] = [own[name], mapping.extents[name]];
    if (want !== have) wrong(`loop ${name} has ${have} steps in the mapping, ${want} in the problem`);
  }
  for (const { level, tile, order } of mapping.levels) {
    const foreign = [...Object.keys(tile), ...order].find((name) => !names.includes(name));
    if (foreign !== undefined) wrong(`${level}: the problem has no loop ${foreign}`);
    const large = Object.entries(tile).find(([name, size]) => size > (own[name] ?? 1) || size < 1);
    if (large !== undefined)
      wrong(`${level}: tile ${large[1]} of ${large[0]} is not between 1 and ${own[large[0]] ?? 1}`);
  }
  for (const [axis, pes] of [
    ["peRows", architecture.peRows],
    ["peColumns", architecture.peColumns],
  ] as const) {
    const used = Object.values(mapping.spatial[axis]).reduce((product, factor) => product * factor, 1);
    if (used > pes) wrong(`${axis}: ${used} PEs are used, there are ${pes}`);
  }
}

function answerOf(setting: Setting, mapping: MatrixMapping, cost: MappingCost): TemplateAnswer {
  const { problem, macs, architecture, bounds } = setting;
  const lanes = architecture.peRows * architecture.peColumns * architecture.arrayRows * architecture.arrayColumns;
  const own = nestCost(setting, cost);
  return {
    mapping: exportMatrixMapping(problem, architecture, mapping),
    cost: own,
    utilization: macs / lanes / own.cycles,
    stores: templateStores(problem, architecture, mapping),
    bounds,
  };
}

function nestCost({ architecture, energy }: Setting, cost: MappingCost): NestCost {
  const { perEvent, idlePjPerCycle } = energy;
  const { events } = cost;
  const dramBytes = totalDramBytes(cost.dramBytes);
  const gmBytes = gmAccessBytes(cost, dramBytes);
  const cycles = cyclesOf(cost, dramBytes, architecture);
  const energyPjByLevel = {
    dram: dramBytes * perEvent.dramPjPerByte,
    gm: gmBytes * perEvent.gmPjPerByte,
    buses: events.busBytes * perEvent.busPjPerByte,
    l2: events.l2Bytes * perEvent.l2PjPerByte,
    l1: events.l1Bytes * perEvent.l1PjPerByte,
    "array-edge": events.arrayEdgeBytes * perEvent.arrayEdgePjPerByte,
    macs: events.macs * perEvent.macPj,
    vector: events.vectorOps * perEvent.vectorOpPj,
    idle: idlePjPerCycle * cycles,
  };
  const fill = cost.fillCycles + Math.min(cost.fillDramBytes, dramBytes) / architecture.dramBytesPerCycle;
  const cyclesByLevel = {
    dram: dramBytes / architecture.dramBytesPerCycle,
    gm: gmBytes / architecture.gmBytesPerCycle,
    ...cost.busyCycles,
    fill,
  };
  const energyPj = Object.values(energyPjByLevel).reduce((sum, part) => sum + part, 0);
  return { energyPj, cycles, edp: energyPj * cycles, energyPjByLevel, cyclesByLevel };
}
