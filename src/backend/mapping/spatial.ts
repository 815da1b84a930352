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

/**
 * All ways to give each axis of the grid to one loop, or to two with a power of two for the first. A
 * factor is rounded down to the smallest that gives the same share.
 */
export function spatialChoices(
  problem: MatrixProblem,
  architecture: Architecture,
  dataflows: readonly MatrixDataflow[],
): readonly SpatialChoice[] {
  const choices: SpatialChoice[][] = dataflows.map(() => []);
  const bounds = new SpatialBounds(problem, architecture);
  for (const peRows of axisChoices(problem.extents, architecture.peRows)) {
    const left = problem.extents.map((extent, slot) => Math.ceil(extent / (peRows[slot] ?? 1)));
    for (const peColumns of axisChoices(left, architecture.peColumns)) {
      bounds.spread(peRows, peColumns);
      dataflows.forEach((dataflow, index) => {
        choices[index]?.push({ dataflow, peRows, peColumns, boundCycles: bounds.cycles(dataflow) });
      });
    }
  }
  return choices.flat();
}

function axisChoices(extents: Tile, pes: number): readonly Tile[] {
  const choices: Tile[] = [];
  const known = new Set<number>();
  const keep = (factors: number[]): void => {
    // At most two factors differ from 1: their slots and values say all.
    let key = 0;
    for (let slot = 0; slot < factors.length; slot++) {
      const factor = factors[slot] ?? 1;
      if (factor > 1) key = (key * 8 + slot + 1) * (pes + 1) + factor;
    }
    if (known.has(key)) return;
    known.add(key);
    choices.push(factors);
  };
  const alone = (slot: number, factor: number): number[] => {
    const factors = [1, 1, 1, 1, 1, 1];
    factors[slot] = factor;
    return factors;
  };
  const slots = spreadable.filter((slot) => (extents[slot] ?? 1) > 1);
  keep(alone(at.g, 1));
  for (const first of slots) {
    const extent = extents[first] ?? 1;
    keep(alone(first, evenFactor(extent, pes)));
    for (const second of slots) {
      if (second === first) continue;
      for (let factor = 2; factor * 2 <= pes && factor <= extent; factor *= 2) {
        const factors = alone(first, evenFactor(extent, factor));
        factors[second] = evenFactor(extents[second] ?? 1, Math.floor(pes / factor));
        keep(factors);
      }
    }
  }
  return choices;
}

/** The smallest factor ≤ `limit` that gives the smallest share of `extent`. */
function evenFactor(extent: number, limit: number): number {
  const share = Math.ceil(extent / Math.min(extent, limit));
  return Math.ceil(extent / share);
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
export function shareOf(
  problem: MatrixProblem,
  { peRows, peColumns }: Pick<SpatialChoice, "peRows" | "peColumns">,
): Tile {
  return problem.extents.map((extent, slot) => Math.ceil(extent / ((peRows[slot] ?? 1) * (peColumns[slot] ?? 1))));
}

/** Bounds on the time of a problem that is spread over the grid, one way after the other. */
class SpatialBounds {
  private readonly problem: MatrixProblem;
  private readonly architecture: Architecture;
  private readonly perChannel: number;
  private readonly words: number;
  private readonly packed: number;
  /** Of the busiest PE. */
  private groups = 1;
  private positions = 1;
  private channels = 1;
  private busCycles = 0;

  constructor(problem: MatrixProblem, architecture: Architecture) {
    this.problem = problem;
    this.architecture = architecture;
    this.perChannel = reductionSize(problem, 1);
    this.words = reductionSize(problem, problem.extents[at.c] ?? 1);
    this.packed = packedGroups(problem, architecture);
  }

  spread(peRows: Tile, peColumns: Tile): void {
    const [g = 1, b = 1, p = 1, q = 1, k = 1] = this.problem.extents;
    const [gRows = 1, bRows = 1, pRows = 1, qRows = 1, kRows = 1] = peRows;
    const [gColumns = 1, bColumns = 1, pColumns = 1, qColumns = 1, kColumns = 1] = peColumns;
    this.groups = Math.ceil(g / (gRows * gColumns));
    this.channels = Math.ceil(k / (kRows * kColumns));
    this.positions =
      Math.ceil(b / (bRows * bColumns)) * Math.ceil(p / (pRows * pColumns)) * Math.ceil(q / (qRows * qColumns));
    this.busCycles = this.leastBusCycles(peRows, peColumns);
  }

  /** The larger of the busiest PE's compute cycles with whole tiles and of the compulsory load of the busiest bus. */
  cycles(dataflow: MatrixDataflow): number {
    const { problem, architecture, groups, channels, positions } = this;
    const compute = this.computeCycles(dataflow);
    const fused = (problem.epilogueOps * groups * positions * channels) / architecture.lanesPerPe;
    // The vector unit does both; an array works beside it.
    return Math.max(dataflow === "vector" ? compute + fused : Math.max(compute, fused), this.busCycles);
  }

  private computeCycles(dataflow: MatrixDataflow): number {
    const { groups, channels, positions, words } = this;
    const { arrayRows, arrayColumns, lanesPerPe } = this.architecture;
    const rowFolds = Math.ceil(words / arrayRows);
    const columnFolds = Math.ceil(channels / arrayColumns);
    switch (dataflow) {
      case "weight-stationary":
        // Every weight tile is loaded at least once, and all positions stream through it.
        return Math.ceil(groups / this.packed) * columnFolds * rowFolds * Math.max(positions, arrayRows);
      case "input-stationary":
        return groups * rowFolds * Math.ceil(positions / arrayColumns) * Math.max(channels, arrayRows);
      case "output-stationary":
        return groups * columnFolds * Math.ceil(positions / arrayRows) * Math.max(words, arrayRows);
      case "vector":
        return 2 * words * Math.ceil((groups * channels * positions) / lanesPerPe);
    }
  }

  /** Every word that the PEs of one bus need passes it at least once; the busiest PE row needs its part of what rows divide. */
  private leastBusCycles(peRows: Tile, peColumns: Tile): number {
    const { problem, architecture } = this;
    const [g = 1, b = 1, p = 1, q = 1, k = 1, c = 1] = problem.extents;
    const [gRows = 1, bRows = 1, pRows = 1, qRows = 1, kRows = 1] = peRows;
    const [gColumns = 1, bColumns = 1, pColumns = 1, qColumns = 1, kColumns = 1] = peColumns;
    // Touched input is least where padding is: one PE's first rows and columns.
    const inputRows = touchedElements(problem.rows, 0, Math.ceil(p / pRows));
    const inputColumns = touchedElements(problem.columns, 0, Math.ceil(q / qRows));
    const input = Math.ceil(g / gRows) * Math.ceil(b / bRows) * c * inputRows * inputColumns;
    const groups = Math.ceil(g / gColumns);
    const channels = Math.ceil(k / kColumns);
    const weight = groups * channels * c * this.perChannel;
    const positions = Math.ceil(b / bColumns) * Math.ceil(p / pColumns) * Math.ceil(q / qColumns);
    const output = groups * positions * channels;
    const { operandBytes } = architecture;
    // Operands of fused neighbours come over the input buses of the rows that work.
    const extra = problem.extraElements / (gRows * bRows * pRows * qRows * kRows);
    return Math.max(
      ((input + extra) * operandBytes) / architecture.inputBusBytesPerCycle,
      (weight * operandBytes) / architecture.weightBusBytesPerCycle,
      (output * operandBytes * problem.outputCopies) / architecture.outputBusBytesPerCycle,
    );
  }
}
