/** Matrix products. */
import { attr, withDefault } from "../attribute-specs.ts";
import { broadcastAccess, broadcastShape, broadcastShapes, shapeText } from "../broadcast.ts";
import { defineOp } from "../define-op.ts";
import { broadcastStrides, stridedOffsets } from "../numbers/indexing.ts";
import { idx } from "../loop-nest.ts";
import { multiply, packRows } from "../numbers/matrix-product.ts";
import { zeros } from "../tensor-value.ts";
import { elementCount, tensorType } from "../types.ts";

interface Flags {
  readonly transpose_lhs: boolean;
  readonly transpose_rhs: boolean;
}

/** Batch dimensions, rows and columns of a stack of matrices, read transposed or not. */
function matrices(shape: readonly number[], isTransposed: boolean): readonly [readonly number[], number, number] {
  const [rows = 0, columns = 0] = shape.slice(-2);
  return isTransposed ? [shape.slice(0, -2), columns, rows] : [shape.slice(0, -2), rows, columns];
}

/** Extents of the product: `[...batch, m, k] × [...batch, k, n]`. */
function problem(lhs: readonly number[], rhs: readonly number[], flags: Flags) {
  const [lhsBatch, m, k] = matrices(lhs, flags.transpose_lhs);
  const [rhsBatch, rhsK, n] = matrices(rhs, flags.transpose_rhs);
  return { lhsBatch, rhsBatch, batch: broadcastShape(lhsBatch, rhsBatch), m, n, k, rhsK };
}

/** Strides with which a stored matrix of `rows × columns` is read, or one that is stored transposed. */
function matrixStrides(rows: number, columns: number, isTransposed: boolean) {
  return isTransposed ? { rowStride: 1, columnStride: rows } : { rowStride: columns, columnStride: 1 };
}

/** `nn.matmul`: a bias is a separate `nn.add`. */
export const matmul = defineOp({
  name: "nn.matmul",
  summary:
    "Matrix product of the last two dimensions, [..., m, k] x [..., k, n], over batch dimensions that broadcast. A " +
    "transposed operand is given as [..., k, m] or [..., n, k].",
  operands: { lhs: {}, rhs: {} },
  attributes: { transpose_lhs: withDefault(attr.bool, false), transpose_rhs: withDefault(attr.bool, false) },
  docs: {
    transpose_lhs: "lhs is stored as [..., k, m]",
    transpose_rhs: "rhs is stored as [..., n, k]",
    result: "[..., m, n]; the dimensions before broadcast as NumPy's",
  },
  traits: ["pure", "matrix"],
  verify({ lhs, rhs }, flags) {
    if (lhs.shape.length < 2 || rhs.shape.length < 2) {
      return `operands have ranks ${lhs.shape.length} and ${rhs.shape.length} but need at least 2`;
    }
    if (lhs.element !== rhs.element) {
      return `element types ${lhs.element.name} and ${rhs.element.name} differ`;
    }
    const { lhsBatch, rhsBatch, k, rhsK } = problem(lhs.shape, rhs.shape, flags);
    if (k !== rhsK) return `lhs has ${k} columns but rhs has ${rhsK} rows`;
    if (broadcastShapes(lhsBatch, rhsBatch) === undefined) {
      return `batch dimensions ${shapeText(lhsBatch)} and ${shapeText(rhsBatch)} do not broadcast`;
    }
    return undefined;
  },
  inferTypes({ lhs, rhs }, flags) {
    const { batch, m, n } = problem(lhs.shape, rhs.shape, flags);
    return tensorType([...batch, m, n], lhs.element);
  },
  loopNest({ lhs, rhs }, flags) {
    const { lhsBatch, rhsBatch, batch, m, n, k } = problem(lhs.shape, rhs.shape, flags);
    const loopName = (dim: number): string => `b${dim}`;
    const [row, column, inner] = [idx({ m: 1 }), idx({ n: 1 }), idx({ k: 1 })];
    return {
      extents: { ...Object.fromEntries(batch.map((extent, dim) => [loopName(dim), extent])), m, n, k },
      access: {
        lhs: [...broadcastAccess(lhsBatch, batch, loopName), ...(flags.transpose_lhs ? [inner, row] : [row, inner])],
        rhs: [
          ...broadcastAccess(rhsBatch, batch, loopName),
          ...(flags.transpose_rhs ? [column, inner] : [inner, column]),
        ],
        output: [...batch.map((_extent, dim) => idx({ [loopName(dim)]: 1 })), row, column],
      },
      work: { kind: "mac" },
    };
  },
  reference({ lhs, rhs }, flags, [type]) {
    const output = zeros(type!);
    const { lhsBatch, rhsBatch, batch, m, n, k } = problem(lhs.type.shape, rhs.type.shape, flags);
    const [lhsStrides, rhsStrides] = [
      matrixStrides(m, k, flags.transpose_lhs),
      matrixStrides(k, n, flags.transpose_rhs),
    ];
    const outputStrides = matrixStrides(m, n, false);
    if (elementCount(rhsBatch) === 1 && !flags.transpose_lhs) {
      // One matrix on the right for all: the rows of the whole stack are multiplied as those of one matrix.
      const rows = output.data.length / n;
      const packed = packRows({ data: lhs.data, start: 0, ...lhsStrides }, rows, k);
      multiply(packed, { data: rhs.data, start: 0, ...rhsStrides }, n, {
        data: output.data,
        start: 0,
        ...outputStrides,
      });
      return output;
    }
    const lhsMatrix = stridedOffsets(batch, broadcastStrides(lhsBatch, batch));
    const rhsMatrix = stridedOffsets(batch, broadcastStrides(rhsBatch, batch));
    for (let index = 0; index < elementCount(batch); index++) {
      const packed = packRows({ data: lhs.data, start: lhsMatrix[index]! * m * k, ...lhsStrides }, m, k);
      const right = { data: rhs.data, start: rhsMatrix[index]! * k * n, ...rhsStrides };
      multiply(packed, right, n, { data: output.data, start: index * m * n, ...outputStrides });
    }
    return output;
  },
});
