/**
 * Turns batch normalisations into scaled weights, or into a multiplication and an addition where that cannot be. The weights
 * of the convolution or matrix product before it are scaled, so that only the addition of a bias is left at run time. The
 * numbers of the weights are not needed: the scaling is written as operations on weights, which are done at compile time.
 */
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definePass } from "./manager/pass.ts";
import { expandBatchNorm, foldBatchNormIntoWeights } from "./patterns/batch-norm-patterns.ts";

const patterns = [foldBatchNormIntoWeights, expandBatchNorm];

/** See the file's comment. */
export const foldBatchNorm = definePass({
  name: "fold-batch-norm",
  summary: "Fold nn.batch_norm into the weights of its nn.conv2d or nn.matmul, or expand it.",
  runsOn: "func.func",
  options: {},
  patterns,
  run: (fn, _options, context) => ({
    counters: applyPatterns(fn, patterns, context),
  }),
});
