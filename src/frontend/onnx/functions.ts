/** Functions that a model brings along: found by name, checked to end, their attributes bound at each call. */
import { present } from "../../support/bug.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { errorDiagnostic, fail } from "../../support/diagnostics.ts";
import { standardDomain } from "./read/decode.ts";
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from "./read/schema.ts";
import type { BoundAttributes } from "./scope.ts";

/** Functions of a model by the operator that calls them. */
export interface ModelFunctions {
  readonly find: (node: NodeProto) => FunctionProto | undefined;
  /** Functions that are defined twice or that call themselves. */
  readonly problems: readonly Diagnostic[];
}

export function modelFunctions({ functions }: ModelProto, fileName: string): ModelFunctions {
  const byKey = new Map<string, FunctionProto>();
  const problems: Diagnostic[] = [];
  const at = [fileName];
  for (const fn of functions) {
    const key = keyOf(fn.domain, fn.name, fn.overload);
    if (byKey.has(key)) {
      const message = `function '${functionName(fn)}' is defined twice`;
      problems.push(errorDiagnostic({ code: "onnx-invalid-graph", message, at }));
    }
    byKey.set(key, fn);
  }
  const cycle = findCycle(byKey);
  if (cycle !== undefined) {
    const message = `function '${present(cycle[0], "a cycle")}' calls itself: ${cycle.join(" → ")}`;
    problems.push(errorDiagnostic({ code: "onnx-invalid-graph", message, at }));
  }
  return { find: (node) => (byKey.size === 0 ? undefined : byKey.get(keyOfCall(node))), problems };
}

/** A function's name with its domain, for messages. */
export function functionName({ domain, name = "" }: FunctionProto): string {
  return standardDomain(domain) === "" ? name : `${domain ?? ""}.${name}`;
}

function keyOf(domain: string | undefined, name = "", overload = ""): string {
  return JSON.stringify([standardDomain(domain), name, overload]);
}

function keyOfCall({ domain, opType, overload }: NodeProto): string {
  return keyOf(domain, opType, overload);
}

/** Names along a cycle of calls, the first one again at the end; undefined when there is none. */
function findCycle(functions: ReadonlyMap<string, FunctionProto>): readonly string[] | undefined {
  const calls = new Map(
    [...functions].map(([key, fn]) => [key, calledBy(fn.node).filter((name) => functions.has(name))]),
  );
  // Functions whose calls all end are taken away until none is left, or only those that are on a cycle or lead to one.
  const callers = new Map<string, string[]>();
  const open = new Map([...calls].map(([key, called]) => [key, new Set(called).size]));
  for (const [key, called] of calls) {
    for (const name of new Set(called)) callers.set(name, [...(callers.get(name) ?? []), key]);
  }
  const ending = [...open].filter(([, count]) => count === 0).map(([key]) => key);
  for (const key of ending) {
    open.delete(key);
    for (const caller of callers.get(key) ?? []) {
      const left = (open.get(caller) ?? 0) - 1;
      open.set(caller, left);
      if (left === 0) ending.push(caller);
    }
  }
  const [start] = open.keys();
  if (start === undefined) return undefined;
  const path = [start];
  for (;;) {
    const next = present(
      calls.get(present(path.at(-1), "a path"))?.find((name) => open.has(name)),
      "a call on a cycle",
    );
    const first = path.indexOf(next);
    path.push(next);
    if (first !== -1) return path.slice(first).map((key) => functionName(present(functions.get(key), "a function")));
  }
}

/** Keys of what nodes call, subgraphs included. */
function calledBy(nodes: readonly NodeProto[]): readonly string[] {
  return nodes.flatMap((node) => [
    keyOfCall(node),
    ...node.attribute.flatMap(({ g, graphs }) =>
      [...(g === undefined ? [] : [g]), ...graphs].flatMap((graph) => calledBy(graph.node)),
    ),
  ]);
}

/** A function's body as a graph. */
export function bodyOf({ input, output, node, name = "" }: FunctionProto): GraphProto {
  return {
    name,
    node,
    initializer: [],
    sparseInitializer: [],
    input: input.map((one) => ({ name: one })),
    output: output.map((one) => ({ name: one })),
    valueInfo: [],
  };
}

/**
 * The function's attributes at a call: those that the call gives, the defaults of the others.
 * @throws DiagnosticError `onnx-invalid-node`
 */
export function bindAttributes(fn: FunctionProto, given: readonly AttributeProto[], at: string): BoundAttributes {
  const bound = new Map<string, AttributeProto | undefined>(fn.attribute.map((name) => [name, undefined]));
  for (const attribute of fn.attributeProto) bound.set(attribute.name ?? "", attribute);
  for (const attribute of given) {
    const { name = "" } = attribute;
    if (!bound.has(name)) {
      const message = `${functionName(fn)}: attribute '${name}' is none of the function's`;
      fail({ code: "onnx-invalid-node", message, at: [at] });
    }
    bound.set(name, attribute);
  }
  return bound;
}

/**
 * A node's attributes with those that refer to attributes of the function around it put in their place.
 * @throws DiagnosticError `onnx-invalid-node`
 */
export function resolveAttributes(
  { attribute, opType = "" }: NodeProto,
  bound: BoundAttributes | undefined,
  at: string,
): readonly AttributeProto[] {
  if (!attribute.some(({ refAttrName = "" }) => refAttrName !== "")) return attribute;
  return attribute.flatMap((one) => {
    const { name = "", refAttrName = "" } = one;
    if (refAttrName === "") return [one];
    if (bound?.has(refAttrName) !== true) {
      const where = bound === undefined ? "the node is in no function" : "the function does not have";
      const message = `${opType}: attribute '${name}' refers to '${refAttrName}', which ${where}`;
      fail({ code: "onnx-invalid-node", message: message.replace("which the node", "but the node"), at: [at] });
    }
    const value = bound.get(refAttrName);
    return value === undefined ? [] : [{ ...value, name }];
  });
}
