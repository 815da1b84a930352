/** The way of sums: out of L1 towards their tensor when they are left, and back where their reduction goes on. */
import type { ProgramTensor } from "../schedule/program.ts";
import type { PlacedTransfer, RegionBuild } from "./region-build.ts";
import {
  bufferNamed,
  bytesPerWord,
  endOf,
  loopBits,
  shareOf,
  transfersAtOnce,
  transfersInto,
  transfersOf,
} from "./region-build.ts";
import type { ComputeEngine } from "./compute-engine.ts";
import type { EngineParts, Gate, Use } from "./engine.ts";
import { arrivalGate, Engine, Link, returnGate, SlotGate } from "./engine.ts";
import type { End } from "./machine.ts";
import { transferUses } from "./machine.ts";
import { epilogueEngines, vectorWork } from "./vector-engines.ts";
import { Walker } from "./walker.ts";

export interface Outward {
  readonly engines: readonly Engine[];
  /** Innermost first. */
  readonly drains: readonly Engine[];
}

const isComplete = (walker: Walker): boolean => walker.isLastVisit(0);

/** Engines behind the array: vector work on complete sums, then one transfer out of every level. */
export function outwardEngines(build: RegionBuild, compute: ComputeEngine): Outward {
  const epilogue = epilogueEngines(build, compute);
  const transfers = [...transfersOf(build.loops, "left")].sort((a, b) => b.depth - a.depth);
  const links = transfers.map(() => new Link());
  const drains: Engine[] = [];
  transfers.forEach((placed, position) => {
    const inner = drains.at(-1);
    const maker = epilogue.at(-1) ?? compute;
    const next = transfers[position + 1];
    const outer = links[position + 1];
    const room = next === undefined || outer === undefined ? [] : [roomGate(build, next, outer)];
    const source = inner === undefined ? { cause: "source", opensAt: firstSums(maker) } : arrivalGate(inner, "source");
    const engine = drainEngine(build, placed, {
      gates: [source, ...room],
      ...(inner === undefined ? { finishesAt: ({ at }: Walker) => maker.availableAt(at) } : {}),
    });
    const link = links[position];
    if (link !== undefined) link.target = engine;
    drains.push(engine);
  });
  const copies = copiesEngine(build, drains[0]);
  return { engines: [...epilogue, ...drains, ...(copies === undefined ? [] : [copies])], drains };
}

/** Sums leave L1 as they are completed: a tile's transfer begins with the first of them and ends with the last. */
function firstSums(maker: Engine | ComputeEngine): (walker: Walker) => number {
  return ({ at }) => maker.beginsAt(at);
}

function newWalker({ nest, words, depth }: RegionBuild): Walker {
  return new Walker(nest, { relevant: words.output.relevant, tileDepth: depth, depth });
}

/** Tiles of the memory outside are written once those before them have left it. */
function roomGate(build: RegionBuild, next: PlacedTransfer, outer: Link): Gate {
  const slots = bufferNamed(build.region, next.transfer.from[0])?.slots ?? 1;
  const loops = loopBits(build, build.words.output, next.depth);
  return new SlotGate(outer, "slot", { look: slots - 1, loops, buffer: next.transfer.from[0] ?? "" });
}

/** One transfer outwards: from L1 whole tiles, from further out the pieces of which a tile was made, at their last visit. */
function drainEngine(
  build: RegionBuild,
  placed: PlacedTransfer,
  timing: Pick<EngineParts, "gates" | "finishesAt">,
): Engine {
  const { transfer, depth } = placed;
  const isInnermost = depth === build.depth;
  const isVector = build.region.nest.kind === "vector";
  const takes = (walker: Walker): boolean =>
    isVector ? isComplete(walker) : isInnermost || walker.isLastVisit(walker.stayDepth(depth));
  const from = transfer.from[0] ?? "";
  return new Engine({
    name: from,
    walker: newWalker(build),
    takes,
    ...timing,
    uses: drainUses(build, placed, endOf(build, from)),
    // A tile's transfer out of L1 follows its sums as they are made: while it waits for them, others go on.
    outstanding: isInnermost ? (bufferNamed(build.region, from)?.slots ?? 1) : transfersAtOnce,
  });
}

function drainUses(build: RegionBuild, { transfer }: PlacedTransfer, inner: End): readonly Use[] {
  const load = { operand: "output", words: build.words.output, measure: "size", multicast: true } as const;
  const { machine } = build;
  const complete = transfer.to.flatMap((name) => {
    const outer = endOf(build, name);
    // What is complete in global memory already lies in its place there.
    if (inner.memory === "gm" && outer.memory === "gm") return [];
    const share = shareOf(build, name, "output");
    const width = {
      bytesPerWord: bytesPerWord(build, "output", share),
      times: (at: Walker) => (isComplete(at) ? 1 : 0),
    };
    return transferUses(machine, outer, inner, { ...load, ...width });
  });
  const partialTo = transfer.partialsTo ?? transfer.to[0];
  if (partialTo === undefined || build.region.nest.kind === "vector") return [...complete, ...copyUses(build, inner)];
  const partial = transferUses(machine, endOf(build, partialTo), inner, {
    ...load,
    bytesPerWord: machine.architecture.accumulatorBytes,
    times: (at) => (isComplete(at) ? 0 : 1),
  });
  return [...complete, ...partial, ...copyUses(build, inner)];
}

function copiesOf(build: RegionBuild): readonly ProgramTensor[] {
  const names = vectorWork(build, "epilogue").flatMap(({ copies }) => copies);
  return names.flatMap((name) => build.tensors.get(name) ?? []);
}

/** Further results leave the grid with the output; without global memory they go to DRAM at once. */
function copyUses(build: RegionBuild, inner: End): readonly Use[] {
  const copies = copiesOf(build);
  if (copies.length === 0 || !inner.perPe || inner.memory !== "l1") return [];
  const outer = { memory: build.machine.gm === undefined ? "dram" : "gm", perPe: false } as const;
  return transferUses(build.machine, outer, inner, {
    operand: "output",
    words: build.words.output,
    measure: "size",
    multicast: true,
    bytesPerWord: build.machine.architecture.operandBytes,
    times: (at) => (isComplete(at) ? copies.length : 0),
  });
}

/** Takes further results that live in DRAM on from global memory. */
function copiesEngine(build: RegionBuild, drain: Engine | undefined): Engine | undefined {
  const copies = copiesOf(build).filter(({ memory }) => memory === "dram");
  if (copies.length === 0 || drain === undefined || build.machine.gm === undefined) return undefined;
  return new Engine({
    name: "copies",
    walker: newWalker(build),
    takes: isComplete,
    gates: [arrivalGate(drain, "source")],
    uses: transferUses(
      build.machine,
      { memory: "dram", perPe: false },
      { memory: "gm", perPe: false },
      {
        operand: "output",
        words: build.words.output,
        measure: "size",
        multicast: true,
        bytesPerWord: build.machine.architecture.operandBytes,
        times: () => copies.length,
      },
    ),
    outstanding: transfersAtOnce,
  });
}

/** Brings partial sums back, outermost level first. */
export function sumsEngines(build: RegionBuild, drains: readonly Engine[], compute: ComputeEngine): readonly Engine[] {
  const engines: Engine[] = [];
  for (const placed of transfersInto(build.loops, build.region, "output", "revisited")) {
    const name = placed.transfer.to[0] ?? "";
    const drain = drains.find((each) => each.name === name);
    if (drain === undefined) continue;
    engines.push(sumsEngine(build, placed, { drain, before: engines.at(-1), compute }));
  }
  return engines;
}

function sumsEngine(
  build: RegionBuild,
  { transfer, depth }: PlacedTransfer,
  around: { readonly drain: Engine; readonly before: Engine | undefined; readonly compute: ComputeEngine },
): Engine {
  const { nest, words, machine, region } = build;
  const { drain, before, compute } = around;
  const buffer = bufferNamed(region, transfer.to[0]);
  const slots = buffer?.slots ?? 1;
  const loops = loopBits(build, words.output, depth);
  const ahead: readonly Gate[] =
    depth === build.depth ? [new SlotGate(compute.streamed, "slot", { look: transfer.ahead, loops, buffer: "" })] : [];
  return new Engine({
    name: `sums.${transfer.to[0] ?? ""}`,
    walker: new Walker(nest, { relevant: words.output.relevant, tileDepth: depth, depth: build.depth }),
    takes: (walker) => !walker.isFirstVisit,
    gates: [
      new SlotGate(drain, "slot", { look: slots - 1, loops, buffer: "" }),
      ...ahead,
      returnGate(drain, "return"),
      ...(before === undefined ? [] : [arrivalGate(before, "source")]),
    ],
    uses: transferUses(
      machine,
      endOf(build, transfer.from[0] ?? ""),
      { memory: buffer?.memory ?? "l1", perPe: buffer?.perPe ?? true },
      {
        operand: "output",
        words: words.output,
        measure: "size",
        multicast: true,
        bytesPerWord: machine.architecture.accumulatorBytes,
      },
    ),
    outstanding: transfersAtOnce,
  });
}
