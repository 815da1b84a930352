/** Large text: 10 MB are read, in time that grows with the size. */
import { describe, expect, it } from "vitest";
import { parseModule } from "../../../src/ir/text/parse.ts";
import { printModule } from "../../../src/ir/text/print.ts";
import { walk } from "../../../src/ir/core.ts";

/** A chain of operations with names and locations. */
function chain(operations: number): string {
  const type = "tensor<8x64x56x56xf32>";
  const lines = Array.from({ length: operations }, (_unused, at) => {
    const input = at === 0 ? "%arg0" : `%${at - 1}`;
    return `    %${at} = "nn.add"(${input}, %arg0) : (${type}, ${type}) -> ${type} loc("/layers/${at}/Add"("m.onnx":${at}:0))\n`;
  });
  const head = `"builtin.module"() ({\n  "func.func"() <{function_type = (${type}) -> ${type}, sym_name = "main"}> ({\n  ^bb0(%arg0: ${type}):\n`;
  const end = `    "func.return"(%${operations - 1}) : (${type}) -> () loc(unknown)\n  }) : () -> () loc(unknown)\n}) : () -> () loc(unknown)\n`;
  return head + lines.join("") + end;
}

describe("10 MB", () => {
  it("of operations are read, verified and printed as they were", async () => {
    const text = chain(75_000);
    expect(text.length).toBeGreaterThan(10e6);
    const { module } = await parseModule(text, { fileName: "in.mlir" });
    expect([...walk(module)].length).toBe(75_000 + 3);
    expect(printModule(module, { generic: true, locations: true }) === text).toBe(true);
  });

  it("of one resource are kept", async () => {
    const blob = `"0x04000000${"0000803F".repeat(1_300_000)}"`;
    const text = `module {\n}\n{-# dialect_resources: { builtin: { w: ${blob} } } #-}\n`;
    const { resources } = await parseModule(text, { fileName: "in.mlir" });
    expect(resources.get("dialect_resources")?.get("builtin")?.get("w") === blob).toBe(true);
  });
});
