/** Recognises layer normalisation written as means, squares and a square root. */
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definePass } from "./manager/pass.ts";
import { foldBiasIntoLayerNorm, foldScaleIntoLayerNorm, matchLayerNorm } from "./patterns/layer-norm-patterns.ts";

/** See the file's comment. */
export const recognizeLayerNorm = definePass({
  name: "recognize-layer-norm",
  summary: "Recognise nn.layer_norm in means, squares and a square root, with its scale and bias.",
  runsOn: "func.func",
  options: {},
  run: (fn, _options, context) => ({
    counters: applyPatterns(fn, [matchLayerNorm, foldScaleIntoLayerNorm, foldBiasIntoLayerNorm], context),
  }),
});
