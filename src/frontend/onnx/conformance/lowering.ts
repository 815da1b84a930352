/** Which ops of the IR the operators of an imported model became. */
import { locationNames } from "../../../ir/location.ts";
import { functionBody, mainFunction } from "../../../ir/ops/builtin.ts";
import { hasTrait } from "../../../ir/ops/registry.ts";
import { nodeLabel } from "../graph-checks.ts";
import type { ImportedModel } from "../import.ts";
import type { GraphProto } from "../read/schema.ts";

/** Names of ops by operator; none for an operator that was computed while importing. */
export type Lowering = ReadonlyMap<string, ReadonlySet<string>>;

/** The lowering of the nodes of a model's graph, told apart by their labels. */
export function loweringOf(graph: GraphProto, { module }: ImportedModel): Lowering {
  const operators = new Map(graph.node.map((node, index) => [nodeLabel(node, index), node.opType ?? ""]));
  const lowering = new Map([...operators.values()].map((operator) => [operator, new Set<string>()]));
  for (const op of functionBody(mainFunction(module)).operations()) {
    if (hasTrait(op, "constant") || hasTrait(op, "terminator")) continue;
    for (const label of locationNames(op.location)) lowering.get(operators.get(label) ?? "")?.add(op.name);
  }
  return lowering;
}
