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
