/** Walks a graph's nodes in order and imports each; goes on after an error, so that all of them are reported at once. */
import type { Location } from "../../ir/location.ts";
import { fileLocation, nameLocation } from "../../ir/location.ts";
import { elementCount } from "../../ir/types.ts";
import { bug } from "../../support/bug.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "../../support/diagnostics.ts";
import type { ModelFunctions } from "./functions.ts";
import { bindAttributes, bodyOf, functionName, resolveAttributes } from "./functions.ts";
import { graphProblems, nodeLabel, nodePlace } from "./graph-checks.ts";
import type { ModuleBuilder, Tensor } from "./module-builder.ts";
import { knownTensor } from "./module-builder.ts";
import type { InlinedInputs } from "./node-context.ts";
import { nodeContext } from "./node-context.ts";
import { checkCounts, operatorOf, trimmed } from "./operator-lookup.ts";
import { standardDomain } from "./read/decode.ts";
import type { FunctionProto, GraphProto, NodeProto, TensorProto } from "./read/schema.ts";
import { runImporter } from "./run-importer.ts";
import type { Entry, Frame } from "./scope.ts";
import { Scope } from "./scope.ts";
import { denseTensor } from "./sparse-tensor.ts";
import type { StoredTensors } from "./stored-tensors.ts";
import { initializerProblems, refusedTensor } from "./stored-tensors.ts";

const failed: Entry = { kind: "failed" };

/** Subgraphs and calls of functions nest at most this deep. */
const depthLimit = 64;

/** Nodes that calls and iterations may add to those of the file: a few nested calls could ask for billions. */
const expansionLimit = 100_000;

/** Elements of what nodes make before the program runs, 8 bytes each: what operators make out of nothing adds up. */
const knownElementsLimit = 2 ** 25;

/** What a graph importer works with. */
export interface GraphImporterParts {
  readonly fileName: string;
  /** Versions of the imported operator sets by domain. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly functions: ModelFunctions;
  readonly builder: ModuleBuilder;
  readonly stored: StoredTensors;
}

/** A tensor that a node of the model makes, under the name that the model gives it. */
export interface NodeTensor {
  readonly name: string;
  /** The node's name, or what stands for it. */
  readonly node: string;
  readonly opType: string;
  readonly tensor: Tensor;
}

/** A node where it is: its label in locations, its place in errors. */
interface PlacedNode {
  readonly node: NodeProto;
  readonly index: number;
  readonly label: string;
  readonly at: string;
}

/** Imports graphs into one module, collecting errors. */
export class GraphImporter {
  private readonly parts: GraphImporterParts;
  private readonly problems: Diagnostic[] = [];
  private readonly checked = new WeakSet<object>();
  private expandedNodes = 0;
  private knownElements = 0;

  constructor(parts: GraphImporterParts) {
    this.parts = parts;
  }

  /**
   * The graph's outputs, and what its own nodes make, in their order.
   * @param inputs  tensors of the graph's inputs by name
   * @throws DiagnosticError with every error that was found
   */
  importGraph(
    graph: GraphProto,
    inputs: ReadonlyMap<string, Tensor>,
  ): { readonly outputs: readonly Tensor[]; readonly tensors: readonly NodeTensor[] } {
    const scope = new Scope(undefined);
    for (const [name, tensor] of inputs) scope.set(name, tensor);
    const { opsets } = this.parts;
    const outputs = this.importInto({ scope, opsets, attributes: undefined, prefix: "", depth: 0 }, graph);
    if (this.problems.length > 0) throw new DiagnosticError(merged(this.problems));
    return { outputs: outputs ?? bug("a graph failed without an error"), tensors: nodeTensors(graph, scope) };
  }

  /** The outputs; undefined when one has failed. The graph's inputs are in the frame's scope already. */
  private importInto(frame: Frame, graph: GraphProto): readonly Tensor[] | undefined {
    const { scope } = frame;
    for (const stored of graph.initializer) scope.set(stored.name ?? "", this.initializer(stored));
    for (const sparse of graph.sparseInitializer) {
      const name = sparse.values?.name ?? "";
      const at = `initializer "${name}" in ${this.parts.fileName}`;
      scope.set(name, this.attempt(() => knownTensor(denseTensor(sparse, at))) ?? failed);
    }
    graph.node.forEach((node, index) => {
      this.importNode(frame, node, index);
    });
    return this.outputsOf(frame, graph);
  }

  private initializer(stored: TensorProto): Entry {
    const why = refusedTensor(stored);
    if (why !== undefined) return { kind: "refused", why };
    return this.parts.stored.problem(stored) === undefined
      ? this.parts.stored.tensor(stored, stored.name ?? "")
      : failed;
  }

  private outputsOf({ scope }: Frame, graph: GraphProto): readonly Tensor[] | undefined {
    const tensors: Tensor[] = [];
    for (const { name = "" } of graph.output) {
      const entry = scope.get(name);
      const at = `output "${name}" in ${this.parts.fileName}`;
      const tensor = entry === undefined ? undefined : this.attempt(() => presentTensor(entry, name, at));
      if (tensor === undefined) return undefined;
      tensors.push(tensor);
    }
    return tensors;
  }

  private importNode(frame: Frame, node: NodeProto, index: number): void {
    const label = `${frame.prefix}${nodeLabel(node, index)}`;
    const placed = { node, index, label, at: nodePlace(node, label, this.parts.fileName) };
    const outputs = this.attempt(() => this.outputsOfNode(frame, placed));
    node.output.forEach((name, number) => {
      frame.scope.set(name, outputs === undefined ? failed : (outputs[number] ?? { kind: "absent", maker: label }));
    });
  }

  /** undefined when the node, or one that it reads from, has an error. */
  private outputsOfNode(frame: Frame, placed: PlacedNode): readonly Tensor[] | undefined {
    const { builder, functions, fileName } = this.parts;
    const { node, index, label, at } = placed;
    if (frame.depth > 0) this.countExpanded(at);
    const domain = standardDomain(node.domain);
    const called = functions.find(node);
    // The body of a function may call another one without importing its domain: exporters leave that out.
    const isCall = called !== undefined && (frame.opsets.has(domain) || frame.attributes !== undefined);
    const version = isCall ? undefined : operatorOf(node, frame.opsets, at);
    const names = trimmed(node.input);
    if (version !== undefined) checkCounts(names, version, { node, at });
    const entries = names.map((name) => (name === "" ? undefined : this.readable(frame, name, at)));
    if (entries.includes("failed")) return undefined;
    const inputs = entries.map((entry) => (entry === "failed" ? undefined : entry));
    const attribute = resolveAttributes(node, frame.attributes, at);
    if (called !== undefined && version === undefined)
      return this.call(frame, called, { ...placed, inputs, attribute });
    const location: Location = nameLocation(label, fileLocation(fileName, index, 0));
    const context = nodeContext({
      node: { ...node, attribute },
      opset: frame.opsets.get(domain) ?? 0,
      inputs,
      location,
      at: [at],
      builder,
      stored: (tensor) => this.storedTensor(tensor, node.output[0] ?? label, at),
      inline: (graph, given) => this.inline(frame, graph, { ...given, label, at }),
    });
    const outputs = runImporter(version ?? bug("a node has neither operator nor function"), context, { node, at });
    this.countKnown(outputs, at);
    return outputs;
  }

  private countKnown(outputs: readonly Tensor[], at: string): void {
    for (const { kind, type } of outputs) if (kind === "known") this.knownElements += elementCount(type.shape);
    if (this.knownElements <= knownElementsLimit) return;
    const message = `the model's constants have more than ${knownElementsLimit} elements without its weights`;
    fail({ code: "onnx-unsupported", message, at: [at] });
  }

  private countExpanded(at: string): void {
    if (++this.expandedNodes <= expansionLimit) return;
    fail({
      code: "onnx-unsupported",
      message: `functions, branches and loops expand to more than ${expansionLimit} nodes`,
      at: [at],
    });
  }

  /** undefined for an input that a call of the function around left out. */
  private readable({ scope }: Frame, name: string, at: string): Tensor | "failed" | undefined {
    const entry = scope.get(name) ?? bug(`${name} is not defined although the graph was checked`);
    return entry.kind === "omitted" ? undefined : (presentTensor(entry, name, at) ?? "failed");
  }

  private storedTensor(tensor: TensorProto, name: string, at: string): Tensor {
    const problem = this.parts.stored.problem(tensor);
    if (problem !== undefined) fail({ code: "onnx-invalid-tensor", message: problem, at: [at] });
    return this.parts.stored.tensor(tensor, name);
  }

  /** The outputs of a function's body in the place of its call. */
  private call(
    frame: Frame,
    fn: FunctionProto,
    { inputs, attribute, node, label, at }: PlacedNode & CallParts,
  ): readonly Tensor[] {
    const invalid = (what: string): never =>
      fail({ code: "onnx-invalid-node", message: `${functionName(fn)}: ${what}`, at: [at] });
    if (inputs.length > fn.input.length)
      invalid(`has ${inputs.length} inputs but the function takes ${fn.input.length}`);
    if (trimmed(node.output).length > fn.output.length)
      invalid(`has ${node.output.length} outputs but the function makes ${fn.output.length}`);
    const scope = new Scope(undefined);
    fn.input.forEach((name, position) => {
      scope.set(name, inputs[position] ?? { kind: "omitted" });
    });
    const opsets = new Map(fn.opsetImport.map(({ domain, version }) => [standardDomain(domain), version ?? 0]));
    const attributes = bindAttributes(fn, attribute, at);
    const body = { scope, opsets, attributes, prefix: `${label}/`, depth: frame.depth + 1 };
    const place = `function ${functionName(fn)} of ${this.parts.fileName}`;
    return this.importNested(body, bodyOf(fn), { key: fn, at, place });
  }

  private inline(frame: Frame, graph: GraphProto, into: Partial<InlinedInputs> & NestedPlace): readonly Tensor[] {
    const { inputs = [], iteration, label, at } = into;
    if (inputs.length !== graph.input.length) {
      const message = `the subgraph '${graph.name ?? ""}' has ${graph.input.length} inputs but is given ${inputs.length}`;
      fail({ code: "onnx-invalid-node", message, at: [at] });
    }
    const scope = new Scope(frame.scope);
    const prefix = iteration === undefined ? frame.prefix : `${label}/${iteration}/`;
    graph.input.forEach(({ name = "" }, position) => {
      scope.set(name, inputs[position] ?? failed);
    });
    return this.importNested({ ...frame, scope, prefix, depth: frame.depth + 1 }, graph, {
      key: graph,
      at,
      place: this.parts.fileName,
      outer: frame.scope,
    });
  }

  private importNested(frame: Frame, graph: GraphProto, { key, at, place, outer }: NestedGraph): readonly Tensor[] {
    if (frame.depth > depthLimit) {
      const message = `functions and subgraphs nest deeper than ${depthLimit}`;
      fail({ code: "onnx-unsupported", message, at: [at] });
    }
    if (!this.checked.has(key)) {
      const problems = [
        ...graphProblems(graph, place, (name) => outer?.get(name) !== undefined),
        ...initializerProblems(graph.initializer, place, this.parts.stored),
      ];
      if (problems.length > 0) throw new DiagnosticError(problems);
      this.checked.add(key);
    }
    const outputs = this.importInto(frame, graph);
    // Its errors are already collected; an empty error stops the node around it.
    if (outputs === undefined) throw new DiagnosticError([]);
    return outputs;
  }

  /** Runs `work`; its errors are collected and undefined is returned in its stead. */
  private attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      for (const diagnostic of error.diagnostics) this.problems.push(diagnostic);
      return undefined;
    }
  }
}

interface CallParts {
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attribute: NodeProto["attribute"];
}

/**
 * A graph inside of another.
 *
 * @property key    stands for the graph, which is checked once however often it is imported
 * @property at     the node that it belongs to
 * @property place  what its nodes are in, for errors
 * @property outer  names around it that it may read
 */
interface NestedGraph {
  readonly key: object;
  readonly at: string;
  readonly place: string;
  readonly outer?: Scope;
}

/** The node that a subgraph belongs to. */
interface NestedPlace {
  readonly label: string;
  readonly at: string;
}

/** What the nodes of an imported graph make, outputs that no importer makes left out. */
function nodeTensors(graph: GraphProto, scope: Scope): readonly NodeTensor[] {
  return graph.node.flatMap((node, index) =>
    node.output.flatMap((name) => {
      const entry = scope.get(name);
      if (entry?.kind !== "known" && entry?.kind !== "weight" && entry?.kind !== "computed") return [];
      return [{ name, node: nodeLabel(node, index), opType: node.opType ?? "", tensor: entry }];
    }),
  );
}

/** The tensor; undefined when it has failed, which was reported before. */
function presentTensor(entry: Entry, name: string, at: string): Tensor | undefined {
  switch (entry.kind) {
    case "failed":
      return undefined;
    case "absent":
      return fail({
        code: "onnx-unsupported",
        message: `output '${name}' of node "${entry.maker}" is not supported`,
        at: [at],
      });
    case "refused":
      return fail({ code: "onnx-unsupported", message: `'${name}' is not supported: ${entry.why}`, at: [at] });
    case "omitted":
      return fail({
        code: "onnx-invalid-node",
        message: `'${name}' is left out by the call of the function`,
        at: [at],
      });
    case "known":
    case "weight":
    case "computed":
      return entry;
  }
}

/** Equal errors at several nodes told as one with several places, in the order of the first. */
export function merged(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<string, { readonly first: Diagnostic; readonly at: Set<string> }>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.code, problem.message, problem.notes, problem.help]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: problem, at: new Set(problem.at) });
    else for (const place of problem.at ?? []) group.at.add(place);
  }
  return [...groups.values()].map(({ first, at }) =>
    errorDiagnostic(at.size === 0 ? first : { ...first, at: [...at] }),
  );
}
