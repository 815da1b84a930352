/** Simplifications of element-wise arithmetic. */
import { isCompileTime } from "../../ir/compile-time.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import { fusedLocation } from "../../ir/location.ts";
import { add, and, div, mul, or, pow, sub } from "../../ir/ops/elementwise-binary.ts";
import { cast } from "../../ir/ops/elementwise-unary.ts";
import { broadcastTo } from "../../ir/ops/shape.ts";
import type { Pattern } from "../../ir/rewrite/pattern.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";
import type { ScalarName, ScalarType } from "../../ir/types.ts";
import { bitWidth, isFloat } from "../../ir/types.ts";
import { shapeOf, splatOf } from "./constants.ts";

const neutralNumbers: readonly { readonly root: typeof add; readonly neutral: number }[] = [
  { root: add, neutral: 0 },
  { root: sub, neutral: 0 },
  { root: mul, neutral: 1 },
  { root: div, neutral: 1 },
  { root: pow, neutral: 1 },
  { root: and, neutral: 1 },
  { root: or, neutral: 0 },
];

/** x + 0, x * 1, ... -> x, broadcast where the constant stretched it. Saves a vector op for each element. */
export const dropNeutralPatterns: readonly Pattern[] = neutralNumbers.map(({ root, neutral }) =>
  pattern({
    name: `drop-neutral-${root.name.replace("nn.", "")}`,
    root,
    rewrite({ op, operands: { lhs, rhs }, result }, rw) {
      const isCommutative = root.traits.has("commutative");
      const input = splatOf(rhs) === neutral ? lhs : isCommutative && splatOf(lhs) === neutral ? rhs : undefined;
      if (input === undefined) return noMatch(`no operand is ${neutral} everywhere`);
      const isSame = input.type === result.type;
      rw.replace(op, isSame ? [input] : broadcastTo.build({ input }, { shape: shapeOf(result) }, op.location));
      return undefined;
    },
  }),
);

/** op(constant, x) -> op(x, constant) where operands may be exchanged. One form to match. */
export const constantsToTheRight: Pattern = {
  name: "constants-to-the-right",
  isRoot: (kind) => kind.traits.has("commutative"),
  rewrite(op, rw) {
    const [lhs, rhs] = op.operands;
    if (lhs === undefined || rhs === undefined) return noMatch("it has no two operands");
    // Mostly the right one is a constant, which is seen at once; that a value is computed is seen far above.
    if (isCompileTime(rhs) || !isCompileTime(lhs)) {
      return noMatch("a constant is not on the left of something computed");
    }
    rw.setOperand(op, 0, rhs);
    rw.setOperand(op, 1, lhs);
    return undefined;
  },
};

/** cast(cast(x)) -> cast(x) where the inner cast loses nothing. Saves a vector op for each element. */
export const mergeCasts = pattern({
  name: "merge-casts",
  root: cast,
  rewrite({ op, operands, attrs }, rw) {
    const inner = definingOp(operands.input, cast);
    if (inner === undefined) return noMatch("input is not a cast");
    const [from, through] = [tensorTypeOf(inner.operands.input).element, inner.attrs.to];
    if (!isLossless(from, through)) return noMatch(`a cast from ${from.name} to ${through.name} loses values`);
    rw.replace(op, cast.build({ input: inner.operands.input }, attrs, fusedLocation([inner.op.location, op.location])));
    return undefined;
  },
});

/** Bits of a significand, with the hidden one: IEEE 754 and bfloat16. */
const significandBits: Partial<Record<ScalarName, number>> = { f64: 53, f32: 24, f16: 11, bf16: 8 };

/** True when every value of the type `from` is one of the type `to`. */
function isLossless(from: ScalarType, to: ScalarType): boolean {
  if (from === to || from.name === "i1") return true;
  if (to.name === "i1") return false;
  if (isFloat(from))
    return (
      (from.name === "f16" && to.name === "f32") ||
      (from.name === "bf16" && to.name === "f32") ||
      (from.name !== "f64" && to.name === "f64")
    );
  const isUnsigned = from.name.startsWith("ui");
  const valueBits = isUnsigned ? bitWidth(from) : bitWidth(from) - 1;
  if (isFloat(to)) return valueBits <= (significandBits[to.name] ?? 0);
  if (to.name.startsWith("ui")) return isUnsigned && bitWidth(to) >= valueBits;
  return bitWidth(to) - 1 >= valueBits;
}
