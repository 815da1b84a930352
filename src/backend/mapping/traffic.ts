/** Words that a nest of tile loops moves into a memory level, exactly, ragged tiles included. */
import type { Tile } from "./problem.ts";
import { at, matrixLoops } from "./problem.ts";
import type { LoopChain, TileClass } from "./tiling.ts";

/** The three operands of a matrix problem. */
export type Operand = "input" | "weight" | "output";

/** Loops whose steps change which part of the operand is used. */
export const relevantLoops: Readonly<Record<Operand, readonly number[]>> = {
  input: [at.g, at.b, at.p, at.q, at.c],
  weight: [at.g, at.k, at.c],
  output: [at.g, at.b, at.p, at.q, at.k],
};

const irrelevantCount: Readonly<Record<Operand, number>> = { input: 1, weight: 3, output: 1 };

const isRelevantTo: Readonly<Record<Operand, readonly boolean[]>> = {
  input: matrixLoops.map((_loop, slot) => relevantLoops.input.includes(slot)),
  weight: matrixLoops.map((_loop, slot) => relevantLoops.weight.includes(slot)),
  output: matrixLoops.map((_loop, slot) => relevantLoops.output.includes(slot)),
};

/**
 * What is added up: the elements of all PEs, or those of the busiest PE times a factor for each loop. The latter is exact for
 * plain loops; where padding spares some PEs, or a loop is spread over both axes of the grid, it is a close upper bound.
 */
export type Measure = { readonly kind: "sum" } | { readonly kind: "share"; readonly factors: Tile };

/** Tile loops down to one level. */
export interface TileLoops {
  readonly chains: readonly LoopChain[];
  /** For each level, outermost first: loops that step over its tiles, outermost first. */
  readonly orders: readonly (readonly number[])[];
}

/** Moving loops by slot of the tiles that are being added up; written before it is read, so that one array serves all. */
const signatures = new Int32Array(matrixLoops.length);

/**
 * Elements of an operand moved into level `level` while all tile loops run (for the output: written back from it).
 *
 * A tile stays while loops step that it does not depend on, unless a loop further inside that it does depend on has moved
 * in between. The sum runs over the classes of tiles that see the same loops moving, so that ragged ends are exact.
 *
 * @see Parashar et al., Timeloop, ISPASS 2019, section V-B "tile analysis", which counts whole tiles; the classes are ours.
 */
export function movedElements(loops: TileLoops, operand: Operand, level: number, measure: Measure): number {
  return sumOver({ loops, operand, level, measure }, 0, 1);
}

interface Moving {
  readonly loops: TileLoops;
  readonly operand: Operand;
  readonly level: number;
  readonly measure: Measure;
}

/** Adds up the classes of the relevant loops from number `position` on; those before it are in `signatures` and `product`. */
function sumOver(moving: Moving, position: number, product: number): number {
  const { loops, operand, level, measure } = moving;
  const slot = relevantLoops[operand][position];
  if (slot === undefined) return product * repetitions(loops, operand, level);
  const classes = classesOf(loops.chains[slot], operand, level);
  let total = 0;
  for (const entry of classes) {
    signatures[slot] = entry.signature;
    total += sumOver(moving, position + 1, product * measured(entry, slot, measure));
  }
  return total;
}

function measured(entry: TileClass, slot: number, measure: Measure): number {
  return measure.kind === "sum" ? entry.sum : Math.min(entry.share * (measure.factors[slot] ?? 1), entry.sum);
}

function classesOf(chain: LoopChain | undefined, operand: Operand, level: number): readonly TileClass[] {
  return (operand === "input" ? chain?.windowClasses : chain?.classes)?.[level] ?? [];
}

/** How often a tile with these moving loops is brought in again by loops that it does not depend on. */
function repetitions(loops: TileLoops, operand: Operand, level: number): number {
  const isRelevant = isRelevantTo[operand];
  let counted = 0;
  let left = irrelevantCount[operand];
  let product = 1;
  let moves = false;
  for (let depth = level; depth >= 0; depth--) {
    const order = loops.orders[depth] ?? [];
    for (let position = order.length - 1; position >= 0; position--) {
      const slot = order[position] ?? 0;
      if (isRelevant[slot] === true) moves ||= (((signatures[slot] ?? 0) >> depth) & 1) === 1;
      else if (moves && (counted & (1 << slot)) === 0) {
        counted |= 1 << slot;
        left -= 1;
        product *= loops.chains[slot]?.tileCounts[depth] ?? 1;
      }
    }
    if (left === 0) break;
  }
  return product;
}
