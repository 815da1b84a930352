/** Tensor files (`.pb`) as they stand beside ONNX's test models. */
import { Writer } from "protobufjs/minimal.js";
import type { TensorValue } from "../../../ir/tensor-value.ts";
import { dataTypeOfScalar } from "../read/data-types.ts";
import { tensorBytes } from "./tensor-bytes.ts";

/** `TensorProto`'s fields that are written, as (number << 3) | wire type. */
const tags = { dims: (1 << 3) | 2, dataType: 2 << 3, name: (8 << 3) | 2, rawData: (9 << 3) | 2 } as const;

/** A `TensorProto` message with the numbers in `raw_data`. */
export function encodeTensor(name: string, value: TensorValue): Uint8Array {
  const writer = new Writer();
  const { shape, element } = value.type;
  if (shape.length > 0) {
    writer.uint32(tags.dims).fork();
    for (const extent of shape) writer.int64(extent);
    writer.ldelim();
  }
  writer.uint32(tags.dataType).int32(dataTypeOfScalar(element.name));
  writer.uint32(tags.name).string(name);
  writer.uint32(tags.rawData).bytes(tensorBytes(value));
  return writer.finish();
}
