/** What is in a model file, also when it cannot be imported: what it is made of, what is missing, what stands in the way. */
import { elementCount, isFloat } from "../../ir/types.ts";
import type { ByteSource } from "../../support/byte-source.ts";
import { byteSource } from "../../support/byte-source.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError } from "../../support/diagnostics.ts";
import { functionName, modelFunctions } from "./functions.ts";
import { nodeLabel, nodePlace } from "./graph-checks.ts";
import { merged } from "./graph-importer.ts";
import type { ImportedModel, ImportOptions } from "./import.ts";
import { importDecoded, modelName, openInputs } from "./import.ts";
import { typeKind } from "./inputs/declared-inputs.ts";
import { operatorOf } from "./operator-lookup.ts";
import { dataTypeName, storedBytes } from "./read/data-types.ts";
import type { DecodedModel } from "./read/decode.ts";
import { decodeModel, standardDomain } from "./read/decode.ts";
import { externalSpan } from "./read/external-data.ts";
import { isExternal } from "./read/read-tensor.ts";
import type { FunctionProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from "./read/schema.ts";

/** A graph input or output. `shape`: numbers, names of symbolic dimensions, `?` for one without; null when not even the rank is known. */
export interface InspectedValue {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[] | null;
}

/** A symbolic dimension: which inputs have it, and what it was bound to, null when it was not. */
export interface InspectedDimension {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly value: number | null;
}

/** A file that holds weights. `sizeBytes` is null when it is not there. */
export interface InspectedFile {
  readonly location: string;
  readonly tensors: number;
  readonly bytes: number;
  readonly sizeBytes: number | null;
}

/** What the import of the whole model gave. Activations are the float tensors that the nodes make, at 2 bytes a number. */
export interface InspectedImport {
  readonly batch: number;
  readonly hasSymbolicBatch: boolean;
  readonly macs: number;
  readonly macsPerSample: number;
  readonly depthwiseMacs: number;
  readonly activationBytes: number;
  readonly largestActivationBytes: number;
  readonly operations: number;
}

/** A model file as `fastc inspect` tells it. */
export interface ModelInspection {
  readonly model: { readonly name: string; readonly sha256: string; readonly sizeBytes: number };
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: { readonly name: string; readonly version: string };
  readonly graph: string;
  readonly documentation: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly InspectedValue[];
  readonly outputs: readonly InspectedValue[];
  readonly dimensions: readonly InspectedDimension[];
  readonly nodes: number;
  readonly operators: readonly { readonly domain: string; readonly name: string; readonly count: number }[];
  readonly functions: readonly { readonly name: string; readonly nodes: number }[];
  readonly weights: { readonly tensors: number; readonly elements: number; readonly bytes: number };
  readonly weightTypes: Readonly<Record<string, number>>;
  readonly externalFiles: readonly InspectedFile[];
  /** null when the model does not import: `problems` say why. */
  readonly imported: InspectedImport | null;
  readonly problems: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Looks into a model.
 * @throws DiagnosticError `onnx-not-a-model` only: everything else that is wrong is told in the result
 */
export function inspectOnnx(content: Uint8Array | ByteSource, options: ImportOptions): ModelInspection {
  const source = byteSource(content);
  const decoded = decodeModel(source, options.fileName);
  const { model, graph } = decoded;
  const attempt = attemptImport(decoded, options);
  const imported = attempt instanceof DiagnosticError ? undefined : attempt;
  const graphs = [...graphsIn(graph.node), ...model.functions.flatMap((fn) => graphsIn(fn.node))];
  const tensors = [graph, ...graphs].flatMap(({ initializer }) => initializer);
  return {
    model: { name: modelName(options.fileName), sha256: source.sha256(), sizeBytes: source.size },
    irVersion: model.irVersion ?? 0,
    opsets: [...decoded.opsets].map(([domain, version]) => ({ domain: domain === "" ? "ai.onnx" : domain, version })),
    producer: { name: model.producerName ?? "", version: model.producerVersion ?? "" },
    graph: graph.name ?? "",
    documentation: model.docString ?? "",
    metadata: Object.fromEntries(model.metadataProps.map(({ key = "", value = "" }) => [key, value])),
    inputs: openInputs(graph).map(inspectedValue),
    outputs: graph.output.map(inspectedValue),
    dimensions: dimensionsOf(graph, imported, options),
    nodes: graph.node.length,
    operators: operatorsOf([graph, ...graphs], model.functions),
    functions: model.functions.map((fn) => ({ name: functionName(fn), nodes: fn.node.length })),
    weights: {
      tensors: tensors.length,
      elements: tensors.reduce((sum, { dims }) => sum + elementCount(dims), 0),
      bytes: tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0),
    },
    weightTypes: weightTypes(tensors),
    externalFiles: externalFiles(tensors, options),
    imported: imported === undefined ? null : inspectedImport(imported),
    problems: attempt instanceof DiagnosticError ? problemsOf(attempt, decoded, options.fileName) : [],
    warnings: imported?.warnings ?? [],
  };
}

type Imported = Omit<ImportedModel, "sha256">;

function attemptImport(decoded: DecodedModel, options: ImportOptions): Imported | DiagnosticError {
  try {
    return importDecoded(decoded, options);
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
}

function bytesOf({ dataType = 0, dims }: TensorProto): number {
  return storedBytes(dataType, elementCount(dims));
}

function inspectedValue({ name = "", type }: ValueInfoProto): InspectedValue {
  const tensor = type?.tensorType;
  if (tensor === undefined) return { name, type: typeKind(type) ?? "of no type", shape: null };
  const shape = tensor.shape?.dim.map(({ dimValue, dimParam = "" }) =>
    dimValue !== undefined && dimValue >= 0 ? dimValue : dimParam === "" ? "?" : dimParam,
  );
  return { name, type: dataTypeName(tensor.elemType ?? 0), shape: shape ?? null };
}

/** Named dimensions of the inputs, and nameless ones by their place, as `--dim` takes them. */
function dimensionsOf(
  graph: GraphProto,
  imported: Imported | undefined,
  { dims = {} }: ImportOptions,
): readonly InspectedDimension[] {
  const users = new Map<string, string[]>();
  for (const { name = "", type } of openInputs(graph)) {
    type?.tensorType?.shape?.dim.forEach(({ dimValue, dimParam = "" }, axis) => {
      if (dimValue !== undefined && dimValue >= 0) return;
      const dim = dimParam === "" ? `${name}.${axis}` : dimParam;
      users.set(dim, [...(users.get(dim) ?? []), name]);
    });
  }
  return [...users].map(([name, inputs]) => ({
    name,
    inputs: [...new Set(inputs)],
    value: imported?.dimensions.get(name) ?? dims[name] ?? null,
  }));
}

/** Graphs in the attributes of nodes, at every depth. */
function graphsIn(nodes: readonly NodeProto[]): readonly GraphProto[] {
  return nodes.flatMap(({ attribute }) =>
    attribute.flatMap(({ g, graphs }) =>
      [...(g === undefined ? [] : [g]), ...graphs].flatMap((graph) => [graph, ...graphsIn(graph.node)]),
    ),
  );
}

/** Operators of all nodes of the file, those in subgraphs and functions included; the most frequent first. */
function operatorsOf(graphs: readonly GraphProto[], functions: readonly FunctionProto[]): ModelInspection["operators"] {
  const counts = new Map<string, { readonly domain: string; readonly name: string; count: number }>();
  for (const node of [...graphs, ...functions].flatMap((holder) => holder.node)) {
    const [domain, name] = [standardDomain(node.domain), node.opType ?? ""];
    const key = JSON.stringify([domain, name]);
    const entry = counts.get(key) ?? { domain, name, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** Bytes of the stored tensors by element type. */
function weightTypes(tensors: readonly TensorProto[]): Readonly<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const tensor of tensors) {
    const name = dataTypeName(tensor.dataType ?? 0);
    bytes[name] = (bytes[name] ?? 0) + bytesOf(tensor);
  }
  return bytes;
}

function externalFiles(tensors: readonly TensorProto[], { externalSize }: ImportOptions): readonly InspectedFile[] {
  const files = new Map<string, { tensors: number; bytes: number }>();
  for (const tensor of tensors.filter(isExternal)) {
    const span = externalSpan(tensor);
    if ("problem" in span) continue;
    const file = files.get(span.location) ?? { tensors: 0, bytes: 0 };
    files.set(span.location, { tensors: file.tensors + 1, bytes: file.bytes + span.length });
  }
  return [...files].map(([location, counts]) => ({ location, ...counts, sizeBytes: sizeOf(location, externalSize) }));
}

/** null also for a file that must not be looked at: the problems say so. */
function sizeOf(location: string, externalSize: ImportOptions["externalSize"]): number | null {
  try {
    return externalSize?.(location) ?? null;
  } catch (error) {
    if (error instanceof DiagnosticError) return null;
    throw error;
  }
}

function inspectedImport({ batch, hasSymbolicBatch, stats, tensors }: Imported): InspectedImport {
  const { macs, macsPerSample, depthwiseMacs, operations } = stats;
  const floats = tensors.filter(({ tensor }) => tensor.kind === "computed" && isFloat(tensor.type.element));
  const sizes = floats.map(({ tensor }) => 2 * elementCount(tensor.type.shape));
  return {
    batch,
    hasSymbolicBatch,
    macs,
    macsPerSample,
    depthwiseMacs,
    activationBytes: sizes.reduce((sum, size) => sum + size, 0),
    largestActivationBytes: sizes.reduce((most, size) => Math.max(most, size), 0),
    operations,
  };
}

/** What stopped the import; where that was before any node, also the operators that would. */
function problemsOf(error: DiagnosticError, decoded: DecodedModel, fileName: string): readonly Diagnostic[] {
  const { diagnostics } = error;
  if (diagnostics.some(({ code }) => code === "onnx-unsupported" || code === "onnx-value-unknown")) return diagnostics;
  return merged([...diagnostics, ...unsupportedOperators(decoded, fileName)]);
}

function unsupportedOperators({ model, graph, opsets }: DecodedModel, fileName: string): readonly Diagnostic[] {
  const functions = modelFunctions(model, fileName);
  const problems: Diagnostic[] = [];
  const check = (nodes: readonly NodeProto[], versions: ReadonlyMap<string, number>): void => {
    nodes.forEach((node, index) => {
      if (functions.find(node) !== undefined) return;
      try {
        operatorOf(node, versions, nodePlace(node, nodeLabel(node, index), fileName));
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        problems.push(...error.diagnostics);
      }
    });
  };
  for (const { node } of [graph, ...graphsIn(graph.node)]) check(node, opsets);
  for (const fn of model.functions) {
    const versions = new Map(fn.opsetImport.map(({ domain, version }) => [standardDomain(domain), version ?? 0]));
    for (const nodes of [fn.node, ...graphsIn(fn.node).map(({ node }) => node)]) check(nodes, versions);
  }
  return problems;
}
