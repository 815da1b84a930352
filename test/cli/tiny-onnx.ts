/** The smallest ONNX files: one node on one input, encoded by hand so that every kind of bad model can be made. */

type Bytes = readonly number[];

/** A varint of a small number. */
function varint(value: number): Bytes {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

const integer = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)];
const message = (field: number, content: Bytes): Bytes => [
  ...varint((field << 3) | 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string): Bytes => message(field, [...new TextEncoder().encode(value)]);

/** A float tensor of zeros, stored as raw bytes. */
function zeroTensor(name: string, shape: readonly number[]): Bytes {
  const bytes = 4 * shape.reduce((product, extent) => product * extent, 1);
  const dims = shape.flatMap((extent) => integer(1, extent));
  return [
    ...dims,
    ...integer(2, 1),
    ...text(8, name),
    ...message(
      9,
      Array.from({ length: bytes }, () => 0),
    ),
  ];
}

export interface TinyModel {
  readonly opType: string;
  readonly nodeName?: string;
  /** Numbers, or names of symbolic dimensions. */
  readonly shape: readonly (number | string)[];
  /** A second input, all zeros, of this shape; the output's shape is then left to be inferred. */
  readonly weightShape?: readonly number[];
}

/** An ONNX model (IR version 8, opset 17) with one node from `x` to `y`, both float tensors of the shape. */
export function tinyOnnx({ opType, nodeName = "node", shape, weightShape }: TinyModel): Uint8Array {
  const weightName = weightShape === undefined ? [] : text(1, "w");
  const node = [...text(1, "x"), ...weightName, ...text(2, "y"), ...text(3, nodeName), ...text(4, opType)];
  const dims = shape.flatMap((dim) => message(1, typeof dim === "number" ? integer(1, dim) : text(2, dim)));
  const type = message(1, [...integer(1, 1), ...message(2, dims)]);
  const value = (name: string) => [...text(1, name), ...message(2, type)];
  const output = weightShape === undefined ? value("y") : [...text(1, "y"), ...message(2, message(1, integer(1, 1)))];
  const weight = weightShape === undefined ? [] : message(5, zeroTensor("w", weightShape));
  const graph = [
    ...message(1, node),
    ...text(2, "tiny"),
    ...weight,
    ...message(11, value("x")),
    ...message(12, output),
  ];
  return Uint8Array.from([...integer(1, 8), ...message(7, graph), ...message(8, integer(2, 17))]);
}
