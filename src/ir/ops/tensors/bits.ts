/** Element-wise ops of two operands on the bits of integers, and the rectifier with a learnt slope. */
import type { ScalarType } from "../../types.ts";
import { bitWidth } from "../../types.ts";
import { binary } from "../pointwise.ts";

/** 32 bits are JavaScript's own; the caller wraps the result to the element type. */
function onBits(
  quick: (a: number, b: number) => number,
  wide: (a: bigint, b: bigint) => bigint,
): (a: number, b: number, element: ScalarType) => number {
  return (a, b, element) => (bitWidth(element) <= 32 ? quick(a, b) : Number(wide(BigInt(a), BigInt(b))));
}

export const bitwiseAnd = binary({
  name: "nn.bitwise_and",
  summary: "Bits that both have.",
  family: "bits",
  isCommutative: true,
  compute: onBits(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
});
export const bitwiseOr = binary({
  name: "nn.bitwise_or",
  summary: "Bits that one or both have.",
  family: "bits",
  isCommutative: true,
  compute: onBits(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
});
export const bitwiseXor = binary({
  name: "nn.bitwise_xor",
  summary: "Bits that exactly one has.",
  family: "bits",
  isCommutative: true,
  compute: onBits(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
});
/** Shifts by less than 0, or by the whole width and more, leave only what comes in: zeros or, from the left, the sign. */
export const shiftLeft = binary({
  name: "nn.shift_left",
  summary: "lhs * 2^rhs without the bits that leave the type.",
  family: "bits",
  compute: (a, b, element) => (b < 0 || b >= bitWidth(element) ? 0 : a * 2 ** b),
});
export const shiftRight = binary({
  name: "nn.shift_right",
  summary: "lhs / 2^rhs, rounded down.",
  family: "bits",
  compute: (a, b, element) => Math.floor(a / 2 ** (b < 0 ? bitWidth(element) : b)),
});
export const prelu = binary({
  name: "nn.prelu",
  summary: "lhs where lhs >= 0, else rhs * lhs.",
  family: "arithmetic",
  compute: (x, slope) => (x < 0 ? slope * x : x),
});
