/** Simulates a whole program: region after region, in the first inference and in those after it. */
import type { HardwareDesign } from "../../hardware/design.ts";
import { present } from "../../support/bug.ts";
import { canonicalJson } from "../../support/stable-json.ts";
import type { Architecture } from "../architecture.ts";
import { expandDesign } from "../architecture.ts";
import type { Evaluation } from "../evaluation.ts";
import type { Program, ProgramTensor, RegionProgram } from "../schedule/program.ts";
import { machineOf } from "./machine.ts";
import { OccupancyRecorder } from "./occupancy.ts";
import type { Observer, RegionRun } from "./simulate-region.ts";
import { simulateRegion } from "./simulate-region.ts";
import type { BufferOccupancy, SimulatedRegion, Simulation } from "./simulation.ts";

/** What is simulated. */
export interface SimulationInput {
  readonly model: { readonly name: string; readonly sha256: string; readonly batch: number };
  readonly design: HardwareDesign;
  readonly program: Program;
  /** What the cost model says about the same schedule. */
  readonly evaluation: Evaluation;
}

interface Recorded {
  readonly run: RegionRun;
  readonly occupancy: readonly BufferOccupancy[];
  readonly foldedIterations: number;
}

/** Simulates a program on its design. Regions follow each other without overlap; equal ones are simulated once. */
export function simulateProgram(input: SimulationInput): Simulation {
  const { program, design, model, evaluation } = input;
  const runner = new RegionRunner(program, design);
  const fetches = firstFetches(program);
  const regions = program.regions.map((region): SimulatedRegion => {
    const steady = runner.run(region, new Set());
    const fetched = present(fetches.get(region.id), "fetches");
    const cold = fetched.size === 0 ? steady : runner.run(region, fetched);
    const { id, name, engine, dataflow, onnxNodes } = region;
    const { run, occupancy, foldedIterations } = steady;
    const { cycles, dramBytes, gmBytes, busyCycles, stallCycles, events } = run;
    const analyticCycles = present(evaluation.regions[id], "evaluation of the region").cycles;
    return {
      ...{ id, name, engine, dataflow, onnxNodes, cycles, coldCycles: cold.run.cycles, analyticCycles },
      ...{ dramBytes, gmBytes, busyCycles, stallCycles, occupancy, events, foldedIterations },
    };
  });
  const cold = program.regions.map((region) => {
    const fetched = present(fetches.get(region.id), "fetches");
    return runner.run(region, fetched).run;
  });
  const { name, technologyNm } = design;
  return {
    schemaVersion: 1,
    model,
    design: { name, technologyNm },
    totals: { steady: totalsOf(regions, input), cold: totalsOf(cold, input) },
    analyticCycles: { steady: evaluation.totals.steady.cycles, cold: evaluation.totals.cold.cycles },
    regions,
  };
}

/** Runs regions and remembers what came out, by everything that it depends on. */
class RegionRunner {
  private readonly tensors: ReadonlyMap<string, ProgramTensor>;
  private readonly architecture: Architecture;
  private readonly known = new Map<string, Recorded>();

  constructor(program: Program, design: HardwareDesign) {
    this.tensors = new Map(program.tensors.map((tensor) => [tensor.name, tensor]));
    this.architecture = expandDesign(design);
  }

  run(region: RegionProgram, fetched: ReadonlySet<string>): Recorded {
    const key = this.keyOf(region, fetched);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const recorder = new OccupancyRecorder(region);
    const { tensors, architecture } = this;
    const run = simulateRegion(
      { region, tensors, fetched, machine: machineOf(architecture) },
      { fold: true, observer: recorder },
    );
    const made = { run, occupancy: recorder.occupancy(), foldedIterations: recorder.foldedIterations };
    this.known.set(key, made);
    return made;
  }

  /** A region's program without its names; of tensors what matters to time. */
  private keyOf(region: RegionProgram, fetched: ReadonlySet<string>): string {
    const { nest, buffers, body, dataflow } = region;
    const numbers = new Map<string, string>();
    const named = (name: string): string => {
      const tensor = this.tensors.get(name);
      if (tensor === undefined) return name;
      const place = `${tensor.memory} ${tensor.words} ${fetched.has(name)}`;
      const known = numbers.get(name) ?? `tensor ${numbers.size} ${place}`;
      numbers.set(name, known);
      return known;
    };
    const content = canonicalJson({ nest, buffers, body, dataflow });
    return content.replace(/"operations":\[[\d,]*\],?/g, "").replace(/"([^"]+)"/g, (_all, name: string) => named(name));
  }
}

/** By region: tensors that stay in global memory for all inferences and that it is the first to use. */
function firstFetches({ tensors, regions }: Program): ReadonlyMap<number, ReadonlySet<string>> {
  const pinned = new Set(tensors.filter(({ isPinned }) => isPinned).map(({ name }) => name));
  const seen = new Set<string>();
  return new Map(
    regions.map((region) => {
      const mentioned = new Set<string>();
      for (const name of namesIn(region.body)) {
        if (!pinned.has(name) || seen.has(name)) continue;
        seen.add(name);
        mentioned.add(name);
      }
      return [region.id, mentioned];
    }),
  );
}

/** Names of tensors that statements read. */
function namesIn(body: RegionProgram["body"]): readonly string[] {
  return body.flatMap((statement) => {
    if ("body" in statement) return namesIn(statement.body);
    if (statement.op === "dma") return statement.from;
    return statement.op === "vector" ? statement.streams : [];
  });
}

function totalsOf(
  runs: readonly Pick<RegionRun, "cycles" | "dramBytes" | "gmBytes">[],
  { design, model }: SimulationInput,
): Simulation["totals"]["steady"] {
  const sum = (of: (run: Pick<RegionRun, "cycles" | "dramBytes" | "gmBytes">) => number): number =>
    runs.reduce((total, run) => total + of(run), 0);
  const cycles = sum((run) => run.cycles);
  const latencySeconds = cycles / (design.clockGhz * 1e9);
  return {
    cycles,
    latencySeconds,
    throughputPerSecond: (design.cores * model.batch) / latencySeconds,
    dramBytes: design.cores * sum((run) => run.dramBytes),
    gmBytes: design.cores * sum((run) => run.gmBytes),
  };
}

/** The run of one region in the steady state, told to an observer event by event. */
export function observeRegion(
  { program, design }: Pick<SimulationInput, "program" | "design">,
  region: RegionProgram,
  { observer, fold }: { readonly observer: Observer; readonly fold: boolean },
): RegionRun {
  const tensors = new Map(program.tensors.map((tensor) => [tensor.name, tensor]));
  const machine = machineOf(expandDesign(design));
  return simulateRegion({ region, tensors, fetched: new Set(), machine }, { fold, observer });
}
