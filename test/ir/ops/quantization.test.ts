/** Quantization: rounding, saturation, zero points, and refusals. */
import { describe, expect, it } from "vitest";
import { dequantize, quantize } from "../../../src/ir/ops/quantization.ts";
import { scalar, tensorType } from "../../../src/ir/types.ts";
import { apply, f32, here, numbers, opInvalid, refusal, t, valueOf } from "../testing.ts";

describe("nn.quantize", () => {
  it("rounds halves to even, before the zero point is added, and saturates", () => {
    const result = apply(
      (input, scale, zero_point) => quantize.build({ input, scale, zero_point }, { to: scalar("ui8") }, here),
      t([6], [1, 3, 5, -300, 600, 2]),
      t([], [2]),
      t([], [1], "ui8"),
    );
    // 0.5, 1.5 and 2.5 become 0, 2 and 2.
    expect(numbers(result)).toEqual([1, 3, 3, 0, 255, 2]);
  });

  it("takes one scale a row", () => {
    const result = apply(
      (input, scale) => quantize.build({ input, scale }, { to: scalar("i4") }, here),
      t([2, 3], [1, 2, 100, 1, 2, -100]),
      t([2, 1], [1, 0.5]),
    );
    expect(numbers(result)).toEqual([1, 2, 7, 2, 4, -8]);
  });

  it("rounds to small floats", () => {
    const result = apply(
      (input, scale) => quantize.build({ input, scale }, { to: scalar("f8E4M3FN") }, here),
      t([3], [1.3, 17, 1e6]),
      t([], [1]),
    );
    // Steps of 1/8 and of 2; 448 is the largest.
    expect(numbers(result)).toEqual([1.25, 16, 448]);
    const unbounded = (to: "f8E4M3FN" | "f8E5M2") =>
      apply(
        (input, scale) => quantize.build({ input, scale }, { to: scalar(to), saturate: false }, here),
        t([1], [1e6]),
        t([], [1]),
      );
    expect(numbers(unbounded("f8E4M3FN"))).toEqual([NaN]);
    expect(numbers(unbounded("f8E5M2"))).toEqual([Infinity]);
  });

  it("undoes what nn.dequantize does", () => {
    const values = [-128, -3, 0, 5, 127];
    const result = apply(
      (input, scale, zero_point) => dequantize.build({ input, scale, zero_point }, { to: scalar("f32") }, here),
      t([5], values, "i8"),
      t([], [0.25]),
      t([], [3], "i8"),
    );
    expect(numbers(result)).toEqual(values.map((value) => (value - 3) / 4));
  });

  it("refuses what does not fit", () => {
    const attempt = (zero: "i8" | "ui8", to: "i8" | "i1", scale = f32()) =>
      refusal(() =>
        quantize.build(
          { input: f32(2, 3), scale, zero_point: valueOf(tensorType([], zero)) },
          { to: scalar(to) },
          here,
        ),
      );
    expect(attempt("ui8", "i8")).toBe(opInvalid("nn.quantize: zero_point has element type ui8 but should have i8"));
    expect(attempt("i8", "i1")).toBe(opInvalid("nn.quantize: numbers cannot be quantized to i1"));
    expect(attempt("i8", "i8", f32(2))).toBe(
      opInvalid("nn.quantize: scale of shape [2] does not broadcast to input [2, 3]"),
    );
  });
});
