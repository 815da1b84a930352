/** ONNX bytes to a module of `nn` ops on static shapes: the front end's door. */
import type { Operation } from "../../ir/core.ts";
import { fileLocation } from "../../ir/location.ts";
import { createFunction, createModule, finishFunction, functionBody } from "../../ir/ops/builtin.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import type { ByteSource } from "../../support/byte-source.ts";
import { byteSource } from "../../support/byte-source.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../../support/diagnostics.ts";
import type { DecodedModel } from "./read/decode.ts";
import { decodeModel } from "./read/decode.ts";
import type { BoundInputs, DimensionChoices } from "./inputs/dimensions.ts";
import { bindInputs } from "./inputs/dimensions.ts";
import type { ModelFunctions } from "./functions.ts";
import { modelFunctions } from "./functions.ts";
import { graphProblems } from "./graph-checks.ts";
import type { NodeTensor } from "./graph-importer.ts";
import { GraphImporter } from "./graph-importer.ts";
import type { Tensor } from "./module-builder.ts";
import { computedTensor, knownTensor, ModuleBuilder } from "./module-builder.ts";
import { checkOutputs, refuseUncountable, valueInfoProblems } from "./output-checks.ts";
import type { GraphProto, ValueInfoProto } from "./read/schema.ts";
import type { ImportStats } from "./stats.ts";
import { importStats } from "./stats.ts";
import type { ExternalFileSize, OnnxWeights, ReadExternal } from "./stored-tensors.ts";
import { initializerProblems, StoredTensors } from "./stored-tensors.ts";

/**
 * How a model is imported.
 *
 * @property fileName      for errors and locations; the model's name is its last part without `.onnx`
 * @property batch         asked for by the user: an error when the model's batch is fixed at another
 * @property defaultBatch  taken when the batch is symbolic and nothing else is said; 1 when absent
 * @property dims          values of symbolic dimensions by name
 * @property inputValues   inputs that are no inputs of the module but constants, by name
 * @property inputShapes   shapes of inputs by name: they bind the dimensions of the input, and serve where it has none
 * @property externalSize  sizes of the weight files beside the model, to check where in them the weights are said to be
 * @property readExternal  reads them: small tensors at once, because shapes may depend on them, the others when asked for
 */
export interface ImportOptions extends DimensionChoices {
  readonly externalSize?: ExternalFileSize | undefined;
  readonly readExternal?: ReadExternal | undefined;
}

/**
 * A model as a module.
 *
 * @property module  one function, `main`, with the graph's inputs and outputs
 * @property sha256  of the file's bytes
 * @property batch   extent of the shared first dimension of the inputs, 1 when they share none
 * @property constants  inputs that became constants, by name
 * @property dimensions  what symbolic dimensions became, by name
 * @property tensors what the model's own nodes make, by the model's names; of the module before any pass
 */
export interface ImportedModel {
  readonly module: Operation;
  readonly name: string;
  readonly sha256: string;
  readonly batch: number;
  readonly hasSymbolicBatch: boolean;
  readonly stats: ImportStats;
  readonly weights: OnnxWeights;
  readonly constants: ReadonlyMap<string, TensorValue>;
  readonly dimensions: ReadonlyMap<string, number>;
  readonly tensors: readonly NodeTensor[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Imports a model, given as bytes or as a file that is read in part. Weights are not read: those in other files may even
 * be missing.
 *
 * @throws DiagnosticError with every error found: `onnx-not-a-model`, `onnx-invalid-graph`, `onnx-invalid-tensor`,
 *   `onnx-invalid-node`, `onnx-unsupported`, or those of `bindInputs`
 */
export function importOnnx(content: Uint8Array | ByteSource, options: ImportOptions): ImportedModel {
  const { fileName } = options;
  const source = byteSource(content);
  const imported = importDecoded(decodeModel(source, fileName), options);
  return {
    ...imported,
    // Hashing 400 MB takes longer than importing them: it is done for who asks.
    get sha256() {
      return source.sha256();
    },
  };
}

/** As `importOnnx`, of a model that was decoded already: everything but the hash of its bytes. */
export function importDecoded(decoded: DecodedModel, options: ImportOptions): Omit<ImportedModel, "sha256"> {
  const { fileName } = options;
  const { graph } = decoded;
  const storedTensors = new StoredTensors(options);
  const functions = modelFunctions(decoded.model, fileName);
  const problems = [...functions.problems, ...checkGraph(graph, fileName, storedTensors)];
  if (problems.length > 0) throw new DiagnosticError(problems);
  const bound = bindInputs(openInputs(graph), options);
  const name = modelName(fileName);
  const location = fileLocation(fileName, 0, 0);
  const module = createModule(name, location);
  const fn = functionFor(bound, fileName);
  const builder = new ModuleBuilder(functionBody(fn));
  const parts = { fn, builder, bound, functions, storedTensors, fileName };
  const { outputs, tensors } = toldWithDimensions(bound, () => importBody(decoded, parts));
  const misdeclared = valueInfoProblems(graph, tensors, fileName);
  if (misdeclared.length > 0) throw new DiagnosticError(misdeclared);
  const warnings = [
    ...decoded.warnings.map((message) => warningAt(message, fileName)),
    ...checkOutputs(graph, outputs, fileName),
  ];
  const results = outputs.map((tensor) => builder.valueOf(tensor, location));
  finishFunction(fn, results, { location, names: graph.output.map((output) => output.name ?? "") });
  module.regions[0]?.block.append(fn);
  const stats = importStats(graph, fn, bound.batch);
  refuseUncountable(fn, stats.macs, fileName);
  return {
    module,
    name,
    batch: bound.batch,
    hasSymbolicBatch: bound.hasSymbolicBatch,
    stats,
    weights: storedTensors.weights(),
    constants: bound.constants,
    dimensions: bound.dimensions,
    tensors,
    warnings,
  };
}

/** Runs `work`; what it says of nodes is told with the dimensions that the user chose, which the model may not allow. */
function toldWithDimensions<T>({ chosen }: BoundInputs, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DiagnosticError) || chosen.size === 0) throw error;
    const note = `with ${[...chosen].map(([name, value]) => `${name} = ${value}`).join(", ")}: the model may not allow it`;
    throw new DiagnosticError(
      error.diagnostics.map((diagnostic) =>
        diagnostic.code === "onnx-invalid-node"
          ? { ...diagnostic, notes: [...(diagnostic.notes ?? []), note] }
          : diagnostic,
      ),
    );
  }
}

/** Inputs that are not initializers too, as in files of the first IR versions. */
export function openInputs(graph: GraphProto): readonly ValueInfoProto[] {
  const stored = new Set(graph.initializer.map(({ name }) => name));
  for (const { values } of graph.sparseInitializer) stored.add(values?.name);
  return graph.input.filter(({ name }) => !stored.has(name));
}

/** The file's own name without its folder and `.onnx`. */
export function modelName(fileName: string): string {
  const last = fileName.split(/[\\/]/).at(-1) ?? fileName;
  return last.replace(/\.onnx$/, "");
}

function checkGraph(graph: GraphProto, fileName: string, storedTensors: StoredTensors): readonly Diagnostic[] {
  const problems = [
    ...graphProblems(graph, fileName, () => false),
    ...initializerProblems(graph.initializer, fileName, storedTensors),
  ];
  if (graph.output.length > 0) return problems;
  return [
    ...problems,
    errorDiagnostic({ code: "onnx-invalid-graph", message: "the graph has no outputs", at: [fileName] }),
  ];
}

function functionFor(bound: BoundInputs, fileName: string): Operation {
  return createFunction({
    name: "main",
    inputTypes: bound.inputs.map(({ type }) => type),
    inputNames: bound.inputs.map(({ name }) => name),
    location: fileLocation(fileName, 0, 0),
  });
}

interface BodyParts {
  readonly fn: Operation;
  readonly builder: ModuleBuilder;
  readonly bound: BoundInputs;
  readonly functions: ModelFunctions;
  readonly storedTensors: StoredTensors;
  readonly fileName: string;
}

function importBody(decoded: DecodedModel, parts: BodyParts): ReturnType<GraphImporter["importGraph"]> {
  const { fn, builder, bound, functions, storedTensors, fileName } = parts;
  const { args } = functionBody(fn);
  const inputs = new Map<string, Tensor>([...bound.constants].map(([name, value]) => [name, knownTensor(value)]));
  bound.inputs.forEach(({ name }, index) => {
    const argument = args[index];
    if (argument !== undefined) inputs.set(name, computedTensor(argument));
  });
  const importer = new GraphImporter({ fileName, opsets: decoded.opsets, functions, builder, stored: storedTensors });
  return importer.importGraph(decoded.graph, inputs);
}

function warningAt(message: string, fileName: string): Diagnostic {
  return { severity: "warning", code: "onnx-newer-opset", message, at: [fileName] };
}
