/** The resources of one core while it runs a region, with their rates, and which of them a transfer between two places takes. */
import type { Architecture } from "../architecture.ts";
import { gmCapacityBytes } from "../architecture.ts";
import type { Amount } from "./axis.ts";
import type { Measure, OperandWords } from "./amounts.ts";
import { wordsOf } from "./amounts.ts";
import type { Use } from "./engine.ts";
import { Server, ticksPerCycle } from "./engine.ts";
import type { Walker } from "./walker.ts";

export interface Port {
  readonly server: Server;
  readonly bytesPerCycle: number;
}

type Operand = "input" | "weight" | "output";

/** One core's resources; a port that the design does not have is undefined. */
export interface Machine {
  readonly architecture: Architecture;
  readonly dram: Port;
  readonly gm: Port | undefined;
  readonly bus: Readonly<Record<Operand, Port>>;
  /** Of a PE's own L2, one port for each operand. */
  readonly privateL2: Readonly<Record<Operand, Port>> | undefined;
  readonly sharedL2: Port | undefined;
  readonly lanes: Server;
  readonly servers: readonly Server[];
}

/** The resources of a core, idle. */
export function machineOf(architecture: Architecture): Machine {
  const { operandBytes, accumulatorBytes, arrayRows, arrayColumns, peRows, peColumns } = architecture;
  const port = (name: string, bytesPerCycle: number): Port => ({ server: new Server(name), bytesPerCycle });
  const l2 = architecture.levels.find(({ level }) => level === "l2");
  const buses = {
    input: port("input-bus", architecture.inputBusBytesPerCycle),
    weight: port("weight-bus", architecture.weightBusBytesPerCycle),
    output: port("output-bus", architecture.outputBusBytesPerCycle),
  };
  const intoGrid = peRows * buses.input.bytesPerCycle;
  const alongColumns = peColumns * (buses.weight.bytesPerCycle + buses.output.bytesPerCycle);
  const gm = gmCapacityBytes(architecture) > 0 ? port("gm", architecture.gmBytesPerCycle) : undefined;
  // A PE's own L2 feeds the edges of its array; a shared one the buses of the grid.
  const privateL2 =
    l2?.isPerPe === true
      ? {
          input: port("l2-input", arrayRows * operandBytes),
          weight: port("l2-weight", arrayColumns * operandBytes),
          output: port("l2-output", arrayColumns * accumulatorBytes),
        }
      : undefined;
  const sharedL2 = l2?.isPerPe === false ? port("l2", intoGrid + alongColumns) : undefined;
  const dram = port("dram", architecture.dramBytesPerCycle);
  const lanes = new Server("vector");
  const ports = [dram, gm, ...Object.values(buses), sharedL2, ...Object.values(privateL2 ?? {})];
  const servers = [...ports.flatMap((each) => (each === undefined ? [] : [each.server])), lanes];
  return { architecture, dram, gm, bus: buses, privateL2, sharedL2, lanes, servers };
}

/** Where a tile comes from or goes to. */
export interface End {
  readonly memory: "dram" | "gm" | "l2" | "l1";
  readonly perPe: boolean;
}

/** What a transfer moves. */
export interface Load {
  readonly operand: Operand;
  readonly words: OperandWords;
  readonly measure: Measure;
  readonly bytesPerWord: number;
  /** PEs of a bus that need the same word take it at once. */
  readonly multicast: boolean;
  /** Tiles of which nothing moves have 0; others 1, or as many as are moved of the same size. */
  readonly times?: (walker: Walker) => number;
}

/** The uses of a transfer between the grid's PEs and the outside, or between two memories outside or inside; either way. */
export function transferUses(machine: Machine, outer: End, inner: End, load: Load): readonly Use[] {
  const uses: Use[] = [];
  const { words } = load;
  const add = (port: Port | undefined, of: keyof Amount, copies = 1): void => {
    if (port !== undefined) uses.push(useOf(port, load, { of, copies }));
  };
  const entersGrid = inner.perPe && !outer.perPe;
  const copies = load.multicast || !entersGrid ? { row: 1, column: 1, all: 1 } : words.copies;
  const throughGm = outer.memory === "dram" ? (inner.memory === "gm" ? 1 : 2) : outer.memory === "gm" ? 1 : 0;
  if (outer.memory === "dram") add(machine.dram, "total", copies.all);
  if (throughGm > 0) add(machine.gm, "total", throughGm * copies.all);
  if (inner.memory === "l2" && !inner.perPe) add(machine.sharedL2, "total");
  if (entersGrid && load.operand === "input") add(machine.bus.input, "rowBus", copies.row);
  if (entersGrid && load.operand !== "input") add(machine.bus[load.operand], "columnBus", copies.column);
  if (outer.perPe) add(machine.privateL2?.[load.operand], "pe");
  return uses;
}

function useOf(port: Port, load: Load, { of, copies }: { readonly of: keyof Amount; readonly copies: number }): Use {
  const { words, measure, bytesPerWord, times } = load;
  return {
    server: port.server,
    units: (walker) => {
      const repeats = times === undefined ? 1 : times(walker);
      return repeats === 0 ? 0 : repeats * copies * wordsOf(walker, words, measure, of);
    },
    bytesPerUnit: bytesPerWord,
    ticksPerUnit: (bytesPerWord / port.bytesPerCycle) * ticksPerCycle,
  };
}

/**
 * Vector work on tiles in L1. Elements stream through the lanes, as many at a time as there are lanes, over the borders of tiles:
 * neighbouring tiles lie side by side.
 */
export function laneUse(
  machine: Machine,
  words: OperandWords,
  {
    measure,
    ops,
    takes,
  }: { readonly measure: Measure; readonly ops: number; readonly takes?: (walker: Walker) => boolean },
): Use {
  return {
    server: machine.lanes,
    units: (walker) => (takes === undefined || takes(walker) ? wordsOf(walker, words, measure, "pe") : 0),
    bytesPerUnit: 0,
    ticksPerUnit: (ops * ticksPerCycle) / machine.architecture.lanesPerPe,
  };
}
