/** Looks through the two ways of writing a reduction that keeps its dimensions. */
import type { Operation, Value } from "../../ir/core.ts";
import type { reduceMean } from "../../ir/ops/reduction.ts";
import { reshape } from "../../ir/ops/shape.ts";
import { definingOp } from "../../ir/rewrite/pattern.ts";
import { sameIntegers, shapeOf } from "./constants.ts";
import { keptShape } from "./shape-patterns.ts";

/** A reduction whose result broadcasts over its input. */
export interface KeptReduction {
  readonly input: Value;
  readonly axes: readonly number[];
  /** The reduction, and the reshape that puts the dimensions back if there is one. */
  readonly operations: readonly Operation[];
}

/** The reduction of the kind that makes a value with the reduced dimensions at extent 1. */
export function keptReduction(value: Value, kind: typeof reduceMean): KeptReduction | undefined {
  const restored = definingOp(value, reshape);
  const reduction = definingOp(restored?.operands.input ?? value, kind);
  if (reduction === undefined) return undefined;
  const { input } = reduction.operands;
  const { axes } = reduction.attrs;
  if (!sameIntegers(shapeOf(value), keptShape(shapeOf(input), axes))) return undefined;
  return { input, axes, operations: restored === undefined ? [reduction.op] : [reduction.op, restored.op] };
}
