/** Importers of poolings. */
import { averagePool2d, maxPool2d } from "../../../../ir/ops/pooling.ts";
import { reduceMax, reduceMean } from "../../../../ir/ops/reduction.ts";
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { readWindow, withoutRows, withRows } from "./window.ts";

/** Larger windows are refused: the pooling ops visit each place of a window to see whether it lies in the padding. */
const kernelLimit = 4096;

function kernelOf(node: NodeContext): readonly number[] {
  const kernel = node.attributes.ints("kernel_shape") ?? node.invalid("attribute 'kernel_shape' is missing");
  const count = node.input(0).type.shape.length - 2;
  const isGood = kernel.length === count && kernel.every((extent) => extent >= 1);
  if (kernel.some((extent) => extent > kernelLimit))
    node.unsupported(`kernel_shape [${kernel.join(", ")}] is too large`);
  return isGood ? kernel : node.invalid(`kernel_shape [${kernel.join(", ")}] should be ${count} numbers ≥ 1`);
}

/** The second output (indices of the maxima) is not made; `storage_order` is about it alone. */
function importMaxPool(node: NodeContext): Tensor {
  node.attributes.ignore("storage_order");
  const input = node.input(0);
  const { kernel, strides, pads, dilations } = readWindow(node, input, kernelOf(node));
  const output = node.emit(maxPool2d, { input: withRows(node, input) }, { kernel, strides, pads, dilations });
  return withoutRows(node, output, input.type.shape.length);
}

function importAveragePool(node: NodeContext): Tensor {
  const input = node.input(0);
  const { kernel, strides, pads, dilations, extra } = readWindow(node, input, kernelOf(node));
  const isPaddingCounted = node.attributes.flag("count_include_pad");
  if (isPaddingCounted && Math.max(...extra) > 0) {
    node.unsupported("count_include_pad=1 is not supported where ceil_mode=1 extends the last window");
  }
  const attributes = { kernel, strides, pads, dilations, count_include_pad: isPaddingCounted };
  return withoutRows(
    node,
    node.emit(averagePool2d, { input: withRows(node, input) }, attributes),
    input.type.shape.length,
  );
}

/** All spatial dimensions as one window. */
const importGlobal =
  (kind: typeof reduceMean) =>
  (node: NodeContext): Tensor => {
    const input = node.input(0);
    const rank = input.type.shape.length;
    if (rank < 3) node.invalid(`input has rank ${rank} but needs at least 3`);
    const axes = Array.from({ length: rank - 2 }, (_unused, dim) => dim + 2);
    return node.emit(kind, { input }, { axes });
  };

export const poolingOperators: OperatorTable = {
  MaxPool: [since(1, [1, 1], importMaxPool)],
  AveragePool: [since(1, [1, 1], importAveragePool)],
  GlobalAveragePool: [since(1, [1, 1], importGlobal(reduceMean))],
  GlobalMaxPool: [since(1, [1, 1], importGlobal(reduceMax))],
};
