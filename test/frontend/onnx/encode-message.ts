/** Writes protobuf messages by the decoder's own schema, so that tests can make any model, good or bad. */
import { Writer } from "protobufjs/minimal.js";
import type { ByteSlice, NumberRun } from "../../../src/frontend/onnx/read/payload.ts";
import type {
  AnySchema,
  AttributeProto,
  Field,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  Schema,
  SparseTensorProto,
  TensorProto,
  ValueInfoProto,
} from "../../../src/frontend/onnx/read/schema.ts";
import { modelSchema, tensorSchema } from "../../../src/frontend/onnx/read/schema.ts";

/** A message with any of its fields left out, at every level. */
export type Draft<M> = M extends Uint8Array | string | number
  ? M
  : M extends ByteSlice
    ? Uint8Array
    : M extends NumberRun
      ? readonly number[]
      : M extends readonly (infer E)[]
        ? readonly Draft<E>[]
        : { readonly [K in keyof M]?: Draft<M[K]> };

export function encodeModel(model: Draft<ModelProto>): Uint8Array {
  return encodeMessage(modelSchema, model);
}

export function encodeTensor(tensor: Draft<TensorProto>): Uint8Array {
  return encodeMessage(tensorSchema, tensor);
}

function encodeMessage<M>(schema: Schema<M>, draft: object & Draft<M>): Uint8Array {
  const writer = new Writer();
  writeFields(writer, schema, draft);
  return writer.finish();
}

function writeFields(writer: Writer, schema: AnySchema, draft: object): void {
  for (const [name, value] of Object.entries(draft)) {
    const field = schema[name];
    if (field === undefined) throw new Error(`bug: the schema has no field ${name}`);
    for (const item of field.repeated ? (value as readonly unknown[]) : [value]) writeField(writer, field, item);
  }
}

function writeField(writer: Writer, { number, kind }: Field, value: unknown): void {
  if (kind === "int" || kind === "intRun") writer.uint32(number << 3).int64(value as number);
  else if (kind === "float" || kind === "floatRun") writer.uint32((number << 3) | 5).float(value as number);
  else if (kind === "double" || kind === "doubleRun") writer.uint32((number << 3) | 1).double(value as number);
  else if (kind === "string") writer.uint32((number << 3) | 2).string(value as string);
  else if (kind === "bytes" || kind === "slice") writer.uint32((number << 3) | 2).bytes(value as Uint8Array);
  else {
    writer.uint32((number << 3) | 2).fork();
    writeFields(writer, kind(), value as object);
    writer.ldelim();
  }
}

/** Numbers, names of symbolic extents, or "" for an extent that is neither. */
type Dims = readonly (number | string)[];

/** Numbers of the element types that the tests use. */
export const dataType = { float: 1, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, bfloat16: 16 } as const;

/** A graph input or output. */
export function valueInfo(name: string, dims: Dims, elemType: number = dataType.float): Draft<ValueInfoProto> {
  const dim = dims.map((extent) => {
    if (typeof extent === "number") return { dimValue: extent };
    return extent === "" ? {} : { dimParam: extent };
  });
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** A stored list of 64-bit integers. */
export function int64s(
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): Draft<TensorProto> {
  return { name, dims, dataType: dataType.int64, int64Data: values };
}

/** A stored tensor of floats. */
export function floats(name: string, dims: readonly number[], values: readonly number[]): Draft<TensorProto> {
  return { name, dims, dataType: dataType.float, floatData: values };
}

/** A plain value of an attribute: integers and lists of them, texts; what else it may be is marked by its field. */
type AttributeDraft =
  | number
  | string
  | readonly number[]
  | { readonly f: number }
  | { readonly t: Draft<TensorProto> }
  | { readonly g: Draft<GraphProto> }
  /** Name of an attribute of the function around it, and the type. */
  | { readonly ref: string; readonly type: number };

/** Attributes of a node from plain values. */
export function attributes(values: Readonly<Record<string, AttributeDraft>>): readonly Draft<AttributeProto>[] {
  return Object.entries(values).map(([name, value]) => {
    if (typeof value === "number") return { name, type: 2, i: value };
    if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
    if ("f" in value) return { name, type: 1, f: value.f };
    if ("t" in value) return { name, type: 4, t: value.t };
    if ("g" in value) return { name, type: 5, g: value.g };
    if ("ref" in value) return { name, type: value.type, refAttrName: value.ref };
    return { name, type: 7, ints: value };
  });
}

/** The parts of a model that a test cares about. */
export interface ModelDraft {
  readonly nodes: readonly Draft<NodeProto>[];
  readonly inputs: readonly Draft<ValueInfoProto>[];
  /** Names of the outputs (float, of unknown shape), or whole declarations. */
  readonly outputs: readonly (string | Draft<ValueInfoProto>)[];
  readonly initializers?: readonly Draft<TensorProto>[];
  readonly opset?: number;
  /** Functions of the domain `local`, version 1, which is imported where there are any. */
  readonly functions?: readonly Draft<FunctionProto>[];
  readonly sparse?: readonly Draft<SparseTensorProto>[];
  readonly valueInfo?: readonly Draft<ValueInfoProto>[];
  /** Other fields of the model. */
  readonly more?: Draft<ModelProto>;
}

/** A complete model file. */
export function modelBytes({
  nodes,
  inputs,
  outputs,
  initializers = [],
  opset = 17,
  functions = [],
  sparse = [],
  valueInfo: declared = [],
  more = {},
}: ModelDraft): Uint8Array {
  const output = outputs.map((out) => (typeof out === "string" ? { name: out } : out));
  const graph = {
    name: "graph",
    node: nodes,
    input: inputs,
    output,
    initializer: initializers,
    sparseInitializer: sparse,
    valueInfo: declared,
  };
  const local = functions.length === 0 ? [] : [{ domain: "local", version: 1 }];
  return encodeModel({ irVersion: 8, opsetImport: [{ version: opset }, ...local], graph, functions, ...more });
}
