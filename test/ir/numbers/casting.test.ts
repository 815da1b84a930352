/** Casts of numbers that a type does not have: ONNX's tables, entry by entry. */
import { describe, expect, it } from "vitest";
import { castNumber } from "../../../src/ir/numbers/casting.ts";
import { floatFromBits, floatToBits, patternWidth } from "../../../src/ir/numbers/float-bits.ts";
import type { ScalarName } from "../../../src/ir/types.ts";
import { scalar } from "../../../src/ir/types.ts";

const cast = (name: ScalarName, saturate: boolean, ...numbers: readonly number[]) =>
  numbers.map((item) => castNumber(item, scalar(name), { saturate, rounding: "up" }));

describe("small floats", () => {
  const odd = [Infinity, -Infinity, NaN, 1e6, -1e6] as const;

  it("saturate", () => {
    expect(cast("f8E4M3FN", true, ...odd)).toEqual([448, -448, NaN, 448, -448]);
    expect(cast("f8E4M3FNUZ", true, ...odd)).toEqual([240, -240, NaN, 240, -240]);
    expect(cast("f8E5M2", true, ...odd)).toEqual([57344, -57344, NaN, 57344, -57344]);
    expect(cast("f4E2M1FN", true, ...odd)).toEqual([6, -6, 0, 6, -6]);
  });

  it("or do not, and have infinities or NaN", () => {
    expect(cast("f8E4M3FN", false, ...odd)).toEqual([NaN, NaN, NaN, NaN, NaN]);
    expect(cast("f8E5M2FNUZ", false, ...odd)).toEqual([NaN, NaN, NaN, NaN, NaN]);
    expect(cast("f8E5M2", false, ...odd)).toEqual([Infinity, -Infinity, NaN, Infinity, -Infinity]);
    // bf16 and f16 never saturate.
    expect(cast("f16", true, 65504, 1e6)).toEqual([65504, Infinity]);
  });

  it("are too large from half a step above the largest on, which rounds to the even", () => {
    // f8E4M3FN: 448 = 14 · 32 is even, the next would be 480; f8E4M3FNUZ: 240 = 15 · 16 is odd, the next would be 256.
    expect(cast("f8E4M3FN", false, 464, 465)).toEqual([448, NaN]);
    expect(cast("f8E4M3FNUZ", false, 247, 248)).toEqual([240, NaN]);
    // f8E5M2: 57344 = 7 · 8192 is odd.
    expect(cast("f8E5M2", false, 61439, 61440)).toEqual([57344, Infinity]);
  });
});

it("scales are powers of two, above, below or near", () => {
  const scale = (rounding: "up" | "down" | "nearest", saturate: boolean, ...numbers: readonly number[]) =>
    numbers.map((item) => castNumber(item, scalar("f8E8M0FNU"), { saturate, rounding }));
  expect(scale("up", true, 1.1, 2, 0, Infinity, NaN, -1)).toEqual([2, 2, 2 ** -127, 2 ** 127, NaN, NaN]);
  expect(scale("down", true, 1.1, 3.9, 2 ** -130)).toEqual([1, 2, 2 ** -127]);
  expect(scale("nearest", false, 1.4, 1.5, 3, 0, Infinity)).toEqual([1, 2, 4, NaN, NaN]);
});

it("integers have no NaN and no infinity", () => {
  expect(cast("i8", true, NaN, Infinity, -Infinity, -1.9, 200)).toEqual([0, 127, -128, -1, -56]);
  expect(cast("ui16", true, Infinity, -Infinity)).toEqual([65535, 0]);
  expect(cast("i1", true, NaN, Infinity, 0, 0.1)).toEqual([1, 1, 0, 1]);
});

it.each(["f64", "f32", "f16", "bf16", "f8E4M3FN", "f8E4M3FNUZ", "f8E5M2", "f6E3M2FN", "f4E2M1FN"] as const)(
  "%s has a pattern for each of its numbers",
  (name) => {
    const type = scalar(name);
    const width = patternWidth(type) ?? 0;
    const patterns =
      width > 16 ? [0n, 1n, 0x7f800000n, 0x3fc00000n] : Array.from({ length: 2 ** width }, (_u, at) => BigInt(at));
    for (const bits of patterns) {
      const number = floatFromBits(bits, type);
      if (!Number.isNaN(number)) expect(floatToBits(number, type), `${number}`).toBe(bits);
      else expect(floatFromBits(floatToBits(number, type), type)).toBeNaN();
    }
  },
);
