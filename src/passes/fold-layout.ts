/**
 * Folds copies that only rearrange or pad data into the operations that read or write them: matrix products read or write
 * transposed matrices, transposes cancel each other, explicit padding becomes that of the convolution or pooling behind it.
 */
import { applyPatterns } from "../ir/rewrite/greedy-driver.ts";
import { definePass } from "./manager/pass.ts";
import { matmulLayoutPatterns } from "./patterns/matmul-layout.ts";
import { foldPadIntoAveragePool, foldPadIntoConvolution, foldPadIntoMaxPool } from "./patterns/padding-patterns.ts";
import { mergeTransposes, transposeOfUnitDimensions } from "./patterns/shape-patterns.ts";
import { sinkTranspose } from "./patterns/transpose-sinking.ts";

/** Every pattern of the pass, in the order in which they are tried. */
export const foldLayoutPatterns = [
  mergeTransposes,
  transposeOfUnitDimensions,
  sinkTranspose,
  ...matmulLayoutPatterns,
  foldPadIntoConvolution,
  foldPadIntoMaxPool,
  foldPadIntoAveragePool,
];

/** See the file's comment. */
export const foldLayout = definePass({
  name: "fold-layout",
  summary: "Fold transposes into nn.matmul or cancel them, and nn.pad into nn.conv2d and pooling.",
  runsOn: "func.func",
  options: {},
  patterns: foldLayoutPatterns,
  run: (fn, _options, context) => ({
    counters: applyPatterns(fn, foldLayoutPatterns, { ...context, isFolding: true }),
  }),
});
