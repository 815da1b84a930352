/** Lower bounds on the cycles of a region: no mapping of the searched space is faster. */
import type { Architecture } from "../architecture.ts";
import { gmCapacityBytes } from "../architecture.ts";
import { arrayFillCycles } from "./array-cycles.ts";
import type { MatrixProblem, VectorProblem } from "./problem.ts";
import type { SpatialChoice } from "./spatial.ts";
import { touchedElements } from "./tiling.ts";

/** Compulsory DRAM traffic: each touched element once. Padding is not moved; rows that a stride skips are not touched. */
export function compulsoryElements(problem: MatrixProblem): {
  readonly input: number;
  readonly weight: number;
  readonly output: number;
} {
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = problem.extents;
  const { rows, columns } = problem;
  return {
    input: g * b * c * touchedElements(rows, 0, p) * touchedElements(columns, 0, q),
    weight: g * k * c * rows.kernel * columns.kernel,
    output: g * b * p * q * k,
  };
}

/** Cycles that the busiest PE or bus needs at least with the best of these spatial choices, with the array's first fill. */
export function onChipBound(choices: readonly SpatialChoice[], architecture: Architecture): number {
  return leastOf(choices, architecture, 0);
}

/** The same when all tensors pass DRAM, and global memory where there is one: what is compulsory overlaps with all but the fill. */
export function throughDramBound(
  problem: MatrixProblem,
  architecture: Architecture,
  choices: readonly SpatialChoice[],
): number {
  return leastOf(choices, architecture, memoryCycles(problem, architecture));
}

function leastOf(choices: readonly SpatialChoice[], architecture: Architecture, atLeast: number): number {
  return choices.reduce(
    (least, { dataflow, boundCycles }) =>
      Math.min(least, Math.max(boundCycles, atLeast) + arrayFillCycles(architecture, dataflow)),
    Number.POSITIVE_INFINITY,
  );
}

/** Cycles in which DRAM and global memory move the compulsory traffic of a matrix region whose tensors all pass DRAM. */
export function memoryCycles(problem: MatrixProblem, architecture: Architecture): number {
  const bytes = compulsoryDramBytes(problem, architecture.operandBytes);
  const passes = architecture.isDramUnlimited === true ? 1 : 2;
  const gm = gmCapacityBytes(architecture) > 0 ? (passes * bytes) / architecture.gmBytesPerCycle : 0;
  return Math.max(bytes / architecture.dramBytesPerCycle, gm);
}

/** Bytes of a matrix region's compulsory DRAM traffic when nothing stays in global memory. */
export function compulsoryDramBytes(problem: MatrixProblem, operandBytes: number): number {
  const { input, weight, output } = compulsoryElements(problem);
  return (input + weight + output * problem.outputCopies + problem.extraElements) * operandBytes;
}

/** How rows of vector work fall on PEs and buses. */
export interface RowShares {
  /** Rows of the busiest PE. */
  readonly share: number;
  readonly usedPes: number;
  /** Rows that the busiest input bus (of a PE row) and the busiest output bus (of a PE column) carry. */
  readonly inputBusRows: number;
  readonly outputBusRows: number;
}

/** Rows are spread evenly over all PEs. */
export function rowShares({ rows }: VectorProblem, { peRows, peColumns }: Architecture): RowShares {
  const share = Math.ceil(rows / (peRows * peColumns));
  const usedPes = Math.ceil(rows / share);
  // Few PEs are taken from all PE rows, so that their input buses share the load.
  const usedPeRows = Math.min(peRows, usedPes);
  return {
    share,
    usedPes,
    inputBusRows: Math.min(rows, share * Math.ceil(usedPes / usedPeRows)),
    outputBusRows: Math.min(rows, share * usedPeRows),
  };
}

/** Cycles that the busiest lanes and buses need at least. */
export function vectorBound(problem: VectorProblem, architecture: Architecture): number {
  const { operandBytes, lanesPerPe, inputBusBytesPerCycle, outputBusBytesPerCycle } = architecture;
  const { share, inputBusRows, outputBusRows } = rowShares(problem, architecture);
  const perRow = (total: number): number => total / problem.rows;
  return Math.max(
    (share * perRow(problem.points) * problem.opsPerPoint) / lanesPerPe,
    (inputBusRows * perRow(problem.inputElements) * operandBytes) / inputBusBytesPerCycle,
    (outputBusRows * perRow(problem.outputElements) * operandBytes) / outputBusBytesPerCycle,
  );
}

/** Outputs of a matrix problem. */
export function outputElements(problem: MatrixProblem): number {
  const [g = 1, b = 1, p = 1, q = 1, k = 1] = problem.extents;
  return g * b * p * q * k;
}
