/** Importers of control flow, where the way it goes is known. */
import type { Tensor } from "../module-builder.ts";
import type { NodeContext } from "../node-context.ts";
import type { OperatorTable } from "../operator.ts";
import { since } from "../operator.ts";

/** The branch that a known condition takes stands in the place of the node. */
function importIf(node: NodeContext): readonly Tensor[] {
  const condition = node.known(0, "cond")?.data[0] ?? node.invalid("condition is missing");
  const [thenBranch, elseBranch] = [node.attributes.graph("then_branch"), node.attributes.graph("else_branch")];
  const branch = condition === 0 ? elseBranch : thenBranch;
  return node.inline(branch ?? node.invalid("a branch is missing"));
}

export const controlFlowOperators: OperatorTable = { If: [since(1, [1, 1], importIf)] };
