/** Importers of matrix products. */
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import { composer } from "../composer.ts";

/** A vector on the left is a row, one on the right a column; the result loses that dimension again. */
export function multiply(node: NodeContext, a: Tensor, b: Tensor): Tensor {
  const [aShape, bShape] = [a.type.shape, b.type.shape];
  if (aShape.length < 1 || bShape.length < 1) node.invalid("an operand is a scalar");
  const lhs = aShape.length === 1 ? node.reshape(a, [1, ...aShape]) : a;
  const rhs = bShape.length === 1 ? node.reshape(b, [...bShape, 1]) : b;
  const product = composer(node).matmul(lhs, rhs);
  const { shape } = product.type;
  const kept = shape.filter((_extent, dim) => {
    const isRow = dim === shape.length - 2 && aShape.length === 1;
    const isColumn = dim === shape.length - 1 && bShape.length === 1;
    return !isRow && !isColumn;
  });
  return node.reshape(product, kept);
}

/** alpha · A · B + beta · C. Before version 7 an attribute said whether C broadcasts, which it may in any case. */
function importGemm(node: NodeContext): Tensor {
  const compose = composer(node);
  node.attributes.ignore("broadcast");
  const [lhs, rhs, c] = [node.input(0), node.input(1), node.inputs[2]];
  if (lhs.type.shape.length !== 2 || rhs.type.shape.length !== 2) {
    node.invalid(`A and B have ranks ${lhs.type.shape.length} and ${rhs.type.shape.length} but need 2`);
  }
  const flags = { transpose_lhs: node.attributes.flag("transA"), transpose_rhs: node.attributes.flag("transB") };
  const product = scaled(node, compose.matmul(lhs, rhs, flags), node.attributes.float("alpha"));
  const beta = node.attributes.float("beta");
  return c === undefined ? product : compose.add(product, scaled(node, c, beta));
}

function scaled(node: NodeContext, tensor: Tensor, factor = 1): Tensor {
  return factor === 1 ? tensor : composer(node).mul(tensor, factor);
}

export const matrixOperators: OperatorTable = {
  MatMul: [since(1, [2, 2], (node) => multiply(node, node.input(0), node.input(1)))],
  Gemm: [since(1, [3, 3], importGemm), since(11, [2, 3], importGemm)],
};
