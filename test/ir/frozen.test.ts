/** Frozen modules: ids, hash, and copies that share nothing. */
import { describe, expect, it } from "vitest";
import { walk } from "../../src/ir/core.ts";
import { integerAttribute } from "../../src/ir/attributes.ts";
import { cloneModule, freeze, isUnchanged } from "../../src/ir/frozen.ts";
import { functionBody, functionsOf } from "../../src/ir/ops/builtin.ts";
import { printModule } from "../../src/ir/text/print.ts";
import { verifyOperation } from "../../src/ir/verify.ts";
import { sha256Hex } from "../../src/support/stable-json.ts";
import { convolutionModule, regionModule } from "./programs.ts";

describe("freeze", () => {
  it("numbers operations in pre-order and values by who makes them", () => {
    const frozen = freeze(convolutionModule());
    expect(frozen.operations.map((op) => op.name)).toEqual([
      "builtin.module",
      "func.func",
      "nn.constant",
      "nn.constant",
      "nn.reshape",
      "nn.conv2d",
      "nn.add",
      "nn.relu",
      "func.return",
    ]);
    frozen.operations.forEach((op, id) => expect(frozen.idOf(op)).toBe(id));
    const conv = frozen.operations[5]!;
    expect(conv.operands.map(frozen.valueId)).toEqual([
      { operation: 1, index: 0 },
      { operation: 2, index: 0 },
    ]);
    for (const value of frozen.operations.flatMap((op) => [...op.results, ...op.operands])) {
      expect(frozen.valueOf(frozen.valueId(value))).toBe(value);
    }
    expect(() => frozen.idOf(convolutionModule())).toThrow("bug: builtin.module is not in the frozen module");
    expect(() => frozen.valueOf({ operation: 99, index: 0 })).toThrow(
      "bug: operation 99 of the frozen module is missing",
    );
  });

  it("hashes the text without locations", () => {
    const frozen = freeze(convolutionModule());
    expect(frozen.sha256).toBe(sha256Hex(printModule(convolutionModule())));
    expect(frozen.sha256).toMatch(/^[0-9a-f]{64}$/);
    const other = convolutionModule();
    for (const op of walk(other)) op.location = { kind: "unknown" };
    expect(freeze(other).sha256).toBe(frozen.sha256);
  });

  it("notices every kind of change", () => {
    const changes: readonly ((frozen: ReturnType<typeof freeze>) => void)[] = [
      ({ operations }) => operations[5]!.attributes.set("x", integerAttribute(1)),
      ({ operations }) => operations[7]!.setOperand(0, operations[5]!.result),
      ({ operations }) => operations[3]!.detach(),
      ({ module, operations }) =>
        functionBody(functionsOf(module)[0]!).insertBefore(cloneModule(operations[2]!).module, operations[2]),
    ];
    for (const change of changes) {
      const frozen = freeze(convolutionModule());
      expect(isUnchanged(frozen)).toBe(true);
      change(frozen);
      expect(isUnchanged(frozen)).toBe(false);
    }
  });
});

describe("cloneModule", () => {
  it.each([
    ["a function", convolutionModule],
    ["a region", regionModule],
  ])("copies %s to the last byte", (_name, make) => {
    const original = make();
    const { module, opMap, valueMap } = cloneModule(original);
    const options = { locations: true };
    expect(printModule(module, options)).toBe(printModule(original, options));
    expect(verifyOperation(module)).toEqual([]);
    const [before, after] = [[...walk(original)], [...walk(module)]];
    expect(before.map((op) => opMap.get(op))).toEqual(after);
    for (const op of before) {
      op.results.forEach((result, index) => expect(valueMap.get(result)).toBe(opMap.get(op)!.results[index]));
      op.operands.forEach((operand, index) => expect(valueMap.get(operand)).toBe(opMap.get(op)!.operands[index]));
    }
  });

  it("shares nothing that can change", () => {
    const original = convolutionModule();
    const text = printModule(original);
    const { module } = cloneModule(original);
    for (const op of walk(module)) op.attributes.set("changed", integerAttribute(1));
    functionBody(functionsOf(module)[0]!).dropAll();
    expect(printModule(original)).toBe(text);
    expect(verifyOperation(original)).toEqual([]);
  });
});
