/** Reading text back: the same bytes, whatever the form. */
import { describe, expect, it } from "vitest";
import { SourceGrammar } from "../../../src/ir/text/grammar/source-grammar.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { convolutionModule, regionModule } from "../programs.ts";
import { everything, printModes, refusalOf, reprinted } from "./testing.ts";

describe("the grammar", () => {
  it("is valid: no rule is missing, left-recursive or ambiguous", () => {
    expect(() => new SourceGrammar({ validate: true })).not.toThrow();
  });
});

describe("what is printed", () => {
  const modules = { convolution: convolutionModule, region: regionModule, everything };
  for (const [name, make] of Object.entries(modules)) {
    it.each(printModes)(`is read back to the same bytes: ${name}, %j`, async (mode) => {
      const text = printModule(make(), mode);
      expect(await reprinted(text, mode)).toBe(text);
    });
  }
});

describe("a location", () => {
  it.each([
    ['loc("a":1:2)', 'loc("a":1:2)'],
    ['loc ( "a" : 1 : 2 )', 'loc("a":1:2)'],
    ['loc("n"("a":1:2))', 'loc("n"("a":1:2))'],
    ['loc("n" ("a":1:2))', 'loc("n"("a":1:2))'],
    ['loc("a":4294967295:0)', 'loc("a":4294967295:0)'],
    ['loc("a\\22":1:2)', 'loc("a\\22":1:2)'],
    ['loc("n"("a\\5C":1:2))', 'loc("n"("a\\\\":1:2))'],
    ['loc("a":1:2 to :5)', 'loc("a":1:2 to :5)'],
    ['loc("n"("m"("a":1:2)))', 'loc("n"("m"("a":1:2)))'],
  ])("is the same whether it is read as one token or as several: %s", async (written, printed) => {
    expect(await reprinted(`module {\n} ${written}\n`, { locations: true })).toBe(`module {\n} ${printed}\n`);
  });

  it("of an argument ends before the parenthesis that closes the list", async () => {
    const text = `module {
  func.func private @f(tensor<2xf32> loc("a":1:2)) loc("n"("a":3:4))
} loc(unknown)
`;
    expect(await refusalOf(text)).toBe("was not refused");
    expect(await refusalOf(`module {} loc("a":4294967296:0)`)).toContain("a line or column is too large");
  });
});

describe("errors", () => {
  it("point at the text", async () => {
    const text = `module {
  func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    %0 = nn.relu %x : (tensor<2xf32>) -> }
    %1 = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    func.return %0 : tensor<2xf32>
  }
}
`;
    expect(await refusalOf(text)).toBe(`error[ir-syntax]: expected a type or '(', found '}'
  at in.mlir:3:42
        %0 = nn.relu %x : (tensor<2xf32>) -> }
                                             ^
error[ir-syntax]: value %y is not defined
  at in.mlir:4:21
        %1 = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
                        ^`);
  });
});
