/** Random small matrix problems, machines and mappings: ragged, strided, padded, spread, in any loop order. Seeded. */
import type { Architecture, MemoryLevel } from "../../../src/backend/architecture.ts";
import type { MatrixMapping } from "../../../src/backend/mapping/matrix-mapping.ts";
import type { MatrixProblem, SlidingWindow } from "../../../src/backend/mapping/problem.ts";
import type { RandomStream } from "../../../src/support/random.ts";
import { randomStream } from "../../../src/support/random.ts";

export const plainWindow: SlidingWindow = { kernel: 1, stride: 1, dilation: 1, padBefore: 0, inputExtent: 1 };

/** A problem of these extents (g, b, p, q, k, c) without windows and without fused neighbours. */
export function problemOf(extents: readonly number[], changes: Partial<MatrixProblem> = {}): MatrixProblem {
  return {
    kind: "matrix",
    extents,
    rows: { ...plainWindow, inputExtent: extents[2] ?? 1 },
    columns: { ...plainWindow, inputExtent: extents[3] ?? 1 },
    prologueOps: 0,
    epilogueOps: 0,
    extraElements: 0,
    outputCopies: 1,
    loopNames: ["g", "b", "p", "q", "k", "c"],
    isDepthwise: false,
    ...changes,
  };
}

/** Levels with capacities that nothing small exceeds. `spread` is the first level that every PE has for itself. */
export function roomyLevels(count: number, spread: number): readonly MemoryLevel[] {
  const bytes = 2 ** 40;
  return Array.from({ length: count }, (_unused, depth) => ({
    level: depth === count - 1 ? ("l1" as const) : depth === 0 && spread > 0 ? ("gm" as const) : ("l2" as const),
    capacity: { kind: "pool" as const, bytes },
    isPerPe: depth >= spread,
  }));
}

/** A machine with one 4×4 array and wide paths, but for `changes`. */
export function machineOf(changes: Partial<Architecture> = {}): Architecture {
  return {
    levels: roomyLevels(2, 1),
    peRows: 1,
    peColumns: 1,
    arrayRows: 4,
    arrayColumns: 4,
    lanesPerPe: 4,
    operandBytes: 2,
    accumulatorBytes: 4,
    dramBytesPerCycle: 16,
    gmBytesPerCycle: 64,
    inputBusBytesPerCycle: 8,
    weightBusBytesPerCycle: 8,
    outputBusBytesPerCycle: 16,
    dataflows: ["weight-stationary", "output-stationary"],
    packsGroups: true,
    isPipelined: true,
    key: "test",
    ...changes,
  };
}

export interface RandomNest {
  readonly problem: MatrixProblem;
  readonly architecture: Architecture;
  readonly mapping: MatrixMapping;
  /** The first level that every PE has for itself. */
  readonly spread: number;
}

export interface NestLimits {
  /** Most points of the iteration space (kernel not counted). */
  readonly points: number;
  readonly extent: number;
  /** Chance that a level below the first per-PE level exists (a private L2). */
  readonly privateL2: boolean;
}

const whole = (stream: RandomStream, least: number, most: number): number => least + stream.integer(most - least + 1);

/** The random nest of a seed. */
export function randomNest(seed: number, limits: NestLimits): RandomNest {
  const stream = randomStream(seed);
  const extents = randomExtents(stream, limits);
  const [rows, columns] = [randomWindow(stream, extents[2] ?? 1), randomWindow(stream, extents[3] ?? 1)];
  const { count, spread } = randomLevels(stream, limits.privateL2);
  const peRows = randomFactors(stream, extents);
  const peColumns = randomFactors(stream, extents);
  const tiles = randomTiles(stream, {
    extents,
    count,
    spread,
    pes: peRows.map((f, loop) => f * (peColumns[loop] ?? 1)),
  });
  const orders = randomOrders(stream, { extents, tiles, spread, peRows, peColumns });
  const groupsPerPass = whole(stream, 1, 3);
  const mapping = { dataflow: "weight-stationary" as const, peRows, peColumns, tiles, orders, groupsPerPass };
  const architecture = machineOf({
    levels: roomyLevels(count, spread),
    peRows: product(peRows),
    peColumns: product(peColumns),
  });
  return { problem: problemOf(extents, { rows, columns }), architecture, mapping, spread };
}

function product(factors: readonly number[]): number {
  return factors.reduce((all, factor) => all * factor, 1);
}

function randomExtents(stream: RandomStream, limits: NestLimits): readonly number[] {
  const extents = [1, 1, 1, 1, 1, 1];
  for (let tries = 0; tries < 12; tries++) {
    const loop = stream.integer(6);
    const extent = whole(stream, 1, limits.extent);
    const others = product(extents) / (extents[loop] ?? 1);
    if (others * extent <= limits.points) extents[loop] = extent;
  }
  return extents;
}

function randomWindow(stream: RandomStream, outputs: number): SlidingWindow {
  if (stream.integer(3) === 0) return { ...plainWindow, inputExtent: outputs };
  const [kernel, stride, dilation] = [whole(stream, 1, 3), whole(stream, 1, 3), whole(stream, 1, 2)];
  const reach = (kernel - 1) * dilation + 1;
  const padBefore = stream.integer(3);
  const padAfter = stream.integer(3);
  // A convolution's output extent follows from the padded input: anything from an exact fit to a stride too many.
  const inputExtent = (outputs - 1) * stride + reach - padBefore - padAfter + stream.integer(stride);
  return { kernel, stride, dilation, padBefore, inputExtent: Math.max(1, inputExtent) };
}

function randomLevels(stream: RandomStream, privateL2: boolean): { count: number; spread: number } {
  const choices = [
    { count: 1, spread: 0 },
    { count: 2, spread: 1 },
    { count: 2, spread: 1 },
    { count: 3, spread: 2 },
    ...(privateL2
      ? [
          { count: 2, spread: 0 },
          { count: 3, spread: 1 },
          { count: 3, spread: 1 },
        ]
      : []),
  ];
  return choices[stream.integer(choices.length)] ?? { count: 2, spread: 1 };
}

/** Up to two loops are spread, over at most three PEs each; never the reduction. */
function randomFactors(stream: RandomStream, extents: readonly number[]): readonly number[] {
  const factors = [1, 1, 1, 1, 1, 1];
  for (let tries = stream.integer(3); tries > 0; tries--) {
    const loop = stream.integer(5);
    if (product(factors) === 1 || stream.integer(2) === 0)
      factors[loop] = Math.min(extents[loop] ?? 1, whole(stream, 1, 3));
  }
  return factors;
}

function randomTiles(
  stream: RandomStream,
  nest: {
    readonly extents: readonly number[];
    readonly count: number;
    readonly spread: number;
    readonly pes: readonly number[];
  },
): readonly (readonly number[])[] {
  const tiles: (readonly number[])[] = [];
  let above = nest.extents;
  for (let depth = 0; depth < nest.count; depth++) {
    const room = depth === nest.spread ? above.map((size, loop) => Math.ceil(size / (nest.pes[loop] ?? 1))) : above;
    const tile = room.map((size) => (stream.integer(3) === 0 ? size : whole(stream, 1, size)));
    tiles.push(tile);
    above = tile;
  }
  return tiles;
}

/** A random order of the loops of each level; loops with one trip are left out of some. */
function randomOrders(
  stream: RandomStream,
  nest: {
    readonly extents: readonly number[];
    readonly tiles: readonly (readonly number[])[];
    readonly spread: number;
    readonly peRows: readonly number[];
    readonly peColumns: readonly number[];
  },
): readonly (readonly number[])[] {
  return nest.tiles.map((tile, depth) => {
    const above = depth === 0 ? nest.extents : (nest.tiles[depth - 1] ?? []);
    const pes = (loop: number): number =>
      depth === nest.spread ? (nest.peRows[loop] ?? 1) * (nest.peColumns[loop] ?? 1) : 1;
    const order = [0, 1, 2, 3, 4, 5].filter(
      (loop) => Math.ceil((above[loop] ?? 1) / pes(loop)) > (tile[loop] ?? 1) || stream.integer(2) === 0,
    );
    for (let last = order.length - 1; last > 0; last--) {
      const other = stream.integer(last + 1);
      const [a, b] = [order[last] ?? 0, order[other] ?? 0];
      order[last] = b;
      order[other] = a;
    }
    return order;
  });
}
