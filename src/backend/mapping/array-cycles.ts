/** Cycles that the arrays (or the vector lanes) of the busiest PE compute under a mapping. */
import type { Architecture } from "../architecture.ts";
import type { MatrixMapping } from "./matrix-mapping.ts";
import type { MatrixProblem } from "./problem.ts";
import { at } from "./problem.ts";
import type { TileNode } from "./tiling.ts";
import type { TileLoops } from "./traffic.ts";
import { relevantLoops } from "./traffic.ts";

/** Reduction words of one output: the kernel positions times `channels`. */
export function reductionSize(problem: MatrixProblem, channels: number): number {
  return channels * problem.rows.kernel * problem.columns.kernel;
}

/** Groups that share one weight-stationary pass, block-diagonally; 1 when a group fills the array or packing is off. */
export function packedGroups(problem: MatrixProblem, architecture: Architecture): number {
  const [groups = 1, , , , k = 1, c = 1] = problem.extents;
  if (!architecture.packsGroups || groups === 1) return 1;
  const fit = Math.min(
    Math.floor(architecture.arrayColumns / k),
    Math.floor(architecture.arrayRows / reductionSize(problem, c)),
  );
  return Math.max(1, Math.min(fit, groups));
}

/** Pipeline skew of an array: cycles from the first word in to the first full diagonal out. */
function skewCycles(architecture: Architecture): number {
  return architecture.arrayRows + architecture.arrayColumns - 2;
}

/** Cycles in which an array only fills and drains, once a region; without pipelining every pass counts its own. */
export function arrayFillCycles(architecture: Architecture, dataflow: MatrixMapping["dataflow"]): number {
  if (dataflow === "vector" || !architecture.isPipelined) return 0;
  return architecture.arrayRows + skewCycles(architecture);
}

interface Context {
  readonly problem: MatrixProblem;
  readonly architecture: Architecture;
  readonly mapping: MatrixMapping;
  readonly loops: TileLoops;
}

/** Compute cycles of the busiest PE, without fill and drain. */
export function computeCycles(context: Context): number {
  switch (context.mapping.dataflow) {
    case "weight-stationary":
      return weightStationaryCycles(context);
    case "input-stationary":
      return inputStationaryCycles(context);
    case "output-stationary":
      return outputStationaryCycles(context);
    case "vector":
      return vectorCycles(context);
  }
}

function leaves(loops: TileLoops, slot: number): readonly TileNode[] {
  return loops.chains[slot]?.nodes.at(-1) ?? [];
}

/** Σ over innermost tiles of count × f(size). */
function sumOf(nodes: readonly TileNode[], f: (size: number) => number): number {
  return nodes.reduce((total, node) => total + node.count * f(node.size), 0);
}

/** Σ over all combinations of innermost tiles of b, p and q of f(streamed positions). */
function sumOverPositions(nodes: readonly (readonly TileNode[])[], f: (positions: number) => number): number {
  const [bs = [], ps = [], qs = []] = nodes;
  let total = 0;
  for (const b of bs) {
    for (const p of ps) {
      for (const q of qs) total += b.count * p.count * q.count * f(b.shareBelow * p.shareBelow * q.shareBelow);
    }
  }
  return total;
}

/**
 * A pass holds one weight tile of at most rows × columns and streams m positions: max(m, rows) cycles when the next pass
 * holds other weights (loading takes `rows` cycles, overlapped with streaming), m otherwise.
 */
function weightStationaryCycles({ problem, architecture, mapping, loops }: Context): number {
  const { arrayRows, arrayColumns, isPipelined } = architecture;
  const passesOfGroups = sumOf(leaves(loops, at.g), (groups) => Math.ceil(groups / mapping.groupsPerPass));
  const columnFolds = sumOf(leaves(loops, at.k), (k) => Math.ceil(k / arrayColumns));
  const rowFolds = sumOf(leaves(loops, at.c), (c) => Math.ceil(reductionSize(problem, c) / arrayRows));
  const passes = passesOfGroups * columnFolds * rowFolds;
  const positions = [at.b, at.p, at.q];
  if (!isPipelined) {
    const serial = arrayRows + skewCycles(architecture);
    return (
      passes *
      sumOverPositions(
        positions.map((slot) => leaves(loops, slot)),
        (m) => m + serial,
      )
    );
  }
  const held = holdsOneWeightTile({ problem, architecture, mapping, loops });
  const bursts = positions.map((slot) => (held ? burstNodes(loops, slot, "weight") : leaves(loops, slot)));
  return passes * sumOverPositions(bursts, (m) => Math.max(m, arrayRows));
}

/** True when the innermost tile's weights fill at most one pass, so that they can stay while further tiles stream. */
function holdsOneWeightTile({ problem, architecture, mapping }: Context): boolean {
  const tile = mapping.tiles.at(-1) ?? [];
  const [groups = 1, , , , k = 1, c = 1] = tile;
  return (
    groups <= mapping.groupsPerPass &&
    k <= architecture.arrayColumns &&
    reductionSize(problem, c) <= architecture.arrayRows
  );
}

/**
 * Tiles of a streamed loop between two changes of the operand that is held: loops outside the innermost loop that moves it end
 * a burst, loops inside it prolong it. Node sizes are those of the busiest PE.
 */
function burstNodes(loops: TileLoops, slot: number, held: "weight" | "input"): readonly TileNode[] {
  const chain = loops.chains[slot];
  if (chain === undefined) return [];
  const innermost = innermostMovingLoop(loops, held);
  if (innermost === undefined) return [wholeNode(chain)];
  const isInside = (loops.orders[innermost.depth] ?? []).indexOf(slot) > innermost.position;
  const depth = isInside ? innermost.depth - 1 : innermost.depth;
  return depth < 0 ? [wholeNode(chain)] : (chain.nodes[depth] ?? []);
}

/** Place of the innermost loop whose steps bring another part of an operand. */
function innermostMovingLoop(
  loops: TileLoops,
  operand: "weight" | "input",
): { readonly depth: number; readonly position: number } | undefined {
  for (let depth = loops.orders.length - 1; depth >= 0; depth--) {
    const order = loops.orders[depth] ?? [];
    for (let position = order.length - 1; position >= 0; position--) {
      const slot = order[position] ?? 0;
      if (!relevantLoops[operand].includes(slot)) continue;
      const classes = loops.chains[slot]?.classes[depth] ?? [];
      if (classes.some((entry) => ((entry.signature >> depth) & 1) === 1)) return { depth, position };
    }
  }
  return undefined;
}

function wholeNode(chain: NonNullable<TileLoops["chains"][number]>): TileNode {
  const [outer = []] = chain.nodes;
  const shareBelow = outer.reduce((total, node) => total + node.count * node.shareBelow, 0);
  return { count: 1, size: shareBelow, shareBelow };
}

/**
 * As weight-stationary with the operands exchanged: a pass holds reduction words × positions of the input and streams the output
 * channels: max(k, rows) cycles when the next pass holds other inputs, k otherwise.
 */
function inputStationaryCycles({ problem, architecture, mapping, loops }: Context): number {
  const { arrayRows, arrayColumns, isPipelined } = architecture;
  const groups = sumOf(leaves(loops, at.g), (size) => size);
  const rowFolds = sumOf(leaves(loops, at.c), (c) => Math.ceil(reductionSize(problem, c) / arrayRows));
  const positionNodes = [at.b, at.p, at.q].map((slot) => leaves(loops, slot));
  const columnFolds = sumOverPositions(positionNodes, (m) => Math.ceil(m / arrayColumns));
  const passes = groups * rowFolds * columnFolds;
  if (!isPipelined) return passes * sumOf(leaves(loops, at.k), (k) => k + arrayRows + skewCycles(architecture));
  const [g = 1, b = 1, p = 1, q = 1, , c = 1] = mapping.tiles.at(-1) ?? [];
  const isHeld = g === 1 && b * p * q <= arrayColumns && reductionSize(problem, c) <= arrayRows;
  const bursts = isHeld ? burstNodes(loops, at.k, "input") : leaves(loops, at.k);
  return passes * bursts.reduce((total, node) => total + node.count * Math.max(node.shareBelow, arrayRows), 0);
}

/** A pass keeps rows × columns outputs while the reduction streams: max(reduction, rows) cycles, draining takes `rows`. */
function outputStationaryCycles({ problem, architecture, loops }: Context): number {
  const { arrayRows, arrayColumns, isPipelined } = architecture;
  const groups = sumOf(leaves(loops, at.g), (size) => size);
  const columnFolds = sumOf(leaves(loops, at.k), (k) => Math.ceil(k / arrayColumns));
  const streamed = sumOf(leaves(loops, at.c), (c) => {
    const words = reductionSize(problem, c);
    return isPipelined ? Math.max(words, arrayRows) : words + skewCycles(architecture);
  });
  const rowFolds = sumOverPositions(
    [at.b, at.p, at.q].map((slot) => leaves(loops, slot)),
    (m) => Math.ceil(m / arrayRows),
  );
  return groups * columnFolds * streamed * rowFolds;
}

/** Outputs of a tile lie along the lanes; a MAC is a multiplication and an addition. */
function vectorCycles({ problem, architecture, loops }: Context): number {
  const words = sumOf(leaves(loops, at.c), (c) => reductionSize(problem, c));
  let rows = 0;
  for (const g of leaves(loops, at.g)) {
    for (const k of leaves(loops, at.k)) {
      rows +=
        g.count *
        k.count *
        sumOverPositions(
          [at.b, at.p, at.q].map((slot) => leaves(loops, slot)),
          (m) => Math.ceil((g.size * k.size * m) / architecture.lanesPerPe),
        );
    }
  }
  return 2 * words * rows;
}
