/**
 * Importer of Einsum: the operands are put together from the left, two at a time. What both have and nobody needs any more
 * is the inner dimension of a matrix product; what both have and somebody needs is its batch.
 */
import { elementCount } from "../../../../ir/types.ts";
import { slice } from "../../../../ir/ops/shape.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import type { Composer } from "../composer.ts";
import { composer } from "../composer.ts";

/** A tensor with a label for each dimension. */
interface Term {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Labels of the dimensions that an ellipsis stands for, counted from the last one; no letter of an equation looks so. */
const ellipsisLabel = (fromEnd: number): string => `.${fromEnd}`;

/** The labels of a term, an ellipsis as one label for each of the `hidden` dimensions that it stands for. */
function labelsOf(node: NodeContext, text: string, hidden: number): readonly string[] {
  const [before = "", after, ...more] = text.split("...");
  if (more.length > 0 || !/^[A-Za-z]*$/.test(before + (after ?? ""))) return node.invalid(`equation term '${text}'`);
  const dots = Array.from({ length: hidden }, (_unused, at) => ellipsisLabel(hidden - 1 - at));
  return [...before, ...(after === undefined ? [] : dots), ...(after ?? "")];
}

/** Without `->`, the output has the ellipsis' dimensions and the letters that occur once, in alphabetical order. */
function equationOf(node: NodeContext): Equation {
  const text = (node.attributes.string("equation") ?? node.invalid("attribute 'equation' is missing")).replace(
    /\s/g,
    "",
  );
  const [left = "", right, ...more] = text.split("->");
  const terms = left.split(",");
  if (more.length > 0 || terms.length !== node.inputs.length)
    node.invalid(`equation '${text}' does not have ${node.inputs.length} terms`);
  const hidden = terms.map((term, at) => node.input(at).type.shape.length - term.replace("...", "").length);
  const inputs = terms.map((term, at) => {
    const labels = labelsOf(node, term, Math.max(hidden[at] ?? 0, 0));
    const rank = node.input(at).type.shape.length;
    return labels.length === rank ? labels : node.invalid(`term '${term}' does not fit an operand of rank ${rank}`);
  });
  const most = Math.max(0, ...hidden.filter((_count, at) => terms[at]?.includes("...")));
  const letters = inputs.flat().filter((label) => !label.startsWith("."));
  const single = [...new Set(letters)].filter((label) => letters.indexOf(label) === letters.lastIndexOf(label)).sort();
  const output = right === undefined ? [...labelsOf(node, "...", most), ...single] : labelsOf(node, right, most);
  const unknown = output.find((label) => !inputs.flat().includes(label));
  if (unknown !== undefined || new Set(output).size !== output.length)
    node.invalid(`equation '${text}' has an output that its operands do not make`);
  return { inputs, output };
}

/** The diagonal of labels that occur twice: every (n + 1)-th of n · n elements. */
function withoutDoubles(node: NodeContext, { tensor, labels }: Term): Term {
  const second = labels.findIndex((label, at) => labels.indexOf(label) !== at);
  if (second < 0) return { tensor, labels };
  const compose = composer(node);
  const first = labels.indexOf(labels[second] ?? "");
  const { shape } = tensor.type;
  const extent = shape[first] ?? 1;
  if (shape[second] !== extent)
    node.invalid(`label '${labels[second] ?? ""}' has extents ${extent} and ${shape[second] ?? 0}`);
  const rest = [...labels.keys()].filter((dim) => dim !== first && dim !== second);
  const kept = rest.map((dim) => shape[dim] ?? 1);
  const pairs = compose.reshape(compose.transpose(tensor, [...rest, first, second]), [...kept, extent * extent]);
  const diagonal = node.emit(
    slice,
    { input: pairs },
    {
      starts: [...kept.map(() => 0), 0],
      sizes: [...kept, extent],
      steps: [...kept.map(() => 1), extent + 1],
    },
  );
  const left = [...rest.map((dim) => labels[dim] ?? ""), labels[first] ?? ""];
  return withoutDoubles(node, { tensor: diagonal, labels: left });
}

/** Sums over the labels that nobody else needs. */
function summed(compose: Composer, { tensor, labels }: Term, needed: ReadonlySet<string>): Term {
  const axes = labels.flatMap((label, dim) => (needed.has(label) ? [] : [dim]));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: compose.sum(tensor, axes, false), labels: labels.filter((label) => needed.has(label)) };
}

/** The tensor with its dimensions in the order of the labels; labels that it has not are dimensions of extent 1. */
function arranged(compose: Composer, { tensor, labels }: Term, order: readonly string[]): Tensor {
  const present = order.filter((label) => labels.includes(label));
  const moved = compose.transpose(
    tensor,
    present.map((label) => labels.indexOf(label)),
  );
  return compose.reshape(
    moved,
    order.map((label) => (labels.includes(label) ? (tensor.type.shape[labels.indexOf(label)] ?? 1) : 1)),
  );
}

function extentOf({ tensor, labels }: Term, label: string): number {
  return tensor.type.shape[labels.indexOf(label)] ?? 1;
}

/** Two terms as one: a matrix product where they share labels that are not needed, else an element-wise product. */
function joined(compose: Composer, [a, b]: readonly [Term, Term], needed: ReadonlySet<string>): Term {
  const inBoth = a.labels.filter((label) => b.labels.includes(label));
  const [batch, inner] = [inBoth.filter((label) => needed.has(label)), inBoth.filter((label) => !needed.has(label))];
  const [rows, columns] = [
    a.labels.filter((label) => !b.labels.includes(label)),
    b.labels.filter((label) => !a.labels.includes(label)),
  ];
  const labels = [...batch, ...rows, ...columns];
  // An extent of 1 that stands for a longer one cannot be summed in a product.
  const isStretched = inner.some((label) => extentOf(a, label) !== extentOf(b, label));
  if (inner.length === 0 || isStretched) {
    const whole = [...labels, ...inner];
    const product = compose.mul(arranged(compose, a, whole), arranged(compose, b, whole));
    return summed(compose, { tensor: product, labels: whole }, needed);
  }
  const count = (term: Term, some: readonly string[]): number =>
    elementCount(some.map((label) => extentOf(term, label)));
  const outer = (term: Term): readonly number[] => batch.map((label) => extentOf(term, label));
  const lhs = compose.reshape(arranged(compose, a, [...batch, ...rows, ...inner]), [
    ...outer(a),
    count(a, rows),
    count(a, inner),
  ]);
  // Read in the order in which it is stored, where that is possible.
  const isTransposed = b.labels.indexOf(inner[0] ?? "") > b.labels.indexOf(columns[0] ?? "");
  const order = isTransposed ? [...batch, ...columns, ...inner] : [...batch, ...inner, ...columns];
  const [first, second] = isTransposed ? [columns, inner] : [inner, columns];
  const rhs = compose.reshape(arranged(compose, b, order), [...outer(b), count(b, first), count(b, second)]);
  const product = compose.matmul(lhs, rhs, { transpose_rhs: isTransposed });
  const shape = [
    ...product.type.shape.slice(0, batch.length),
    ...rows.map((label) => extentOf(a, label)),
    ...columns.map((label) => extentOf(b, label)),
  ];
  return { tensor: compose.reshape(product, shape), labels };
}

function importEinsum(node: NodeContext): Tensor {
  const compose = composer(node);
  const { inputs, output } = equationOf(node);
  const terms = inputs.map((labels, at) => withoutDoubles(node, { tensor: node.input(at), labels }));
  /** Labels of the output and of all terms but some. */
  const neededBeside = (...done: readonly number[]): ReadonlySet<string> =>
    new Set([...output, ...terms.flatMap(({ labels }, at) => (done.includes(at) ? [] : labels))]);
  const single = terms.map((term, at) => summed(compose, term, neededBeside(at)));
  const [first, ...others] = single;
  const result = others.reduce(
    (sofar, term, at) => {
      const done = Array.from({ length: at + 2 }, (_unused, index) => index);
      return joined(compose, [sofar, term], neededBeside(...done));
    },
    first ?? node.invalid("there are no operands"),
  );
  return arranged(compose, summed(compose, result, new Set(output)), output);
}

export const einsumOperators: OperatorTable = { Einsum: [since(12, [1, Infinity], importEinsum)] };
