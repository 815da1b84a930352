/** A matrix region's mapping → its program: loops by level, tiles that move down to the arrays and sums that move up. */
import { present } from "../../support/bug.ts";
import type { Architecture, MemoryLevel } from "../architecture.ts";
import { everMoving, tileElements } from "../mapping/matrix-cost.ts";
import type { MatrixMapping } from "../mapping/matrix-mapping.ts";
import { importMatrixMapping, movingLoops } from "../mapping/matrix-mapping.ts";
import { leavesPartialSums } from "../mapping/partial-sums.ts";
import type { MatrixProblem, Tile } from "../mapping/problem.ts";
import { matrixLoops } from "../mapping/problem.ts";
import { relevantLoops } from "../mapping/traffic.ts";
import type { RegionBody, RegionContext } from "./lower.ts";
import type { Neighbours } from "./neighbours.ts";
import { neighboursOf } from "./neighbours.ts";
import type { MatrixNest, ProgramBuffer, ProgramOperand, ProgramTensor, Statement } from "./program.ts";

/** Where tiles of an operand come from and sums go to, from one level's point of view. */
interface Lowering {
  readonly context: RegionContext;
  readonly problem: MatrixProblem;
  readonly mapping: MatrixMapping;
  readonly neighbours: Neighbours;
  /** At which levels tiles of the output leave before their reduction is done. */
  readonly leavesPartial: readonly boolean[];
  readonly perPeLevel: number;
  readonly buffers: readonly ProgramBuffer[];
  readonly scratch: ProgramTensor | undefined;
}

const buffered: readonly ProgramOperand[] = ["input", "weight", "output"];

/** The program of a matrix region. */
export function lowerMatrix(context: RegionContext, problem: MatrixProblem): RegionBody {
  const { architecture } = context;
  const mapping = importMatrixMapping(problem, context.mapping);
  const neighbours = neighboursOf(context);
  const leavesPartial = architecture.levels.map((_level, depth) =>
    leavesPartialSums({ problem, architecture, mapping }, depth),
  );
  const parts = {
    context,
    problem,
    mapping,
    neighbours,
    leavesPartial,
    perPeLevel: architecture.levels.findIndex((level) => level.isPerPe),
  };
  const buffers = buffersOf(parts);
  const scratch = scratchOf(parts);
  const lowering: Lowering = { ...parts, buffers, scratch };
  return {
    nest: nestOf(problem),
    buffers,
    body: levelBody(lowering, 0),
    scratch: scratch === undefined ? [] : [scratch],
  };
}

function nestOf(problem: MatrixProblem): MatrixNest {
  const slots = matrixLoops.map((loop, slot) => ({ loop, extent: problem.extents[slot] ?? 1, slot }));
  return {
    kind: "matrix",
    extents: Object.fromEntries(slots.map(({ loop, extent }) => [loop, extent])),
    rows: problem.rows,
    columns: problem.columns,
    loopNames: Object.fromEntries(
      slots.filter(({ extent }) => extent > 1).map(({ loop, slot }) => [loop, problem.loopNames[slot] ?? loop]),
    ),
    prologueOps: problem.prologueOps,
    epilogueOps: problem.epilogueOps,
    extraWords: problem.extraElements,
  };
}

type Parts = Omit<Lowering, "buffers" | "scratch">;

function buffersOf(parts: Parts): readonly ProgramBuffer[] {
  const { architecture } = parts.context;
  return architecture.levels.flatMap((level, depth) => {
    const buffers = buffered
      .filter((operand) => isHeld(parts, level, { operand, depth }))
      .map((operand) => bufferOf(parts, level, { operand, depth }));
    return depth === architecture.levels.length - 1 ? deepened(buffers, level, architecture) : buffers;
  });
}

/** What lies in global memory anyway needs no tiles there, but for sums that come from below in full width. */
function isHeld(
  parts: Parts,
  level: MemoryLevel,
  { operand, depth }: { operand: ProgramOperand; depth: number },
): boolean {
  if (level.level !== "gm") return true;
  const isThere = homeOf(parts, operand)?.memory === "gm";
  if (operand !== "output") return !isThere;
  const hasHome = parts.neighbours.result !== undefined;
  return (hasHome && !isThere) || parts.leavesPartial[depth + 1] === true || parts.leavesPartial[depth] === true;
}

function homeOf({ neighbours }: Pick<Parts, "neighbours">, operand: ProgramOperand): ProgramTensor | undefined {
  return operand === "output" ? neighbours.result : neighbours[operand];
}

function bufferOf(
  parts: Parts,
  level: MemoryLevel,
  { operand, depth }: { operand: ProgramOperand; depth: number },
): ProgramBuffer {
  const { problem, mapping } = parts;
  const { architecture } = parts.context;
  const tile = present(mapping.tiles[depth], "tile");
  const all = everMoving({ problem, architecture }, mapping, depth);
  const moves = relevantLoops[operand].some((slot) => (tile[slot] ?? 1) < (all[slot] ?? 1));
  const isSum =
    operand === "output" &&
    (depth === architecture.levels.length - 1 ||
      parts.leavesPartial[depth] === true ||
      parts.leavesPartial[depth + 1] === true);
  const { operandBytes, accumulatorBytes } = architecture;
  return {
    name: `${level.level}.${operand}`,
    memory: level.level,
    operand,
    perPe: level.isPerPe,
    slots: moves ? 2 : 1,
    slotBytes: tileElements(problem, tile)[operand] * (isSum ? accumulatorBytes : operandBytes),
  };
}

/** Slots beyond those of tiles that are under way in the array: they even out what takes turns being late. */
const spareSlots = 8;

/**
 * Two slots let the next tile come while one is used. Small tiles need more of them: sums of a tile are out of the array only
 * rows + columns cycles after its first word went in, and by then many small tiles are under way. So L1 holds as many as fit.
 */
function deepened(
  buffers: readonly ProgramBuffer[],
  { capacity }: MemoryLevel,
  { arrayRows, arrayColumns }: Architecture,
): readonly ProgramBuffer[] {
  const used = (of: readonly ProgramBuffer[]): number =>
    of.reduce((sum, { slots, slotBytes }) => sum + slots * slotBytes, 0);
  return buffers.map((buffer) => {
    if (buffer.slots < 2) return buffer;
    const free =
      capacity.kind === "split"
        ? capacity[buffer.operand] - used([buffer])
        : (capacity.bytes - used(buffers)) / buffers.length;
    const more = Math.max(0, Math.floor(free / buffer.slotBytes));
    return { ...buffer, slots: Math.max(2, Math.min(arrayRows + arrayColumns + spareSlots, 2 + more)) };
  });
}

/** Partial sums that leave the outermost level lie in DRAM, beside the output. */
function scratchOf(parts: Parts): ProgramTensor | undefined {
  const { context, problem, leavesPartial } = parts;
  if (leavesPartial[0] !== true) return undefined;
  const { operandBytes, accumulatorBytes } = context.architecture;
  const [g = 1, b = 1, p = 1, q = 1, k = 1] = problem.extents;
  const elements = g * b * p * q * k;
  const { id, anchor } = context.spec;
  return {
    name: `r${id}.sums`,
    value: { operation: anchor, index: 0 },
    origin: "activation",
    isOutput: false,
    shape: [g, b, p, q, k],
    element: "f32",
    words: Math.ceil((elements * accumulatorBytes) / operandBytes),
    memory: "dram",
    offsetBytes: 0,
    sizeBytes: elements * accumulatorBytes,
    firstRegion: id,
    lastRegion: id,
    isPinned: false,
  };
}

/** Statements of a level and of everything inside it. */
function levelBody(lowering: Lowering, depth: number): readonly Statement[] {
  const { mapping, context, perPeLevel } = lowering;
  const level = present(context.architecture.levels[depth], "level");
  const isInnermost = depth === context.architecture.levels.length - 1;
  const inside: readonly Statement[] = [
    ...fills(lowering, depth),
    ...(isInnermost ? arrayWork(lowering) : levelBody(lowering, depth + 1)),
    ...drains(lowering, depth),
  ];
  const tile: Tile = mapping.tiles[depth] ?? [];
  const looped = [...movingLoops({ problem: lowering.problem, architecture: context.architecture, mapping }, depth)]
    .reverse()
    .reduce<readonly Statement[]>(
      (body, slot) => [
        { op: "for", loop: present(matrixLoops[slot], "loop"), level: level.level, step: tile[slot] ?? 1, body },
      ],
      inside,
    );
  if (depth !== perPeLevel) return looped;
  return [{ op: "spread", peRows: ways(mapping.peRows), peColumns: ways(mapping.peColumns), body: looped }];
}

function ways(factors: Tile): Readonly<Record<string, number>> {
  return Object.fromEntries(
    matrixLoops.flatMap((loop, slot) => ((factors[slot] ?? 1) > 1 ? [[loop, factors[slot] ?? 1] as const] : [])),
  );
}

/** The buffer of an operand at a level, or at the nearest level outside of it. */
function holder({ context, buffers }: Lowering, operand: ProgramOperand, depth: number): ProgramBuffer | undefined {
  for (let outer = depth; outer >= 0; outer--) {
    const name = `${context.architecture.levels[outer]?.level ?? ""}.${operand}`;
    const found = buffers.find((buffer) => buffer.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function own(lowering: Lowering, operand: ProgramOperand, depth: number): ProgramBuffer | undefined {
  const { level } = present(lowering.context.architecture.levels[depth], "level");
  return lowering.buffers.find((buffer) => buffer.name === `${level}.${operand}`);
}

function fills(lowering: Lowering, depth: number): readonly Statement[] {
  const multicast = depth === lowering.perPeLevel;
  const operands = (["input", "weight"] as const).flatMap((operand): Statement[] => {
    const buffer = own(lowering, operand, depth);
    const home = homeOf(lowering, operand);
    if (buffer === undefined || home === undefined) return [];
    const outer = holder(lowering, operand, depth - 1);
    return [
      ...(outer === undefined ? [] : [{ op: "wait", buffer: outer.name } as const]),
      transfer({ from: [outer?.name ?? home.name], to: [buffer.name], ahead: buffer.slots - 1, multicast }),
    ];
  });
  const sums = own(lowering, "output", depth);
  if (sums === undefined || lowering.leavesPartial[depth] !== true) return operands;
  const from = holder(lowering, "output", depth - 1)?.name ?? present(lowering.scratch, "scratch").name;
  return [
    ...operands,
    { ...transfer({ from: [from], to: [sums.name], ahead: sums.slots - 1, multicast: false }), when: "revisited" },
  ];
}

function drains(lowering: Lowering, depth: number): readonly Statement[] {
  const buffer = own(lowering, "output", depth);
  if (buffer === undefined) return [];
  const outer = holder(lowering, "output", depth - 1);
  const { result } = lowering.neighbours;
  const to = outer?.name ?? result?.name;
  const partial = outer === undefined && lowering.leavesPartial[depth] === true ? lowering.scratch : undefined;
  return [
    {
      ...transfer({ from: [buffer.name], to: to === undefined ? [] : [to], ahead: 0, multicast: false }),
      when: "left",
      ...(partial === undefined ? {} : { partialsTo: partial.name }),
    },
  ];
}

function transfer(parts: {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ahead: number;
  readonly multicast: boolean;
}) {
  return { op: "dma", when: "needed", indexed: false, ...parts } as const;
}

/** What the array and the vector unit do with one innermost tile. */
function arrayWork({ mapping, neighbours, context }: Lowering): readonly Statement[] {
  const level = present(context.architecture.levels.at(-1), "innermost level").level;
  const [input, weight, output] = [`${level}.input`, `${level}.weight`, `${level}.output`] as const;
  const before = (work: Neighbours["inputWork"], buffer: string): readonly Statement[] =>
    work === undefined
      ? []
      : [{ op: "vector", stage: "prologue", reads: buffer, writes: buffer, copies: [], ...work } as const];
  const { dataflow, groupsPerPass } = mapping;
  return [
    { op: "wait", buffer: input },
    ...before(neighbours.inputWork, input),
    { op: "wait", buffer: weight },
    ...before(neighbours.weightWork, weight),
    { op: "pass", input, weight, output, dataflow, groupsPerPass },
    ...(neighbours.outputWork === undefined
      ? []
      : [{ op: "vector", stage: "epilogue", reads: output, writes: output, ...neighbours.outputWork } as const]),
  ];
}
