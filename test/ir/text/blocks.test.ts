/** Functions with several blocks: read, printed, verified. */
import { describe, expect, it } from "vitest";
import { printModes, refusalOf, reprinted } from "./testing.ts";

const lenient = { allowUnregistered: true } as const;

const diamond = `module {
  func.func @main(%arg0: i1, %arg1: tensor<2xf32>) -> tensor<2xf32> {
    %0 = nn.relu %arg1 : (tensor<2xf32>) -> tensor<2xf32>
    "cf.cond_br"(%arg0, %0)[^bb1, ^bb2] {left} : (i1, tensor<2xf32>) -> ()
  ^bb1:
    %1 = nn.neg %0 : (tensor<2xf32>) -> tensor<2xf32>
    "cf.br"(%1)[^bb3] : (tensor<2xf32>) -> ()
  ^bb2:
    "cf.br"(%0)[^bb3] : (tensor<2xf32>) -> ()
  ^bb3(%arg2: tensor<2xf32>):
    %2 = nn.add %0, %arg2 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    func.return %2 : tensor<2xf32>
  }
}
`;

describe("several blocks", () => {
  it("are printed as they are read", async () => {
    expect(await reprinted(diamond, {}, lenient)).toBe(diamond);
  });

  it.each(printModes)("have a fixed text, %j", async (mode) => {
    const once = await reprinted(diamond, mode, lenient);
    expect(await reprinted(once, mode, lenient)).toBe(once);
  });

  it("may be written before the blocks that define what they read", async () => {
    const text = `func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  "cf.br"()[^second] : () -> ()
^third:
  func.return %y : tensor<2xf32>
^second:
  %y = nn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  "cf.br"()[^third] : () -> ()
}
`;
    expect(await reprinted(text, {}, lenient)).toContain("^bb1:\n    func.return %0 :");
  });

  it("must not read what only one way to them defines", async () => {
    expect(await refusalOf(diamond.replace("nn.add %0, %arg2", "nn.add %1, %arg2"), lenient)).toBe(
      `error[ir-invalid]: nn.add: operand 0 (%1) is not defined before it is read here
  at in.mlir:11:10
        %2 = nn.add %1, %arg2 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
             ^`,
    );
  });

  it("may read anything where they are never reached", async () => {
    const text = diamond.replace("  ^bb3(", "  ^bb4:\n    func.return %1 : tensor<2xf32>\n  ^bb3(");
    expect(await refusalOf(text, lenient)).toBe("was not refused");
  });

  it("end in terminators, and only those go to other blocks", async () => {
    const text = diamond.replace(/ {4}"cf.br"\(%0\).*\n/, "    nn.not %arg0 : (i1) -> i1\n");
    expect(await refusalOf(text, lenient)).toContain("nn.not: is the last of its block but not a terminator");
    const early = diamond.replace("    %1 = nn.neg", '    "cf.br"()[^bb2] : () -> ()\n    %1 = nn.neg');
    expect(await refusalOf(early, lenient)).toContain("cf.br: goes to other blocks but is not the last of its own");
    const loop = diamond.replace("(%0)[^bb3]", "(%0)[^bb0]").replace("-> tensor<2xf32> {\n", "-> tensor<2xf32> {\n");
    expect(await refusalOf(loop, lenient)).toContain("block ^bb0 is not defined in this region");
    expect(await refusalOf(diamond.replace("^bb2]", "^bb7]"), lenient)).toContain(
      "block ^bb7 is not defined in this region\n  at in.mlir:4:35\n",
    );
    expect(await refusalOf(diamond.replace("^bb2:", "^bb1:"), lenient)).toContain("block ^bb1 is defined twice");
  });
});

describe("declarations", () => {
  it("have no body, and are private", async () => {
    const text = "module {\n  func.func private @ext(tensor<2xf32>, i32 {a.b}) -> (i32, f32)\n}\n";
    expect(await reprinted(text)).toBe(text);
    expect(await refusalOf(text.replace("private ", ""))).toContain("func.func: has no body but is not private");
  });
});
