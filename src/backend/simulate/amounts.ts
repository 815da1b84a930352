/** How many words of an operand a tile has: at one PE, on a bus, in all. */
import type { Amount, AxisNode } from "./axis.ts";
import type { RegionLoops } from "./region-loops.ts";
import type { Walker } from "./walker.ts";

/** Which of an axis's figures count. */
export type Measure = "size" | "touched" | { readonly fill: number };

/** An operand of a region's nest. */
export interface OperandWords {
  /** By axis: whether the operand depends on it. */
  readonly relevant: readonly boolean[];
  /** Words for every element of the box: kernel positions of a weight, else 1. */
  readonly factor: number;
  /** True where a window slides over the operand. */
  readonly slides: boolean;
  /** Ways in which PEs are spread over axes that the operand does not depend on: along a row, along a column, in all. */
  readonly copies: { readonly row: number; readonly column: number; readonly all: number };
}

const relevantAxes: Readonly<Record<string, readonly string[]>> = {
  "matrix input": ["g", "b", "p", "q", "c"],
  "matrix weight": ["g", "k", "c"],
  "matrix output": ["g", "b", "p", "q", "k"],
  "vector input": ["row", "element"],
  "vector output": ["row", "element"],
};

/** The words of an operand in a region. */
export function operandWords(
  { region, axes, spread }: RegionLoops,
  operand: "input" | "weight" | "output",
): OperandWords {
  const { nest } = region;
  const wanted = relevantAxes[`${nest.kind} ${operand}`] ?? [];
  const relevant = axes.map((axis) => wanted.includes(axis));
  const ways = (factors: Readonly<Record<string, number>>): number =>
    Object.entries(factors).reduce((product, [axis, way]) => (wanted.includes(axis) ? product : product * way), 1);
  const [column, row] = [ways(spread.statement.peRows), ways(spread.statement.peColumns)];
  const kernel = nest.kind === "matrix" ? nest.rows.kernel * nest.columns.kernel : 1;
  return {
    relevant,
    factor: operand === "weight" ? kernel : 1,
    slides: nest.kind === "matrix" && operand === "input",
    copies: { row, column, all: row * column },
  };
}

/** Words of the walker's tile. */
export function wordsOf(walker: Walker, words: OperandWords, measure: Measure, of: keyof Amount): number {
  let product = words.factor;
  for (const [axis, isRelevant] of words.relevant.entries()) {
    if (isRelevant) product *= figure(walker.piece(axis), words.slides ? measure : plain(measure))[of];
  }
  return product;
}

function plain(measure: Measure): Measure {
  return measure === "touched" ? "size" : measure;
}

function figure(node: AxisNode, measure: Measure): Amount {
  if (measure === "size") return node.size;
  if (measure === "touched") return node.touched;
  return node.fresh[measure.fill] ?? node.size;
}
