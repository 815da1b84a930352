/** Ways to spread a matrix problem over the PE grid, each with a bound on its time. */
import type { Architecture } from "../architecture.ts";
import { packedGroups, reductionSize } from "./array-cycles.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import type { MatrixProblem, Tile } from "./problem.ts";
import { at } from "./problem.ts";
import { touchedElements } from "./tiling.ts";

/** Loops that may be spread over PEs; the reduction stays inside one PE. */
const spreadable = [at.g, at.b, at.p, at.q, at.k] as const;

export interface SpatialChoice {
  readonly dataflow: MatrixMapping["dataflow"];
  readonly peRows: Tile;
  readonly peColumns: Tile;
  /** No mapping with this choice and dataflow takes fewer cycles. */
  readonly boundCycles: number;
}

type MatrixDataflow = MatrixMapping["dataflow"];

const alone: Tile = [1, 1, 1, 1, 1, 1];

/**
 * All ways to give each axis of the grid to one loop, or to two with a power of two for the first. A
 * factor is rounded down to the smallest that gives the same share.
 */
export function spatialChoices(
  problem: MatrixProblem,
  architecture: Architecture,
  dataflow: MatrixDataflow,
): readonly SpatialChoice[] {
  const choices = new Map<string, SpatialChoice>();
  for (const peRows of axisChoices(problem.extents, architecture.peRows)) {
    const left = problem.extents.map((extent, slot) => Math.ceil(extent / (peRows[slot] ?? 1)));
    for (const peColumns of axisChoices(left, architecture.peColumns)) {
      const key = `${peRows.join("/")} ${peColumns.join("/")}`;
      if (choices.has(key)) continue;
      const boundCycles = spatialBound({ problem, architecture, dataflow, peRows, peColumns });
      choices.set(key, { dataflow, peRows, peColumns, boundCycles });
    }
  }
  return [...choices.values()];
}

function axisChoices(extents: Tile, pes: number): readonly Tile[] {
  const choices = new Map<string, Tile>();
  const keep = (factors: Tile): void => void choices.set(factors.join("/"), factors);
  const slots = spreadable.filter((slot) => (extents[slot] ?? 1) > 1);
  keep(alone);
  for (const first of slots) {
    keep(withFactor(alone, first, evenFactor(extents[first] ?? 1, pes)));
    for (const second of slots) {
      if (second === first) continue;
      for (let factor = 2; factor * 2 <= pes && factor <= (extents[first] ?? 1); factor *= 2) {
        const rest = evenFactor(extents[second] ?? 1, Math.floor(pes / factor));
        keep(withFactor(withFactor(alone, first, evenFactor(extents[first] ?? 1, factor)), second, rest));
      }
    }
  }
  return [...choices.values()];
}

/** The smallest factor ≤ `limit` that gives the smallest share of `extent`. */
function evenFactor(extent: number, limit: number): number {
  const share = Math.ceil(extent / Math.min(extent, limit));
  return Math.ceil(extent / share);
}

function withFactor(factors: Tile, slot: number, factor: number): Tile {
  return factors.map((old, index) => (index === slot ? factor : old));
}

interface SpatialProblem {
  readonly problem: MatrixProblem;
  readonly architecture: Architecture;
  readonly dataflow: MatrixDataflow;
  readonly peRows: Tile;
  readonly peColumns: Tile;
}

/** What all PEs hold together when each holds a tile. */
export function gridTile(
  problem: MatrixProblem,
  { peRows, peColumns }: Pick<SpatialChoice, "peRows" | "peColumns">,
  tile: Tile,
): Tile {
  return tile.map((size, slot) =>
    Math.min(problem.extents[slot] ?? 1, size * (peRows[slot] ?? 1) * (peColumns[slot] ?? 1)),
  );
}

/** Share of the busiest PE. */
export function shareOf({
  problem,
  peRows,
  peColumns,
}: Pick<SpatialProblem, "problem" | "peRows" | "peColumns">): Tile {
  return problem.extents.map((extent, slot) => Math.ceil(extent / ((peRows[slot] ?? 1) * (peColumns[slot] ?? 1))));
}

/** The larger of the busiest PE's compute cycles with whole tiles and of the compulsory load of the busiest bus. */
function spatialBound(choice: SpatialProblem): number {
  const share = shareOf(choice);
  const [compute, fused] = [idealComputeCycles(choice, share), epilogueBound(choice, share)];
  // The vector unit does both; an array works beside it.
  return Math.max(choice.dataflow === "vector" ? compute + fused : Math.max(compute, fused), busBound(choice));
}

function epilogueBound({ problem, architecture }: SpatialProblem, share: Tile): number {
  const [g = 1, b = 1, p = 1, q = 1, k = 1] = share;
  return (problem.epilogueOps * g * b * p * q * k) / architecture.lanesPerPe;
}

function idealComputeCycles({ problem, architecture, dataflow }: SpatialProblem, share: Tile): number {
  const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = share;
  const words = reductionSize(problem, c);
  const positions = b * p * q;
  const { arrayRows, arrayColumns } = architecture;
  switch (dataflow) {
    case "weight-stationary": {
      const packed = packedGroups(problem, architecture);
      const tiles = Math.ceil(g / packed) * Math.ceil(k / arrayColumns) * Math.ceil(words / arrayRows);
      // Every weight tile is loaded at least once, and all positions stream through it.
      return tiles * Math.max(positions, arrayRows);
    }
    case "input-stationary":
      return g * Math.ceil(words / arrayRows) * Math.ceil(positions / arrayColumns) * Math.max(k, arrayRows);
    case "output-stationary":
      return g * Math.ceil(k / arrayColumns) * Math.ceil(positions / arrayRows) * Math.max(words, arrayRows);
    case "vector":
      return 2 * words * Math.ceil((g * k * positions) / architecture.lanesPerPe);
  }
}

/** Every word that the PEs of one bus need passes it at least once; the busiest PE row needs its part of what rows divide. */
function busBound({ problem, architecture, peRows, peColumns }: SpatialProblem): number {
  const part = (slot: number, factors: Tile): number => Math.ceil((problem.extents[slot] ?? 1) / (factors[slot] ?? 1));
  const all = (slots: readonly number[], factors: Tile): number =>
    slots.reduce((product, slot) => product * part(slot, factors), 1);
  const { rows, columns } = problem;
  // Touched input is least where padding is: one PE's first rows and columns.
  const inputRows = touchedElements(rows, 0, part(at.p, peRows));
  const inputColumns = touchedElements(columns, 0, part(at.q, peRows));
  const input = all([at.g, at.b, at.c], peRows) * inputRows * inputColumns;
  const weight = all([at.g, at.k, at.c], peColumns) * reductionSize(problem, 1);
  const output = all([at.g, at.b, at.p, at.q, at.k], peColumns);
  const { operandBytes } = architecture;
  // Operands of fused neighbours come over the input buses of the rows that work.
  const extra = problem.extraElements / peRows.reduce((product, factor) => product * factor, 1);
  return Math.max(
    ((input + extra) * operandBytes) / architecture.inputBusBytesPerCycle,
    (weight * operandBytes) / architecture.weightBusBytesPerCycle,
    (output * operandBytes * problem.outputCopies) / architecture.outputBusBytesPerCycle,
  );
}
