/** Sparse tensors: written out, because nothing after the importer knows them. */
import type { TensorValue } from "../../ir/tensor-value.ts";
import { zeros } from "../../ir/tensor-value.ts";
import { elementCount, tensorType } from "../../ir/types.ts";
import { fail } from "../../support/diagnostics.ts";
import { knownLimit } from "./folding.ts";
import { rowMajorStrides } from "../../ir/numbers/indexing.ts";
import { isExternal, readTensor, tensorProblem } from "./read/read-tensor.ts";
import type { SparseTensorProto, TensorProto } from "./read/schema.ts";

/**
 * The numbers of a sparse tensor, zeros included.
 * @throws DiagnosticError `onnx-invalid-tensor`, `onnx-unsupported` for one that is large or in another file
 */
export function denseTensor({ values, indices, dims }: SparseTensorProto, at: string): TensorValue {
  const invalid = (message: string): never => fail({ code: "onnx-invalid-tensor", message, at: [at] });
  const unsupported = (message: string): never => fail({ code: "onnx-unsupported", message, at: [at] });
  const read = (tensor: TensorProto | undefined, what: string): TensorValue => {
    if (tensor === undefined) return invalid(`the sparse tensor has no ${what}`);
    if (isExternal(tensor)) return unsupported("a sparse tensor in another file is not supported");
    const problem = tensorProblem(tensor);
    return problem === undefined ? readTensor(tensor) : invalid(`${what} of the sparse tensor: ${problem}`);
  };
  const count = elementCount(dims);
  if (dims.some((extent) => extent < 0)) invalid(`shape [${dims.join(", ")}] has a negative extent`);
  if (count > knownLimit) {
    unsupported(`a sparse tensor of ${count} elements is not supported, only of ${knownLimit} and fewer`);
  }
  const [numbers, places] = [read(values, "values"), read(indices, "indices")];
  const dense = zeros(tensorType(dims, numbers.type.element));
  const positions = linearPositions(places, dims);
  if (positions?.length !== numbers.data.length) {
    return invalid(`${numbers.data.length} values have indices of shape [${places.type.shape.join(", ")}]`);
  }
  for (const [index, position] of positions.entries()) {
    if (!(position >= 0 && position < count)) invalid(`index ${position} is outside of the ${count} elements`);
    dense.data[position] = numbers.data[index] ?? 0;
  }
  return dense;
}

/** Row-major positions from `[count]` positions or `[count, rank]` coordinates; undefined for other shapes. */
function linearPositions({ type, data }: TensorValue, dims: readonly number[]): readonly number[] | undefined {
  const [count = 0, rank] = type.shape;
  if (type.shape.length === 1) return [...data];
  if (type.shape.length !== 2 || rank !== dims.length) return undefined;
  const strides = rowMajorStrides(dims);
  return Array.from({ length: count }, (_unused, row) =>
    strides.reduce((sum, stride, axis) => {
      const coordinate = data[row * rank + axis] ?? 0;
      return coordinate >= 0 && coordinate < (dims[axis] ?? 0) ? sum + coordinate * stride : NaN;
    }, 0),
  );
}
