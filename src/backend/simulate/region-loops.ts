/** A region's statements as one nest of loops: which stand at which depth, and how every axis is cut. */
import { fail } from "../../support/diagnostics.ts";
import type { ForLoop, RegionProgram, Spread, Statement } from "../schedule/program.ts";
import type { AxisCut } from "./axis.ts";
import { cutAxis } from "./axis.ts";
import type { AxisNode } from "./axis.ts";
import type { LoopNest } from "./walker.ts";

/** A statement that does something, and how many loops stand around it. */
export interface PlacedStatement {
  readonly statement: Exclude<Statement, ForLoop | Spread>;
  readonly depth: number;
  /** True inside the spread: every PE does it for itself. */
  readonly perPe: boolean;
}

export interface RegionLoops {
  readonly region: RegionProgram;
  readonly loops: readonly ForLoop[];
  /** Axes in the nest's order. */
  readonly axes: readonly string[];
  readonly spread: { readonly statement: Spread; readonly depth: number };
  readonly statements: readonly PlacedStatement[];
}

const noSpread: Spread = { op: "spread", peRows: {}, peColumns: {}, body: [] };

/**
 * Reads a region's body.
 *
 * @throws DiagnosticError `schedule-invalid` when its loops do not stand inside each other
 */
export function regionLoops(region: RegionProgram): RegionLoops {
  const loops: ForLoop[] = [];
  const statements: PlacedStatement[] = [];
  let spread: RegionLoops["spread"] | undefined;
  const visit = (body: readonly Statement[]): void => {
    const depth = loops.length;
    const perPe = spread !== undefined;
    const inner = body.filter((statement): statement is ForLoop | Spread => "body" in statement);
    if (inner.length > 1) refuse(region, "two loops stand beside each other");
    for (const statement of body) if (!("body" in statement)) statements.push({ statement, depth, perPe });
    for (const statement of inner) {
      if (statement.op === "for") loops.push(statement);
      else if (spread !== undefined) refuse(region, "work is spread over the PEs twice");
      else spread = { statement, depth };
      visit(statement.body);
    }
  };
  visit(region.body);
  const axes = Object.keys(region.nest.extents);
  const unknown = loops.find(({ loop }) => !axes.includes(loop));
  if (unknown !== undefined) refuse(region, `there is no loop '${unknown.loop}' in its nest`);
  // The bits of a number say which loops have moved.
  if (loops.length > 30) refuse(region, `${loops.length} loops stand inside each other, of at most 30`);
  return { region, loops, axes, spread: spread ?? { statement: noSpread, depth: loops.length }, statements };
}

function refuse(region: RegionProgram, what: string): never {
  return fail({
    code: "schedule-invalid",
    message: `the program of a region cannot be walked: ${what}`,
    at: [`region ${region.id} "${region.name}"`],
    help: ["write the schedule again with fastc compile -o DIR"],
  });
}

/** A buffer that is filled in pieces: the depth of its transfer, and whether every PE has one. */
export interface Fill {
  readonly depth: number;
  readonly perPe: boolean;
}

/** The nest, its axes cut; `fills` in the order in which pieces are asked for new words. */
export function cutNest(given: RegionLoops, fills: readonly Fill[]): LoopNest {
  const { loops, axes, region } = given;
  const roots = axes.map((axis) => {
    const extent = region.nest.extents[axis] ?? 1;
    const window =
      region.nest.kind !== "matrix"
        ? undefined
        : axis === "p"
          ? region.nest.rows
          : axis === "q"
            ? region.nest.columns
            : undefined;
    return cutAxis(extent, cutsOf(given, axis, fills), window);
  });
  const weights: number[] = [];
  let weight = 1;
  for (let position = loops.length - 1; position >= 0; position--) {
    weights[position] = weight;
    weight *= longest(loops, position, roots[axes.indexOf(loops[position]?.loop ?? "")]);
  }
  return {
    roots,
    loops: loops.map(({ loop }, position) => ({
      axis: axes.indexOf(loop),
      outer: loops.slice(0, position).findLastIndex((other) => other.loop === loop),
      weight: weights[position] ?? 1,
    })),
  };
}

function cutsOf({ loops, spread }: RegionLoops, axis: string, fills: readonly Fill[]): readonly AxisCut[] {
  const cuts: AxisCut[] = [];
  const [rows, columns] = [spread.statement.peRows[axis] ?? 1, spread.statement.peColumns[axis] ?? 1];
  for (let depth = 0; depth <= loops.length; depth++) {
    const here = fills.filter((fill) => fill.depth === depth);
    here.filter(({ perPe }) => !perPe).forEach(() => cuts.push({ kind: "fill" }));
    if (depth === spread.depth) cuts.push({ kind: "spread", rows, columns });
    here.filter(({ perPe }) => perPe).forEach(() => cuts.push({ kind: "fill" }));
    const loop = loops[depth];
    if (loop?.loop === axis) cuts.push({ kind: "for", step: loop.step });
  }
  return cuts;
}

/** Most trips of a loop. */
function longest(loops: readonly ForLoop[], position: number, root: AxisNode | undefined): number {
  const axis = loops[position]?.loop;
  const level = loops.slice(0, position).filter(({ loop }) => loop === axis).length;
  let nodes = new Set(root === undefined ? [] : [root]);
  for (let depth = 0; depth < level; depth++) {
    nodes = new Set([...nodes].flatMap(({ runs }) => runs.map(({ node }) => node)));
  }
  return Math.max(1, ...[...nodes].map(({ trips }) => trips));
}
