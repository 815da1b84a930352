/** What the engines of a region are built from: its program, its loops, the machine, and look-ups in them. */
import { present } from "../../support/bug.ts";
import type { ProgramBuffer, ProgramTensor, RegionProgram, Transfer } from "../schedule/program.ts";
import type { OperandWords } from "./amounts.ts";
import type { End, Machine } from "./machine.ts";
import type { PlacedStatement, RegionLoops } from "./region-loops.ts";
import type { LoopNest } from "./walker.ts";

export type Operand = "input" | "weight" | "output";

/** A transfer of a region's program, with where it stands. */
export interface PlacedTransfer {
  readonly transfer: Transfer;
  readonly depth: number;
  readonly perPe: boolean;
}

/** Everything that parts of a region's simulation are made from. */
export interface RegionBuild {
  readonly region: RegionProgram;
  readonly tensors: ReadonlyMap<string, ProgramTensor>;
  /** Tensors of global memory that this run of the region brings in from DRAM first. */
  readonly fetched: ReadonlySet<string>;
  readonly machine: Machine;
  readonly loops: RegionLoops;
  readonly nest: LoopNest;
  /** Depth of the innermost body. */
  readonly depth: number;
  readonly words: Readonly<Record<Operand, OperandWords>>;
}

/** Transfers that an engine has under way at once, so that one may begin while another is on its last stretch. */
export const transfersAtOnce = 2;

/** Loops outside `depth` that an operand depends on, as bits. */
export function loopBits({ nest }: Pick<RegionBuild, "nest">, words: OperandWords, depth: number): number {
  return nest.loops.reduce(
    (bits, { axis }, position) => (position < depth && words.relevant[axis] === true ? bits | (1 << position) : bits),
    0,
  );
}

/** The buffer of the innermost level that holds an operand. */
export function bufferInto({ region }: Pick<RegionBuild, "region">, operand: Operand): ProgramBuffer | undefined {
  return region.buffers.filter((buffer) => buffer.operand === operand).at(-1);
}

export function bufferNamed(region: RegionProgram, name: string | undefined): ProgramBuffer | undefined {
  return region.buffers.find((buffer) => buffer.name === name);
}

/** Transfers of tiles into the buffers of an operand, outermost first. */
export function transfersInto(
  loops: Pick<RegionLoops, "statements">,
  region: RegionProgram,
  operand: Operand,
  when: Transfer["when"] = "needed",
): readonly PlacedTransfer[] {
  return transfersOf(loops, when).filter(({ transfer }) => bufferNamed(region, transfer.to[0])?.operand === operand);
}

export function transfersOf(
  { statements }: Pick<RegionLoops, "statements">,
  when: Transfer["when"],
): readonly PlacedTransfer[] {
  return statements.flatMap(({ statement, depth, perPe }: PlacedStatement) =>
    statement.op === "dma" && statement.when === when ? [{ transfer: statement, depth, perPe }] : [],
  );
}

/** Where a tensor or a buffer is. */
export function endOf({ region, tensors }: Pick<RegionBuild, "region" | "tensors">, name: string): End {
  const buffer = bufferNamed(region, name);
  if (buffer !== undefined) return { memory: buffer.memory, perPe: buffer.perPe };
  return { memory: present(tensors.get(name), `tensor ${name}`).memory, perPe: false };
}

/** Bytes of one of a nest's words: operand words, or, of a vector nest, what comes to each point. */
export function bytesPerWord({ region, machine }: RegionBuild, operand: Operand, share = 1): number {
  const { operandBytes } = machine.architecture;
  const { nest } = region;
  if (nest.kind === "matrix") return operandBytes * share;
  const points = (nest.extents["row"] ?? 1) * (nest.extents["element"] ?? 1);
  return ((operand === "input" ? nest.inputWords : nest.outputWords) * operandBytes * share) / points;
}

/**
 * The share of a vector nest's input or output words that comes from or goes to one place: a tensor's words, or those of all
 * tensors behind a buffer. A gather reads part of its table: of what tensors have more than the nest reads, the largest has less.
 */
export function shareOf(build: RegionBuild, name: string, operand: Operand): number {
  const { nest } = build.region;
  if (nest.kind === "matrix") return 1;
  const all = operand === "input" ? nest.inputWords : nest.outputWords;
  const transfers = transfersOf(build.loops, operand === "input" ? "needed" : "left").map(({ transfer }) => transfer);
  const behind = (place: string): readonly ProgramTensor[] => {
    const tensor = build.tensors.get(place);
    if (tensor !== undefined) return [tensor];
    return transfers.flatMap(({ from, to }) => {
      const [near, far] = operand === "input" ? [to, from] : [from, to];
      return near.includes(place) ? far.flatMap(behind) : [];
    });
  };
  const words = (tensors: readonly ProgramTensor[]): number => tensors.reduce((sum, tensor) => sum + tensor.words, 0);
  const innermost = bufferInto(build, operand);
  const every = innermost === undefined ? [] : behind(innermost.name);
  const excess = Math.max(0, words(every) - all);
  const [largest] = [...every].sort((a, b) => b.words - a.words);
  const own = behind(name);
  const less = largest !== undefined && own.includes(largest) ? excess : 0;
  return all === 0 ? 0 : (words(own) - less) / all;
}
