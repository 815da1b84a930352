/** What every step of a region's innermost loops takes on one PE's array or lanes. */
import { bug, present } from "../../support/bug.ts";
import type { Pass, RegionProgram } from "../schedule/program.ts";
import { wordsOf } from "./amounts.ts";
import type { AxisNode } from "./axis.ts";
import type { RegionBuild } from "./region-build.ts";
import type { StepTiming } from "./compute-engine.ts";
import { ticksPerCycle } from "./engine.ts";
import type { ArrayShape, PassTiming, TileShape } from "./pass-timing.ts";
import { passTiming } from "./pass-timing.ts";
import type { Walker } from "./walker.ts";

/** True when a region's work is done by the vector lanes. */
export function isOnLanes({ dataflow }: RegionProgram): boolean {
  return dataflow === "vector" || dataflow === "copy";
}

/** The operand that the array holds. */
export function stationaryOperand({ dataflow }: RegionProgram): "input" | "weight" | undefined {
  if (dataflow === "weight-stationary") return "weight";
  return dataflow === "input-stationary" ? "input" : undefined;
}

/** The timing of a walker's step. */
export function computeTiming(build: RegionBuild): (walker: Walker) => StepTiming {
  if (build.region.nest.kind === "vector") return rowTiming(build);
  const pass = passOf(build);
  const shape = tileShapeOf(build);
  const { dataflow } = pass;
  if (dataflow === "vector") return (walker) => laneTiming(build, shape(walker));
  const { arrayRows, arrayColumns, isPipelined } = build.machine.architecture;
  const array = { rows: arrayRows, columns: arrayColumns, isPipelined };
  return remembered(shape, (tile) => arrayTiming(array, tile, { dataflow, groupsPerPass: pass.groupsPerPass }));
}

/**
 * Ticks from the first word of a step in the array to the first sum that is written to the accumulators: at least so long after a
 * step has begun its accumulators, and sums that come back for it, are not needed yet.
 */
export function arrayLatency({ region, loops, nest, machine }: RegionBuild): number {
  const { arrayRows } = machine.architecture;
  switch (region.dataflow) {
    case "vector":
    case "copy":
      return 0;
    case "weight-stationary":
    case "input-stationary":
      return arrayRows * ticksPerCycle;
    case "output-stationary": {
      const kernel = region.nest.kind === "matrix" ? region.nest.rows.kernel * region.nest.columns.kernel : 1;
      return smallestPiece(present(nest.roots[loops.axes.indexOf("c")], "axis")) * kernel * ticksPerCycle;
    }
  }
}

function smallestPiece({ runs, size }: AxisNode): number {
  return runs.length === 0 ? size.pe : Math.min(...runs.map(({ node }) => smallestPiece(node)));
}

function passOf({ loops, region }: RegionBuild): Pass {
  const pass = loops.statements.map(({ statement }) => statement).find((statement) => statement.op === "pass");
  return pass ?? bug(`no pass in region ${region.id}`);
}

function tileShapeOf({ loops, region }: RegionBuild): (walker: Walker) => TileShape {
  const { nest } = region;
  if (nest.kind !== "matrix") bug("a matrix nest is expected");
  const axis = (name: string): number => loops.axes.indexOf(name);
  const [g, b, p, q, k, c] = ["g", "b", "p", "q", "k", "c"].map(axis) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const kernel = nest.rows.kernel * nest.columns.kernel;
  const size = (walker: Walker, of: number): number => walker.piece(of).size.pe;
  return (walker) => ({
    g: size(walker, g),
    positions: size(walker, b) * size(walker, p) * size(walker, q),
    k: size(walker, k),
    c: size(walker, c),
    kernel,
  });
}

/** Timings by shape: few shapes of tile come up again and again. */
function remembered(
  shape: (walker: Walker) => TileShape,
  timing: (tile: TileShape) => StepTiming,
): (walker: Walker) => StepTiming {
  const known = new Map<string, StepTiming>();
  let last: { readonly tile: TileShape; readonly timing: StepTiming } | undefined;
  return (walker) => {
    const tile = shape(walker);
    if (last !== undefined && isSame(last.tile, tile)) return last.timing;
    const key = `${tile.g} ${tile.positions} ${tile.k} ${tile.c}`;
    const made = known.get(key) ?? timing(tile);
    known.set(key, made);
    last = { tile, timing: made };
    return made;
  };
}

function isSame(a: TileShape, b: TileShape): boolean {
  return a.g === b.g && a.positions === b.positions && a.k === b.k && a.c === b.c;
}

function arrayTiming(
  array: ArrayShape,
  tile: TileShape,
  pass: { readonly dataflow: Exclude<Pass["dataflow"], "vector">; readonly groupsPerPass: number },
): StepTiming {
  return inTicks(passTiming(array, tile, pass));
}

function inTicks({ folds, loadCycles, lastStart, free, firstSum, lastSum }: PassTiming): StepTiming {
  return {
    load: loadCycles * ticksPerCycle,
    lastStart: lastStart * ticksPerCycle,
    free: free * ticksPerCycle,
    firstSum: firstSum * ticksPerCycle,
    lastSum: lastSum * ticksPerCycle,
    staysLoaded: folds === 1,
  };
}

/** Every lane works on one output: a multiplication and an addition for each word of the reduction. */
function laneTiming({ machine }: RegionBuild, { g, positions, k, c, kernel }: TileShape): StepTiming {
  const rounds = Math.ceil((g * positions * k) / machine.architecture.lanesPerPe);
  return laneTicks(2 * rounds * c * kernel * ticksPerCycle);
}

/** Points of a strip lie along the lanes; every sweep does its part of the operations. */
function rowTiming({ region, words, machine }: RegionBuild): (walker: Walker) => StepTiming {
  const { nest } = region;
  if (nest.kind !== "vector") return bug("a vector nest is expected");
  const ops = nest.opsPerPoint / (nest.extents["sweep"] ?? 1);
  const { lanesPerPe } = machine.architecture;
  const operand = present(words.output.relevant.some((isRelevant) => isRelevant) ? words.output : words.input, "words");
  return (walker) => {
    const rounds = Math.ceil(wordsOf(walker, operand, "size", "pe") / lanesPerPe);
    return laneTicks(Math.round(rounds * ops * ticksPerCycle));
  };
}

function laneTicks(ticks: number): StepTiming {
  return { load: 0, lastStart: ticks, free: ticks, firstSum: ticks, lastSum: ticks, staysLoaded: false };
}
