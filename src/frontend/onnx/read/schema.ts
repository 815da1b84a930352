/** ONNX's protobuf messages: their fields by name, with the numbers and types of ONNX's `onnx.proto` (proto2 syntax). */

/** How a field's value is written, apart from messages. */
export type ScalarKind = "int" | "float" | "double" | "string" | "bytes";

/**
 * One field of a message.
 *
 * @property number    its number on the wire
 * @property kind      a scalar kind, or the schema of a message (lazy, because messages nest in each other)
 * @property repeated  a list; absent means empty
 * @property content   never present: it only ties the field to the TypeScript type of its value
 */
export interface Field<T = unknown> {
  readonly number: number;
  readonly kind: ScalarKind | (() => AnySchema);
  readonly repeated: boolean;
  readonly content?: T;
}

/** Fields by name. */
export type AnySchema = Readonly<Record<string, Field>>;

/** The schema of a message type: exactly its properties, each with a field of its type. */
export type Schema<M> = { readonly [K in keyof M]-?: Field<M[K]> };

/** 64-bit integers are numbers here: exact up to 2⁵³, which no count, extent or offset of a readable file exceeds. */
export interface ModelProto {
  readonly irVersion?: number;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly graph?: GraphProto;
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly functions: readonly FunctionProto[];
}

export interface OperatorSetIdProto {
  readonly domain?: string;
  readonly version?: number;
}

export interface FunctionProto {
  readonly name?: string;
  readonly domain?: string;
}

export interface GraphProto {
  readonly name?: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly sparseInitializer: readonly SparseTensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
}

export interface NodeProto {
  readonly name?: string;
  readonly opType?: string;
  readonly domain?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeProto[];
}

export interface AttributeProto {
  readonly name?: string;
  readonly type?: number;
  readonly refAttrName?: string;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly g?: GraphProto;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly Uint8Array[];
}

export interface TensorProto {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly dataType?: number;
  readonly dataLocation?: number;
  readonly externalData: readonly StringStringEntryProto[];
  readonly rawData?: Uint8Array;
  readonly floatData: readonly number[];
  readonly doubleData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly number[];
  readonly uint64Data: readonly number[];
  readonly stringData: readonly Uint8Array[];
}

export interface SparseTensorProto {
  readonly values?: TensorProto;
}

export interface StringStringEntryProto {
  readonly key?: string;
  readonly value?: string;
}

export interface ValueInfoProto {
  readonly name?: string;
  readonly type?: TypeProto;
}

/** Only tensors are read; any other kind of type leaves this without `tensorType`. */
export interface TypeProto {
  readonly tensorType?: TensorTypeProto;
}

export interface TensorTypeProto {
  readonly elemType?: number;
  readonly shape?: TensorShapeProto;
}

export interface TensorShapeProto {
  readonly dim: readonly DimensionProto[];
}

/** One extent: a number, a name, or neither (unknown and nameless). */
export interface DimensionProto {
  readonly dimValue?: number;
  readonly dimParam?: string;
}

const int = (number: number): Field<number> => ({ number, kind: "int", repeated: false });
const ints = (number: number): Field<readonly number[]> => ({ number, kind: "int", repeated: true });
const float = (number: number): Field<number> => ({ number, kind: "float", repeated: false });
const floats = (number: number): Field<readonly number[]> => ({ number, kind: "float", repeated: true });
const doubles = (number: number): Field<readonly number[]> => ({ number, kind: "double", repeated: true });
const string = (number: number): Field<string> => ({ number, kind: "string", repeated: false });
const strings = (number: number): Field<readonly string[]> => ({ number, kind: "string", repeated: true });
const bytes = (number: number): Field<Uint8Array> => ({ number, kind: "bytes", repeated: false });
const byteLists = (number: number): Field<readonly Uint8Array[]> => ({ number, kind: "bytes", repeated: true });

function one<M>(number: number, schema: () => Schema<M>): Field<M> {
  return { number, kind: schema, repeated: false };
}

function many<M>(number: number, schema: () => Schema<M>): Field<readonly M[]> {
  return { number, kind: schema, repeated: true };
}

const operatorSetIdSchema: Schema<OperatorSetIdProto> = { domain: string(1), version: int(2) };

const functionSchema: Schema<FunctionProto> = { name: string(1), domain: string(10) };

const entrySchema: Schema<StringStringEntryProto> = { key: string(1), value: string(2) };

/** A tensor: also the content of the `.pb` files beside ONNX's test models. */
export const tensorSchema: Schema<TensorProto> = {
  dims: ints(1),
  dataType: int(2),
  floatData: floats(4),
  int32Data: ints(5),
  stringData: byteLists(6),
  int64Data: ints(7),
  name: string(8),
  rawData: bytes(9),
  doubleData: doubles(10),
  uint64Data: ints(11),
  externalData: many(13, () => entrySchema),
  dataLocation: int(14),
};

const sparseTensorSchema: Schema<SparseTensorProto> = { values: one(1, () => tensorSchema) };

const dimensionSchema: Schema<DimensionProto> = { dimValue: int(1), dimParam: string(2) };

const shapeSchema: Schema<TensorShapeProto> = { dim: many(1, () => dimensionSchema) };

const tensorTypeSchema: Schema<TensorTypeProto> = { elemType: int(1), shape: one(2, () => shapeSchema) };

const typeSchema: Schema<TypeProto> = { tensorType: one(1, () => tensorTypeSchema) };

const valueInfoSchema: Schema<ValueInfoProto> = { name: string(1), type: one(2, () => typeSchema) };

const attributeSchema: Schema<AttributeProto> = {
  name: string(1),
  f: float(2),
  i: int(3),
  s: bytes(4),
  t: one(5, () => tensorSchema),
  g: one(6, () => graphSchema),
  floats: floats(7),
  ints: ints(8),
  strings: byteLists(9),
  type: int(20),
  refAttrName: string(21),
};

const nodeSchema: Schema<NodeProto> = {
  input: strings(1),
  output: strings(2),
  name: string(3),
  opType: string(4),
  attribute: many(5, () => attributeSchema),
  domain: string(7),
};

const graphSchema: Schema<GraphProto> = {
  node: many(1, () => nodeSchema),
  name: string(2),
  initializer: many(5, () => tensorSchema),
  input: many(11, () => valueInfoSchema),
  output: many(12, () => valueInfoSchema),
  sparseInitializer: many(15, () => sparseTensorSchema),
};

/** A whole model file. */
export const modelSchema: Schema<ModelProto> = {
  irVersion: int(1),
  producerName: string(2),
  producerVersion: string(3),
  graph: one(7, () => graphSchema),
  opsetImport: many(8, () => operatorSetIdSchema),
  functions: many(25, () => functionSchema),
};
