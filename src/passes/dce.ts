/** Dead-code elimination: removes what nobody reads. */
import type { Block } from "../ir/core.ts";
import type { Operation } from "../ir/core.ts";
import { isDead, Rewriter } from "../ir/rewrite/rewriter.ts";
import { definePass } from "./manager/pass.ts";

/** See the file's comment. */
export const dce = definePass({
  name: "dce",
  summary: "Remove operations whose results nobody reads.",
  options: {},
  run(module) {
    const rewriter = new Rewriter();
    eraseDead(module, rewriter);
    return { counters: { erased: rewriter.changes } };
  },
});

/** Readers come after what they read, so one walk backwards finds everything. */
function eraseDead(op: Operation, rewriter: Rewriter): void {
  const blocks: readonly Block[] = op.regions.flatMap((region) => region.blocks);
  for (const block of blocks) {
    for (const inner of [...block.operations()].reverse()) {
      if (isDead(inner)) rewriter.erase(inner);
      else eraseDead(inner, rewriter);
    }
  }
}
