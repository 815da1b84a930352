/** ONNX's protobuf messages: their fields by name, with the numbers and types of ONNX's `onnx.proto` (proto2 syntax). */
import type { ByteSlice, NumberRun } from "./payload.ts";

/**
 * How a field's value is written, apart from messages. `slice` is bytes, and the runs are lists of numbers, that stay in
 * the file until they are asked for.
 */
export type ScalarKind =
  "int" | "float" | "double" | "string" | "bytes" | "slice" | "intRun" | "floatRun" | "doubleRun";

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
  readonly domain?: string;
  readonly modelVersion?: number;
  readonly docString?: string;
  readonly graph?: GraphProto;
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly metadataProps: readonly StringStringEntryProto[];
  readonly functions: readonly FunctionProto[];
}

export interface OperatorSetIdProto {
  readonly domain?: string;
  readonly version?: number;
}

/** A function of the model: `attribute` are names without a default, `attributeProto` those with one. */
export interface FunctionProto {
  readonly name?: string;
  readonly domain?: string;
  readonly overload?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly string[];
  readonly attributeProto: readonly AttributeProto[];
  readonly node: readonly NodeProto[];
  readonly opsetImport: readonly OperatorSetIdProto[];
}

export interface GraphProto {
  readonly name?: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly sparseInitializer: readonly SparseTensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
}

export interface NodeProto {
  readonly name?: string;
  readonly opType?: string;
  readonly domain?: string;
  readonly overload?: string;
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
  readonly graphs: readonly GraphProto[];
  readonly sparseTensor?: SparseTensorProto;
}

export interface TensorProto {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly dataType?: number;
  readonly dataLocation?: number;
  readonly externalData: readonly StringStringEntryProto[];
  readonly segment?: Readonly<Record<string, never>>;
  readonly rawData?: ByteSlice;
  readonly floatData: NumberRun;
  readonly doubleData: NumberRun;
  readonly int32Data: NumberRun;
  readonly int64Data: NumberRun;
  readonly uint64Data: NumberRun;
  readonly stringData: readonly Uint8Array[];
}

/** Values and where they are: `indices` is `[count]` (positions in row-major order) or `[count, rank]`. */
export interface SparseTensorProto {
  readonly values?: TensorProto;
  readonly indices?: TensorProto;
  readonly dims: readonly number[];
}

export interface StringStringEntryProto {
  readonly key?: string;
  readonly value?: string;
}

export interface ValueInfoProto {
  readonly name?: string;
  readonly type?: TypeProto;
}

/** The type of a value: only tensors are read, the others are known by name. */
export interface TypeProto {
  readonly tensorType?: TensorTypeProto;
  readonly sequenceType?: Readonly<Record<string, never>>;
  readonly mapType?: Readonly<Record<string, never>>;
  readonly sparseTensorType?: Readonly<Record<string, never>>;
  readonly optionalType?: Readonly<Record<string, never>>;
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
const intRun = (number: number): Field<NumberRun> => ({ number, kind: "intRun", repeated: true });
const floatRun = (number: number): Field<NumberRun> => ({ number, kind: "floatRun", repeated: true });
const doubleRun = (number: number): Field<NumberRun> => ({ number, kind: "doubleRun", repeated: true });
const slice = (number: number): Field<ByteSlice> => ({ number, kind: "slice", repeated: false });
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

const functionSchema: Schema<FunctionProto> = {
  name: string(1),
  input: strings(4),
  output: strings(5),
  attribute: strings(6),
  node: many(7, () => nodeSchema),
  opsetImport: many(9, () => operatorSetIdSchema),
  domain: string(10),
  attributeProto: many(11, () => attributeSchema),
  overload: string(13),
};

/** A message of which only the presence matters. */
const emptySchema: Schema<Readonly<Record<string, never>>> = {};

const entrySchema: Schema<StringStringEntryProto> = { key: string(1), value: string(2) };

/** A tensor: also the content of the `.pb` files beside ONNX's test models. */
export const tensorSchema: Schema<TensorProto> = {
  dims: ints(1),
  dataType: int(2),
  segment: one(3, () => emptySchema),
  floatData: floatRun(4),
  int32Data: intRun(5),
  stringData: byteLists(6),
  int64Data: intRun(7),
  name: string(8),
  rawData: slice(9),
  doubleData: doubleRun(10),
  uint64Data: intRun(11),
  externalData: many(13, () => entrySchema),
  dataLocation: int(14),
};

const sparseTensorSchema: Schema<SparseTensorProto> = {
  values: one(1, () => tensorSchema),
  indices: one(2, () => tensorSchema),
  dims: ints(3),
};

const dimensionSchema: Schema<DimensionProto> = { dimValue: int(1), dimParam: string(2) };

const shapeSchema: Schema<TensorShapeProto> = { dim: many(1, () => dimensionSchema) };

const tensorTypeSchema: Schema<TensorTypeProto> = { elemType: int(1), shape: one(2, () => shapeSchema) };

const typeSchema: Schema<TypeProto> = {
  tensorType: one(1, () => tensorTypeSchema),
  sequenceType: one(4, () => emptySchema),
  mapType: one(5, () => emptySchema),
  sparseTensorType: one(8, () => emptySchema),
  optionalType: one(9, () => emptySchema),
};

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
  graphs: many(11, () => graphSchema),
  type: int(20),
  refAttrName: string(21),
  sparseTensor: one(22, () => sparseTensorSchema),
};

const nodeSchema: Schema<NodeProto> = {
  input: strings(1),
  output: strings(2),
  name: string(3),
  opType: string(4),
  attribute: many(5, () => attributeSchema),
  domain: string(7),
  overload: string(8),
};

const graphSchema: Schema<GraphProto> = {
  node: many(1, () => nodeSchema),
  name: string(2),
  initializer: many(5, () => tensorSchema),
  input: many(11, () => valueInfoSchema),
  output: many(12, () => valueInfoSchema),
  valueInfo: many(13, () => valueInfoSchema),
  sparseInitializer: many(15, () => sparseTensorSchema),
};

/** A whole model file. */
export const modelSchema: Schema<ModelProto> = {
  irVersion: int(1),
  producerName: string(2),
  producerVersion: string(3),
  domain: string(4),
  modelVersion: int(5),
  docString: string(6),
  graph: one(7, () => graphSchema),
  opsetImport: many(8, () => operatorSetIdSchema),
  metadataProps: many(14, () => entrySchema),
  functions: many(25, () => functionSchema),
};
