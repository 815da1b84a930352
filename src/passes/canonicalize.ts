/**
 * Brings operations into the one form that other passes look for, and drops those that do nothing: neutral arithmetic
 * (x * 1, x + 0), identities, chains of reshapes, transposes, casts, slices or pads, constants on the left of commutative
 * operations, broadcasts that the reader does by itself, gathers whose indices count up. Other passes do not rely on it to
 * be correct.
 */
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definePass } from "./manager/pass.ts";
import { option } from "./manager/pass-options.ts";
import { constantsToTheRight, dropNeutralPatterns, mergeCasts } from "./patterns/arithmetic-patterns.ts";
import {
  broadcastAfterOperation,
  broadcastOfUnitDimensions,
  dropBroadcastOfOperand,
} from "./patterns/broadcast-patterns.ts";
import { gatherNdOfRange, gatherOfRange } from "./patterns/gather-patterns.ts";
import {
  keepReducedDimensionPatterns,
  mergePads,
  mergeReshapes,
  mergeSlices,
  mergeTransposes,
  transposeOfUnitDimensions,
} from "./patterns/shape-patterns.ts";

/** Every pattern of the pass, in the order in which they are tried. */
export const canonicalizePatterns = [
  ...dropNeutralPatterns,
  constantsToTheRight,
  mergeReshapes,
  mergeTransposes,
  transposeOfUnitDimensions,
  mergeCasts,
  mergeSlices,
  mergePads,
  ...keepReducedDimensionPatterns,
  gatherOfRange,
  gatherNdOfRange,
  broadcastOfUnitDimensions,
  dropBroadcastOfOperand,
  broadcastAfterOperation,
];

/** See the file's comment. */
export const canonicalize = definePass({
  name: "canonicalize",
  summary: "Drop operations that do nothing, merge views and copies, put constants on the right.",
  runsOn: "func.func",
  options: {
    maxIterations: option.integer("how often all operations are looked at before it counts as not converging", {
      fallback: 10,
      least: 1,
    }),
  },
  patterns: canonicalizePatterns,
  run: (fn, { maxIterations }, context) => ({
    counters: applyPatterns(fn, canonicalizePatterns, { ...context, isFolding: true, maxIterations }),
  }),
});
