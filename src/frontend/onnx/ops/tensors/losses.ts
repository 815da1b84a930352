/** Importers of losses: what an output costs against known labels. */
import { gatherElements } from "../../../../ir/ops/tensors/scatter.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer } from "../composer.ts";

/** Class labels, the logarithms of their probabilities `[n, c, ...]`, and perhaps a weight for each class. */
interface Labelled {
  readonly logarithms: Tensor;
  readonly labels: Tensor;
  readonly weights: Tensor | undefined;
}

/** -logarithm[label] · weight[label] for each sample, 0 where the label is to be ignored, then all put together. */
function negativeLogLikelihood(node: NodeContext, { logarithms, labels, weights }: Labelled): Tensor {
  const make = composer(node);
  const ignored = node.attributes.int("ignore_index");
  const isIgnored = ignored === undefined ? undefined : make.equal(labels, ignored);
  const zero = node.scalarLike(logarithms, 0);
  const index = isIgnored === undefined ? labels : make.where(isIgnored, node.scalarLike(labels, 0), labels);
  const places = make.reshape(index, [...index.type.shape.slice(0, 1), 1, ...index.type.shape.slice(1)]);
  const picked = node.emit(gatherElements, { data: logarithms, indices: places }, { axis: 1 });
  const loss = make.neg(make.reshape(picked, labels.type.shape));
  const own = weights === undefined ? node.scalarLike(logarithms, 1) : make.gather(weights, index, 0);
  const weight = isIgnored === undefined ? own : make.where(isIgnored, zero, own);
  const isWeighted = weights !== undefined || isIgnored !== undefined;
  return putTogether(node, isWeighted ? make.mul(loss, weight) : loss, isWeighted ? weight : undefined);
}

/** The mean divides by the sum of the weights. */
function putTogether(node: NodeContext, loss: Tensor, weight: Tensor | undefined): Tensor {
  const make = composer(node);
  const axes = loss.type.shape.map((_extent, dim) => dim);
  const reduction = node.attributes.string("reduction") ?? "mean";
  if (reduction === "none") return loss;
  if (reduction === "sum") return make.sum(loss, axes, false);
  if (reduction !== "mean") node.invalid(`reduction '${reduction}' is not known`);
  if (weight === undefined) return make.mean(loss, axes, false);
  return make.div(make.sum(loss, axes, false), make.sum(make.broadcast(weight, loss.type.shape), axes, false));
}

/** One label for each sample: the shape of the scores without the classes. */
function checkedLabels(node: NodeContext): Tensor {
  const [scores, labels] = [node.input(0).type.shape, node.input(1)];
  const want = [...scores.slice(0, 1), ...scores.slice(2)];
  const fits = scores.length >= 2 && want.join() === labels.type.shape.join();
  return fits
    ? labels
    : node.invalid(`labels [${labels.type.shape.join(", ")}] do not fit scores [${scores.join(", ")}]`);
}

function importNegativeLogLikelihood(node: NodeContext): Tensor {
  const labels = checkedLabels(node);
  return negativeLogLikelihood(node, { logarithms: node.input(0), labels, weights: node.inputs[2] });
}

/** The logarithm of softmax over the classes, and the loss of that. */
function importSoftmaxCrossEntropy(node: NodeContext): readonly Tensor[] {
  const make = composer(node);
  const scores = node.input(0);
  const labels = checkedLabels(node);
  const shifted = make.sub(scores, make.largest(scores, [1]));
  const logarithms = make.sub(shifted, make.log(make.sum(make.exp(shifted), [1])));
  return [negativeLogLikelihood(node, { logarithms, labels, weights: node.inputs[2] }), logarithms];
}

export const lossOperators: OperatorTable = {
  NegativeLogLikelihoodLoss: [since(12, [2, 3], importNegativeLogLikelihood)],
  SoftmaxCrossEntropyLoss: [since(12, [2, 3], importSoftmaxCrossEntropy)],
};
