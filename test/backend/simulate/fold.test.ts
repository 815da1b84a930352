/** Folding is exact: a folded run is the unfolded one in every figure. */
import { expect, it } from "vitest";
import { compareFolding } from "./fold-check.ts";

// Gathers stand still for long; on one PE of an edge device blocks of weights wait for their turn to be shifted in.
it.each([
  ["efficientnet-b0", "fast-large"],
  ["bert-base-128", "fast-large"],
  ["bert-base-128", "edge"],
])("of %s on %s, in every region", (model, design) => {
  const [folded, whole] = compareFolding(model, design, 100_000);
  expect(folded).toBeLessThan(0.5 * whole);
});
