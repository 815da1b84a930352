/** Importer of TfIdfVectorizer: how often known sequences of numbers occur in the input, perhaps with gaps. */
import { indexList } from "../../../../ir/numbers/indexing.ts";
import { elementCount } from "../../../../ir/types.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer, numbersOf } from "../composer.ts";

/** The known sequences of one length. `first`: the number of the first of them among all. */
interface Pool {
  readonly length: number;
  readonly items: readonly number[];
  readonly first: number;
}

/** `starts[n - 1]` is where the sequences of n numbers begin in the list. */
function poolsOf(items: readonly number[], starts: readonly number[]): readonly Pool[] {
  let first = 0;
  return starts.map((start, index) => {
    const own = items.slice(start, starts[index + 1] ?? items.length);
    const pool = { length: index + 1, items: own, first };
    first += own.length / (index + 1);
    return pool;
  });
}

/** How often each sequence of a pool occurs with `gap` numbers left out between its own: `[..., count]`; undefined: never. */
function occurrences(node: NodeContext, { length, items }: Pool, gap: number): Tensor | undefined {
  const make = composer(node);
  const input = node.input(0);
  const axis = input.type.shape.length - 1;
  const places = (input.type.shape[axis] ?? 0) - (length - 1) * (gap + 1);
  if (places <= 0) return undefined;
  const indices = indexList(places).flatMap((place) => indexList(length, place, gap + 1));
  const windows = make.gather(input, numbersOf([places, length], "i64", indices), axis);
  const outer = input.type.shape.slice(0, axis);
  const known = numbersOf([items.length / length, length], input.type.element.name, items);
  const isEqual = make.equal(make.reshape(windows, [...outer, places, 1, length]), known);
  const isFound = make.least(isEqual, [axis + 2], false);
  return make.sum(make.cast(isFound, "f32"), [axis], false);
}

/** Attributes that say which sequences are counted, and in which column of the result. */
function readPools(node: NodeContext) {
  const { attributes } = node;
  const ints = (name: string) => attributes.ints(name) ?? node.invalid(`attribute '${name}' is missing`);
  const int = (name: string) => attributes.int(name) ?? node.invalid(`attribute '${name}' is missing`);
  const items = attributes.ints("pool_int64s") ?? node.unsupported("sequences of strings are not supported");
  const [least, most] = [int("min_gram_length"), int("max_gram_length")];
  const pools = poolsOf(items, ints("ngram_counts")).filter(
    ({ length, items: own }) => length >= least && length <= most && own.length > 0,
  );
  return { pools, columns: ints("ngram_indexes"), gaps: int("max_skip_count") };
}

/** Counts by column; a column of zeros is the source of those of no pool. Single numbers have no gaps. */
function countedColumns(node: NodeContext, { pools, columns, gaps }: ReturnType<typeof readPools>): Tensor {
  const make = composer(node);
  const outer = node.input(0).type.shape.slice(0, -1);
  const counts: Tensor[] = [numbersOf([...outer, 1], "f32", new Float32Array(elementCount(outer)))];
  const sources = new Array<number>(Math.max(...columns) + 1).fill(0);
  let filled = 1;
  for (const pool of pools) {
    const found = indexList(pool.length === 1 ? 1 : gaps + 1).flatMap((gap) => occurrences(node, pool, gap) ?? []);
    const [first, ...rest] = found;
    if (first === undefined) continue;
    counts.push(rest.reduce((sum, next) => make.add(sum, next), first));
    const own = pool.items.length / pool.length;
    for (let item = 0; item < own; item++) sources[columns[pool.first + item] ?? 0] = filled + item;
    filled += own;
  }
  return make.gather(make.concat(counts, outer.length), numbersOf([sources.length], "i64", sources), outer.length);
}

function importTfIdfVectorizer(node: NodeContext): Tensor {
  const make = composer(node);
  const pools = readPools(node);
  const mode = node.attributes.string("mode") ?? "";
  const weights = node.attributes.floats("weights");
  if (!["TF", "IDF", "TFIDF"].includes(mode)) node.invalid(`mode '${mode}' is not known`);
  const counts = countedColumns(node, pools);
  if (mode === "TF") return counts;
  const scales = new Array<number>(counts.type.shape.at(-1) ?? 0).fill(1);
  pools.columns.forEach((column, item) => (scales[column] = weights?.[item] ?? 1));
  return make.mul(mode === "IDF" ? make.min(counts, 1) : counts, numbersOf([scales.length], "f32", scales));
}

export const ngramOperators: OperatorTable = { TfIdfVectorizer: [since(9, [1, 1], importTfIdfVectorizer)] };
