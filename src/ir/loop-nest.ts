/** An op's iteration space and what each point reads and writes: the cost model's only source about an op. */
import { elementCount } from "./types.ts";

/** One index of an operand as a sum of loop variables: `p * 2 + r - 1` is `{ terms: { p: 2, r: 1 }, offset: -1 }`. */
export interface AffineIndex {
  readonly terms: Readonly<Record<string, number>>;
  readonly offset: number;
}

/** What one point of the iteration space costs. */
export type Work =
  /** One multiply-accumulate; runs on a systolic array, or on the vector unit as two operations. */
  | { readonly kind: "mac" }
  /**
   * Operations of one vector lane. `sweeps`: how often the input is read when one row does not stay on chip
   * (softmax reads for the maximum, the sum and the quotient).
   */
  | { readonly kind: "vector"; readonly opsPerPoint: number; readonly sweeps?: number }
  /** Data movement without arithmetic. */
  | { readonly kind: "move" };

export interface LoopNest {
  /** Trip count of each loop by name; insertion order is the canonical loop order. */
  readonly extents: Readonly<Record<string, number>>;
  /**
   * Index expressions of each operand (by its name in the op's declaration; one entry serves all operands of a variadic
   * name) and of the result (`output`), outermost dimension first. A dimension that is broadcast has no terms.
   * An index outside the tensor (padding) reads zero and moves nothing.
   */
  readonly access: Readonly<Record<string, readonly AffineIndex[]>>;
  readonly work: Work;
  /** Loops whose whole extent must be seen before the first output of a row exists (softmax, layer norm). */
  readonly rowLoops?: readonly string[];
  /** Elements of an operand that are really read, where that is not the whole tensor (gather, slice). */
  readonly touchedElements?: Readonly<Record<string, number>>;
}

/** An affine index from its terms. */
export function idx(terms: Readonly<Record<string, number>>, offset = 0): AffineIndex {
  return { terms, offset };
}

/** Number of points of the iteration space. */
export function pointCount(nest: LoopNest): number {
  return elementCount(Object.values(nest.extents));
}

/** Multiply-accumulates of an op; 0 unless its points are MACs. */
export function macCount(nest: LoopNest): number {
  return nest.work.kind === "mac" ? pointCount(nest) : 0;
}

/** Operations on vector lanes of an op when it runs on the vector unit; a MAC is a multiplication and an addition. */
export function vectorOpCount(nest: LoopNest): number {
  switch (nest.work.kind) {
    case "mac":
      return 2 * pointCount(nest);
    case "vector":
      return nest.work.opsPerPoint * pointCount(nest);
    case "move":
      return 0;
  }
}

/** True when the loop occurs in one of the index expressions, that is when a step of the loop changes what is accessed. */
export function isRelevant(access: readonly AffineIndex[], loop: string): boolean {
  return access.some((index) => (index.terms[loop] ?? 0) !== 0);
}
