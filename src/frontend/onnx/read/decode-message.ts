/** Reads one protobuf message by its schema: bytes to plain objects, without generated code. */
import { bug } from "../../../support/bug.ts";
import type { ByteSource } from "../../../support/byte-source.ts";
import type { NumberRun, RunKind } from "./payload.ts";
import { byteSlice, emptyRun, joinedRun, packedRun } from "./payload.ts";
import type { AnySchema, Field, ScalarKind, Schema } from "./schema.ts";
import { WireFormatError, WireReader, wireTypes } from "./wire-reader.ts";

/** Messages nest at most this deep; ONNX graphs inside attributes of nodes use a handful of levels each. */
const depthLimit = 100;

/** Wire type of one value of each kind. */
const wireTypeOf: Readonly<Record<ScalarKind, number>> = {
  int: wireTypes.varint,
  float: wireTypes.fixed32,
  double: wireTypes.fixed64,
  string: wireTypes.lengthDelimited,
  bytes: wireTypes.lengthDelimited,
  slice: wireTypes.lengthDelimited,
  intRun: wireTypes.varint,
  floatRun: wireTypes.fixed32,
  doubleRun: wireTypes.fixed64,
};

/** Kinds of lists whose numbers are read when asked for, and what the lists hold. */
const runKinds: Readonly<Partial<Record<ScalarKind, RunKind>>> = {
  intRun: "int",
  floatRun: "float",
  doubleRun: "double",
};

interface CompiledField {
  readonly name: string;
  readonly field: Field;
  readonly wireType: number;
  /** What a list of numbers holds that is read when asked for; undefined for any other field. */
  readonly run: RunKind | undefined;
  /** The message's fields; undefined for a scalar. */
  readonly message: (() => CompiledMessage) | undefined;
}

/** Fields by number; the names of the lists, which are present even when empty; the names of the runs among them. */
interface CompiledMessage {
  readonly fields: ReadonlyMap<number, CompiledField>;
  readonly lists: readonly string[];
  readonly runs: readonly string[];
}

const compiled = new WeakMap<AnySchema, CompiledMessage>();

function compile(schema: AnySchema): CompiledMessage {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fields = Object.entries(schema).map(([name, field]): CompiledField => {
    const { kind } = field;
    return typeof kind === "string"
      ? { name, field, wireType: wireTypeOf[kind], run: runKinds[kind], message: undefined }
      : { name, field, wireType: wireTypes.lengthDelimited, run: undefined, message: () => compile(kind()) };
  });
  const message = {
    fields: new Map(fields.map((entry) => [entry.field.number, entry])),
    lists: fields.filter((entry) => entry.field.repeated && entry.run === undefined).map((entry) => entry.name),
    runs: fields.filter((entry) => entry.run !== undefined).map((entry) => entry.name),
  };
  compiled.set(schema, message);
  return message;
}

const emptyList: readonly unknown[] = Object.freeze([]);

/** A message that is being read: from where, and what of it is known. */
interface Reading {
  readonly reader: WireReader;
  readonly source: ByteSource;
}

/**
 * The message in `source`. The bulk of the tensors (`slice` and runs) is left where it is. Unknown fields are skipped.
 *
 * @throws WireFormatError when the bytes are not a protobuf message: the caller makes a diagnostic of it
 */
export function decodeMessage<M>(schema: Schema<M>, source: ByteSource): M {
  const reading: Reading = { reader: new WireReader(source), source };
  // `readFields` fills in exactly the schema's names with values of the declared kinds, and a schema is typed by its message.
  return readFields(reading, compile(schema), 0) as M;
}

/** Reads fields up to the end of the message. */
function readFields(reading: Reading, message: CompiledMessage, depth: number): Readonly<Record<string, unknown>> {
  const { reader } = reading;
  if (depth > depthLimit) throw new WireFormatError(`messages nest deeper than ${depthLimit}`);
  const values: Record<string, unknown> = {};
  for (const name of message.lists) values[name] = emptyList;
  for (const name of message.runs) values[name] = emptyRun;
  while (!reader.isAtEnd) {
    const { field, wireType } = reader.tag();
    const entry = message.fields.get(field);
    if (entry === undefined || !fits(entry, wireType)) reader.skip(field, wireType);
    else readField(reading, values, { entry, wireType, depth });
  }
  // The pieces of runs were collected like lists.
  for (const name of message.runs) {
    const pieces = values[name];
    if (Array.isArray(pieces)) values[name] = joinedRun(pieces as readonly (number | NumberRun)[]);
  }
  return values;
}

/** Repeated numbers may be written one by one or packed; anything else has one wire type. */
function fits(entry: CompiledField, wireType: number): boolean {
  return wireType === entry.wireType || (wireType === wireTypes.lengthDelimited && entry.field.repeated);
}

interface FieldAt {
  readonly entry: CompiledField;
  readonly wireType: number;
  readonly depth: number;
}

function readField(reading: Reading, values: Record<string, unknown>, at: FieldAt): void {
  const { entry, wireType, depth } = at;
  const { name, field, message, run } = entry;
  if (!field.repeated) {
    values[name] = message === undefined ? readScalar(reading, entry) : readNested(reading, message(), depth);
    return;
  }
  const list = listOf(values, name);
  if (message !== undefined) list.push(readNested(reading, message(), depth));
  else if (wireType === entry.wireType) list.push(readScalar(reading, entry));
  else if (run !== undefined) list.push(packedRun(reading.reader, reading.source, run));
  else readPacked(reading, entry, list);
}

function listOf(values: Record<string, unknown>, name: string): unknown[] {
  const present = values[name];
  if (Array.isArray(present) && present !== emptyList) return present as unknown[];
  const list: unknown[] = [];
  values[name] = list;
  return list;
}

function readNested(reading: Reading, message: CompiledMessage, depth: number): unknown {
  return reading.reader.within(() => readFields(reading, message, depth + 1));
}

function readPacked(reading: Reading, entry: CompiledField, list: unknown[]): void {
  const { reader } = reading;
  reader.within(() => {
    while (!reader.isAtEnd) list.push(readScalar(reading, entry));
  });
}

function readScalar({ reader, source }: Reading, { name, field: { kind } }: CompiledField): unknown {
  switch (kind) {
    case "int":
    case "intRun":
      return reader.varint();
    case "float":
    case "floatRun":
      return reader.float();
    case "double":
    case "doubleRun":
      return reader.double();
    case "string":
      return reader.text();
    case "bytes":
      return reader.bytes();
    case "slice": {
      const length = reader.length();
      const slice = byteSlice(source, reader.position, length);
      reader.advance(length);
      return slice;
    }
    default:
      return bug(`field ${name} is a message, not a scalar`);
  }
}
