/**
 * Writes on each region how its loops are split over the memories, in which order tiles follow each other, and which loops
 * run on the rows and columns of the PE grid. `gm` is global memory; a level's `tile` is what stands there, `order` the loops
 * that step over tiles of this size, outermost first.
 */
import { mappingCodec } from "../ir/decision-attributes.ts";
import { definePass } from "./manager/pass.ts";
import { option } from "./manager/pass-options.ts";
import { regionsById } from "./regions/regions-by-id.ts";

/** See the file's comment. */
export const tile = definePass({
  name: "tile",
  summary: "Write the mapping of each fast.region as the decisions say.",
  runsOn: "builtin.module",
  options: { decisions: option.decisions("what the back end decided about this module") },
  run(module, { decisions }, { rewriter }) {
    const regionOf = regionsById(module, decisions);
    const targets = decisions.mappings.map((mapping) => [regionOf(mapping.region, "a mapping"), mapping] as const);
    for (const [op, { region: _region, ...mapping }] of targets)
      rewriter.setAttribute(op, "mapping", mappingCodec.encode(mapping));
    return { counters: { regions: targets.length } };
  },
});
