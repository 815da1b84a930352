/** Writes on each region by how much its engine pads its loops. */
import { paddingCodec } from "../ir/decision-attributes.ts";
import type { Decisions } from "../ir/decisions.ts";
import { Rewriter } from "../ir/rewrite/rewriter.ts";
import { definePass, requiredOption } from "./manager/pass.ts";
import { regionsById } from "./regions/regions-by-id.ts";

/** See the file's comment. */
export const padDimensions = definePass({
  name: "pad-dimensions",
  summary: "Write the padding of each fast.region's loops as the decisions say.",
  options: { decisions: requiredOption<Decisions>("what the back end decided about this module") },
  run(module, { decisions }) {
    const regionOf = regionsById(module, decisions);
    const targets = decisions.paddings.map((padding) => [regionOf(padding.region, "a padding"), padding] as const);
    const rw = new Rewriter();
    for (const [op, { loops }] of targets) rw.setAttribute(op, "padding", paddingCodec.encode(loops));
    return { counters: { regions: rw.changes } };
  },
});
