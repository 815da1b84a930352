/** Folding is exact on more models and machines: tens of millions of events that are walked through one by one. */
import { expect, it } from "vitest";
import { compareFolding } from "./fold-check.ts";

const designs = ["tpu-v3", "tpu-v4i", "fast-small", "eyeriss-like", "edge"];
const most = 100_000 * Number(process.env["FASTC_TEST_SCALE"] ?? 1);

it.each(["efficientnet-b0", "bert-base-128"].flatMap((model) => designs.map((design) => [model, design] as const)))(
  "of %s on %s, in every region",
  { timeout: 600_000 },
  (model, design) => {
    const [folded, whole] = compareFolding(model, design, most);
    expect(folded).toBeLessThan(whole);
  },
);
