/** Walks the loops of a nest from one tile of an operand to the next, as every engine does by itself. */
import { present } from "../../support/bug.ts";
import type { AxisNode } from "./axis.ts";

/** One loop of a nest. */
export interface NestLoop {
  /** Number of its axis in `LoopNest.roots`. */
  readonly axis: number;
  /** The next loop outside that cuts the same axis; −1: none. */
  readonly outer: number;
  /** Innermost iterations in one iteration of this loop, were every loop inside always as long as at its longest. */
  readonly weight: number;
}

/** Loops, outermost first, and the axes that they cut. */
export interface LoopNest {
  readonly loops: readonly NestLoop[];
  readonly roots: readonly AxisNode[];
}

/** What a walker stops at. */
export interface Stops {
  /** By axis: whether the operand depends on it. */
  readonly relevant: readonly boolean[];
  /** The tile is what the loops outside this depth pick. */
  readonly tileDepth: number;
  /** Loops outside this depth are walked; where it is deeper than `tileDepth` a tile goes piece by piece, each piece once. */
  readonly depth: number;
}

/** Place of a walker that has ended. */
export const ended = Number.POSITIVE_INFINITY;

/** The piece of `node` in iteration `index` of the next loop. */
function childOf(node: AxisNode, index: number): AxisNode {
  let left = index;
  for (const run of node.runs) {
    if (left < run.count) return run.node;
    left -= run.count;
  }
  return node;
}

/**
 * Where an engine stands. Places (`at`) are Σ iteration × weight over the loops: they grow as the walk goes on, and engines that
 * stop at different things compare where they are.
 */
export class Walker {
  readonly nest: LoopNest;
  readonly depth: number;
  readonly index: number[];
  /** By loop: the piece of its axis in the current iteration. */
  readonly nodes: AxisNode[];
  /** By loop: whether the operand depends on its axis. */
  readonly relevant: readonly boolean[];
  /** Place of the current tile or piece. */
  at = 0;
  isTileStart = true;
  /** Loops whose iteration the last step changed, as bits. */
  moved = 0;
  private readonly tileDepth: number;
  /** By axis: the innermost walked loop that cuts it; −1: none. */
  private readonly innermost: readonly number[];

  constructor(nest: LoopNest, stops: Stops) {
    this.nest = nest;
    this.depth = stops.depth;
    this.tileDepth = stops.tileDepth;
    this.index = nest.loops.map(() => 0);
    this.relevant = nest.loops.map(({ axis }) => stops.relevant[axis] === true);
    this.innermost = nest.roots.map((_root, axis) =>
      nest.loops.findLastIndex((loop, position) => loop.axis === axis && position < stops.depth),
    );
    this.nodes = [];
    nest.loops.forEach((_loop, position) => this.nodes.push(childOf(this.parent(position), 0)));
  }

  get isDone(): boolean {
    return this.at === ended;
  }

  /** The piece of an axis under all loops that are walked. */
  piece(axis: number): AxisNode {
    const position = this.innermost[axis] ?? -1;
    return present(position < 0 ? this.nest.roots[axis] : this.nodes[position], "piece");
  }

  /** What a loop cuts in the iterations of the loops around it. */
  parent(position: number): AxisNode {
    const loop = present(this.nest.loops[position], "loop");
    return present(loop.outer < 0 ? this.nest.roots[loop.axis] : this.nodes[loop.outer], "piece");
  }

  /** Goes on to the next tile or piece. */
  advance(): void {
    let changesInside = false;
    for (let position = this.depth - 1; position >= 0; position--) {
      const { trips } = this.parent(position);
      const isInTile = position >= this.tileDepth;
      const stepsHere = this.relevant[position] === true || (!isInTile && changesInside);
      if (stepsHere && (this.index[position] ?? 0) < trips - 1) {
        this.step(position);
        return;
      }
      if (!isInTile && this.relevant[position] === true && trips > 1) changesInside = true;
    }
    this.at = ended;
    this.moved = 0;
  }

  private step(position: number): void {
    const { loops } = this.nest;
    this.moved = 1 << position;
    for (let inner = position + 1; inner < this.depth; inner++) {
      const old = this.index[inner] ?? 0;
      if (old === 0) continue;
      this.moved |= 1 << inner;
      this.at -= old * (loops[inner]?.weight ?? 0);
      this.index[inner] = 0;
    }
    this.at += loops[position]?.weight ?? 0;
    this.index[position] = (this.index[position] ?? 0) + 1;
    this.refresh(position);
    this.isTileStart = position < this.tileDepth;
  }

  private refresh(from: number): void {
    for (let position = from; position < this.depth; position++) {
      this.nodes[position] = childOf(this.parent(position), this.index[position] ?? 0);
    }
  }

  /** Jumps over iterations of a loop that are all alike. */
  skip(position: number, iterations: number): void {
    const distance = iterations * (this.nest.loops[position]?.weight ?? 0);
    this.index[position] = (this.index[position] ?? 0) + iterations;
    this.at += distance;
    this.refresh(position);
  }

  /** True when no loop that the tile does not depend on has brought it before. */
  get isFirstVisit(): boolean {
    return this.index.every((index, position) => index === 0 || this.relevant[position] === true);
  }

  /** True when no loop from `depth` inwards that the tile does not depend on will bring it again. */
  isLastVisit(depth: number): boolean {
    let changesInside = false;
    for (let position = this.depth - 1; position >= depth; position--) {
      const { trips } = this.parent(position);
      if (this.relevant[position] === true) changesInside ||= trips > 1;
      else if (changesInside && (this.index[position] ?? 0) < trips - 1) return false;
    }
    return true;
  }

  /** The outermost depth around `depth` that the operand's tile of `depth` does not change from. */
  stayDepth(depth: number): number {
    let outer = depth;
    for (let position = depth - 1; position >= 0; position--) {
      if (this.relevant[position] === true && this.parent(position).trips > 1) break;
      outer = position;
    }
    return outer;
  }

  /** Place at which the same tile was there before; only where it was. */
  previousVisit(): number {
    let at = this.at;
    const { loops } = this.nest;
    for (let position = this.depth - 1; position >= 0; position--) {
      const index = this.index[position] ?? 0;
      if (this.relevant[position] === true || index === 0) continue;
      at -= loops[position]?.weight ?? 0;
      // Loops inside that bring the tile again were in their last iterations then.
      const before = childOf(this.parent(position), index - 1);
      for (let inner = position + 1; inner < this.depth; inner++) {
        if (this.relevant[inner] === true || !this.changesWithin(inner)) continue;
        const trips = loops[inner]?.outer === position ? before.trips : this.parent(inner).trips;
        at += (trips - 1) * (loops[inner]?.weight ?? 0);
      }
      return at;
    }
    return at;
  }

  private changesWithin(position: number): boolean {
    for (let inner = position + 1; inner < this.depth; inner++) {
      if (this.relevant[inner] === true && this.parent(inner).trips > 1) return true;
    }
    return false;
  }
}
