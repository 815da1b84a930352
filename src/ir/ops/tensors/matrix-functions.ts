/** Functions of whole small matrices. */
import { dimensionAccess, dimensionLoops } from "../../broadcast.ts";
import { defineOp } from "../../define-op.ts";
import { zeros } from "../../tensor-value.ts";
import { tensorType } from "../../types.ts";

/** `nn.determinant`: Gaussian elimination takes 2n³/3 operations, which are spread over the n² elements. */
export const determinant = defineOp({
  name: "nn.determinant",
  summary: "Determinant of each square matrix in the last two dimensions.",
  operands: { input: {} },
  attributes: {},
  traits: ["pure", "reduction"],
  verify({ input: { shape, element } }) {
    if (element.name !== "f32" && element.name !== "f64" && element.name !== "f16" && element.name !== "bf16")
      return `element type is ${element.name} but should be a float type`;
    const isSquare = shape.length >= 2 && shape.at(-1) === shape.at(-2);
    return isSquare ? undefined : `input [${shape.join(", ")}] is no square matrix`;
  },
  inferTypes: ({ input }) => tensorType(input.shape.slice(0, -2), input.element),
  loopNest({ input: { shape } }) {
    const full = dimensionAccess(shape.length);
    return {
      extents: dimensionLoops(shape),
      access: { input: full, output: full.slice(0, -2) },
      work: { kind: "vector", opsPerPoint: Math.max(1, Math.ceil((2 * shape.at(-1)!) / 3)) },
    };
  },
  reference({ input }, _attributes, [type]) {
    const output = zeros(type!);
    const size = input.type.shape.at(-1)!;
    for (let matrix = 0; matrix < output.data.length; matrix++) {
      const first = matrix * size * size;
      const rows = Array.from({ length: size }, (_row, row) =>
        Array.from({ length: size }, (_column, column) => input.data[first + row * size + column]!),
      );
      output.data[matrix] = eliminated(rows);
    }
    return output;
  },
});

/** Determinant by elimination with the largest pivot of each column. The rows are used up. */
function eliminated(rows: number[][]): number {
  let product = 1;
  for (let column = 0; column < rows.length; column++) {
    let pivot = column;
    for (let row = column; row < rows.length; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    const top = rows[pivot]!;
    if (top[column] === 0) return 0;
    if (pivot !== column) {
      [rows[pivot], rows[column]] = [rows[column]!, top];
      product = -product;
    }
    product *= top[column]!;
    for (let row = column + 1; row < rows.length; row++) {
      const factor = rows[row]![column]! / top[column]!;
      for (let k = column; k < rows.length; k++) rows[row]![k]! -= factor * top[k]!;
    }
  }
  return product;
}
