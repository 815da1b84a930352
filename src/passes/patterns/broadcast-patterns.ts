/** Moves broadcasts behind element-wise operations, and drops those that the operations do by themselves. */
import { broadcastShapes } from "../../ir/broadcast.ts";
import type { Value } from "../../ir/core.ts";
import { Operation } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { OpKind } from "../../ir/op-kind.ts";
import { batchNorm } from "../../ir/ops/normalisation.ts";
import { broadcastTo, reshape } from "../../ir/ops/shape.ts";
import type { Pattern } from "../../ir/rewrite/pattern.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";
import { elementCount, tensorType } from "../../ir/types.ts";
import { sameIntegers, shapeOf } from "./constants.ts";

/** Element-wise with NumPy's broadcasting. */
export function broadcastsAsNumpy(kind: OpKind | undefined): boolean {
  // Vectors of a batch normalisation broadcast along dimension 1.
  return kind?.traits.has("elementwise") === true && kind.name !== batchNorm.name;
}

/** broadcast(x) -> reshape(x) where it only adds dimensions of extent 1. A view instead of a copy. */
export const broadcastOfUnitDimensions = pattern({
  name: "broadcast-of-unit-dimensions",
  root: broadcastTo,
  rewrite({ op, operands: { input }, attrs: { shape } }, rw) {
    if (input.type === op.result.type) return noMatch("it is an identity");
    if (elementCount(shape) !== elementCount(shapeOf(input))) return noMatch("it repeats elements");
    rw.replace(op, reshape.build({ input }, { shape }, op.location));
    return undefined;
  },
});

/** op(broadcast(x), y) -> op(x, y) where y alone gives the shape. The stretched x is never written. */
export const dropBroadcastOfOperand: Pattern = {
  name: "drop-broadcast-of-operand",
  isRoot: broadcastsAsNumpy,
  rewrite(op, rw) {
    const index = op.operands.findIndex((operand, at) => isBroadcastInVain(operand, op.operands.toSpliced(at, 1)));
    const source = index < 0 ? undefined : broadcastTo.match(op.operands[index]?.definingOp);
    if (source === undefined) return noMatch("no operand is broadcast to what the others give anyway");
    rw.setOperand(op, index, source.operands.input);
    rw.eraseIfDead(source.op);
    return undefined;
  },
};

function isBroadcastInVain(operand: Value, others: readonly Value[]): boolean {
  const source = definingOp(operand, broadcastTo);
  if (source === undefined) return false;
  const [shapes, wide] = [others.map(shapeOf), shapeOf(operand)];
  const [before, after] = [
    broadcastShapes(wide, ...shapes),
    broadcastShapes(shapeOf(source.operands.input), ...shapes),
  ];
  return before !== undefined && after !== undefined && sameIntegers(before, after);
}

/** op(broadcast(x), y) -> broadcast(op(x, y)) where that gives fewer elements to compute, as in an attention mask. */
export const broadcastAfterOperation: Pattern = {
  name: "broadcast-after-operation",
  isRoot: broadcastsAsNumpy,
  rewrite(op, rw) {
    const [result] = op.results;
    const sources = op.operands.map((operand) => (operand.hasOneUse ? definingOp(operand, broadcastTo) : undefined));
    const stretch = sources.find((source) => source !== undefined);
    if (stretch === undefined || result === undefined) return noMatch("no operand is a broadcast that only it reads");
    const operands = op.operands.map((operand, index) => sources[index]?.operands.input ?? operand);
    const shape = broadcastShapes(...operands.map(shapeOf));
    if (shape === undefined || elementCount(shape) >= elementCount(shapeOf(result))) {
      return noMatch("another operand gives as many elements");
    }

    const { name, attributes, location } = op;
    const resultTypes = [tensorType(shape, tensorTypeOf(result).element)];
    const small = rw.insertBefore(op, new Operation({ name, operands, resultTypes, attributes, location }));
    rw.replace(op, broadcastTo.build({ input: small.result }, { shape: shapeOf(result) }, stretch.op.location));
    return undefined;
  },
};
