/** Pages that are derived from the code: `npm run docs` writes them, these tests hold them up to date. */
import { describe, expect, it } from "vitest";
import { allOpKinds } from "../../src/ir/ops/registry.ts";
import { verifyOperation } from "../../src/ir/verify.ts";
import { expectGenerated } from "./generated-page.ts";
import { irPage, opExamples } from "./ir-page.ts";
import { passesPage } from "./passes-page.ts";

describe("docs/ir.md", () => {
  it("is up to date", async () => {
    await expectGenerated("ir.md", irPage());
  });

  it("has a valid example of every op", () => {
    const examples = opExamples();
    expect(examples.map(({ kind }) => kind.name)).toEqual(allOpKinds.map(({ name }) => name));
    for (const { kind, module, text } of examples) {
      expect(verifyOperation(module), kind.name).toEqual([]);
      expect(text, kind.name).toContain(kind.name === "builtin.module" ? "module" : kind.name);
    }
  });
});

describe("docs/passes.md", () => {
  it("is up to date", async () => {
    await expectGenerated("passes.md", await passesPage());
  });
});
