/** The comparison that every case in text goes through: what it lets pass and what it does not. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/ir/core.ts";
import { parseModule } from "../../src/ir/text/parse.ts";
import { differences } from "./compare-numbers.ts";
import type { ReferenceRule } from "./test-file.ts";
import { exactReference } from "./test-file.ts";

async function module(text: string): Promise<Operation> {
  return (await parseModule(text, { fileName: "m.mlir" })).module;
}

/** A function of x that returns the last of some lines, `%y`. */
function f(...lines: readonly string[]): string {
  return `func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n${lines.join("\n")}\nfunc.return %y : tensor<4xf32>\n}`;
}

const number = (name: string, value: string): string =>
  `%${name} = nn.constant {value = dense<${value}> : tensor<f32>} : () -> tensor<f32>`;
const op = (name: string, kind: string, lhs: string, rhs: string, type = "tensor<f32>"): string =>
  `%${name} = nn.${kind} %${lhs}, %${rhs} : (tensor<4xf32>, ${type}) -> tensor<4xf32>`;

async function compared(before: string, after: string, rule: Partial<ReferenceRule> = {}): Promise<readonly string[]> {
  return differences(await module(before), await module(after), { ...exactReference, ...rule });
}

const twice = f(number("two", "2.0"), op("y", "mul", "x", "two"));

describe("differences", () => {
  it("are none where other operations give the same numbers", async () => {
    expect(await compared(twice, f(op("y", "add", "x", "x", "tensor<4xf32>")))).toEqual([]);
  });

  it("are named with function, result, element, numbers and seed", async () => {
    const [difference = "", ...others] = await compared(twice, f(number("three", "3.0"), op("y", "mul", "x", "three")));
    expect(difference).toMatch(/^@f: result 0 differs at element \d: was -?\d+ and is -?\d+ \(inputs of seed 1\)$/);
    expect(others).toEqual([]);
  });

  it("are not hidden by a tolerance that is too small, and are by one that is large enough", async () => {
    const near = f(number("two", "2.001"), op("y", "mul", "x", "two"));
    expect(await compared(twice, near)).toHaveLength(1);
    expect(await compared(twice, near, { tolerance: 1e-4 })).toHaveLength(1);
    expect(await compared(twice, near, { tolerance: 1e-3 })).toEqual([]);
  });

  it("of NaN and infinity count", async () => {
    const inverse = (top: string): string =>
      f(number("top", top), op("zero", "sub", "x", "x", "tensor<4xf32>"), op("y", "div", "zero", "top"));
    const nan = inverse("0.0");
    expect(await compared(nan, nan)).toEqual([]);
    expect(await compared(nan, inverse("1.0"))).toHaveLength(1);
    expect(await compared(inverse("1.0"), nan, { tolerance: 1 })).toHaveLength(1);
  });

  it("are a function that is gone or has another signature, unless it is private", async () => {
    const other = "func.func @g(%x: tensor<4xf32>) -> tensor<4xf32> {\nfunc.return %x : tensor<4xf32>\n}";
    expect(await compared(twice, other)).toEqual(["@f is gone"]);
    expect(await compared(`${twice}\n${other.replace("@g", "private @g")}`, twice)).toEqual([]);
    expect(await compared(other, other.replaceAll("4xf32", "5xf32"))).toEqual([
      "@g was (tensor<4xf32>) -> tensor<4xf32> and is (tensor<5xf32>) -> tensor<5xf32>",
    ]);
  });

  it("are what the reference refuses", async () => {
    const gather = `func.func @f(%x: tensor<4xf32>, %i: tensor<i64>) -> tensor<f32> {
      %y = nn.gather %x, %i {axis = 0} : (tensor<4xf32>, tensor<i64>) -> tensor<f32>
      func.return %y : tensor<f32>
    }`;
    const [refused = ""] = await compared(gather, gather, { integers: [7, 7] });
    expect(refused).toContain("@f: the reference refuses the input: error[index-out-of-range]");
    expect(await compared(gather, gather, { integers: [0, 3] })).toEqual([]);
  });

  it("are not looked for where a reason is given", async () => {
    expect(await compared(twice, f(op("y", "sub", "x", "x", "tensor<4xf32>")), { exemption: "why" })).toEqual([]);
  });
});
