/** Places element-wise work, reductions, normalisations and copies: rows spread over all PEs, streamed strip by strip. */
import type { Architecture, MemoryLevel } from "../architecture.ts";
import { gmCapacityBytes } from "../architecture.ts";
import type { Mapping } from "../../ir/decisions.ts";
import { rowShares } from "./bounds.ts";
import type { CapacityWatch } from "./capacity-watch.ts";
import type { MappingCost } from "./cost.ts";
import { cyclesOf, totalDramBytes } from "./cost.ts";
import { overflowAt } from "./matrix-cost.ts";
import type { VectorProblem } from "./problem.ts";
import type { Unmappable } from "./search/incumbent.ts";

export interface SolvedVector {
  readonly mapping: Omit<Mapping, "region">;
  readonly cost: MappingCost;
  /** Strips that were costed. */
  readonly nodes: number;
}

/** What one PE works on at a time: some whole rows, or `points` of one row. */
export interface Strip {
  readonly rows: number;
  readonly points: number;
}

/** Words of a strip in one PE. */
export interface StripWords {
  readonly input: number;
  readonly output: number;
  /** 2 where the next strip comes while this one is used. */
  readonly buffers: 1 | 2;
}

/**
 * The fastest strip: powers of two of rows, the whole share of a PE, and powers of two of points of one row, of those that
 * every level holds. A row that is cut is read again from global memory, or from DRAM where the rows of all PEs do not stay
 * there, once for every sweep.
 */
export function placeVector(
  problem: VectorProblem,
  architecture: Architecture,
  watch?: CapacityWatch,
): SolvedVector | Unmappable {
  let best: { readonly solved: SolvedVector; readonly cycles: number } | undefined;
  let smallest: Unmappable | undefined;
  const strips = candidateStrips(problem, architecture);
  for (const strip of strips) {
    const overflow = firstOverflow(problem, { architecture, ...(watch ? { watch } : {}) }, strip);
    noteRows(problem, architecture, { strip, watch });
    if (overflow !== undefined) {
      smallest = overflow;
      continue;
    }
    const cost = costOfStrip(problem, architecture, strip);
    const cycles = cyclesOf(cost, totalDramBytes(cost.dramBytes), architecture);
    const mapping = stripMapping(problem, architecture, strip);
    if (best === undefined || cycles < best.cycles) best = { solved: { mapping, cost, nodes: strips.length }, cycles };
  }
  return best?.solved ?? smallest ?? { level: "l1", overflowBytes: 0 };
}

/** The cost of a written mapping, or the level that does not hold its strip. */
export function costOfVectorMapping(
  problem: VectorProblem,
  architecture: Architecture,
  mapping: Omit<Mapping, "region">,
): MappingCost | Unmappable {
  const tile = mapping.levels.at(-1)?.tile ?? {};
  const strip = { rows: tile["row"] ?? 1, points: tile["element"] ?? 1 };
  return firstOverflow(problem, { architecture }, strip) ?? costOfStrip(problem, architecture, strip);
}

/** Points of one row. */
export function pointsPerRow({ points, rows }: VectorProblem): number {
  return Math.max(1, Math.ceil(points / rows));
}

/** Largest first, so that of equally fast strips the largest is taken. */
function candidateStrips(problem: VectorProblem, architecture: Architecture): readonly Strip[] {
  const { share } = rowShares(problem, architecture);
  const points = pointsPerRow(problem);
  const below = (limit: number): readonly number[] => {
    const sizes: number[] = [];
    for (let size = 1; size < limit; size *= 2) sizes.unshift(size);
    return sizes;
  };
  return [
    ...[share, ...below(share)].map((rows) => ({ rows, points })),
    ...below(points).map((part) => ({ rows: 1, points: part })),
  ];
}

/** Words of a strip. */
export function stripWords(problem: VectorProblem, architecture: Architecture, strip: Strip): StripWords {
  const all = pointsPerRow(problem);
  const part = (strip.rows * strip.points) / all;
  const inputPerRow = problem.inputElements / problem.rows;
  // A window reads more points than it adds to the input that neighbouring rows share.
  const halo = strip.points === all ? Math.max(0, all - inputPerRow) : 0;
  const isOnly = strip.points === all && strip.rows >= rowShares(problem, architecture).share;
  return {
    input: Math.min(problem.inputElements, Math.ceil(part * inputPerRow + halo)),
    output: Math.ceil((part * problem.outputElements) / problem.rows),
    buffers: isOnly ? 1 : 2,
  };
}

function firstOverflow(
  problem: VectorProblem,
  place: { readonly architecture: Architecture; readonly watch?: CapacityWatch },
  strip: Strip,
): Unmappable | undefined {
  const { architecture } = place;
  const words = stripWords(problem, architecture, strip);
  for (const [depth, level] of architecture.levels.entries()) {
    const overflow = overflowAt(place, depth, levelNeed(problem, architecture, { level, words }));
    if (overflow > 0) return { level: level.level, overflowBytes: overflow };
  }
  return undefined;
}

function levelNeed(
  problem: VectorProblem,
  architecture: Architecture,
  { level, words }: { readonly level: MemoryLevel; readonly words: StripWords },
): { readonly input: number; readonly weight: number; readonly output: number } {
  const holders = level.isPerPe ? 1 : rowShares(problem, architecture).usedPes;
  const bytes = words.buffers * architecture.operandBytes;
  const input = Math.min(holders * words.input, problem.inputElements);
  const output = Math.min(holders * words.output, Math.max(words.output, problem.outputElements));
  return { input: input * bytes, weight: 0, output: output * bytes };
}

function costOfStrip(problem: VectorProblem, architecture: Architecture, strip: Strip): MappingCost {
  const { operandBytes, inputBusBytesPerCycle, outputBusBytesPerCycle, peRows } = architecture;
  const { usedPes, inputBusRows, outputBusRows } = rowShares(problem, architecture);
  const words = stripWords(problem, architecture, strip);
  const isCut = strip.points < pointsPerRow(problem);
  const gmCapacity = gmCapacityBytes(architecture);
  const rowBytes = (problem.inputElements / problem.rows) * operandBytes;
  const staysInGm = rowsStayInGm(problem, architecture, strip);
  const lastStage = staysInGm
    ? resultRowBytes(problem, architecture, words)
    : words.buffers * usedPes * words.output * operandBytes;
  const [l1Sweeps, dramSweeps] = [isCut ? problem.sweeps : 1, isCut && !staysInGm ? problem.sweeps : 1];
  const [inputBytes, outputBytes] = [problem.inputElements * operandBytes, problem.outputElements * operandBytes];
  const busBytes = inputBytes * l1Sweeps + outputBytes;
  const [first, last] = [words.input * operandBytes, words.output * operandBytes];
  const fillBus =
    (first * Math.ceil(usedPes / Math.min(peRows, usedPes))) / inputBusBytesPerCycle +
    (last * Math.min(peRows, usedPes)) / outputBusBytesPerCycle;
  const staged = Math.max(words.buffers * usedPes * first, staysInGm ? 2 * usedPes * rowBytes : 0);
  return {
    busyCycles: {
      vector: vectorCycles(problem, architecture, strip),
      "input-bus": (inputBytes * l1Sweeps * (inputBusRows / problem.rows)) / inputBusBytesPerCycle,
      "output-bus": (outputBytes * (outputBusRows / problem.rows)) / outputBusBytesPerCycle,
    },
    dramBytes: { input: inputBytes * dramSweeps, weight: 0, output: outputBytes, partialSums: 0, extra: 0 },
    gmBytes: gmCapacity > 0 ? busBytes : 0,
    stagingBytes: { input: gmCapacity > 0 ? staged : 0, weight: 0, output: gmCapacity > 0 ? lastStage : 0, sums: 0 },
    fillCycles: Math.ceil(fillBus),
    fillDramBytes: Math.min(usedPes * first, inputBytes) + Math.min(usedPes * last, outputBytes),
    events: {
      macs: 0,
      vectorOps: problem.points * problem.opsPerPoint,
      arrayEdgeBytes: 0,
      l1Bytes: 2 * busBytes,
      l2Bytes: 0,
      busBytes,
    },
  };
}

/** Bytes of the whole rows of results of all PEs, as often as they are buffered. */
function resultRowBytes(problem: VectorProblem, architecture: Architecture, { buffers }: StripWords): number {
  const { usedPes } = rowShares(problem, architecture);
  return buffers * usedPes * Math.ceil(problem.outputElements / problem.rows) * architecture.operandBytes;
}

/** True where rows are cut, and global memory holds whole rows of all PEs, twice, and those of the results. */
export function rowsStayInGm(problem: VectorProblem, architecture: Architecture, strip: Strip): boolean {
  if (strip.points >= pointsPerRow(problem)) return false;
  return residentRowBytes(problem, architecture, strip) <= gmCapacityBytes(architecture);
}

/** Bytes of whole rows of all PEs, twice, and of the results beside them. */
function residentRowBytes(problem: VectorProblem, architecture: Architecture, strip: Strip): number {
  const { usedPes } = rowShares(problem, architecture);
  const words = stripWords(problem, architecture, strip);
  const rowBytes = (problem.inputElements / problem.rows) * architecture.operandBytes;
  return 2 * usedPes * rowBytes + resultRowBytes(problem, architecture, words);
}

/** Notes that it matters whether rows stay in global memory. */
function noteRows(
  problem: VectorProblem,
  architecture: Architecture,
  { strip, watch }: { readonly strip: Strip; readonly watch: CapacityWatch | undefined },
): void {
  const [level] = architecture.levels;
  if (level?.level !== "gm" || strip.points >= pointsPerRow(problem)) return;
  watch?.note(0, level, { input: residentRowBytes(problem, architecture, strip), weight: 0, output: 0 });
}

/** Points of a strip lie along the lanes. */
function vectorCycles(problem: VectorProblem, { lanesPerPe, ...rest }: Architecture, strip: Strip): number {
  const { share } = rowShares(problem, { lanesPerPe, ...rest });
  const points = pointsPerRow(problem);
  const steps = (whole: number, part: number, width: number): number =>
    Math.floor(whole / part) * Math.ceil((part * width) / lanesPerPe) +
    Math.ceil(((whole % part) * width) / lanesPerPe);
  const lanes = strip.points < points ? share * steps(points, strip.points, 1) : steps(share, strip.rows, points);
  return lanes * problem.opsPerPoint;
}

function stripMapping(problem: VectorProblem, architecture: Architecture, strip: Strip): Omit<Mapping, "region"> {
  const { usedPes } = rowShares(problem, architecture);
  const points = pointsPerRow(problem);
  const peRows = Math.min(architecture.peRows, usedPes);
  const peColumns = Math.ceil(usedPes / peRows);
  const tile = { row: strip.rows, element: strip.points };
  const gridTile = { row: Math.min(problem.rows, strip.rows * usedPes), element: strip.points };
  const moving = [...(gridTile.row < problem.rows ? ["row"] : []), ...(strip.points < points ? ["element"] : [])];
  return {
    dataflow: problem.isCopy ? "copy" : "vector",
    extents: { row: problem.rows, element: points },
    spatial: {
      peRows: peRows > 1 ? { row: peRows } : {},
      peColumns: peColumns > 1 ? { row: peColumns } : {},
    },
    groupsPerPass: 1,
    levels: architecture.levels.map(({ level, isPerPe }, depth) => ({
      level,
      tile: isPerPe ? tile : gridTile,
      order: depth === 0 ? moving : [],
    })),
  };
}
