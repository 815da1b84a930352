/** Element-wise operators where ONNX's versions and attributes matter: results worked out by hand. */
import { describe, expect, it } from "vitest";
import { dataType, floats } from "../encode-message.ts";
import type { NodeDraft } from "../outcome.ts";
import { given, outcomeOf, rounded } from "../outcome.ts";
import { refusal } from "../testing.ts";

const LN2 = Math.log(2);
const result = (draft: NodeDraft) => rounded(outcomeOf(draft).results[0]);
const integers = (name: string, numbers: readonly number[], onnx: number = dataType.int32) => ({
  ...given(name, [numbers.length], numbers),
  type: { onnx, scalar: onnx === dataType.int64 ? "i64" : "i32" } as const,
});

describe("activations", () => {
  const act = (op: string, x: readonly number[], values: NodeDraft["values"] = {}, opset = 22) =>
    result({ op, opset, inputs: [given("x", [x.length], x)], values });

  it("bend below zero", () => {
    // e^(-ln 2) - 1 = -1/2
    expect(act("Elu", [-LN2, 3], { alpha: { f: 2 } })).toEqual([-1, 3]);
    expect(act("Celu", [-2 * LN2, 3], { alpha: { f: 2 } })).toEqual([-1, 3]);
    expect(act("Selu", [-LN2, 3], { alpha: { f: 2 }, gamma: { f: 3 } })).toEqual([-3, 9]);
    expect(act("Selu", [1])).toEqual([1.0507]);
    expect(act("ThresholdedRelu", [1, 2, 3], { alpha: { f: 2 } })).toEqual([0, 0, 3]);
    expect(act("Shrink", [-3, -1, 1, 3], { lambd: { f: 1.5 }, bias: { f: 0.5 } })).toEqual([-2.5, 0, 0, 2.5]);
  });

  it("are smooth", () => {
    expect(act("Softplus", [0])).toEqual([0.69315]);
    expect(act("Softsign", [-3, 1])).toEqual([-0.75, 0.5]);
    // tanh(ln 3) = 8/10, and ln(1 + e^(ln 2)) = ln 3.
    expect(act("Mish", [LN2])).toEqual([Number((0.8 * LN2).toFixed(5))]);
    // sigmoid(ln 3) = 3/4.
    expect(act("Swish", [Math.log(3) / 2], { alpha: { f: 2 } }, 24)).toEqual([
      Number(((0.75 * Math.log(3)) / 2).toFixed(5)),
    ]);
    expect(result({ op: "SwiGLU", opset: 28, inputs: [given("a", [1], [0]), given("b", [1], [7])] })).toEqual([0]);
  });

  it("may learn their slope, one for each channel before operator set 7", () => {
    const slope = floats("slope", [2], [10, 100]);
    const x = given("x", [1, 2, 2], [-1, 1, -2, 2]);
    expect(result({ op: "PRelu", opset: 6, inputs: [x, slope] })).toEqual([-10, 1, -200, 2]);
    expect(result({ op: "PRelu", opset: 9, inputs: [x, slope] })).toEqual([-10, 1, -20, 2]);
  });
});

describe("two operands", () => {
  const matrix = given("x", [2, 2], [1, 2, 3, 4]);

  it("broadcast by an axis before operator set 7", () => {
    const add = (values: NodeDraft["values"], opset = 6) =>
      result({ op: "Add", opset, inputs: [matrix, floats("y", [2], [10, 20])], values: values ?? {} });
    expect(add({ broadcast: 1, axis: 0 })).toEqual([11, 12, 23, 24]);
    expect(add({ broadcast: 1 })).toEqual([11, 22, 13, 24]);
    expect(add({}, 7)).toEqual([11, 22, 13, 24]);
    expect(refusal(() => add({ broadcast: 1, axis: 2 }))).toContain("Add: axis 2 is not a dimension");
  });

  it("leave a remainder with the sign of the divisor, or of the dividend", () => {
    const mod = (fmod: number, a: readonly number[], b: readonly number[]) =>
      result({ op: "Mod", inputs: [integers("a", a), integers("b", b)], values: { fmod } });
    expect(mod(0, [-7, 7, -7], [3, -3, -3])).toEqual([2, -2, -1]);
    expect(mod(1, [-7, 7, -7], [3, -3, -3])).toEqual([-1, 1, -1]);
    const floatMod = (fmod: number, opset: number) =>
      result({
        op: "Mod",
        opset,
        inputs: [given("a", [3], [-7, 7.5, -6]), floats("b", [3], [3, -3, 3])],
        values: { fmod },
      });
    expect(floatMod(1, 13)).toEqual([-1, 1.5, 0]);
    expect(floatMod(0, 28)).toEqual([2, -1.5, 0]);
    expect(refusal(() => floatMod(0, 13))).toContain("fmod is 0 but must be 1");
  });

  it("may be of two types in a power, which has the base's", () => {
    const power = { op: "Pow", inputs: [integers("a", [2, 4]), floats("b", [2], [3, 0.5])] };
    expect(result(power)).toEqual([8, 2]);
  });

  it("shift bits", () => {
    const shift = (direction: string) =>
      result({
        op: "BitShift",
        inputs: [
          { ...given("a", [2], [16, 5]), type: { onnx: 2, scalar: "ui8" } },
          { ...given("b", [2], [4, 1]), type: { onnx: 2, scalar: "ui8" } },
        ],
        values: { direction },
      });
    expect(shift("LEFT")).toEqual([0, 10]);
    expect(shift("RIGHT")).toEqual([1, 2]);
    expect(refusal(() => shift("UP"))).toContain("direction 'UP' is not known");
  });
});

describe("types", () => {
  it("are written as numbers, or in capitals in operator set 1", () => {
    const x = given("x", [2], [1.7, -1.7]);
    expect(outcomeOf({ op: "Cast", inputs: [x], values: { to: 6 } }).results[0]?.type.element.name).toBe("i32");
    expect(result({ op: "Cast", inputs: [x], values: { to: 6 } })).toEqual([1, -1]);
    expect(result({ op: "Cast", opset: 1, inputs: [x], values: { to: "INT32" } })).toEqual([1, -1]);
    const large = { op: "Cast", opset: 23, inputs: [given("x", [1], [1000])] };
    expect(result({ ...large, values: { to: 17 } })).toEqual([448]);
    expect(result({ ...large, values: { to: 17, saturate: 0 } })).toEqual([NaN]);
    expect(result({ ...large, opset: 25, values: { to: 24, round_mode: "down" } })).toEqual([512]);
    expect(result({ op: "BitCast", opset: 26, inputs: [given("x", [1], [1])], values: { to: 6 } })).toEqual([
      0x3f800000,
    ]);
    expect(result({ op: "CastLike", inputs: [x, integers("like", [0])] })).toEqual([1, -1]);
  });
});

describe("tests of numbers", () => {
  const odd = given("x", [3], [NaN, Infinity, -Infinity]);
  it("say which they find", () => {
    expect(result({ op: "IsNaN", inputs: [odd] })).toEqual([1, 0, 0]);
    expect(result({ op: "IsInf", inputs: [odd] })).toEqual([0, 1, 1]);
    expect(result({ op: "IsInf", inputs: [odd], values: { detect_negative: 0 } })).toEqual([0, 1, 0]);
  });
});

describe("reductions", () => {
  const x = given("x", [2, 2], [1, -2, 3, 4]);
  const reduce = (op: string, values: NodeDraft["values"] = { axes: [1], keepdims: 0 }) =>
    result({ op, opset: 13, inputs: [x], values });

  it("are made from sums", () => {
    expect(reduce("ReduceL1")).toEqual([3, 7]);
    expect(reduce("ReduceL2")).toEqual([2.23607, 5]);
    expect(reduce("ReduceSumSquare")).toEqual([5, 25]);
    expect(result({ op: "ReduceLogSum", opset: 13, inputs: [given("x", [2], [1, 1])] })).toEqual([0.69315]);
    // ln(e^1000 + e^1000) = 1000 + ln 2, without an overflow.
    expect(result({ op: "ReduceLogSumExp", opset: 13, inputs: [given("x", [2], [1000, 1000])] })).toEqual([1000.69318]);
    expect(result({ op: "ReduceLogSumExp", opset: 13, inputs: [given("x", [2], [-Infinity, -Infinity])] })).toEqual([
      -Infinity,
    ]);
  });

  it("over no axes do what they do to each element", () => {
    const values = { noop_with_empty_axes: 1 };
    const none = (op: string) => result({ op, opset: 18, inputs: [x], values });
    expect(none("ReduceSum")).toEqual([1, -2, 3, 4]);
    expect(none("ReduceSumSquare")).toEqual([1, 4, 9, 16]);
    expect(none("ReduceL1")).toEqual([1, 2, 3, 4]);
    expect(none("ReduceLogSumExp")).toEqual([1, -2, 3, 4]);
  });

  it("of integers have integers", () => {
    expect(result({ op: "ReduceL2", opset: 13, inputs: [integers("x", [3, 5])] })).toEqual([5]);
  });
});
