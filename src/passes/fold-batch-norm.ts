/** Turns batch normalisations into scaled weights, or into a multiplication and an addition where that cannot be. */
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definePass } from "./manager/pass.ts";
import { expandBatchNorm, foldBatchNormIntoWeights } from "./patterns/batch-norm-patterns.ts";

/** See the file's comment. */
export const foldBatchNorm = definePass({
  name: "fold-batch-norm",
  summary: "Fold nn.batch_norm into the weights of its nn.conv2d or nn.matmul, or expand it.",
  runsOn: "func.func",
  options: {},
  run: (fn, _options, context) => ({
    counters: applyPatterns(fn, [foldBatchNormIntoWeights, expandBatchNorm], context),
  }),
});
