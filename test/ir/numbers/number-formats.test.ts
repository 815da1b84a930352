/** Rounding and wrapping, at the edges of the formats; the error function. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erf } from "../../../src/ir/numbers/error-function.ts";
import {
  convertNumber,
  fitInteger,
  roundHalfEven,
  roundToFloat,
  wrapInteger,
} from "../../../src/ir/numbers/number-formats.ts";
import type { ScalarName } from "../../../src/ir/types.ts";
import { scalar } from "../../../src/ir/types.ts";
import { holds, refusal } from "../testing.ts";

const round = (value: number, name: ScalarName): number => roundToFloat(value, scalar(name));

describe("floating-point formats", () => {
  it("has f16's largest, smallest and halfway numbers", () => {
    expect(round(65504, "f16")).toBe(65504);
    expect(round(65519.99, "f16")).toBe(65504);
    expect(round(65520, "f16")).toBe(Infinity);
    expect(round(-1e9, "f16")).toBe(-Infinity);
    expect(round(2 ** -24, "f16")).toBe(2 ** -24);
    expect(round(2 ** -25, "f16")).toBe(0);
    expect(round(2 ** -25 * 1.0001, "f16")).toBe(2 ** -24);
    expect(round(1 + 2 ** -11, "f16")).toBe(1);
    expect(round(1 + 3 * 2 ** -11, "f16")).toBe(1 + 2 ** -9);
    expect(round(NaN, "f16")).toBeNaN();
    expect(round(2 - 2 ** -52, "f16")).toBe(2);
    expect(round(2 - 2 ** -10, "f16")).toBe(2 - 2 ** -10);
  });

  it("has bf16's 8 significant bits", () => {
    expect(round(257, "bf16")).toBe(256);
    expect(round(259, "bf16")).toBe(260);
    expect(round(3.0e38, "bf16")).toBeLessThan(3.4e38);
    expect(round(3.4e38, "bf16")).toBe(Infinity);
  });

  it("saturates in 8 bits", () => {
    expect(round(1000, "f8E4M3FN")).toBe(448);
    expect(round(-1000, "f8E4M3FNUZ")).toBe(-240);
    expect(round(1e9, "f8E5M2")).toBe(57344);
    expect(round(17, "f8E4M3FN")).toBe(16);
    expect(round(19, "f8E4M3FN")).toBe(20);
    expect(round(2 ** -9, "f8E4M3FN")).toBe(2 ** -9);
  });

  it("rounds to the nearest, and rounds its own numbers to themselves", () => {
    const names = fc.constantFrom<ScalarName>("f16", "bf16", "f8E4M3FN", "f8E5M2", "f32");
    holds(fc.tuple(names, fc.float({ min: -200, max: 200, noNaN: true })), ([name, value]) => {
      const once = round(value, name);
      expect(round(once, name)).toBe(once);
      // A neighbour on the other side is not nearer: two of the format's numbers around value are apart by at most
      // value / 4 + 2^-9 in the coarsest of these formats (2 stored bits).
      expect(Math.abs(once - value)).toBeLessThanOrEqual(Math.abs(value) / 8 + 2 ** -10);
      expect(round(-value, name)).toBe(-once);
    });
  });

  it("agrees with Float32Array on f32", () => {
    holds(fc.double({ noNaN: true }), (value) => expect(round(value, "f32")).toBe(Float32Array.of(value)[0]));
  });

  it("rounds halves to even integers", () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map((x) => roundHalfEven(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2]);
    expect(roundHalfEven(-Infinity)).toBe(-Infinity);
  });
});

describe("integers", () => {
  it("wrap to their width", () => {
    expect(wrapInteger(128n, scalar("i8"))).toBe(-128);
    expect(wrapInteger(-1n, scalar("ui16"))).toBe(65535);
    expect(fitInteger(2 ** 31, scalar("i32"))).toBe(-(2 ** 31));
    expect(fitInteger(-3.7, scalar("i64"))).toBe(-3);
    expect(fitInteger(7, scalar("i4"))).toBe(7);
    expect(fitInteger(9, scalar("i4"))).toBe(-7);
  });

  it("agree with typed arrays", () => {
    holds(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), (value) => {
      expect(fitInteger(value, scalar("i8"))).toBe(Int8Array.of(Number(BigInt.asIntN(8, BigInt(value))))[0]);
      expect(fitInteger(value, scalar("ui32"))).toBe(value >>> 0);
      expect(fitInteger(value, scalar("i32"))).toBe(value | 0);
    });
  });

  it("are not made from infinities", () => {
    expect(refusal(() => convertNumber(-Infinity, scalar("i64")))).toBe(
      "error[integer-overflow]: -Infinity is not a number of type i64",
    );
  });
});

describe("erf", () => {
  // Abramowitz and Stegun, table 7.1.
  it.each([
    [0, 0],
    [0.1, 0.112462916],
    [1, 0.8427007929],
    [1.5, 0.9661051465],
    [2, 0.995322265],
    [3, 0.9999779095],
    [3.5, 0.9999992569],
    [7, 1],
  ])("erf(%d) = %d", (x, want) => {
    expect(erf(x)).toBeCloseTo(want, 9);
    expect(erf(-x) + 0).toBeCloseTo(-want, 9);
  });

  it("goes on smoothly where series and fraction meet", () => {
    expect(erf(3) - erf(3 - 1e-9)).toBeGreaterThanOrEqual(0);
    expect(erf(3) - erf(3 - 1e-9)).toBeLessThan(1e-12);
    expect(erf(NaN)).toBeNaN();
  });
});
