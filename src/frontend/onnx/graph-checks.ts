/** ONNX's rules about the names in a graph: each defined once, before it is read. */
import type { Diagnostic } from "../../support/diagnostics.ts";
import { errorDiagnostic } from "../../support/diagnostics.ts";
import type { GraphProto, NodeProto } from "./read/schema.ts";

/** How a node is called in errors and locations: by its name, or by its operator and index when it has none. */
export function nodeLabel(node: NodeProto, index: number): string {
  return node.name === undefined || node.name === "" ? `${node.opType ?? "node"}_${index}` : node.name;
}

/** Where a node of this label is, for errors. */
export function nodePlace({ opType = "" }: NodeProto, label: string, fileName: string): string {
  return `node "${label}" (${opType === "" ? "no operator" : opType}) in ${fileName}`;
}

/** Everything that breaks the rules; `outer` are the names that a subgraph may read from around it. */
export function graphProblems(
  graph: GraphProto,
  fileName: string,
  outer: (name: string) => boolean,
): readonly Diagnostic[] {
  const invalid = (message: string, at: string): Diagnostic =>
    errorDiagnostic({ code: "onnx-invalid-graph", message, at: [at] });
  const problems: Diagnostic[] = [];
  const defined = new Map<string, string>();
  const define = (name: string, by: string, at: string): void => {
    const other = defined.get(name);
    if (other !== undefined) problems.push(invalid(`'${name}' is defined twice, by ${other} and by ${by}`, at));
    else defined.set(name, by);
  };
  for (const { name = "" } of graph.initializer) {
    define(name, "an initializer", `initializer "${name}" in ${fileName}`);
  }
  for (const { values } of graph.sparseInitializer) define(values?.name ?? "", "a sparse initializer", fileName);
  const stored = new Set(defined.keys());
  const inputs = new Set<string>();
  for (const { name = "" } of graph.input) {
    // Files of the first IR versions list initializers as inputs too.
    if (inputs.has(name) || !stored.has(name)) define(name, "an input", `input "${name}" in ${fileName}`);
    inputs.add(name);
  }
  const makers = makersOf(graph);
  graph.node.forEach((node, index) => {
    const at = nodePlace(node, nodeLabel(node, index), fileName);
    for (const name of node.input) {
      if (name === "" || defined.has(name) || outer(name)) continue;
      problems.push(invalid(undefinedText(name, makers.get(name)), at));
    }
    for (const name of node.output) if (name !== "") define(name, `node "${nodeLabel(node, index)}"`, at);
  });
  for (const { name = "" } of graph.output) {
    if (!defined.has(name) && !outer(name))
      problems.push(invalid(`output '${name}' is never made`, `output "${name}" in ${fileName}`));
  }
  return problems;
}

/** The first node that makes each name. */
function makersOf(graph: GraphProto): ReadonlyMap<string, string> {
  const makers = new Map<string, string>();
  graph.node.forEach((node, index) => {
    for (const name of node.output) if (!makers.has(name)) makers.set(name, nodeLabel(node, index));
  });
  return makers;
}

function undefinedText(name: string, maker: string | undefined): string {
  if (maker === undefined) return `input '${name}' is never made`;
  return `input '${name}' is read before node "${maker}" makes it: the nodes are out of order or form a cycle`;
}
