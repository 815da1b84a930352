/** A matrix problem placed on an architecture: the mapper's own form of a mapping, compact enough to enumerate. */
import type { Architecture } from "../architecture.ts";
import type { Dataflow, LevelTiling, LoopSizes, Mapping } from "../../ir/decisions.ts";
import { bug } from "../../support/bug.ts";
import type { MatrixProblem, Tile } from "./problem.ts";
import { at, matrixLoops } from "./problem.ts";
import type { TileLoops } from "./traffic.ts";
import type { LoopChain } from "./tiling.ts";
import { cutLoop } from "./tiling.ts";

/** Tiles and orders by level, outermost first, as the architecture's levels. Slots are those of `matrixLoops`. */
export interface MatrixMapping {
  readonly dataflow: Exclude<Dataflow, "copy">;
  /** How many ways each loop is spread over the rows and the columns of the PE grid. */
  readonly peRows: Tile;
  readonly peColumns: Tile;
  /** Tile of one instance of each level. */
  readonly tiles: readonly Tile[];
  readonly orders: readonly (readonly number[])[];
  /** Groups that share one array pass, block-diagonally. */
  readonly groupsPerPass: number;
}

interface ChainNode {
  readonly inner: Map<number, ChainNode>;
  chain: LoopChain | undefined;
}

function child(nodes: Map<number, ChainNode>, key: number): ChainNode {
  const known = nodes.get(key);
  if (known !== undefined) return known;
  const made: ChainNode = { inner: new Map(), chain: undefined };
  nodes.set(key, made);
  return made;
}

/** Cut loops, remembered by where they are cut: the same cuts come back in thousands of mappings of a problem. */
export class ChainCache {
  private readonly known = new Map<number, ChainNode>();
  private readonly problem: MatrixProblem;
  readonly perPeLevel: number;

  constructor(problem: MatrixProblem, architecture: Architecture) {
    this.problem = problem;
    this.perPeLevel = architecture.levels.findIndex((level) => level.isPerPe);
  }

  /** Keys are walked number by number: a joined text would cost more than the cost model itself. */
  chain(slot: number, tiles: readonly number[], unroll: number): LoopChain {
    let node = child(this.known, slot * 65536 + unroll);
    for (const size of tiles) node = child(node.inner, size);
    if (node.chain !== undefined) return node.chain;
    const { extents, rows, columns } = this.problem;
    const window = slot === at.p ? rows : slot === at.q ? columns : undefined;
    const cuts = { extent: extents[slot] ?? 1, tiles, unroll, perPeLevel: this.perPeLevel };
    node.chain = cutLoop(cuts, window);
    return node.chain;
  }

  loops(mapping: MatrixMapping): TileLoops {
    const chains = matrixLoops.map((_loop, slot) =>
      this.chain(
        slot,
        mapping.tiles.map((tile) => tile[slot] ?? 1),
        (mapping.peRows[slot] ?? 1) * (mapping.peColumns[slot] ?? 1),
      ),
    );
    return { chains, orders: mapping.orders };
  }
}

/** The mapping as it is written to files and IR: loops by their own names, those of extent 1 left out. */
export function exportMatrixMapping(
  problem: MatrixProblem,
  architecture: Architecture,
  mapping: MatrixMapping,
): Omit<Mapping, "region"> {
  const sizes = (tile: Tile): LoopSizes =>
    Object.fromEntries(
      matrixLoops.flatMap((_loop, slot) =>
        (problem.extents[slot] ?? 1) > 1 ? [[problem.loopNames[slot] ?? "", tile[slot] ?? 1] as const] : [],
      ),
    );
  const factors = (tile: Tile): LoopSizes =>
    Object.fromEntries(Object.entries(sizes(tile)).filter(([, factor]) => factor > 1));
  const levels = architecture.levels.map((level, depth): LevelTiling => {
    return {
      level: level.level,
      tile: sizes(mapping.tiles[depth] ?? []),
      order: movingLoops({ problem, architecture, mapping }, depth).map((slot) => problem.loopNames[slot] ?? ""),
    };
  });
  return {
    dataflow: mapping.dataflow,
    extents: sizes(problem.extents),
    spatial: { peRows: factors(mapping.peRows), peColumns: factors(mapping.peColumns) },
    groupsPerPass: mapping.groupsPerPass,
    levels,
  };
}

/** Loops that step over the tiles of a level, outermost first: those of more than one trip. */
export function movingLoops(
  {
    problem,
    architecture,
    mapping,
  }: { readonly problem: MatrixProblem; readonly architecture: Architecture; readonly mapping: MatrixMapping },
  depth: number,
): readonly number[] {
  return (mapping.orders[depth] ?? []).filter((slot) => trips(problem, mapping, { slot, depth, architecture }) > 1);
}

/** Most trips of a loop over the tiles of one level. */
function trips(
  problem: MatrixProblem,
  mapping: MatrixMapping,
  loop: { readonly slot: number; readonly depth: number; readonly architecture: Architecture },
): number {
  const { slot, depth, architecture } = loop;
  const outer = depth === 0 ? (problem.extents[slot] ?? 1) : (mapping.tiles[depth - 1]?.[slot] ?? 1);
  const isSpread = depth === architecture.levels.findIndex((level) => level.isPerPe);
  const share = isSpread ? Math.ceil(outer / ((mapping.peRows[slot] ?? 1) * (mapping.peColumns[slot] ?? 1))) : outer;
  return Math.ceil(share / (mapping.tiles[depth]?.[slot] ?? 1));
}

/** The mapper's form of a mapping that was read from a file or from IR; the inverse of `exportMatrixMapping`. */
export function importMatrixMapping(problem: MatrixProblem, mapping: Omit<Mapping, "region">): MatrixMapping {
  if (mapping.dataflow === "copy") bug("a matrix problem does not copy");
  // A loop of extent 1 is not written, and what stands for its name may be the name of another one.
  const names = problem.loopNames.map((name, slot) => ((problem.extents[slot] ?? 1) > 1 ? name : ""));
  const tile = (sizes: LoopSizes, missing: (slot: number) => number): Tile =>
    matrixLoops.map((_loop, slot) => sizes[names[slot] ?? ""] ?? missing(slot));
  const slotOf = (name: string): number => names.indexOf(name);
  return {
    dataflow: mapping.dataflow,
    peRows: tile(mapping.spatial.peRows, () => 1),
    peColumns: tile(mapping.spatial.peColumns, () => 1),
    tiles: mapping.levels.map((level) => tile(level.tile, () => 1)),
    orders: mapping.levels.map((level) => wholeOrder(level.order.map(slotOf))),
    groupsPerPass: mapping.groupsPerPass,
  };
}

/** Loops of one trip are not written; where another tile makes them move, they stand outside of the others. */
function wholeOrder(moving: readonly number[]): readonly number[] {
  return [...matrixLoops.map((_loop, slot) => slot).filter((slot) => !moving.includes(slot)), ...moving];
}
