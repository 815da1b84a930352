/** Moves a transpose up through element-wise operations to a transpose that undoes it. */
import { isCompileTime } from "../../ir/compile-time.ts";
import type { Value } from "../../ir/core.ts";
import { Operation } from "../../ir/core.ts";
import { fusedLocation } from "../../ir/location.ts";
import { kindOf } from "../../ir/ops/registry.ts";
import { reshape, transpose } from "../../ir/ops/shape.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";
import type { Rewriter } from "../../ir/rewrite/rewriter.ts";
import { elementCount } from "../../ir/types.ts";
import { broadcastsAsNumpy } from "./broadcast-patterns.ts";
import { shapeOf } from "./constants.ts";
import { composePermutations, isViewPermutation } from "./shape-patterns.ts";

/** How far up a matching transpose is looked for; each step is an element-wise operation with one reader. */
const depthLimit = 16;

/** True where a transpose of the value costs nothing: `free`; where it cancels another one: `cancels`. */
function effectOf(value: Value, permutation: readonly number[], depth = 0): "cancels" | "free" | "costs" {
  if (isViewPermutation(shapeOf(value), permutation) || isCompileTime(value)) return "free";
  const inner = definingOp(value, transpose);
  if (inner !== undefined) {
    return composePermutations(inner.attrs.permutation, permutation).every((dim, index) => dim === index)
      ? "cancels"
      : "costs";
  }
  const op = value.definingOp;
  if (op === undefined || !isPointwise(op) || !value.hasOneUse || depth === depthLimit) return "costs";
  const effects = op.operands.map((operand) =>
    isFullRank(operand, value) ? effectOf(operand, permutation, depth + 1) : effectOfVector(operand),
  );
  if (effects.includes("costs")) return "costs";
  return effects.includes("cancels") ? "cancels" : "free";
}

/** Operands of lower rank are aligned at the last dimensions: only compile-time ones are reshaped for free. */
function effectOfVector(operand: Value): "free" | "costs" {
  return elementCount(shapeOf(operand)) === 1 || isCompileTime(operand) ? "free" : "costs";
}

function isFullRank(operand: Value, result: Value): boolean {
  return shapeOf(operand).length === shapeOf(result).length;
}

/** Element-wise in all operands with NumPy's broadcasting. */
function isPointwise(op: Operation): boolean {
  return broadcastsAsNumpy(kindOf(op)) && op.results.length === 1;
}

/**
 * transpose(f(transpose(x, p⁻¹), c), p) -> f(x, transpose(c, p)) for element-wise f, several of them in a row too. Saves two
 * copies of x; constants are transposed at compile time.
 */
export const sinkTranspose = pattern({
  name: "sink-transpose",
  root: transpose,
  rewrite({ op, operands: { input }, attrs: { permutation } }, rw) {
    const source = input.definingOp;
    if (source === undefined || !isPointwise(source)) return noMatch("input is not element-wise");
    if (isCompileTime(input)) return noMatch("input is a constant");
    if (effectOf(input, permutation) !== "cancels") return noMatch("no transpose above would be undone at no cost");

    const operands = source.operands.map((operand) => transposed(operand, { permutation, before: op, rw }));
    const location = fusedLocation([source.location, op.location]);
    const resultTypes = op.results.map((result) => result.type);
    rw.replace(
      op,
      new Operation({ name: source.name, operands, resultTypes, attributes: source.attributes, location }),
    );
    return undefined;
  },
});

interface Place {
  readonly permutation: readonly number[];
  readonly before: Operation;
  readonly rw: Rewriter;
}

/** The operand with its dimensions permuted; one number needs no transpose. */
function transposed(operand: Value, { permutation, before, rw }: Place): Value {
  const shape = shapeOf(operand);
  if (elementCount(shape) === 1) return operand;
  const missing = permutation.length - shape.length;
  const aligned = [...Array.from({ length: missing }, () => 1), ...shape];
  const full =
    missing === 0
      ? operand
      : rw.insertBefore(before, reshape.build({ input: operand }, { shape: aligned }, before.location)).result;
  const inner = definingOp(full, transpose);
  // Where two transposes cancel, the value before both is there already.
  if (
    inner !== undefined &&
    composePermutations(inner.attrs.permutation, permutation).every((dim, index) => dim === index)
  ) {
    return inner.operands.input;
  }
  return rw.insertBefore(before, transpose.build({ input: full }, { permutation }, before.location)).result;
}
