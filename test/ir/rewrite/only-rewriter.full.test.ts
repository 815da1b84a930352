/** The lint rules that keep passes from changing IR past their Rewriter. Long, since they ask the type checker. */
import { ESLint } from "eslint";
import { describe, expect, it } from "vitest";
import { projectPath } from "../../frontend/onnx/testing.ts";

const code = `
import type { Block, Operation, Value } from "../ir/core.ts";
import { Rewriter } from "../ir/rewrite/rewriter.ts";
import type { Rewriter as R } from "../ir/rewrite/rewriter.ts";

export function bad(op: Operation, block: Block, value: Value): R {
  op.setOperand(0, value);
  op.detach();
  op.erase();
  block.append(op);
  block.insertBefore(op, undefined);
  value.replaceAllUsesWith(value);
  op.attributes.delete("x");
  op.location = { kind: "unknown" };
  return new Rewriter();
}

export function good(op: Operation, rewriter: R): number {
  const found = new Map([["attributes", new Set([1])]]);
  found.delete("x");
  rewriter.erase(op);
  rewriter.setOperand(op, 0, op.result);
  return found.size + op.attributes.size;
}
`;

describe("the lint rules of src/passes", () => {
  it("find every change of IR that goes past the Rewriter, and nothing else", async () => {
    const eslint = new ESLint({ cwd: projectPath() });
    const [result] = await eslint.lintText(code, { filePath: projectPath("src", "passes", "cse.ts") });
    const found = (result?.messages ?? []).map(({ ruleId, line }) => `${line} ${ruleId}`);
    expect(found).toEqual([
      "3 @typescript-eslint/no-restricted-imports",
      ...[7, 8, 9, 10, 11, 12, 13, 14].map((line) => `${line} fastc/through-rewriter`),
    ]);
  });
});
