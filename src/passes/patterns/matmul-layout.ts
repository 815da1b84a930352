/** Transposes that a matrix product can read or write by itself. */
import { fusedLocation } from "../../ir/location.ts";
import type { Value } from "../../ir/core.ts";
import { matmul } from "../../ir/ops/matmul.ts";
import { transpose } from "../../ir/ops/shape.ts";
import type { Pattern } from "../../ir/rewrite/pattern.ts";
import { definingOp, noMatch, pattern } from "../../ir/rewrite/pattern.ts";

/** The permutation with its last two entries exchanged. */
function withLastSwapped(permutation: readonly number[]): readonly number[] {
  const [row = 0, column = 0] = permutation.slice(-2);
  return [...permutation.slice(0, -2), column, row];
}

const isIdentity = (permutation: readonly number[]): boolean => permutation.every((dim, index) => dim === index);
/** True when the last two dimensions stand in the opposite order before the transpose. */
const swapsLast = (permutation: readonly number[]): boolean => (permutation.at(-1) ?? 0) < (permutation.at(-2) ?? 0);

/**
 * matmul(transpose(a, p), b) -> matmul(transpose(a, p'), b, other flag) where p' no longer exchanges the last two dimensions,
 * and no transpose at all where nothing else moves. The array reads either order of the last two; what remains of an
 * attention head's transpose only moves a batch dimension.
 */
function foldTransposeIntoOperand(name: "lhs" | "rhs"): Pattern {
  return pattern({
    name: `fold-transpose-into-matmul-${name}`,
    root: matmul,
    rewrite({ op, operands, attrs }, rw) {
      const source = definingOp(operands[name], transpose);
      if (source === undefined) return noMatch(`${name} is not a transpose`);
      const { permutation } = source.attrs;
      if (!swapsLast(permutation)) return noMatch("the transpose leaves the last two dimensions in order");
      const rest = withLastSwapped(permutation);
      if (!isIdentity(rest) && !source.result.hasOneUse)
        return noMatch("the transpose moves a batch dimension and has other readers");

      const { input } = source.operands;
      const moved = (): Value =>
        rw.insertBefore(source.op, transpose.build({ input }, { permutation: rest }, source.op.location)).result;
      const operand = isIdentity(rest) ? input : moved();
      const flag = name === "lhs" ? { transpose_lhs: !attrs.transpose_lhs } : { transpose_rhs: !attrs.transpose_rhs };
      const location = isIdentity(rest) ? fusedLocation([source.op.location, op.location]) : op.location;
      rw.replace(op, matmul.build({ ...operands, [name]: operand }, { ...attrs, ...flag }, location));
      return undefined;
    },
  });
}

/** transpose(matmul(a, b)) -> matmul(b, a, both flags inverted) where the last two dimensions are exchanged: (AB)ᵀ = BᵀAᵀ. */
export const foldTransposeOfProduct = pattern({
  name: "fold-transpose-of-matmul",
  root: transpose,
  rewrite({ op, operands, attrs }, rw) {
    const product = definingOp(operands.input, matmul);
    if (product === undefined) return noMatch("input is not a matrix product");
    if (!isIdentity(withLastSwapped(attrs.permutation)))
      return noMatch("it does not just exchange the last two dimensions");
    if (!product.result.hasOneUse) return noMatch("the product has other readers");

    const { lhs, rhs } = product.operands;
    const flags = { transpose_lhs: !product.attrs.transpose_rhs, transpose_rhs: !product.attrs.transpose_lhs };
    const location = fusedLocation([product.op.location, op.location]);
    rw.replace(op, matmul.build({ lhs: rhs, rhs: lhs }, flags, location));
    return undefined;
  },
});

/** All patterns of this file. */
export const matmulLayoutPatterns: readonly Pattern[] = [
  foldTransposeIntoOperand("lhs"),
  foldTransposeIntoOperand("rhs"),
  foldTransposeOfProduct,
];
