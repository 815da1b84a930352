/** Walks a graph's nodes in order and imports each; goes on after an error, so that all of them are reported at once. */
import type { Location } from "../../ir/location.ts";
import { fileLocation, nameLocation } from "../../ir/location.ts";
import { bug } from "../../support/bug.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "../../support/diagnostics.ts";
import { standardDomain } from "./read/decode.ts";
import { graphProblems, nodeLabel, nodePlace } from "./graph-checks.ts";
import type { ModuleBuilder, Tensor } from "./module-builder.ts";
import type { NodeContext } from "./node-context.ts";
import { nodeContext } from "./node-context.ts";
import type { OperatorVersion } from "./operator.ts";
import { versionFor } from "./operator.ts";
import { standardOperators } from "./ops/table.ts";
import { refusedOperators } from "./ops/tensors/refused.ts";
import type { GraphProto, NodeProto, TensorProto } from "./read/schema.ts";
import type { StoredTensors } from "./stored-tensors.ts";
import { initializerProblems, storedTensorProblem } from "./stored-tensors.ts";

/** What a name stands for. `failed`: its node has an error. `absent`: the node's importer does not make this output. */
type Entry = Tensor | { readonly kind: "failed" } | { readonly kind: "absent"; readonly maker: string };

const failed: Entry = { kind: "failed" };

/** Names of a graph; a subgraph also sees those around it. */
class Scope {
  private readonly entries = new Map<string, Entry>();
  private readonly outer: Scope | undefined;

  constructor(outer: Scope | undefined) {
    this.outer = outer;
  }

  get(name: string): Entry | undefined {
    return this.entries.get(name) ?? this.outer?.get(name);
  }

  set(name: string, entry: Entry): void {
    if (name !== "") this.entries.set(name, entry);
  }
}

/** What a graph importer works with. */
export interface GraphImporterParts {
  readonly fileName: string;
  /** Versions of the imported operator sets by domain. */
  readonly opsets: ReadonlyMap<string, number>;
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

/** Imports graphs into one module, collecting errors. */
export class GraphImporter {
  private readonly parts: GraphImporterParts;
  private readonly problems: Diagnostic[] = [];

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
    const outputs = this.importInto(scope, graph, inputs);
    if (this.problems.length > 0) throw new DiagnosticError(merged(this.problems));
    return { outputs: outputs ?? bug("a graph failed without an error"), tensors: nodeTensors(graph, scope) };
  }

  /** The outputs; undefined when one has failed. */
  private importInto(
    scope: Scope,
    graph: GraphProto,
    inputs: ReadonlyMap<string, Tensor>,
  ): readonly Tensor[] | undefined {
    for (const [name, tensor] of inputs) scope.set(name, tensor);
    for (const stored of graph.initializer) {
      const { name = "" } = stored;
      scope.set(name, storedTensorProblem(stored) === undefined ? this.parts.stored.tensor(stored, name) : failed);
    }
    graph.node.forEach((node, index) => {
      this.importNode(scope, node, index);
    });
    return this.outputsOf(scope, graph);
  }

  private outputsOf(scope: Scope, graph: GraphProto): readonly Tensor[] | undefined {
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

  private importNode(scope: Scope, node: NodeProto, index: number): void {
    const outputs = this.attempt(() => this.outputsOfNode(scope, node, index));
    const maker = nodeLabel(node, index);
    node.output.forEach((name, number) => {
      scope.set(name, outputs === undefined ? failed : (outputs[number] ?? { kind: "absent", maker }));
    });
  }

  /** undefined when the node, or one that it reads from, has an error. */
  private outputsOfNode(scope: Scope, node: NodeProto, index: number): readonly Tensor[] | undefined {
    const { fileName, opsets, builder } = this.parts;
    const at = nodePlace(node, index, fileName);
    const label = nodeLabel(node, index);
    const version = operatorOf(node, opsets, at);
    const names = trimmed(node.input);
    checkCounts(names, version, { node, at });
    const inputs = names.map((name) => (name === "" ? undefined : this.readable(scope, name, at)));
    if (inputs.includes("failed")) return undefined;
    const location: Location = nameLocation(label, fileLocation(fileName, index, 0));
    const context = nodeContext({
      node,
      opset: opsets.get(standardDomain(node.domain)) ?? 0,
      inputs: inputs.map((input) => (input === "failed" ? undefined : input)),
      location,
      at: [at],
      builder,
      stored: (tensor) => this.storedTensor(tensor, node.output[0] ?? label, at),
      inline: (graph) => this.inline(scope, graph),
    });
    return run(version, context, node, at);
  }

  private readable(scope: Scope, name: string, at: string): Tensor | "failed" {
    const entry = scope.get(name) ?? bug(`${name} is not defined although the graph was checked`);
    return presentTensor(entry, name, at) ?? "failed";
  }

  private storedTensor(tensor: TensorProto, name: string, at: string): Tensor {
    const problem = storedTensorProblem(tensor);
    if (problem !== undefined) fail({ code: "onnx-invalid-tensor", message: problem, at: [at] });
    return this.parts.stored.tensor(tensor, name);
  }

  private inline(scope: Scope, graph: GraphProto): readonly Tensor[] {
    const { fileName } = this.parts;
    const problems = [
      ...graphProblems(graph, fileName, (name) => scope.get(name) !== undefined),
      ...initializerProblems(graph.initializer, fileName),
    ];
    if (problems.length > 0) throw new DiagnosticError(problems);
    const outputs = this.importInto(new Scope(scope), graph, new Map());
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

/** What the nodes of an imported graph make, outputs that no importer makes left out. */
function nodeTensors(graph: GraphProto, scope: Scope): readonly NodeTensor[] {
  return graph.node.flatMap((node, index) =>
    node.output.flatMap((name) => {
      const entry = scope.get(name);
      if (entry === undefined || entry.kind === "failed" || entry.kind === "absent") return [];
      return [{ name, node: nodeLabel(node, index), opType: node.opType ?? "", tensor: entry }];
    }),
  );
}

function run(
  version: OperatorVersion,
  context: NodeContext,
  { opType = "" }: NodeProto,
  at: string,
): readonly Tensor[] {
  const result = asNodeErrors(opType, at, () => version.importNode(context));
  const [unread] = context.attributes.unread();
  if (unread !== undefined) {
    context.unsupported(`attribute '${unread}' is not known in operator set ${context.opset}`);
  }
  return "kind" in result ? [result] : result;
}

/** Errors of an op's own verifier (`nn.conv2d: ...`) and reference, told as errors of the node. */
function asNodeErrors<T>(opType: string, at: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(
      error.diagnostics.map((diagnostic) => {
        if (diagnostic.code.startsWith("onnx-")) return diagnostic;
        const message = `${opType}: ${diagnostic.message.replace(/^nn\.\w+: /, "")}`;
        return { ...diagnostic, code: "onnx-invalid-node", message, at: [at] };
      }),
    );
  }
}

/** The tensor; undefined when it has failed, which was reported before. */
function presentTensor(entry: Entry, name: string, at: string): Tensor | undefined {
  if (entry.kind === "failed") return undefined;
  if (entry.kind !== "absent") return entry;
  return fail({
    code: "onnx-unsupported",
    message: `output '${name}' of node "${entry.maker}" is not supported`,
    at: [at],
  });
}

function operatorOf(node: NodeProto, opsets: ReadonlyMap<string, number>, at: string): OperatorVersion {
  const { opType = "" } = node;
  const domain = standardDomain(node.domain);
  const opset = opsets.get(domain);
  const domainText = domain === "" ? "" : `domain ${domain}, `;
  const refuse = (why: string): never => {
    const reason = domain === "" && Object.hasOwn(refusedOperators, opType) ? refusedOperators[opType] : undefined;
    const help = ["export the model without it, or add the operator in src/frontend/onnx/ops/"];
    const more = reason === undefined ? { help } : { notes: [reason], help: ["export the model without it"] };
    return fail({ code: "onnx-unsupported", message: `${opType}: ${why}`, at: [at], ...more });
  };
  if (opset === undefined) {
    return fail({
      code: "onnx-invalid-graph",
      message: `${opType}: operator set '${domain}' is not imported`,
      at: [at],
    });
  }
  const versions = domain === "" && Object.hasOwn(standardOperators, opType) ? standardOperators[opType] : undefined;
  if (versions === undefined) return refuse(`this operator is not supported (${domainText}operator set ${opset})`);
  const oldest = versions[0]?.since ?? 0;
  return versionFor(versions, opset) ?? refuse(`operator set ${opset} is not supported, only ${oldest} and newer`);
}

/** Input names without the empty ones at the end. */
function trimmed(names: readonly string[]): readonly string[] {
  return names.slice(0, names.findLastIndex((name) => name !== "") + 1);
}

function checkCounts(
  names: readonly string[],
  version: OperatorVersion,
  { node, at }: { readonly node: NodeProto; readonly at: string },
): void {
  const [least, most] = version.inputs;
  const missing = names.slice(0, least).indexOf("");
  const isGood = names.length >= least && names.length <= most && missing === -1;
  if (isGood) return;
  const range = least === most ? `${least}` : most === Infinity ? `${least} or more` : `${least} to ${most}`;
  const what = missing === -1 ? `has ${names.length} inputs but takes ${range}` : `input ${missing} is missing`;
  fail({ code: "onnx-invalid-node", message: `${node.opType ?? ""}: ${what}`, at: [at] });
}

/** Equal errors at several nodes told as one with several places, in the order of the first. */
function merged(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<string, Diagnostic>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.code, problem.message, problem.notes, problem.help]);
    const first = groups.get(key);
    groups.set(key, first === undefined ? problem : { ...first, at: [...(first.at ?? []), ...(problem.at ?? [])] });
  }
  return [...groups.values()].map((parts) => errorDiagnostic(parts));
}
