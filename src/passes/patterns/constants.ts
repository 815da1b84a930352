/** What patterns need to know about the numbers in constants: only small dense ones, never the values of weights. */
import { denseAttribute } from "../../ir/attributes.ts";
import type { Operation, Value } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import type { Location } from "../../ir/location.ts";
import { constant } from "../../ir/ops/constant.ts";
import { broadcastTo, reshape } from "../../ir/ops/shape.ts";
import { zeros } from "../../ir/tensor-value.ts";
import type { ScalarType } from "../../ir/types.ts";
import { tensorType } from "../../ir/types.ts";

/** The number that all elements of a dense constant have (also when it is reshaped or broadcast); else undefined. */
export function splatOf(value: Value): number | undefined {
  const reshaped = reshape.match(value.definingOp) ?? broadcastTo.match(value.definingOp);
  if (reshaped !== undefined) return splatOf(reshaped.operands.input);
  const attribute = constant.match(value.definingOp)?.attrs.value;
  if (attribute?.kind !== "dense") return undefined;
  const { data } = attribute.value;
  return data.every((number: number) => number === data[0]) ? data[0] : undefined;
}

/** True for a splat of about this number: exporters round √2 and its like in different ways. */
export function isSplatNear(value: Value, wanted: number): boolean {
  const splat = splatOf(value);
  return splat !== undefined && isNear(splat, wanted);
}

/** Equal up to a few units in the last place of f32. */
export function isNear(number: number, wanted: number): boolean {
  return Math.abs(number - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted));
}

/** A detached constant with the same number everywhere. */
export function splatConstant(parts: {
  readonly value: number;
  readonly shape: readonly number[];
  readonly element: ScalarType;
  readonly location: Location;
}): Operation {
  const tensor = zeros(tensorType(parts.shape, parts.element));
  tensor.data.fill(parts.value);
  return constant.build({}, { value: denseAttribute(tensor) }, parts.location);
}

/** The shape of a tensor value. */
export function shapeOf(value: Value): readonly number[] {
  return tensorTypeOf(value).shape;
}

/** True when two lists of integers are the same. */
export function sameIntegers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
