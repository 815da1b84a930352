/** Dead-code elimination: removes operations whose results nobody reads, and what only they read. */
import { walk } from "../ir/core.ts";
import { definePass } from "./manager/pass.ts";

/** See the file's comment. */
export const dce = definePass({
  name: "dce",
  summary: "Remove operations whose results nobody reads.",
  runsOn: "func.func",
  options: {},
  run(fn, _options, { rewriter }) {
    let erased = 0;
    // Mostly readers come after what they read; where they do not, removing a reader looks again at what it read.
    const operations = [...walk(fn)].reverse();
    rewriter.listening({ erased: () => erased++ }, () => {
      for (const op of operations) rewriter.eraseIfDead(op);
    });
    return { counters: { erased } };
  },
});
