/** Writes on each region how its loops are tiled, ordered and unrolled. */
import { mappingCodec } from "../ir/decision-attributes.ts";
import type { Decisions } from "../ir/decisions.ts";
import { Rewriter } from "../ir/rewrite/rewriter.ts";
import { definePass, requiredOption } from "./manager/pass.ts";
import { regionsById } from "./regions/regions-by-id.ts";

/** See the file's comment. */
export const tile = definePass({
  name: "tile",
  summary: "Write the mapping of each fast.region as the decisions say.",
  options: { decisions: requiredOption<Decisions>("what the back end decided about this module") },
  run(module, { decisions }) {
    const regionOf = regionsById(module, decisions);
    const targets = decisions.mappings.map((mapping) => [regionOf(mapping.region, "a mapping"), mapping] as const);
    const rw = new Rewriter();
    for (const [op, { region: _region, ...mapping }] of targets)
      rw.setAttribute(op, "mapping", mappingCodec.encode(mapping));
    return { counters: { regions: rw.changes } };
  },
});
