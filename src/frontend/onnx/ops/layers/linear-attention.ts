/** Importer of linear attention, whose state is a matrix a head: every step has a product with the keys and one with the queries. */
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { sameShape } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer } from "../composer.ts";

/** Longer sequences are refused: every step has ops of its own. */
const stepLimit = 4096;

const rules = ["linear", "gated", "delta", "gated_delta"] as const;

interface Sizes {
  readonly batch: number;
  readonly steps: number;
  readonly heads: number;
  /** Heads of the queries that share one head of keys. */
  readonly shared: number;
  readonly keys: number;
  readonly values: number;
}

function sizesOf(node: NodeContext): Sizes {
  const [query, key, value] = [node.input(0).type.shape, node.input(1).type.shape, node.input(2).type.shape];
  const [count, heads] = [node.attributes.int("q_num_heads") ?? 0, node.attributes.int("kv_num_heads") ?? 0];
  const [batch = 1, steps = 1, width = 1] = query;
  if (heads < 1 || count % heads !== 0 || width % count !== 0) node.invalid(`${count} and ${heads} heads do not fit`);
  const keys = width / count;
  const values = (value[2] ?? 0) / heads;
  if (!sameShape(key, [batch, steps, heads * keys]) || !sameShape(value, [batch, steps, heads * values]))
    node.invalid(`key [${key.join(", ")}] and value [${value.join(", ")}] do not fit query [${query.join(", ")}]`);
  if (steps > stepLimit) node.unsupported(`a sequence of ${steps} steps is not supported`, "bind it to a shorter one");
  return { batch, steps, heads, shared: count / heads, keys, values };
}

/** One step of a sequence `[batch, steps, heads · size]`, as `[batch, heads, size / columns, columns]`. */
function stepOf(node: NodeContext, tensor: Tensor, step: number, [heads, columns]: readonly [number, number]): Tensor {
  const compose = composer(node);
  const [batch = 1, , width = 1] = tensor.type.shape;
  const rows = width / heads / columns;
  return compose.reshape(compose.slice(tensor, 1, [step, step + 1]), [batch, heads, rows, columns]);
}

/** S = decay · S + beta · k ⊗ (v − (decay · S)ᵀ k), without what the rule leaves out; the output is q S, scaled. */
function importLinearAttention(node: NodeContext): readonly Tensor[] {
  const { attributes } = node;
  const compose = composer(node);
  attributes.ignore("chunk_size");
  const { batch, steps, heads, shared, keys, values } = sizesOf(node);
  const given = attributes.string("update_rule") ?? "gated_delta";
  const rule = rules.find((known) => known === given) ?? node.invalid(`update_rule '${given}' is not known`);
  const [past, decay, beta] = [node.inputs[3], node.inputs[4], node.inputs[5]];
  const [isGated, isDelta] = [rule === "gated" || rule === "gated_delta", rule === "delta" || rule === "gated_delta"];
  if ((isGated && decay === undefined) || (isDelta && beta === undefined))
    node.invalid(`update_rule '${rule}' needs ${isGated && decay === undefined ? "decay" : "beta"}`);
  const scale = attributes.float("scale") ?? 0;
  const factor = scale === 0 ? 1 / Math.sqrt(keys) : scale;
  const type = node.input(0).type.element.name;
  const stateType = past?.type.element.name ?? type;
  let state =
    past ?? compose.broadcast(compose.cast(node.scalarLike(node.input(0), 0), stateType), [batch, heads, keys, values]);
  const wide = (tensor: Tensor): Tensor => compose.cast(tensor, stateType);
  const outputs: Tensor[] = [];
  for (let step = 0; step < steps; step++) {
    // Keys as a column, values as a row, the queries of all heads that share them as rows.
    const key = wide(stepOf(node, node.input(1), step, [heads, 1]));
    const value = wide(stepOf(node, node.input(2), step, [heads, values]));
    const query = wide(stepOf(node, node.input(0), step, [heads, keys]));
    const kept = isGated && decay !== undefined ? compose.exp(wide(stepOf(node, decay, step, [heads, 1]))) : undefined;
    const before = kept === undefined ? state : compose.mul(state, kept);
    const known = isDelta ? compose.matmul(key, before, { transpose_lhs: true }) : undefined;
    const news = known === undefined ? value : compose.sub(value, known);
    const rates =
      isDelta && beta !== undefined ? wide(stepOf(node, beta, step, [beta.type.shape[2] ?? 1, 1])) : undefined;
    const update = rates === undefined ? news : compose.mul(news, rates);
    state = compose.add(before, compose.mul(key, update));
    const read = compose.mul(compose.matmul(query, state), factor);
    outputs.push(compose.reshape(compose.cast(read, type), [batch, 1, heads * shared * values]));
  }
  return [compose.concat(outputs, 1), state];
}

export const linearAttentionOperators: OperatorTable = {
  LinearAttention: [since(27, [3, 6], importLinearAttention)],
};
