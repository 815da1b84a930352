/** Vector work on tiles: before they enter the array, and on sums that are complete; with the operands that it streams. */
import type { VectorWork } from "../schedule/program.ts";
import { wordsOf } from "./amounts.ts";
import type { RegionBuild } from "./region-build.ts";
import { bufferInto, loopBits, transfersAtOnce } from "./region-build.ts";
import type { ComputeEngine } from "./compute-engine.ts";
import type { Gate, Reader, Use } from "./engine.ts";
import { arrivalGate, Engine, Link, SlotGate } from "./engine.ts";
import type { Measure } from "./amounts.ts";
import { laneUse, transferUses } from "./machine.ts";
import type { Walker } from "./walker.ts";
import { Walker as NestWalker } from "./walker.ts";

/** The vector work of a stage in a region. */
export function vectorWork({ loops }: RegionBuild, stage: VectorWork["stage"]): readonly VectorWork[] {
  return loops.statements.flatMap(({ statement }) =>
    statement.op === "vector" && statement.stage === stage ? [statement] : [],
  );
}

/** Work on input tiles in L1, and what streams in for it; empty where there is none. */
export function prologueEngines(build: RegionBuild, fill: Engine | undefined): readonly Engine[] {
  const { nest, region, words, depth } = build;
  const work = vectorWork(build, "prologue");
  if (fill === undefined || region.nest.kind !== "matrix" || work.length === 0) return [];
  const walker = (): Walker => new NestWalker(nest, { relevant: words.input.relevant, tileDepth: depth, depth });
  const link = new Link();
  // What streams in comes with the first visit of its words; each of them once.
  const stream = streamEngine(build, work, {
    walker: walker(),
    takes: (at) => at.isFirstVisit,
    operand: "input",
    measure: { fill: 0 },
    reader: link,
  });
  const engine = new Engine({
    name: "prologue",
    walker: walker(),
    // Words are worked on as they come in.
    gates: [
      { cause: "source", opensAt: ({ at }) => fill.beginsAt(at) },
      ...(stream === undefined ? [] : [arrivalGate(stream, "stream")]),
    ],
    uses: [laneUse(build.machine, words.input, { measure: "touched", ops: region.nest.prologueOps })],
    outstanding: bufferInto(build, "input")?.slots ?? 1,
    finishesAt: ({ at }) => fill.availableAt(at),
  });
  link.target = engine;
  return [...(stream === undefined ? [] : [stream]), engine];
}

/** Work on output tiles once their sums are complete, as they come out of the array; undefined where there is none. */
export function epilogueEngines(build: RegionBuild, compute: ComputeEngine): readonly Engine[] {
  const { nest, region, words, depth, machine } = build;
  const work = vectorWork(build, "epilogue");
  if (region.nest.kind !== "matrix" || work.length === 0) return [];
  const walker = (): Walker => new NestWalker(nest, { relevant: words.output.relevant, tileDepth: depth, depth });
  const isComplete = (at: Walker): boolean => at.isLastVisit(0);
  const link = new Link();
  const stream = streamEngine(build, work, {
    walker: walker(),
    takes: isComplete,
    operand: "output",
    measure: "size",
    reader: link,
  });
  const engine = new Engine({
    name: "epilogue",
    walker: walker(),
    gates: [
      { cause: "array", opensAt: ({ at }) => compute.beginsAt(at) },
      ...(stream === undefined ? [] : [completeOnly(stream, isComplete)]),
    ],
    uses: [laneUse(machine, words.output, { measure: "size", ops: region.nest.epilogueOps, takes: isComplete })],
    outstanding: bufferInto(build, "output")?.slots ?? 1,
    finishesAt: ({ at }) => compute.availableAt(at),
  });
  link.target = engine;
  return [...(stream === undefined ? [] : [stream]), engine];
}

function completeOnly(stream: Engine, isComplete: (walker: Walker) => boolean): Gate {
  return { cause: "stream", opensAt: (walker) => (isComplete(walker) ? stream.availableAt(walker.at) : 0) };
}

interface StreamPlace {
  readonly walker: Walker;
  readonly takes: (walker: Walker) => boolean;
  readonly operand: "input" | "output";
  readonly measure: Measure;
  readonly reader: Reader;
}

/**
 * Brings the further operands of vector work over the input bus, one tile ahead: every tile its even share of them. What is
 * itself the input or the weight of the region counts there.
 */
function streamEngine(build: RegionBuild, work: readonly VectorWork[], place: StreamPlace): Engine | undefined {
  const { walker, takes, operand, measure, reader } = place;
  const words = build.words[operand];
  const uses = streamUses(build, work, place);
  if (uses.length === 0) return undefined;
  const loops = loopBits(build, words, build.depth);
  return new Engine({
    name: `stream.${operand}`,
    walker,
    takes,
    gates: [new SlotGate(reader, "slot", { look: 1, loops, buffer: "" })],
    uses: uses.map((use) => ({ ...use, units: (at) => use.units(at) })),
    outstanding: transfersAtOnce,
  });

  function streamUses(from: RegionBuild, of: readonly VectorWork[], at: StreamPlace): readonly Use[] {
    const { machine, tensors, fetched } = from;
    const { operandBytes } = machine.architecture;
    const own = streamsOf(from, of);
    const share = own.reduce((sum, name) => sum + streamShare(from, name), 0);
    const elements = elementsOf(at.walker, from, at.operand);
    if (share === 0 || elements === 0) return [];
    const bytes = (part: number): number => (part * operandBytes) / elements;
    const load = { operand: "input", words: from.words[at.operand], measure, multicast: true } as const;
    const inner = { memory: "l1", perPe: true } as const;
    const gm = machine.gm === undefined ? "dram" : "gm";
    const fromDram = own.filter((name) => tensors.get(name)?.memory !== "gm" || fetched.has(name));
    const dramShare = fromDram.reduce((sum, name) => sum + streamShare(from, name), 0);
    const inward = { ...load, bytesPerWord: bytes(share) };
    return [
      ...transferUses(machine, { memory: gm, perPe: false }, inner, inward),
      ...(gm === "gm" && dramShare > 0
        ? transferUses(
            machine,
            { memory: "dram", perPe: false },
            { memory: "gm", perPe: false },
            { ...load, bytesPerWord: bytes(dramShare) },
          )
        : []),
    ];
  }
}

/** Names of the tensors that stream in for some work; without those that the region reads as an operand anyway. */
function streamsOf(build: RegionBuild, work: readonly VectorWork[]): readonly string[] {
  const operands = new Set(
    build.loops.statements.flatMap(({ statement }) => (statement.op === "dma" ? statement.from : [])),
  );
  return [...new Set(work.flatMap(({ streams }) => streams))].filter((name) => !operands.has(name));
}

/** Words of a stream: the region's further words, shared out by the sizes of all its streams. */
function streamShare(build: RegionBuild, name: string): number {
  const { nest } = build.region;
  const work = (["prologue", "epilogue"] as const).flatMap((stage) => vectorWork(build, stage));
  const all = streamsOf(build, work).reduce((sum, each) => sum + (build.tensors.get(each)?.words ?? 0), 0);
  const own = build.tensors.get(name)?.words ?? 0;
  return nest.kind === "matrix" && all > 0 ? (nest.extraWords * own) / all : 0;
}

/** Elements of an operand in the whole region, those under the window once. */
function elementsOf({ nest }: Walker, { words }: RegionBuild, operand: "input" | "output"): number {
  const whole = new NestWalker(nest, { relevant: words[operand].relevant, tileDepth: 0, depth: 0 });
  return wordsOf(whole, words[operand], operand === "input" ? "touched" : "size", "total");
}
