/** Text that would exhaust a careless parser: deep nesting, long chains, huge shapes. */
import { describe, expect, it } from "vitest";
import { refusalOf, reprinted } from "./testing.ts";

const lenient = { allowUnregistered: true } as const;
const deep = 100_000;

function attribute(text: string): string {
  return `"a.b"() {x = ${text}} : () -> ()\n`;
}

describe("nesting", () => {
  const nested: Readonly<Record<string, string>> = {
    regions: `${'"a.b"() ({\n'.repeat(deep)}`,
    arrays: attribute("[".repeat(deep)),
    dictionaries: attribute("{a = ".repeat(deep)),
    "function types": attribute("(".repeat(deep)),
    tuples: attribute("tuple<".repeat(deep)),
    memrefs: attribute("memref<4xf32, ".repeat(deep)),
    "dense lists": attribute(`dense<${"[".repeat(deep)}`),
    "affine expressions": attribute(`affine_map<(d0) -> (${"(".repeat(deep)}`),
    negations: attribute(`affine_map<(d0) -> (${"-".repeat(deep)}`),
    locations: `"a.b"() : () -> () loc(${'"n"('.repeat(deep)}`,
    modules: "module {\n".repeat(deep),
  };
  it.each(Object.entries(nested))("of %s is bounded", async (_name, text) => {
    expect(await refusalOf(text, lenient)).toMatch(
      /^error\[ir-syntax\]: nested more than 200 deep\n {2}at in.mlir:\d+:\d+\n/,
    );
  });

  it("is printed, verified and read back as deep as it is taken", async () => {
    const depth = 195;
    const text = `${'"a.b"() ({\n'.repeat(depth)}"a.c"() : () -> ()\n${"}) : () -> ()\n".repeat(depth)}`;
    const once = await reprinted(text, {}, lenient);
    expect(await reprinted(once, {}, lenient)).toBe(once);
  });
});

describe("long chains", () => {
  it("of aliases in aliases end with an error", async () => {
    const chain = Array.from({ length: 5000 }, (_unused, at) => `#l${at} = loc("x"(#l${at + 1}))`);
    const text = `module {} loc(#l0)\n${chain.join("\n")}\n#l5000 = loc("end")\n`;
    expect(await refusalOf(text)).toContain("leads to itself, or over too many others");
    const cycle = 'module {} loc(#a)\n#a = loc("a"(#b))\n#b = loc("b"(#a))\n';
    expect(await refusalOf(cycle)).toContain("location alias #a leads to itself");
  });

  it("of blocks and of operations need no deep stack", async () => {
    const blocks = Array.from({ length: 5000 }, (_unused, at) => `^b${at}:\n"cf.br"()[^b${at + 1}] : () -> ()\n`);
    const text = `func.func @f() {\n"cf.br"()[^b0] : () -> ()\n${blocks.join("")}^b5000:\nreturn\n}\n`;
    expect(await refusalOf(text, lenient)).toBe("was not refused");
  });
});

describe("size", () => {
  it("of a tensor whose values are written once does not matter", async () => {
    const text = `module {\n  "a.b"() {x = dense<1.5> : tensor<4000000000x4000xf32>} : () -> ()\n}\n`;
    expect(await reprinted(text, {}, lenient)).toBe(text);
    expect(await refusalOf(attribute("tensor<99999999999999999999xf32>"), lenient)).toContain("an extent is too large");
    expect(await refusalOf(attribute("memref<99999999999999999999x?xf32>"), lenient)).toContain(
      "an extent is too large",
    );
    expect(await refusalOf(attribute("i99999999"), lenient)).toContain("i99999999 is not a type");
  });

  it("of the list of errors is bounded", async () => {
    const refused = await refusalOf("oops\n".repeat(1000));
    expect(refused.match(/^error/gm)).toHaveLength(20);
  });
});
