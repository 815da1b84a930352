/** Every optimizer of the list passes the conformance suite. */
import { expect, it } from "vitest";
import { optimizers } from "../../src/search/optimizers/list.ts";
import { describeOptimizer } from "./optimizer-suite.ts";

/** The small problem has 6^4 · 7 = 9,072 designs; random search must have drawn them all to be sure. */
const optimumWithin: Readonly<Record<string, number>> = { random: 9072, local: 250 };

for (const kind of optimizers) describeOptimizer(kind, { optimumWithin: optimumWithin[kind.name] ?? 250 });

it("names every optimizer once", () => {
  const names = optimizers.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
