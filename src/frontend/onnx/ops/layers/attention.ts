/**
 * Importers of attention and rotary embeddings. Attention becomes a product with the keys, a softmax and a product with
 * the values; heads that share keys are rows of one product, so that no key is copied.
 */
import { scalar } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { dataTypeName, scalarOfDataType } from "../../read/data-types.ts";
import type { Composer } from "../composer.ts";
import { composer, numbersOf } from "../composer.ts";

/** Queries, keys and values as `[batch, heads, sequence, head size]`, with what was before put in front. */
interface Heads {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

/** `[batch, sequence, heads · size]` as `[batch, heads, sequence, size]`; what has four dimensions is so already. */
function splitHeads(node: NodeContext, tensor: Tensor, heads: number | undefined): Tensor {
  const compose = composer(node);
  const { shape } = tensor.type;
  if (shape.length === 4) return tensor;
  const [batch = 1, sequence = 1, width = 1] = shape;
  if (shape.length !== 3 || heads === undefined || heads < 1 || width % heads !== 0)
    return node.invalid(
      `an input of shape [${shape.join(", ")}] does not split into ${heads ?? "an unknown number of"} heads`,
    );
  return compose.transpose(compose.reshape(tensor, [batch, sequence, heads, width / heads]), [0, 2, 1, 3]);
}

function headsOf(node: NodeContext): Heads {
  const compose = composer(node);
  const [queryHeads, keyHeads] = [node.attributes.int("q_num_heads"), node.attributes.int("kv_num_heads")];
  const [pastKey, pastValue] = [node.inputs[4], node.inputs[5]];
  if ((pastKey === undefined) !== (pastValue === undefined)) node.invalid("past_key and past_value go together");
  const query = splitHeads(node, node.input(0), queryHeads);
  const [newKey, newValue] = [splitHeads(node, node.input(1), keyHeads), splitHeads(node, node.input(2), keyHeads)];
  const key = pastKey === undefined ? newKey : compose.concat([pastKey, newKey], 2);
  const value = pastValue === undefined ? newValue : compose.concat([pastValue, newValue], 2);
  const [q, k] = [query.type.shape[1] ?? 0, key.type.shape[1] ?? 0];
  if (k === 0 || q % k !== 0) node.invalid(`${q} heads of queries do not share ${k} heads of keys evenly`);
  return { query, key, value };
}

/** The integers 0, 1, ... along one of the last two dimensions. */
function positions(count: number, isRow: boolean): Tensor {
  const numbers = Array.from({ length: count }, (_unused, index) => index);
  return numbersOf(isRow ? [1, count] : [count, 1], "i64", numbers);
}

/** Which keys a query may see, without the mask that the model gives: causality, a window, and padding. */
function allowedKeys(node: NodeContext, { query, key }: Heads): Tensor | undefined {
  const { attributes } = node;
  const compose = composer(node);
  const [rows, columns] = [query.type.shape[2] ?? 0, key.type.shape[2] ?? 0];
  const lengths = node.inputs[6];
  const perBatch = lengths && compose.cast(compose.reshape(lengths, [lengths.type.shape[0] ?? 1, 1, 1, 1]), "i64");
  const past = node.inputs[4]?.type.shape[2] ?? 0;
  const keys = positions(columns, true);
  // A query's place among the keys: after those that were there before.
  const places = compose.add(
    positions(rows, false),
    perBatch !== undefined && node.inputs[4] === undefined ? compose.sub(perBatch, rows) : past,
  );
  const [left, right] = [attributes.int("left_window_size") ?? -1, attributes.int("right_window_size") ?? -1];
  const rules = [
    attributes.flag("is_causal") ? compose.lessOrEqual(keys, places) : undefined,
    left < 0 ? undefined : compose.greaterOrEqual(keys, compose.sub(places, left)),
    right < 0 ? undefined : compose.lessOrEqual(keys, compose.add(places, right)),
    perBatch === undefined ? undefined : compose.less(keys, perBatch),
  ].filter((rule) => rule !== undefined);
  return rules.length === 0 ? undefined : rules.reduce((all, rule) => compose.and(all, rule));
}

/** The given mask with a column for every key: those that it leaves out are not seen. */
function fullMask(node: NodeContext, mask: Tensor, columns: number): Tensor {
  const compose = composer(node);
  const { shape, element } = mask.type;
  const missing = columns - (shape.at(-1) ?? 0);
  if (missing <= 0) return mask;
  const hidden = numbersOf([], element.name, [element.name === "i1" ? 0 : -Infinity]);
  return compose.concat([mask, compose.broadcast(hidden, [...shape.slice(0, -1), missing])], shape.length - 1);
}

/** What is added to the scores, 0 or -infinity unless the model gives numbers, and whether a row may be all -infinity. */
interface Bias {
  readonly tensor: Tensor;
  readonly mayHideAll: boolean;
}

function biasOf(node: NodeContext, heads: Heads): Bias | undefined {
  const compose = composer(node);
  const { element } = heads.query.type;
  const given = node.inputs[3] && fullMask(node, node.inputs[3], heads.key.type.shape[2] ?? 0);
  const isTruth = given?.type.element.name === "i1";
  const rules = [allowedKeys(node, heads), isTruth ? given : undefined].filter((rule) => rule !== undefined);
  const [zero, hidden] = [numbersOf([], element.name, [0]), numbersOf([], element.name, [-Infinity])];
  const allowed = rules.length === 0 ? undefined : rules.reduce((all, rule) => compose.and(all, rule));
  const selected = allowed && compose.where(allowed, zero, hidden);
  if (given === undefined || isTruth) {
    return selected && { tensor: selected, mayHideAll: allowed === undefined || mayHideRow(allowed) };
  }
  return { tensor: selected === undefined ? given : compose.add(given, selected), mayHideAll: true };
}

/** True unless it is known that every row has a key that may be seen. */
function mayHideRow(allowed: Tensor): boolean {
  if (allowed.kind !== "known") return true;
  const columns = allowed.type.shape.at(-1) ?? 1;
  const { data } = allowed.numbers;
  return Array.from({ length: data.length / columns }, (_unused, row) => row * columns).some((start) =>
    data.subarray(start, start + columns).every((item) => item === 0),
  );
}

/** The product with the rows of all query heads that share a head of the other operand. */
function sharedProduct(compose: Composer, rows: Tensor, other: Tensor, isTransposed: boolean): Tensor {
  const [batch = 1, heads = 1, sequence = 1, width = 1] = rows.type.shape;
  const shared = other.type.shape[1] ?? 1;
  const together = compose.reshape(rows, [batch, shared, (heads / shared) * sequence, width]);
  const product = compose.matmul(together, other, { transpose_rhs: isTransposed });
  return compose.reshape(product, [batch, heads, sequence, product.type.shape[3] ?? 1]);
}

/** Probabilities, with rows of zeros where nothing may be seen, in the precision asked for. */
function probabilities(node: NodeContext, scores: Tensor, bias: Bias | undefined): Tensor {
  const compose = composer(node);
  const number = node.attributes.int("softmax_precision") ?? 0;
  const known = number === 0 ? undefined : scalarOfDataType(number);
  if (number !== 0 && known === undefined)
    node.unsupported(`softmax_precision ${dataTypeName(number)} is not supported`);
  const precision = known === undefined ? scores.type.element : scalar(known);
  const rows = compose.softmax(compose.cast(scores, precision.name), 3);
  const result = compose.cast(rows, scores.type.element.name);
  if (bias?.mayHideAll !== true) return result;
  const last = bias.tensor.type.shape.length - 1;
  const isHidden = compose.equal(compose.largest(bias.tensor, [last]), -Infinity);
  return compose.where(isHidden, node.scalarLike(result, 0), result);
}

/** Outputs: the result, keys and values with what was before, and the scores at the stage that is asked for. */
function importAttention(node: NodeContext): readonly Tensor[] {
  const { attributes } = node;
  const compose = composer(node);
  const heads = headsOf(node);
  const { query, key, value } = heads;
  const scale = attributes.float("scale") ?? 1 / Math.sqrt(query.type.shape[3] ?? 1);
  const raw = sharedProduct(compose, compose.mul(query, scale), key, true);
  const softcap = attributes.float("softcap") ?? 0;
  const capped = softcap > 0 ? compose.mul(compose.tanh(compose.mul(raw, 1 / softcap)), softcap) : raw;
  const bias = biasOf(node, heads);
  const biased = bias === undefined ? capped : compose.add(capped, bias.tensor);
  const weights = probabilities(node, biased, bias);
  const mode = attributes.int("qk_matmul_output_mode") ?? 0;
  const stage = [raw, capped, biased, weights][mode] ?? node.invalid(`qk_matmul_output_mode ${mode} is not known`);
  const result = sharedProduct(compose, weights, value, false);
  const [batch = 1, count = 1, sequence = 1, width = 1] = result.type.shape;
  const isPacked = node.input(0).type.shape.length === 3;
  const output = isPacked
    ? compose.reshape(compose.transpose(result, [0, 2, 1, 3]), [batch, sequence, count * width])
    : result;
  return [output, key, value, stage];
}

/** Every pair of numbers of a head turned by the angle of its place; numbers after `rotary_embedding_dim` stay. */
function importRotaryEmbedding(node: NodeContext): Tensor {
  const { attributes } = node;
  const compose = composer(node);
  const given = node.input(0);
  const [batch = 1, sequence = 1, width = 1] = given.type.shape;
  const isPacked = given.type.shape.length === 3;
  const heads = attributes.int("num_heads") ?? 0;
  if (isPacked && (heads < 1 || width % heads !== 0)) node.invalid(`num_heads ${heads} does not divide ${width}`);
  const input = isPacked ? compose.reshape(given, [batch, sequence, heads, width / heads]) : given;
  const size = input.type.shape[3] ?? node.invalid(`X has rank ${given.type.shape.length} but needs 3 or 4`);
  const partial = attributes.int("rotary_embedding_dim") ?? 0;
  const turned = partial === 0 ? size : partial;
  const cache = (index: number): Tensor => {
    const ids = node.inputs[3];
    const angles = ids === undefined ? node.input(index) : compose.gather(node.input(index), ids, 0);
    const [n = 1, s = 1, half = 1] = angles.type.shape;
    if (half * 2 !== turned) node.invalid(`the caches have ${half} numbers a place but ${turned} / 2 are needed`);
    return compose.reshape(angles, isPacked ? [n, s, 1, half] : [n, 1, s, half]);
  };
  const [cos, sin] = [cache(1), cache(2)];
  const isInterleaved = attributes.flag("interleaved");
  const half = turned / 2;
  const [x, y] = isInterleaved
    ? [compose.slice(input, 3, [0, turned, 2]), compose.slice(input, 3, [1, turned, 2])]
    : [compose.slice(input, 3, [0, half]), compose.slice(input, 3, [half, turned])];
  const real = compose.sub(compose.mul(x, cos), compose.mul(y, sin));
  const imaginary = compose.add(compose.mul(x, sin), compose.mul(y, cos));
  const rest = turned === size ? [] : [compose.slice(input, 3, [turned, size])];
  const shape = input.type.shape.slice(0, 3);
  const pairs = isInterleaved
    ? [compose.reshape(interleaved(compose, real, imaginary), [...shape, turned])]
    : [real, imaginary];
  return compose.reshape(compose.concat([...pairs, ...rest], 3), given.type.shape);
}

/** Elements of both in turn, as a last dimension of 2. */
function interleaved(compose: Composer, first: Tensor, second: Tensor): Tensor {
  const apart = (tensor: Tensor): Tensor => compose.reshape(tensor, [...tensor.type.shape, 1]);
  return compose.concat([apart(first), apart(second)], first.type.shape.length);
}

export const attentionOperators: OperatorTable = {
  Attention: [since(23, [3, 6], importAttention), since(24, [3, 7], importAttention)],
  RotaryEmbedding: [since(23, [3, 4], importRotaryEmbedding)],
};
