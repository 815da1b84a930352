/** Random inputs: what decides their numbers, and that a function can run on them. */
import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/ir/core.ts";
import { inputRule, inputRuleText, randomInput } from "../../../src/ir/execution/random-inputs.ts";
import { functionBody, mainFunction } from "../../../src/ir/ops/builtin.ts";
import { cast } from "../../../src/ir/ops/elementwise-unary.ts";
import { add } from "../../../src/ir/ops/elementwise-binary.ts";
import { gather, gatherNd } from "../../../src/ir/ops/gather.ts";
import { reshape } from "../../../src/ir/ops/shape.ts";
import type { ScalarName } from "../../../src/ir/types.ts";
import { scalar, tensorType } from "../../../src/ir/types.ts";
import { present } from "../../../src/support/bug.ts";
import type { Builder } from "../../support/pass-harness.ts";
import { program } from "../../support/pass-harness.ts";

const count = 2000;

/** The text of the rule, and the smallest and largest number drawn, for the first input of a program. */
function drawn(
  element: ScalarName,
  build: (builder: Builder, input: Value) => Value = (_b, input) => input,
): { readonly rule: string; readonly low: number; readonly high: number; readonly numbers: readonly number[] } {
  const fn = mainFunction(program([tensorType([count], element)], (b, input) => build(b, present(input, "input"))));
  const numbers = [...randomInput(fn, 0, 1).data];
  const rule = inputRuleText(inputRule(present(functionBody(fn).args[0], "input")), 1);
  return { rule, low: Math.min(...numbers), high: Math.max(...numbers), numbers };
}

describe("random inputs", () => {
  it("are normal for floats, rounded to the type", () => {
    const { rule, numbers } = drawn("f16");
    expect(rule).toBe("random, normal with mean 0 and deviation 1, seed 1");
    const mean = numbers.reduce((sum, x) => sum + x, 0) / count;
    const deviation = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
    // Four standard errors.
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(deviation - 1)).toBeLessThan(4 / Math.sqrt(2 * count));
    // Between 1 and 2, f16 has steps of 2^-10.
    for (const x of numbers) if (x >= 1 && x < 2) expect(Number.isInteger(x * 1024)).toBe(true);
  });

  it("lie in the smallest table that they index, through ops that do not change them", () => {
    const { rule, low, high } = drawn("i64", (b, ids) => {
      const wide = b.op((at) => cast.build({ input: ids }, { to: scalar("i32") }, at));
      const square = b.op((at) => reshape.build({ input: wide }, { shape: [40, 50] }, at));
      const large = b.op((at) => gather.build({ data: b.weight(100, 4), indices: ids }, { axis: 0 }, at));
      const small = b.op((at) => gather.build({ data: b.weight(4, 7), indices: square }, { axis: 1 }, at));
      return b.op((at) => reshape.build({ input: small }, { shape: [4 * count] }, at)) && large;
    });
    expect({ rule, low, high }).toEqual({ rule: "random integers from 0 to 6, seed 1", low: 0, high: 6 });
  });

  it("lie in every dimension that a tuple indexes", () => {
    const { high } = drawn("i64", (b, ids) => {
      const pairs = b.op((at) => reshape.build({ input: ids }, { shape: [count / 2, 2] }, at));
      return b.op((at) => gatherNd.build({ data: b.weight(9, 3, 2), indices: pairs }, {}, at));
    });
    expect(high).toBe(2);
  });

  it("use the whole type where integers are narrow, and are ones elsewhere", () => {
    expect(drawn("ui8")).toMatchObject({ rule: "random integers from 0 to 255, seed 1", low: 0, high: 255 });
    expect(drawn("i8")).toMatchObject({ rule: "random integers from -128 to 127, seed 1", low: -128, high: 127 });
    expect(drawn("i1")).toMatchObject({ rule: "all ones", low: 1, high: 1 });
    // What is computed from them does not say anything about them.
    const sum = drawn("i64", (b, ids) => {
      const indices = b.op((at) => add.build({ lhs: ids, rhs: ids }, {}, at));
      return b.op((at) => gather.build({ data: b.weight(5), indices }, { axis: 0 }, at));
    });
    expect(sum).toMatchObject({ rule: "all ones", low: 1, high: 1 });
  });

  it("follow from the seed and the input's number alone", () => {
    const fn = mainFunction(program([[3], [3]], (_b, first) => present(first, "an input")));
    expect(randomInput(fn, 1, 7)).toEqual(randomInput(fn, 1, 7));
    expect(randomInput(fn, 1, 7)).not.toEqual(randomInput(fn, 0, 7));
    expect(randomInput(fn, 1, 7)).not.toEqual(randomInput(fn, 1, 8));
  });
});
