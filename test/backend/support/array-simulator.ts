/**
 * Runs the array passes of the PE with most work one after the other and adds their cycles: the oracle of the closed-form
 * compute cycles.
 *
 * - Weight-stationary: a pass holds at most rows × columns weights of up to `groupsPerPass` groups and streams all positions
 *   of the innermost tile. Passes in a row with the same weights are one burst. Loading weights takes `rows` cycles and
 *   overlaps with the burst before, so a burst takes max(positions, rows) when other weights follow, else its positions.
 * - Input-stationary: the same with rows × columns inputs (reduction words × positions) held and output channels streaming.
 * - Output-stationary: a pass holds rows × columns outputs of one group while the tile's reduction words stream; it takes
 *   max(words, rows), as draining takes `rows`.
 * - Vector: outputs of a tile lie along the lanes; each of its reduction words costs a multiplication and an addition.
 * - Not pipelined: every pass waits for the one before: SCALE-Sim's folds, 2·rows + columns + positions − 2 and
 *   rows + columns + words − 2.
 */
import type { Architecture } from "../../../src/backend/architecture.ts";
import type { MatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { Interval, Nest } from "./loop-nest-simulator.ts";
import { innermostTiles } from "./loop-nest-simulator.ts";

interface Pass {
  /** What is held: weights or outputs. */
  readonly held: string;
  /** Positions or words that stream through. */
  readonly streamed: number;
}

type Machine = Pick<Architecture, "arrayRows" | "arrayColumns" | "lanesPerPe" | "isPipelined">;

/** Compute cycles of the busiest PE, and the positions of the last burst (weight-stationary). */
export function simulateArray(
  nest: Nest,
  machine: Machine,
  engine: Pick<MatrixMapping, "dataflow" | "groupsPerPass">,
): { readonly cycles: number; readonly lastBurst: number } {
  const tiles = innermostTiles(nest);
  const { arrayRows: rows, arrayColumns: columns } = machine;
  switch (engine.dataflow) {
    case "weight-stationary": {
      const passes = tiles.flatMap((tile) => weightPasses(nest, tile, { rows, columns, pack: engine.groupsPerPass }));
      if (!machine.isPipelined) {
        return { cycles: sum(passes.map((pass) => 2 * rows + columns + pass.streamed - 2)), lastBurst: rows };
      }
      const bursts = mergeRepeats(passes);
      const cycles = bursts.map((pass, at) => (at + 1 < bursts.length ? Math.max(pass.streamed, rows) : pass.streamed));
      return { cycles: sum(cycles), lastBurst: bursts.at(-1)?.streamed ?? 0 };
    }
    case "input-stationary": {
      const passes = tiles.flatMap((tile) => inputPasses(nest, tile, { rows, columns }));
      if (!machine.isPipelined) {
        return { cycles: sum(passes.map((pass) => 2 * rows + columns + pass.streamed - 2)), lastBurst: rows };
      }
      const bursts = mergeRepeats(passes);
      const cycles = bursts.map((pass, at) => (at + 1 < bursts.length ? Math.max(pass.streamed, rows) : pass.streamed));
      return { cycles: sum(cycles), lastBurst: bursts.at(-1)?.streamed ?? 0 };
    }
    case "output-stationary": {
      const passes = tiles.flatMap((tile) => outputPasses(nest, tile, { rows, columns }));
      const cycles = passes.map(({ streamed }) =>
        machine.isPipelined ? Math.max(streamed, rows) : rows + columns + streamed - 2,
      );
      return { cycles: sum(cycles), lastBurst: rows };
    }
    case "vector":
      return { cycles: sum(tiles.map((tile) => vectorCycles(nest, tile, machine.lanesPerPe))), lastBurst: rows };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** [from, to) cut into pieces of at most `size`. */
function pieces(from: number, to: number, size: number): readonly string[] {
  const found: string[] = [];
  for (let start = from; start < to; start += size) found.push(`${start}-${Math.min(start + size, to)}`);
  return found;
}

function part(tile: readonly Interval[], loop: number): { from: number; to: number; size: number } {
  const { start, size } = tile[loop] ?? { start: 0, size: 1 };
  return { from: start, to: start + size, size };
}

const kernelSize = (nest: Nest): number => nest.rows.kernel * nest.columns.kernel;

function weightPasses(
  nest: Nest,
  tile: readonly Interval[],
  array: { readonly rows: number; readonly columns: number; readonly pack: number },
): readonly Pass[] {
  const [g, b, p, q, k, c] = [0, 1, 2, 3, 4, 5].map((loop) => part(tile, loop)) as [P, P, P, P, P, P];
  const streamed = b.size * p.size * q.size;
  const passes: Pass[] = [];
  for (const groups of pieces(g.from, g.to, array.pack)) {
    for (const channels of pieces(k.from, k.to, array.columns)) {
      for (const words of pieces(c.from * kernelSize(nest), c.to * kernelSize(nest), array.rows)) {
        passes.push({ held: `${groups} ${channels} ${words}`, streamed });
      }
    }
  }
  return passes;
}

type P = ReturnType<typeof part>;

function mergeRepeats(passes: readonly Pass[]): readonly Pass[] {
  const merged: Pass[] = [];
  for (const pass of passes) {
    const last = merged.at(-1);
    if (last?.held === pass.held) merged[merged.length - 1] = { ...pass, streamed: last.streamed + pass.streamed };
    else merged.push(pass);
  }
  return merged;
}

/** As `weightPasses` with the operands exchanged: inputs of one group are held, output channels stream. */
function inputPasses(
  nest: Nest,
  tile: readonly Interval[],
  array: { readonly rows: number; readonly columns: number },
): readonly Pass[] {
  const [g, b, p, q, k, c] = [0, 1, 2, 3, 4, 5].map((loop) => part(tile, loop)) as [P, P, P, P, P, P];
  const passes: Pass[] = [];
  const box = `${b.from} ${p.from} ${q.from}`;
  for (const group of pieces(g.from, g.to, 1)) {
    for (const positions of pieces(0, b.size * p.size * q.size, array.columns)) {
      for (const words of pieces(c.from * kernelSize(nest), c.to * kernelSize(nest), array.rows)) {
        passes.push({ held: `${group} ${box} ${positions} ${words}`, streamed: k.size });
      }
    }
  }
  return passes;
}

function outputPasses(
  nest: Nest,
  tile: readonly Interval[],
  array: { readonly rows: number; readonly columns: number },
): readonly Pass[] {
  const [g, b, p, q, k, c] = [0, 1, 2, 3, 4, 5].map((loop) => part(tile, loop)) as [P, P, P, P, P, P];
  const passes: Pass[] = [];
  for (const group of pieces(g.from, g.to, 1)) {
    for (const channels of pieces(k.from, k.to, array.columns)) {
      for (const positions of pieces(0, b.size * p.size * q.size, array.rows)) {
        passes.push({ held: `${group} ${channels} ${positions}`, streamed: c.size * kernelSize(nest) });
      }
    }
  }
  return passes;
}

function vectorCycles(nest: Nest, tile: readonly Interval[], lanes: number): number {
  const outputs = [0, 1, 2, 3, 4].reduce((product, loop) => product * part(tile, loop).size, 1);
  let cycles = 0;
  for (let done = 0; done < outputs; done += lanes) {
    for (let word = 0; word < part(tile, 5).size * kernelSize(nest); word++) cycles += 2;
  }
  return cycles;
}
