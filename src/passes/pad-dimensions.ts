/**
 * Writes on each region by how much its engine pads its loops: zeros that fill the array up. Nothing of it moves through
 * memory.
 */
import { paddingCodec } from "../ir/decision-attributes.ts";
import { definePass } from "./manager/pass.ts";
import { option } from "./manager/pass-options.ts";
import { regionsById } from "./regions/regions-by-id.ts";

/** See the file's comment. */
export const padDimensions = definePass({
  name: "pad-dimensions",
  summary: "Write the padding of each fast.region's loops as the decisions say.",
  runsOn: "builtin.module",
  options: { decisions: option.decisions("what the back end decided about this module") },
  run(module, { decisions }, { rewriter }) {
    const regionOf = regionsById(module, decisions);
    const targets = decisions.paddings.map((padding) => [regionOf(padding.region, "a padding"), padding] as const);
    for (const [op, { loops }] of targets) rewriter.setAttribute(op, "padding", paddingCodec.encode(loops));
    return { counters: { regions: targets.length } };
  },
});
