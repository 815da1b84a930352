/**
 * Computes at compile time what is computed from numbers that stand in the IR, with the ops' reference semantics: the same
 * numbers as at run time. Weights are not in the IR and stay as they are, and so does what would make a large constant.
 */
import { denseAttribute } from "../ir/attributes.ts";
import type { Operation, Value } from "../ir/core.ts";
import { walk } from "../ir/core.ts";
import { constant } from "../ir/ops/constant.ts";
import { hasTrait, kindOf } from "../ir/ops/registry.ts";
import type { Rewriter } from "../ir/rewrite/rewriter.ts";
import type { TensorValue } from "../ir/tensor-value.ts";
import { elementCount } from "../ir/types.ts";
import { DiagnosticError } from "../support/diagnostics.ts";
import { definePass } from "./manager/pass.ts";
import { option } from "./manager/pass-options.ts";

/** See the file's comment. */
export const constantFold = definePass({
  name: "constant-fold",
  summary: "Compute operations on numbers that stand in the IR, as long as the results are small.",
  runsOn: "func.func",
  options: {
    maxElements: option.integer("the most elements that a result may have", { fallback: 1024, least: 0 }),
  },
  run(fn, { maxElements }, { rewriter }) {
    let folded = 0;
    // Operands come before what reads them, so one walk folds whole expressions.
    for (const op of [...walk(fn)]) {
      if (op.parent !== undefined && isSmall(op, maxElements) && fold(op, rewriter)) folded++;
    }
    return { counters: { folded } };
  },
});

function isSmall(op: Operation, maxElements: number): boolean {
  return op.results.every(({ type }) => type.kind === "tensor" && elementCount(type.shape) <= maxElements);
}

/** Replaces an operation by its numbers; false when they are not known here. */
function fold(op: Operation, rewriter: Rewriter): boolean {
  if (op.results.length === 0 || op.regions.length > 0 || !hasTrait(op, "pure") || hasTrait(op, "constant"))
    return false;
  const operands = op.operands.flatMap((operand) => numbersOf(operand) ?? []);
  if (operands.length < op.operands.length) return false;
  const numbers = evaluate(op, operands);
  if (numbers === undefined) return false;
  const values = numbers.map((value) => {
    const made = constant.build({}, { value: denseAttribute(value) }, op.location);
    return rewriter.insertBefore(op, made).result;
  });
  rewriter.replace(op, values);
  return true;
}

/** The numbers of a constant in the IR. */
function numbersOf(value: Value): TensorValue | undefined {
  const attribute = constant.match(value.definingOp)?.attrs.value;
  return attribute?.kind === "dense" ? attribute.value : undefined;
}

/** The results; undefined when the op has no reference, or refuses these numbers (an index out of range): so it may at run time. */
function evaluate(op: Operation, operands: readonly TensorValue[]): readonly TensorValue[] | undefined {
  try {
    return kindOf(op)?.evaluate(op, operands);
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}
