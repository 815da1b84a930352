/** Row-major index arithmetic of the reference kernels. */

/** Elements from one index to the next in each dimension of a row-major tensor. */
export function rowMajorStrides(shape: readonly number[]): readonly number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const extent of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= extent;
  }
  return strides;
}

/** Strides with which an operand is read over the shape that it broadcasts to: 0 where it is stretched. */
export function broadcastStrides(shape: readonly number[], output: readonly number[]): readonly number[] {
  const own = rowMajorStrides(shape);
  const shift = output.length - shape.length;
  return output.map((_extent, dim) => (dim < shift || shape[dim - shift] === 1 ? 0 : (own[dim - shift] ?? 0)));
}

/** Offset `sum of index × stride` of every index of a shape, in row-major order. */
export function stridedOffsets(shape: readonly number[], strides: readonly number[]): Int32Array {
  return listedOffsets(
    shape.map((extent) => Array.from({ length: extent }, (_unused, index) => index)),
    strides,
  );
}

/**
 * Offset `sum of list[index] × stride` of every index of the space that the lists span, in row-major order; −1 where one
 * of the listed indices is negative (outside of the tensor).
 */
export function listedOffsets(lists: readonly (readonly number[])[], strides: readonly number[]): Int32Array {
  let offsets = Int32Array.of(0);
  lists.forEach((list, dim) => {
    const stride = strides[dim] ?? 0;
    const inner = new Int32Array(offsets.length * list.length);
    let at = 0;
    for (const offset of offsets) {
      for (const index of list) inner[at++] = offset < 0 || index < 0 ? -1 : offset + index * stride;
    }
    offsets = inner;
  });
  return offsets;
}

/** The integers `first`, `first + step`, ..., `count` of them. */
export function indexList(count: number, first = 0, step = 1): readonly number[] {
  return Array.from({ length: count }, (_unused, index) => first + index * step);
}

/**
 * Stretches of a row-major output over which each operand that broadcasts to it is read one element after the other
 * (step 1) or stays at one element (step 0).
 *
 * @property length  elements of a stretch; all stretches are as long
 * @property starts  per operand: where it is read at the begin of each stretch, in the order of the output
 * @property steps   per operand: 0 or 1
 */
export interface BroadcastRuns {
  readonly length: number;
  readonly starts: readonly Int32Array[];
  readonly steps: readonly (0 | 1)[];
}

/** The longest stretches on which all operands step evenly. */
export function broadcastRuns(output: readonly number[], operands: readonly (readonly number[])[]): BroadcastRuns {
  // Shapes of interned types are the same object when they are equal. Nothing is stretched then.
  if (operands.every((shape) => shape === output)) {
    const length = output.reduce((product, extent) => product * extent, 1);
    return { length, starts: operands.map(() => Int32Array.of(0)), steps: operands.map(() => 1) };
  }
  const strides = operands.map((shape) => broadcastStrides(shape, output));
  const own = rowMajorStrides(output);
  // A dimension of extent 1 is never stepped along; the others go on as the last one began: whole or stretched.
  const isStretched = (operand: number, dim: number): boolean => strides[operand]![dim] === 0;
  const moving = output.flatMap((extent, dim) => (extent === 1 ? [] : [dim]));
  const last = moving.at(-1) ?? 0;
  let split = output.length;
  for (const dim of moving.toReversed()) {
    const fits = operands.every((_shape, operand) => isStretched(operand, dim) === isStretched(operand, last));
    if (!fits) break;
    split = dim;
  }
  const length = split === output.length ? 1 : output[split]! * own[split]!;
  return {
    length,
    starts: strides.map((operand) => stridedOffsets(output.slice(0, split), operand.slice(0, split))),
    steps: operands.map((_shape, operand) =>
      strides[operand]![last] === undefined || isStretched(operand, last) ? 0 : 1,
    ),
  };
}
