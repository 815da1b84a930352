/** docs/ir.md lists every op under the trait that says how it runs. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { allOpKinds } from "../../src/ir/ops/registry.ts";

const page = readFileSync(new URL("../../docs/ir.md", import.meta.url), "utf8");

it("docs/ir.md lists the nn ops by trait", () => {
  const items = page.split(/\n(?=- |\n)/).map((item) => item.trim());
  const listed = items.flatMap((item) => {
    const [, trait] = /^- `(\w+)`, /.exec(item) ?? [];
    return trait === undefined ? [] : [[trait, [...item.matchAll(/`(nn\.\w+)`/g)].map(([, name]) => name)] as const];
  });
  for (const [trait, ops] of listed) {
    const kinds = allOpKinds.filter(({ name, traits }) => name.startsWith("nn.") && traits.has(trait as never));
    expect(ops, trait).toEqual(kinds.map(({ name }) => name));
  }
  const all = allOpKinds.filter(({ name }) => name.startsWith("nn."));
  expect(listed.flatMap(([, ops]) => ops).length).toBe(all.length);
});
