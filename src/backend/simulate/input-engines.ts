/** The way of operands into the PEs: one transfer for every level, each in its own time. */
import { present } from "../../support/bug.ts";
import type { Transfer } from "../schedule/program.ts";
import type { Reader } from "./engine.ts";
import { arrivalGate, Engine, Link, SlotGate } from "./engine.ts";
import { transferUses } from "./machine.ts";
import type { PlacedTransfer, RegionBuild } from "./region-build.ts";
import { bufferNamed, bytesPerWord, endOf, loopBits, shareOf, transfersAtOnce, transfersInto } from "./region-build.ts";
import { Walker } from "./walker.ts";

/** The engines that bring an operand in, outermost first; `reader` uses the innermost one's tiles. */
export function fillEngines(build: RegionBuild, operand: "input" | "weight", reader: Reader): readonly Engine[] {
  const transfers = transfersInto(build.loops, build.region, operand);
  const links = transfers.map(() => new Link());
  const engines: Engine[] = [];
  let before: Engine | undefined;
  transfers.forEach((placed, position) => {
    const fetch = fetchEngine(build, operand, placed.transfer);
    const sources = [before, fetch].flatMap((engine) => (engine === undefined ? [] : [engine]));
    const fill = position === transfers.length - 1 ? undefined : position + 1;
    const engine = fillEngine(build, { operand, placed, fill }, { sources, reader: links[position + 1] ?? reader });
    present(links[position], "link").target = engine;
    engines.push(...(fetch === undefined ? [] : [fetch]), engine);
    before = engine;
  });
  return engines;
}

interface FillPlace {
  readonly operand: "input" | "weight";
  readonly placed: PlacedTransfer;
  /** Number of the fill whose pieces it brings; undefined: it brings whole tiles. */
  readonly fill: number | undefined;
}

/** One transfer inwards. Memories around the innermost are filled in pieces of what its steps need. */
function fillEngine(
  build: RegionBuild,
  { operand, placed, fill }: FillPlace,
  around: { readonly sources: readonly Engine[]; readonly reader: Reader },
): Engine {
  const { transfer, depth } = placed;
  const { region, nest, machine } = build;
  const words = build.words[operand];
  const buffer = present(bufferNamed(region, transfer.to[0]), "buffer");
  const inner = { memory: buffer.memory, perPe: buffer.perPe };
  const measure = fill === undefined ? "touched" : { fill };
  const uses = transfer.from.flatMap((name) =>
    transferUses(machine, endOf(build, name), inner, {
      operand,
      words,
      measure,
      bytesPerWord: bytesPerWord(build, operand, shareOf(build, name, operand)),
      multicast: transfer.multicast,
    }),
  );
  return new Engine({
    name: buffer.name,
    walker: new Walker(nest, {
      relevant: words.relevant,
      tileDepth: depth,
      depth: fill === undefined ? depth : build.depth,
    }),
    gates: [
      new SlotGate(around.reader, "slot", {
        look: Math.min(transfer.ahead, buffer.slots - 1),
        loops: loopBits(build, words, depth),
        buffer: buffer.name,
      }),
      ...around.sources.map((source) => arrivalGate(source, "source")),
    ],
    uses,
    outstanding: transfersAtOnce,
  });
}

/** Brings tensors that stay in global memory for all inferences in from DRAM, in pieces, as they are needed. */
function fetchEngine(build: RegionBuild, operand: "input" | "weight", transfer: Transfer): Engine | undefined {
  const { nest, machine, depth } = build;
  const words = build.words[operand];
  const fetched = transfer.from.filter((name) => build.fetched.has(name));
  if (fetched.length === 0) return undefined;
  const share = fetched.reduce((sum, name) => sum + shareOf(build, name, operand), 0);
  const [outer, inner] = [
    { memory: "dram", perPe: false },
    { memory: "gm", perPe: false },
  ] as const;
  return new Engine({
    name: `fetch.${operand}`,
    walker: new Walker(nest, { relevant: words.relevant, tileDepth: 0, depth }),
    gates: [],
    uses: transferUses(machine, outer, inner, {
      operand,
      words,
      measure: { fill: 0 },
      bytesPerWord: bytesPerWord(build, operand, share),
      multicast: true,
    }),
    outstanding: transfersAtOnce,
  });
}
