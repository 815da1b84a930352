/**
 * fastc's public API and composition root: the only file that knows every part. `compileModel` is the whole walk from ONNX
 * bytes to decisions, costs and a schedule.
 */
import { decide } from "./backend/compile.ts";
import type { Evaluation } from "./backend/evaluation.ts";
import { isInfeasible } from "./backend/evaluation.ts";
import type { WorkloadSource } from "./backend/evaluator.ts";
import type { CompileOptions } from "./backend/options.ts";
import type { ScheduleFile } from "./backend/schedule/schedule-file.ts";
import { lowerProgram } from "./backend/schedule/lower.ts";
import { buildSchedule, parseDecisions, parseSchedule } from "./backend/schedule/schedule-file.ts";
import type { Workload } from "./backend/workload.ts";
import { buildWorkload } from "./backend/workload.ts";
import type { ImportedModel, ImportOptions } from "./frontend/onnx/import.ts";
import { importOnnx } from "./frontend/onnx/import.ts";
import type { HardwareDesign } from "./hardware/design.ts";
import type { Operation } from "./ir/core.ts";
import type { Decisions } from "./ir/decisions.ts";
import type { FrozenModule } from "./ir/frozen.ts";
import { cloneModule, freeze } from "./ir/frozen.ts";
import type { PassHooks, PassRecord } from "./passes/manager/pass-manager.ts";
import { runPasses } from "./passes/manager/pass-manager.ts";
import type { PassInstance } from "./passes/manager/pass.ts";
import type { PipelineSource } from "./passes/manager/pipeline-syntax.ts";
import { parsePipeline } from "./passes/manager/pipeline-text.ts";
import { materializePipeline, simplifyPipeline } from "./passes/pipeline.ts";
import { allPasses } from "./passes/registry.ts";
import { refuseEmptyWorkload } from "./report/empty-workload.ts";
import { infeasibleDiagnostic } from "./report/infeasible.ts";
import type { ByteSource } from "./support/byte-source.ts";
import { DiagnosticError } from "./support/diagnostics.ts";

/** Stages of the walk, in order, as `onStage` names them. */
export const compileStages = ["import", "simplify", "workload", "decide", "materialize", "schedule", "done"] as const;
export type CompileStage = (typeof compileStages)[number];

export interface CompileModelOptions extends Omit<ImportOptions, "defaultBatch"> {
  readonly compile: CompileOptions;
  /** Told of every pass, numbered on from the first pipeline to the second. */
  readonly hooks?: PassHooks;
  /** Told when a stage begins. */
  readonly onStage?: (stage: CompileStage) => void;
}

export interface CompileResult {
  readonly model: ImportedModel;
  readonly design: HardwareDesign;
  readonly evaluation: Evaluation;
  /** What was compiled: run-time ops and the tensors between them. */
  readonly workload: Workload;
  readonly schedule: ScheduleFile;
  /** The simplified module, whose operations and values the schedule names. */
  readonly frozen: FrozenModule;
  /** The materialised module: regions with padding, tiles and places. */
  readonly module: Operation;
  readonly passes: readonly PassRecord[];
}

/**
 * Compiles a model for a design: the whole walk. A symbolic batch becomes `batch`, else the design's native batch.
 *
 * @throws DiagnosticError when the model is bad or when the design cannot run it
 */
export function compileModel(
  content: Uint8Array | ByteSource,
  design: HardwareDesign,
  options: CompileModelOptions,
): CompileResult {
  const { compile, hooks = {}, onStage = () => undefined, ...importOptions } = options;

  onStage("import");
  const model = importOnnx(content, { ...importOptions, defaultBatch: design.nativeBatch });

  onStage("simplify");
  const simplified = runPasses(model.module, simplifyPipeline(), hooks);
  const frozen = freeze(model.module);

  onStage("workload");
  const workload = buildWorkload(frozen, infoOf(model));
  refuseEmptyWorkload(workload);

  onStage("decide");
  const compiled = decide(workload, design, compile);
  if (isInfeasible(compiled)) {
    throw new DiagnosticError([infeasibleDiagnostic(compiled, [`${model.name} on ${design.name}`])]);
  }
  const { decisions, evaluation } = compiled;
  const specs = workload.regions[compile.fusion];

  onStage("materialize");
  const { module } = cloneModule(frozen.module);
  const firstIndex = (hooks.firstIndex ?? 0) + simplified.length;
  const materialized = runPasses(module, materializePipeline(frozen, decisions), { ...hooks, firstIndex });

  onStage("schedule");
  // Dimensions that shapes of inputs have bound are recorded too: without them the schedule could not be made again.
  const hasShapes = Object.keys(options.inputShapes ?? {}).length > 0;
  const bound = hasShapes ? Object.fromEntries(model.dimensions) : {};
  const source = { file: options.fileName, dims: { ...bound, ...options.dims } };
  const program = lowerProgram({ workload, design, decisions, specs });
  const schedule = buildSchedule({ workload, design, compile, decisions, program, evaluation, source });

  onStage("done");
  return { model, design, evaluation, workload, schedule, frozen, module, passes: [...simplified, ...materialized] };
}

/** Runs the passes that do not depend on the hardware over a module. */
export function simplifyModel(module: Operation, hooks: PassHooks = {}): readonly PassRecord[] {
  return runPasses(module, simplifyPipeline(), hooks);
}

/** A model as the search and the back end take it, with what identifies it. */
export interface ModelSource extends WorkloadSource {
  readonly sha256: string;
  readonly hasSymbolicBatch: boolean;
  /** The fixed batch; 1 when it is symbolic. */
  readonly batch: number;
}

/** A model's workload at any batch; each batch is imported, simplified and analysed once. */
export function workloadSource(
  content: Uint8Array | ByteSource,
  options: Omit<ImportOptions, "batch" | "defaultBatch">,
): ModelSource {
  const workloads = new Map<number, Workload>();
  const derive = (batch: { readonly batch?: number; readonly defaultBatch?: number }): Workload => {
    const model = importOnnx(content, { ...options, ...batch });
    runPasses(model.module, simplifyPipeline());
    const workload = buildWorkload(freeze(model.module), infoOf(model));
    refuseEmptyWorkload(workload);
    workloads.set(model.batch, workload);
    return workload;
  };
  const { info } = derive({ defaultBatch: 1 });
  return { ...info, forBatch: (batch) => workloads.get(batch) ?? derive({ batch }) };
}

/** What identifies a model run, without the module, so that a workload does not keep it alive. */
function infoOf({ name, sha256, batch, hasSymbolicBatch }: ImportedModel): Workload["info"] {
  return { name, sha256, batch, hasSymbolicBatch };
}

/**
 * The passes that the text of a pipeline names.
 *
 * @param readText  reads the schedule files that options name
 * @throws DiagnosticError `pipeline-invalid`, or what is wrong with such a file
 */
export function readPipeline(source: PipelineSource, readText: (path: string) => string): readonly PassInstance[] {
  const decisions = (text: string): Decisions =>
    text.startsWith("{") ? parseDecisions(text, source.origin) : parseSchedule(readText(text), text).decisions;
  return parsePipeline(source, { passes: allPasses, sources: { decisions } });
}

export type { Evaluation } from "./backend/evaluation.ts";
export { isInfeasible } from "./backend/evaluation.ts";
export type { ExecutedRegion, ExecutionRequest } from "./backend/execute/execute.ts";
export { execute, executeSteps } from "./backend/execute/execute.ts";
export type { NumberMode } from "./backend/execute/number-mode.ts";
export { numberModes } from "./backend/execute/number-mode.ts";
export { evaluate } from "./backend/evaluator.ts";
export { evaluateDecisions } from "./backend/recost.ts";
export type { CompileOptions, CompilerName, DepthwiseMode, FusionMode, PlacementMode } from "./backend/options.ts";
export { compilerNames, compilerPresets, depthwiseModes, fusionModes, placementModes } from "./backend/options.ts";
export type { ScheduleFile } from "./backend/schedule/schedule-file.ts";
export { parseSchedule, readSchedule, scheduleJson } from "./backend/schedule/schedule-file.ts";
export { scheduleText } from "./backend/schedule/schedule-text.ts";
export type { Program, ProgramTensor } from "./backend/schedule/program.ts";
export { simulateProgram } from "./backend/simulate/simulate-program.ts";
export type { Simulation } from "./backend/simulate/simulation.ts";
export type { Trace } from "./backend/simulate/trace/trace.ts";
export { traceOf } from "./backend/simulate/trace/trace.ts";
export type { ImportedModel, ImportOptions } from "./frontend/onnx/import.ts";
export { importOnnx as importModel } from "./frontend/onnx/import.ts";
export { inspectOnnx as inspectModel } from "./frontend/onnx/inspect.ts";
export type { InputValue } from "./frontend/onnx/inputs/input-values.ts";
export { readTensorFile } from "./frontend/onnx/read/read-tensor.ts";
export type { NodeTensor } from "./frontend/onnx/graph-importer.ts";
export { decodeNpy, encodeNpy } from "./frontend/onnx/tensor-files/npy.ts";
export { encodeTensor } from "./frontend/onnx/tensor-files/encode-tensor.ts";
export { storedArray, tensorFromBytes } from "./frontend/onnx/tensor-files/tensor-bytes.ts";
export { parseInitFile } from "./frontend/onnx/weights/init-file.ts";
export type { WeightFile } from "./frontend/onnx/weights/weight-files.ts";
export { weightFiles } from "./frontend/onnx/weights/weight-files.ts";
export { areaOf } from "./hardware/area.ts";
export type { HardwareDesign } from "./hardware/design.ts";
export { parseDesign } from "./hardware/design-reader.ts";
export { applySettings } from "./hardware/settings.ts";
export { tdpOf } from "./hardware/tdp.ts";
export type { Block, Operation, Value } from "./ir/core.ts";
export type { FrozenModule } from "./ir/frozen.ts";
export { freeze } from "./ir/frozen.ts";
export { tensorTypeOf } from "./ir/define-op.ts";
export { inputRule, inputRuleText, randomInput } from "./ir/execution/random-inputs.ts";
export type { TensorDifference } from "./ir/execution/tensor-difference.ts";
export { tensorDifference } from "./ir/execution/tensor-difference.ts";
export { interpretFunction, interpretSteps, interpretValue, valuesBefore } from "./ir/interpret.ts";
export { functionBody, functionName, mainFunction, sourceNames } from "./ir/ops/builtin.ts";
export type { TensorValue } from "./ir/tensor-value.ts";
export type { ScalarName, TensorType } from "./ir/types.ts";
export { bitWidth, elementCount, typeText } from "./ir/types.ts";
export { hasTrait, opNames } from "./ir/ops/registry.ts";
export type { ParsedModule } from "./ir/text/parse.ts";
export { parseModule } from "./ir/text/parse.ts";
export { printModule } from "./ir/text/print.ts";
export type { PassInstance } from "./passes/manager/pass.ts";
export type { PassDone, PassEvent, PassHooks } from "./passes/manager/pass-manager.ts";
export { joinHooks, runPasses } from "./passes/manager/pass-manager.ts";
export { optionName } from "./passes/manager/pass-options.ts";
export type { PipelineSource } from "./passes/manager/pipeline-syntax.ts";
export { pipelineText } from "./passes/manager/pipeline-text.ts";
export { reproducerPipeline, reproducerText, withoutReproducer } from "./passes/manager/reproducer.ts";
export { allPasses, passNames } from "./passes/registry.ts";
export type { Baseline } from "./search/baselines.ts";
export { dieShrunk, evaluateBaselines } from "./search/baselines.ts";
export { optimizers } from "./search/optimizers/list.ts";
export type { SearchSetup } from "./search/search.ts";
export { search, trialDesign } from "./search/search.ts";
export type { Space } from "./search/space.ts";
export { designCount, gridSize, technologyOf } from "./search/space.ts";
export { parseSpace } from "./search/space-reader.ts";
export type { FeasibleTrial, StudyHeader, TrialRecord } from "./search/study.ts";
export { betterTrial, studyLine } from "./search/study.ts";
