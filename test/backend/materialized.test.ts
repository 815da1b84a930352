/** What the passes write into IR is the whole decision: costing the materialised module gives the evaluator's figures. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluateDecisions } from "../../src/backend/recost.ts";
import { compilerPresets } from "../../src/backend/options.ts";
import { buildWorkload } from "../../src/backend/workload.ts";
import { importOnnx } from "../../src/frontend/onnx/import.ts";
import { parseDesign } from "../../src/hardware/design-reader.ts";
import { compileModel } from "../../src/index.ts";
import { freeze } from "../../src/ir/frozen.ts";
import { readDecisions } from "../../src/ir/read-decisions.ts";
import { runPasses } from "../../src/passes/manager/pass-manager.ts";
import { simplifyPipeline } from "../../src/passes/pipeline.ts";

const cases = [
  ["efficientnet-b0", "fast-large", "fastc"],
  ["efficientnet-b0", "tpu-v3", "xla"],
  ["bert-base-128", "fast-small", "fastc"],
] as const;

describe("the materialised module", () => {
  it.each(cases)("of %s on %s with --compiler %s costs what the evaluator says", (model, designName, compiler) => {
    const bytes = readFileSync(`models/${model}.onnx`);
    const design = parseDesign(readFileSync(`designs/${designName}.json`, "utf8"), designName);
    const result = compileModel(bytes, design, { fileName: `${model}.onnx`, compile: compilerPresets[compiler] });

    const imported = importOnnx(bytes, { fileName: `${model}.onnx`, defaultBatch: design.nativeBatch });
    runPasses(imported.module, simplifyPipeline());
    const workload = buildWorkload(freeze(imported.module), imported);
    const again = evaluateDecisions(workload, design, readDecisions(result.module));

    const figures = (evaluation: typeof again): unknown => ({
      totals: Object.values(evaluation.totals).map(({ lowerBoundCycles: _bound, gap: _gap, ...figure }) => figure),
      regions: evaluation.regions.map(({ certificate: _certificate, ...region }) => region),
      rest: { ...evaluation, totals: undefined, regions: undefined },
    });
    expect(figures(again)).toEqual(figures(result.evaluation));
  });
});
