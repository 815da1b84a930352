/** Element-wise ops: numbers by hand, element types, broadcasting, and what they cost. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as binary from "../../../src/ir/ops/elementwise-binary.ts";
import * as unary from "../../../src/ir/ops/elementwise-unary.ts";
import { where } from "../../../src/ir/ops/selection.ts";
import { kindOf } from "../../../src/ir/ops/registry.ts";
import type { TensorValue } from "../../../src/ir/tensor-value.ts";
import type { ScalarName } from "../../../src/ir/types.ts";
import { scalar, tensorType, typeText } from "../../../src/ir/types.ts";
import { sampleOperations } from "../samples.ts";
import {
  apply,
  counting,
  f32,
  here,
  holds,
  integerTensor,
  nestOf,
  numbers,
  opInvalid,
  refusal,
  t,
  valueOf,
} from "../testing.ts";

type BinaryKind = typeof binary.add;
type UnaryKind = typeof unary.relu;

function two(kind: BinaryKind, lhs: TensorValue, rhs: TensorValue): TensorValue {
  return apply((a, b) => kind.build({ lhs: a, rhs: b }, {}, here), lhs, rhs);
}

function one(kind: UnaryKind, inputs: readonly number[], element: ScalarName = "f32"): readonly number[] {
  return numbers(apply((input) => kind.build({ input }, {}, here), t([inputs.length], inputs, element)));
}

describe("ops of two operands", () => {
  const floats: readonly (readonly [BinaryKind, readonly number[]])[] = [
    [binary.add, [9.5, -3.5, 4]],
    [binary.sub, [5.5, -11.5, 0]],
    [binary.mul, [15, -30, 4]],
    [binary.div, [3.75, -1.875, 1]],
    [binary.max, [7.5, 4, 2]],
    [binary.min, [2, -7.5, 2]],
    [binary.pow, [56.25, 3164.0625, 4]],
    [binary.mod, [1.5, -3.5, 0]],
    [binary.equal, [0, 0, 1]],
    [binary.less, [0, 1, 0]],
    [binary.lessOrEqual, [0, 1, 1]],
    [binary.greater, [1, 0, 0]],
    [binary.greaterOrEqual, [1, 0, 1]],
  ];
  it.each(floats.map(([kind, want]) => [kind.name, kind, want] as const))("%s", (_name, kind, want) => {
    expect(numbers(two(kind, t([3], [7.5, -7.5, 2]), t([3], [2, 4, 2])))).toEqual(want);
  });

  const integers: readonly (readonly [BinaryKind, readonly number[]])[] = [
    [binary.div, [3, -3, -3, 3]],
    [binary.mod, [1, 1, -1, -1]],
    [binary.mul, [14, -14, -14, 14]],
    [binary.pow, [49, 49, 0, 0]],
  ];
  it.each(integers.map(([kind, want]) => [kind.name, kind, want] as const))(
    "%s on integers truncates; a remainder has the divisor's sign",
    (_name, kind, want) => {
      expect(numbers(two(kind, t([4], [7, -7, 7, -7], "i64"), t([4], [2, 2, -2, -2], "i64")))).toEqual(want);
    },
  );

  it("is exact where doubles are not, and wraps to the width of the type", () => {
    const [a, b] = [t([1], [2 ** 31 - 1], "i32"), t([1], [2 ** 31 - 3], "i32")];
    // (-1 - 2^31)(-3 - 2^31) = 3 + 2^33 + 2^62 = 3 modulo 2^32.
    expect(numbers(two(binary.mul, a, b))).toEqual([3]);
    expect(numbers(two(binary.add, a, t([1], [1], "i32")))).toEqual([-(2 ** 31)]);
    expect(numbers(two(binary.sub, t([1], [3], "ui8"), t([1], [5], "ui8")))).toEqual([254]);
    expect(numbers(two(binary.pow, t([1], [3], "i32"), t([1], [41], "i32")))).toEqual([
      Number(BigInt.asIntN(32, 3n ** 41n)),
    ]);
  });

  it("rounds to the element type", () => {
    // 2048 + 1 lies half way between 2048 and 2050 in f16: to the even one.
    expect(numbers(two(binary.add, t([2], [2048, 2050], "f16"), t([1], [1], "f16")))).toEqual([2048, 2052]);
    expect(numbers(two(binary.add, t([1], [256], "bf16"), t([1], [1], "bf16")))).toEqual([256]);
    expect(numbers(two(binary.add, t([1], [0.1], "f64"), t([1], [0.2], "f64")))).toEqual([0.1 + 0.2]);
  });

  it("knows the truth tables", () => {
    const [a, b] = [t([4], [0, 0, 1, 1], "i1"), t([4], [0, 1, 0, 1], "i1")];
    expect(numbers(two(binary.and, a, b))).toEqual([0, 0, 0, 1]);
    expect(numbers(two(binary.or, a, b))).toEqual([0, 1, 1, 1]);
    expect(numbers(two(binary.xor, a, b))).toEqual([0, 1, 1, 0]);
    expect(numbers(two(binary.equal, a, b))).toEqual([1, 0, 0, 1]);
  });

  it("broadcasts", () => {
    const result = two(binary.add, t([2, 1], [10, 20]), t([3], [1, 2, 3]));
    expect(typeText(result.type)).toBe("tensor<2x3xf32>");
    expect(numbers(result)).toEqual([11, 12, 13, 21, 22, 23]);
    expect(typeText(two(binary.less, counting([2, 2]), counting([])).type)).toBe("tensor<2x2xi1>");
    expect(numbers(two(binary.add, t([], [1], "i64"), t([], [2], "i64")))).toEqual([3]);
  });

  it("exchanges operands where it says that it may", () => {
    const commutative = Object.values(binary).filter((kind) => kind.traits.has("commutative"));
    expect(commutative.map((kind) => kind.name).sort()).toEqual(
      ["add", "and", "equal", "max", "min", "mul", "or", "xor"].map((name) => `nn.${name}`),
    );
    holds(fc.tuple(fc.constantFrom(...commutative), fc.nat(50), fc.nat(50)), ([kind, a, b]) => {
      const element = ["nn.and", "nn.or", "nn.xor"].includes(kind.name) ? "i1" : "f32";
      const bits = (seed: number): TensorValue => t([4], [seed & 1, (seed >> 1) & 1, (seed >> 2) & 1, 1], "i1");
      const [x, y] = element === "i1" ? [bits(a), bits(b)] : [integerTensor([4], a), integerTensor([4], b)];
      expect(numbers(two(kind, x, y))).toEqual(numbers(two(kind, y, x)));
    });
  });

  it("refuses what does not fit", () => {
    const attempt = (kind: BinaryKind, lhs = f32(2, 3), rhs = f32(2, 3)): string =>
      refusal(() => kind.build({ lhs, rhs }, {}, here));
    const typed = (element: ScalarName) => valueOf(tensorType([2, 3], element));
    expect(attempt(binary.add, f32(2, 3), f32(4))).toBe(opInvalid("nn.add: shapes [2, 3] and [4] do not broadcast"));
    expect(attempt(binary.add, f32(2, 3), typed("i64"))).toBe(opInvalid("nn.add: element types f32 and i64 differ"));
    expect(attempt(binary.and)).toBe(opInvalid("nn.and: element type is f32 but should be i1"));
    expect(attempt(binary.mul, typed("i1"), typed("i1"))).toBe(
      opInvalid("nn.mul: element type is i1 but should be a number type"),
    );
    expect(attempt(binary.equal, typed("i1"), typed("i1"))).toBe("was not refused");
  });

  it("does not divide integers by zero", () => {
    const attempt = () => two(binary.div, t([1], [1], "i64"), t([1], [0], "i64"));
    expect(refusal(attempt)).toBe("error[division-by-zero]: an integer is divided by zero");
    expect(numbers(two(binary.div, t([1], [1]), t([1], [0])))).toEqual([Infinity]);
  });
});

describe("ops of one operand", () => {
  // Transcendental values: Abramowitz and Stegun, tables 4.4 (exp) and 7.1 (erf); others by hand.
  const cases: readonly (readonly [UnaryKind, readonly number[], readonly number[]])[] = [
    [unary.relu, [-2, 0, 3], [0, 0, 3]],
    [unary.neg, [-2, 3], [2, -3]],
    [unary.abs, [-2, 3], [2, 3]],
    [unary.sqrt, [0, 2.25], [0, 1.5]],
    [unary.rsqrt, [4, 0.25], [0.5, 2]],
    [unary.reciprocal, [4, -0.5], [0.25, -2]],
    [unary.ceil, [-1.5, 1.5], [-1, 2]],
    [unary.floor, [-1.5, 1.5], [-2, 1]],
    [unary.round, [-2.5, -1.5, 0.5, 1.5, 2.4, 2.6], [-2, -2, 0, 2, 2, 3]],
    [unary.exp, [0, 1], [1, 2.718281828459045]],
    [unary.log, [1, 2.718281828459045], [0, 1]],
    [unary.tanh, [0, 0.5], [0, 0.46211715726]],
    [unary.sigmoid, [0, 1], [0.5, 0.73105857863]],
    [unary.silu, [0, 1, -1], [0, 0.73105857863, -0.26894142137]],
    [unary.erf, [0, 0.5, 2], [0, 0.5204998778, 0.995322265]],
    // Phi(1) = 0.84134474607 (table 26.1).
    [unary.gelu, [0, 1, -1], [0, 0.84134474607, -0.15865525393]],
    [unary.hardSwish, [-4, -1.5, 0, 3, 4], [0, -0.375, 0, 3, 4]],
  ];
  it.each(cases.map((entry) => [entry[0].name, ...entry] as const))("%s", (_name, kind, inputs, want) => {
    one(kind, inputs).forEach((item, at) => expect(item).toBeCloseTo(want[at]!, 6));
  });

  it("takes integers where arithmetic on them is plain", () => {
    expect(one(unary.relu, [-2, 3], "i32")).toEqual([0, 3]);
    expect(one(unary.neg, [-128, 3], "i8")).toEqual([-128, -3]);
    expect(one(unary.not, [0, 1], "i1")).toEqual([1, 0]);
  });

  it("computes those with attributes", () => {
    const x = t([5], [-3, -1, 0, 1, 8]);
    const map = (build: (input: ReturnType<typeof f32>) => ReturnType<typeof unary.relu.build>, from = x) =>
      numbers(apply((input) => build(input), from));
    expect(map((input) => unary.leakyRelu.build({ input }, { alpha: 0.5 }, here))).toEqual([-1.5, -0.5, 0, 1, 8]);
    expect(map((input) => unary.hardSigmoid.build({ input }, { alpha: 0.25, beta: 0.5 }, here))).toEqual([
      0, 0.25, 0.5, 0.75, 1,
    ]);
    expect(map((input) => unary.clip.build({ input }, { min: 0, max: 6 }, here))).toEqual([0, 0, 0, 1, 6]);
    expect(map((input) => unary.clip.build({ input }, { max: 0.5 }, here))).toEqual([-3, -1, 0, 0.5, 0.5]);
    expect(map((input) => unary.clip.build({ input }, {}, here))).toEqual([-3, -1, 0, 1, 8]);
    expect(map((input) => unary.clip.build({ input }, { min: 5, max: 2 }, here))).toEqual([2, 2, 2, 2, 2]);
  });

  it("casts", () => {
    const cast = (from: TensorValue, to: ScalarName) =>
      numbers(apply((input) => unary.cast.build({ input }, { to: scalar(to) }, here), from));
    expect(cast(t([4], [-1.9, -0.5, 1.5, 300]), "i32")).toEqual([-1, 0, 1, 300]);
    expect(cast(t([3], [-1, 256, 300], "i64"), "ui8")).toEqual([255, 0, 44]);
    expect(cast(t([3], [0, 0.5, -2]), "i1")).toEqual([0, 1, 1]);
    expect(cast(t([2], [0, 1], "i1"), "f32")).toEqual([0, 1]);
    expect(cast(t([2], [16777217, 3], "i64"), "f32")).toEqual([16777216, 3]);
    expect(cast(t([2], [65519, 65520]), "f16")).toEqual([65504, Infinity]);
    expect(cast(t([2], [NaN, Infinity]), "i32")).toEqual([0, 2 ** 31 - 1]);
  });

  it("refuses other element types", () => {
    const integer = valueOf(tensorType([2], "i64"));
    expect(refusal(() => unary.sigmoid.build({ input: integer }, {}, here))).toBe(
      opInvalid("nn.sigmoid: element type is i64 but should be a float type"),
    );
    expect(refusal(() => unary.not.build({ input: integer }, {}, here))).toBe(
      opInvalid("nn.not: element type is i64 but should be i1"),
    );
    expect(refusal(() => unary.relu.build({ input: valueOf(tensorType([2], "i1")) }, {}, here))).toBe(
      opInvalid("nn.relu: element type is i1 but should be a number type"),
    );
  });
});

describe("nn.where", () => {
  it("chooses element by element, all three broadcast", () => {
    const result = apply(
      (condition, a, b) => where.build({ condition, on_true: a, on_false: b }, {}, here),
      t([2, 1], [1, 0], "i1"),
      t([3], [1, 2, 3]),
      t([], [-1]),
    );
    expect(numbers(result)).toEqual([1, 2, 3, -1, -1, -1]);
  });

  it("refuses what does not fit", () => {
    const condition = valueOf(tensorType([2], "i1"));
    expect(refusal(() => where.build({ condition: f32(2), on_true: f32(2), on_false: f32(2) }, {}, here))).toBe(
      opInvalid("nn.where: condition has element type f32 but should have i1"),
    );
    expect(refusal(() => where.build({ condition, on_true: f32(2), on_false: f32(3) }, {}, here))).toBe(
      opInvalid("nn.where: shapes [2], [2], [3] do not broadcast"),
    );
    const integer = valueOf(tensorType([2], "i64"));
    expect(refusal(() => where.build({ condition, on_true: f32(2), on_false: integer }, {}, here))).toBe(
      opInvalid("nn.where: element types f32 and i64 differ"),
    );
  });
});

it("costs one vector operation a point, except for these", () => {
  const others: Record<string, number> = {};
  for (const op of sampleOperations()) {
    if (kindOf(op)?.loopNest(op) === undefined) continue;
    const { work } = nestOf(op);
    if (work.kind === "vector" && work.opsPerPoint !== 1) others[op.name] = work.opsPerPoint;
  }
  expect(others).toEqual({
    "nn.silu": 2,
    "nn.dequantize": 2,
    "nn.quantize": 4,
    "nn.resample": 2,
    "nn.grid_sample": 2,
    "nn.roi_align": 2,
    "nn.max_roi_pool": 2,
    "nn.rms_norm": 5,
    "nn.gelu": 5,
    "nn.hard_swish": 3,
    "nn.hard_sigmoid": 2,
    "nn.clip": 2,
    "nn.batch_norm": 2,
    "nn.layer_norm": 8,
    "nn.softmax": 5,
    "nn.softplus": 3,
    "nn.elu": 4,
    // Compare and keep the index; a heap of the two largest; 2n³/3 operations on n² elements.
    "nn.arg_max": 2,
    "nn.arg_min": 2,
    "nn.top_k_indices": 2,
    "nn.determinant": 2,
  });
});
