/** Axes as ONNX gives them: counted from the end when negative. */
import type { NodeContext } from "../node-context.ts";

/** The axis counted from the front; an error when the tensor has no such dimension. */
export function normalAxis(node: NodeContext, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  return node.invalid(`axis ${axis} is not a dimension of a tensor of rank ${rank}`);
}

/** Distinct axes in increasing order. */
export function normalAxes(node: NodeContext, axes: readonly number[], rank: number): readonly number[] {
  const normal = axes.map((axis) => normalAxis(node, axis, rank)).sort((a, b) => a - b);
  const double = normal.find((axis, index) => axis === normal[index - 1]);
  return double === undefined ? normal : node.invalid(`axis ${double} is given twice`);
}
