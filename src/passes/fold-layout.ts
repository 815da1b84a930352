/** Folds copies that only rearrange or pad data into the operations that read or write them. */
import { applyPatterns } from "../ir/rewrite/pattern.ts";
import { definePass } from "./manager/pass.ts";
import { matmulLayoutPatterns } from "./patterns/matmul-layout.ts";
import { foldPadIntoAveragePool, foldPadIntoConvolution, foldPadIntoMaxPool } from "./patterns/padding-patterns.ts";
import { identityPatterns, mergeTransposes, transposeOfUnitDimensions } from "./patterns/shape-patterns.ts";
import { sinkTranspose } from "./patterns/transpose-sinking.ts";

/** Every pattern of the pass, in the order in which they are tried. */
export const foldLayoutPatterns = [
  ...identityPatterns,
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
  options: {},
  run: (module, _options, { onRefusal }) => ({ counters: applyPatterns(module, foldLayoutPatterns, onRefusal) }),
});
