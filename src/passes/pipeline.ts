/** The pipelines: which passes run in which order. */
import type { Decisions } from "../ir/decisions.ts";
import type { FrozenModule } from "../ir/frozen.ts";
import { DiagnosticError } from "../support/diagnostics.ts";
import { canonicalize } from "./canonicalize.ts";
import { cse } from "./cse.ts";
import { dce } from "./dce.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { foldLayout } from "./fold-layout.ts";
import { formRegions } from "./form-regions.ts";
import { padDimensions } from "./pad-dimensions.ts";
import type { PassInstance } from "./manager/pass.ts";
import { place } from "./place.ts";
import { recognizeGelu } from "./recognize-gelu.ts";
import { recognizeLayerNorm } from "./recognize-layer-norm.ts";
import { recognizeSilu } from "./recognize-silu.ts";
import { recognizeSoftmax } from "./recognize-softmax.ts";
import { hashMismatch } from "./regions/region-plan.ts";
import { tile } from "./tile.ts";

/** Passes that do not depend on the hardware. After them the module is frozen. */
export function simplifyPipeline(): readonly PassInstance[] {
  return [
    dce.with({}),
    canonicalize.with({}),
    cse.with({}),
    foldBatchNorm.with({}),
    recognizeSoftmax.with({}),
    recognizeLayerNorm.with({}),
    recognizeGelu.with({}),
    recognizeSilu.with({}),
    foldLayout.with({}),
    canonicalize.with({}),
    cse.with({}),
    dce.with({}),
  ];
}

/** Passes that write the back end's decisions into the module, in their order. */
export const materializingPasses = [formRegions, padDimensions, tile, place] as const;

/**
 * The pipeline that writes the back end's decisions into a copy of the frozen module.
 *
 * @throws DiagnosticError `decisions-mismatch` when the decisions were made for another module
 */
export function materializePipeline(frozen: FrozenModule, decisions: Decisions): readonly PassInstance[] {
  if (frozen.sha256 !== decisions.moduleSha256)
    throw new DiagnosticError([hashMismatch(frozen.sha256, decisions.moduleSha256)]);
  return materializingPasses.map((pass) => pass.with({ decisions }));
}
