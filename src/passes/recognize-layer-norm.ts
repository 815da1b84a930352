/**
 * Recognises layer normalisation written as means, squares and a square root, and takes in a scale and a bias that follow.
 */
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definePass } from "./manager/pass.ts";
import { foldBiasIntoLayerNorm, foldScaleIntoLayerNorm, matchLayerNorm } from "./patterns/layer-norm-patterns.ts";

const patterns = [matchLayerNorm, foldScaleIntoLayerNorm, foldBiasIntoLayerNorm];

/** See the file's comment. */
export const recognizeLayerNorm = definePass({
  name: "recognize-layer-norm",
  summary: "Recognise nn.layer_norm in means, squares and a square root, with its scale and bias.",
  runsOn: "func.func",
  options: {},
  patterns,
  run: (fn, _options, context) => ({
    counters: applyPatterns(fn, patterns, context),
  }),
});
