/** A vector region's mapping → its program: strips of rows that stream through the vector units. */
import { present } from "../../support/bug.ts";
import type { MemoryLevel } from "../architecture.ts";
import { rowShares } from "../mapping/bounds.ts";
import type { VectorProblem } from "../mapping/problem.ts";
import type { Strip } from "../mapping/vector-mapper.ts";
import { pointsPerRow, rowsStayInGm, stripWords } from "../mapping/vector-mapper.ts";
import type { RegionBody, RegionContext } from "./lower.ts";
import type { ForLoop, ProgramBuffer, ProgramLoop, ProgramTensor, Statement } from "./program.ts";

interface Lowering {
  readonly context: RegionContext;
  readonly problem: VectorProblem;
  readonly strip: Strip;
  /** Whole rows are in global memory while strips of them are read again and again. */
  readonly staysInGm: boolean;
  readonly reads: readonly ProgramTensor[];
  readonly writes: readonly ProgramTensor[];
  readonly isIndexed: boolean;
}

/** The program of a vector region. */
export function lowerVector(context: RegionContext, problem: VectorProblem): RegionBody {
  const { spec, mapping, architecture, homes } = context;
  const tile = mapping.levels.at(-1)?.tile ?? {};
  const strip = { rows: tile["row"] ?? 1, points: tile["element"] ?? 1 };
  const home = ({ tensor }: { readonly tensor: number }): ProgramTensor => present(homes.get(tensor), "home");
  const lowering: Lowering = {
    context,
    problem,
    strip,
    staysInGm: rowsStayInGm(problem, architecture, strip),
    reads: spec.reads.map(home),
    writes: spec.writes.map(home),
    isIndexed: spec.reads.some((read) => read.words < home(read).words),
  };
  return {
    nest: {
      kind: "vector",
      extents: {
        row: problem.rows,
        element: pointsPerRow(problem),
        ...(isSwept(lowering) ? { sweep: problem.sweeps } : {}),
      },
      opsPerPoint: problem.opsPerPoint,
      inputWords: problem.inputElements,
      outputWords: problem.outputElements,
    },
    buffers: architecture.levels.flatMap((level) => buffersOf(lowering, level)),
    body: levelBody(lowering, 0),
    scratch: [],
  };
}

/** A row that is cut is read once for every sweep. */
function isSwept({ problem, strip }: Pick<Lowering, "problem" | "strip">): boolean {
  return problem.sweeps > 1 && strip.points < pointsPerRow(problem);
}

/** Tensors that pass a level: those in global memory need no tiles there. */
function passing(tensors: readonly ProgramTensor[], level: MemoryLevel): readonly ProgramTensor[] {
  return level.level === "gm" ? tensors.filter(({ memory }) => memory !== "gm") : tensors;
}

function buffersOf(lowering: Lowering, level: MemoryLevel): readonly ProgramBuffer[] {
  const { context, problem, strip, reads, writes } = lowering;
  const { architecture } = context;
  const words = stripWords(problem, architecture, strip);
  const holders = level.isPerPe ? 1 : rowShares(problem, architecture).usedPes;
  const isWholeRow = level.level === "gm" && lowering.staysInGm;
  const [inputWords, outputWords] = isWholeRow
    ? [problem.inputElements / problem.rows, Math.ceil(problem.outputElements / problem.rows)]
    : [words.input, words.output];
  const buffer = (operand: "input" | "output", bytes: number): ProgramBuffer => ({
    name: `${level.level}.${operand}`,
    memory: level.level,
    operand,
    perPe: level.isPerPe,
    slots: words.buffers,
    slotBytes: Math.max(1, Math.ceil(bytes)),
  });
  const { operandBytes } = architecture;
  const share = (tensors: readonly ProgramTensor[]): number => shareOf(passing(tensors, level), tensors);
  const input = Math.min(holders * inputWords, problem.inputElements) * operandBytes * share(reads);
  const output = Math.min(holders * outputWords, Math.max(outputWords, problem.outputElements)) * operandBytes;
  return [
    ...(passing(reads, level).length > 0 ? [buffer("input", input)] : []),
    ...(passing(writes, level).length > 0 ? [buffer("output", output * share(writes))] : []),
  ];
}

function shareOf(some: readonly ProgramTensor[], all: readonly ProgramTensor[]): number {
  const words = (tensors: readonly ProgramTensor[]): number => tensors.reduce((sum, tensor) => sum + tensor.words, 0);
  return words(all) === 0 ? 1 : words(some) / words(all);
}

function levelBody(lowering: Lowering, depth: number): readonly Statement[] {
  const { context, staysInGm } = lowering;
  const { levels } = context.architecture;
  const level = present(levels[depth], "level");
  const isInnermost = depth === levels.length - 1;
  const inner = isInnermost ? rowWork(lowering, level) : levelBody(lowering, depth + 1);
  const body: readonly Statement[] = [...fills(lowering, depth), ...inner, ...drains(lowering, depth)];
  const looped = loopsOf(lowering, depth).reduceRight<readonly Statement[]>(
    (inside, [loop, step]) => [{ op: "for", loop, level: level.level, step, body: inside } satisfies ForLoop],
    body,
  );
  // Where whole rows wait in global memory, the level inside of it cuts them.
  const cut = staysInGm && depth === 1 ? cutRow(lowering, level, looped) : looped;
  if (depth !== levels.findIndex((each) => each.isPerPe)) return cut;
  const { peRows, peColumns } = context.mapping.spatial;
  return [{ op: "spread", peRows, peColumns, body: cut }];
}

/** Loops of a level, outermost first, with their steps. */
function loopsOf(
  { context, strip, staysInGm, problem }: Lowering,
  depth: number,
): readonly (readonly [ProgramLoop, number])[] {
  const level = present(context.mapping.levels[depth], "level of the mapping");
  return level.order.flatMap((name): (readonly [ProgramLoop, number])[] => {
    if (name === "row") return [["row", level.tile["row"] ?? 1]];
    if (staysInGm) return [];
    const element = ["element", strip.points] as const;
    return isSwept({ problem, strip }) ? [["sweep", 1], element] : [element];
  });
}

function cutRow(
  { problem, strip }: Lowering,
  { level }: MemoryLevel,
  body: readonly Statement[],
): readonly Statement[] {
  const elements: ForLoop = { op: "for", loop: "element", level, step: strip.points, body };
  return isSwept({ problem, strip }) ? [{ op: "for", loop: "sweep", level, step: 1, body: [elements] }] : [elements];
}

function fills(lowering: Lowering, depth: number): readonly Statement[] {
  const { context, reads, isIndexed } = lowering;
  const level = present(context.architecture.levels[depth], "level");
  const own = bufferNamed(lowering, level, "input");
  if (own === undefined) return [];
  const outer = holder(lowering, "input", depth - 1);
  // What passes global memory comes from its tiles there; what lies in global memory comes from its place.
  const direct =
    outer === undefined ? passing(reads, level) : depth > 1 ? [] : reads.filter(({ memory }) => memory === "gm");
  const from = [...(outer === undefined ? [] : [outer.name]), ...direct.map(({ name }) => name)];
  return [
    ...(outer === undefined ? [] : [{ op: "wait", buffer: outer.name } as const]),
    {
      op: "dma",
      from,
      to: [own.name],
      ahead: own.slots - 1,
      when: "needed",
      multicast: false,
      indexed: isIndexed,
    },
  ];
}

function drains(lowering: Lowering, depth: number): readonly Statement[] {
  const { context, writes } = lowering;
  const level = present(context.architecture.levels[depth], "level");
  const own = bufferNamed(lowering, level, "output");
  if (own === undefined) return [];
  const outer = holder(lowering, "output", depth - 1);
  const direct =
    outer === undefined ? passing(writes, level) : depth > 1 ? [] : writes.filter(({ memory }) => memory === "gm");
  const to = [...(outer === undefined ? [] : [outer.name]), ...direct.map(({ name }) => name)];
  return [{ op: "dma", from: [own.name], to, ahead: 0, when: "left", multicast: false, indexed: false }];
}

function bufferNamed(lowering: Lowering, level: MemoryLevel, operand: "input" | "output"): ProgramBuffer | undefined {
  return buffersOf(lowering, level).find((buffer) => buffer.operand === operand);
}

/** The operand's tiles at the nearest level outside. */
function holder(lowering: Lowering, operand: "input" | "output", depth: number): ProgramBuffer | undefined {
  for (let outer = depth; outer >= 0; outer--) {
    const found = bufferNamed(lowering, present(lowering.context.architecture.levels[outer], "level"), operand);
    if (found !== undefined) return found;
  }
  return undefined;
}

function rowWork(lowering: Lowering, level: MemoryLevel): readonly Statement[] {
  const input = bufferNamed(lowering, level, "input");
  const output = bufferNamed(lowering, level, "output");
  const { spec } = lowering.context;
  return [
    ...(input === undefined ? [] : [{ op: "wait", buffer: input.name } as const]),
    {
      op: "vector",
      stage: "rows",
      operations: spec.operations,
      ...(input === undefined ? {} : { reads: input.name }),
      ...(output === undefined ? {} : { writes: output.name }),
      streams: [],
      copies: [],
    },
  ];
}
