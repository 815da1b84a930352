/** Every pass, in the order of their names: what pipelines, `--list-passes` and the documentation know. */
import { canonicalize } from "./canonicalize.ts";
import { constantFold } from "./constant-fold.ts";
import { cse } from "./cse.ts";
import { dce } from "./dce.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { foldLayout } from "./fold-layout.ts";
import { formRegions } from "./form-regions.ts";
import type { AnyPass } from "./manager/pass.ts";
import { padDimensions } from "./pad-dimensions.ts";
import { place } from "./place.ts";
import { recognizeGelu } from "./recognize-gelu.ts";
import { recognizeLayerNorm } from "./recognize-layer-norm.ts";
import { recognizeSilu } from "./recognize-silu.ts";
import { recognizeSoftmax } from "./recognize-softmax.ts";
import { symbolDce } from "./symbol-dce.ts";
import { tile } from "./tile.ts";

/** See the file's comment. */
export const allPasses: readonly AnyPass[] = [
  canonicalize,
  constantFold,
  cse,
  dce,
  foldBatchNorm,
  foldLayout,
  formRegions,
  padDimensions,
  place,
  recognizeGelu,
  recognizeLayerNorm,
  recognizeSilu,
  recognizeSoftmax,
  symbolDce,
  tile,
];

/** The names of all passes, sorted. */
export const passNames: readonly string[] = allPasses.map(({ name }) => name);
