/** Puts a region's simulation together from its program: one engine for every transfer, the array or the lanes between them. */
import type { ProgramTensor, RegionProgram } from "../schedule/program.ts";
import { operandWords } from "./amounts.ts";
import { ComputeEngine } from "./compute-engine.ts";
import { arrayLatency, computeTiming, isOnLanes, stationaryOperand } from "./compute-timing.ts";
import type { Engine } from "./engine.ts";
import { arrivalGate, Link, SlotGate } from "./engine.ts";
import { fillEngines } from "./input-engines.ts";
import type { Machine } from "./machine.ts";
import { outwardEngines, sumsEngines } from "./output-engines.ts";
import type { RegionBuild } from "./region-build.ts";
import { bufferInto, loopBits, transfersInto } from "./region-build.ts";
import type { Fill } from "./region-loops.ts";
import { cutNest, regionLoops } from "./region-loops.ts";
import { prologueEngines } from "./vector-engines.ts";
import type { LoopNest } from "./walker.ts";
import { Walker } from "./walker.ts";

/** A region, ready to run. */
export interface BuiltRegion {
  readonly nest: LoopNest;
  readonly compute: ComputeEngine;
  /** In the order in which they act when they are ready at the same time. */
  readonly engines: readonly Engine[];
  /** Those behind the array. */
  readonly outward: readonly Engine[];
}

export interface RegionParts {
  readonly region: RegionProgram;
  readonly tensors: ReadonlyMap<string, ProgramTensor>;
  readonly fetched: ReadonlySet<string>;
  readonly machine: Machine;
}

/** Builds a region's simulation. */
export function buildRegion(parts: RegionParts): BuiltRegion {
  const loops = regionLoops(parts.region);
  const inputFills = transfersInto(loops, parts.region, "input").slice(0, -1);
  const whole: Fill = { depth: 0, perPe: false };
  const nest = cutNest(loops, [whole, ...inputFills]);
  const build: RegionBuild = {
    ...parts,
    loops,
    nest,
    depth: loops.loops.length,
    words: {
      input: operandWords(loops, "input"),
      weight: operandWords(loops, "weight"),
      output: operandWords(loops, "output"),
    },
  };
  return assemble(build);
}

function assemble(build: RegionBuild): BuiltRegion {
  const [input, weight, drain, sums] = [new Link(), new Link(), new Link(), new Link()];
  const compute = computeEngine(build, { input, weight, drain, sums });
  const reader = (operand: "input" | "weight") =>
    stationaryOperand(build.region) === operand ? compute.held : compute.streamed;
  const inputs = fillEngines(build, "input", reader("input"));
  const prologue = prologueEngines(build, inputs.at(-1));
  const weights = fillEngines(build, "weight", reader("weight"));
  const outward = outwardEngines(build, compute);
  const returned = sumsEngines(build, outward.drains, compute);
  input.target = prologue.at(-1) ?? inputs.at(-1);
  weight.target = weights.at(-1);
  drain.target = outward.drains[0];
  sums.target = returned.at(-1);
  const engines = [...inputs, ...prologue, ...weights, ...returned, ...outward.engines];
  return { nest: build.nest, compute, engines, outward: outward.engines };
}

function computeEngine(
  build: RegionBuild,
  links: Readonly<Record<"input" | "weight" | "drain" | "sums", Link>>,
): ComputeEngine {
  const { nest, depth, words, region, machine } = build;
  const accumulators = bufferInto(build, "output");
  const slots = accumulators?.slots ?? 1;
  const outputLoops = loopBits(build, words.output, depth);
  return new ComputeEngine({
    walker: new Walker(nest, { relevant: nest.roots.map(() => true), tileDepth: depth, depth }),
    timing: computeTiming(build),
    latency: arrayLatency(build),
    loops: {
      input: loopBits(build, words.input, depth),
      weight: loopBits(build, words.weight, depth),
      output: outputLoops,
    },
    gates: [
      arrivalGate(links.input, "input"),
      arrivalGate(links.weight, "weight"),
      arrivalGate(links.sums, "sums"),
      new SlotGate(links.drain, "accumulator", {
        look: slots - 1,
        loops: outputLoops,
        buffer: accumulators?.name ?? "",
      }),
    ],
    stationary: stationaryOperand(region),
    ...(isOnLanes(region) ? { lanes: machine.lanes } : {}),
    outstanding: slots,
  });
}
