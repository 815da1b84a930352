/** Reads one protobuf message by its schema: bytes to plain objects, without generated code. */
import { Reader } from "protobufjs/minimal.js";
import { bug } from "../../../support/bug.ts";
import type { AnySchema, Field, ScalarKind, Schema } from "./schema.ts";

/** Messages nest at most this deep; ONNX graphs inside attributes of nodes use a handful of levels each. */
const depthLimit = 100;

/** Wire types of protobuf that occur in ONNX's fields. */
const wireTypes: Readonly<Record<ScalarKind, number>> = { int: 0, double: 1, string: 2, bytes: 2, float: 5 };
const lengthDelimited = 2;

interface CompiledField {
  readonly name: string;
  readonly field: Field;
  readonly wireType: number;
  /** The message's fields; undefined for a scalar. */
  readonly message: (() => CompiledMessage) | undefined;
}

/** Fields by number, and the names of the lists, which are present even when empty. */
interface CompiledMessage {
  readonly fields: ReadonlyMap<number, CompiledField>;
  readonly lists: readonly string[];
}

const compiled = new WeakMap<AnySchema, CompiledMessage>();

function compile(schema: AnySchema): CompiledMessage {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fields = Object.entries(schema).map(([name, field]): CompiledField => {
    const { kind } = field;
    return typeof kind === "string"
      ? { name, field, wireType: wireTypes[kind], message: undefined }
      : { name, field, wireType: lengthDelimited, message: () => compile(kind()) };
  });
  const message = {
    fields: new Map(fields.map((entry) => [entry.field.number, entry])),
    lists: fields.filter((entry) => entry.field.repeated).map((entry) => entry.name),
  };
  compiled.set(schema, message);
  return message;
}

const emptyList: readonly unknown[] = Object.freeze([]);

/**
 * The message in `content`. Byte fields are views of `content`, not copies. Unknown fields are skipped.
 *
 * @throws Error of protobufjs, or of ours, when the bytes are not a protobuf message: the caller makes a diagnostic of it
 */
export function decodeMessage<M>(schema: Schema<M>, content: Uint8Array): M {
  // A plain `Uint8Array` makes protobufjs hand out views that are plain `Uint8Array`s too, in Node.js as in browsers.
  const plain = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  const reader = new Reader(plain);
  // `readFields` fills in exactly the schema's names with values of the declared kinds, and a schema is typed by its message.
  return readFields(reader, compile(schema), 0) as M;
}

/** Reads fields up to the reader's end. */
function readFields(reader: Reader, message: CompiledMessage, depth: number): Readonly<Record<string, unknown>> {
  if (depth > depthLimit) throw new Error(`messages nest deeper than ${depthLimit}`);
  const values: Record<string, unknown> = {};
  for (const name of message.lists) values[name] = emptyList;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const [number, wireType] = [tag >>> 3, tag & 7];
    const entry = message.fields.get(number);
    if (entry === undefined || !fits(entry, wireType)) reader.skipType(wireType, 0, number);
    else readField(reader, values, { entry, wireType, depth });
  }
  return values;
}

/** Repeated numbers may be written one by one or packed; anything else has one wire type. */
function fits(entry: CompiledField, wireType: number): boolean {
  return wireType === entry.wireType || (wireType === lengthDelimited && entry.field.repeated);
}

interface FieldAt {
  readonly entry: CompiledField;
  readonly wireType: number;
  readonly depth: number;
}

function readField(reader: Reader, values: Record<string, unknown>, at: FieldAt): void {
  const { entry, wireType, depth } = at;
  const { name, field, message } = entry;
  if (!field.repeated) {
    values[name] = message === undefined ? readScalar(reader, entry) : readNested(reader, message(), depth);
    return;
  }
  const list = listOf(values, name);
  if (message !== undefined) list.push(readNested(reader, message(), depth));
  else if (wireType === entry.wireType) list.push(readScalar(reader, entry));
  else readPacked(reader, entry, list);
}

function listOf(values: Record<string, unknown>, name: string): unknown[] {
  const present = values[name];
  if (Array.isArray(present) && present !== emptyList) return present as unknown[];
  const list: unknown[] = [];
  values[name] = list;
  return list;
}

/** Runs `read` on the length-delimited bytes that follow, which must lie inside the surrounding message. */
function within<T>(reader: Reader, read: () => T): T {
  const size = reader.uint32();
  const [end, outer] = [reader.pos + size, reader.len];
  if (end > outer) throw new RangeError(`${size} bytes announced, ${outer - reader.pos} left`);
  reader.len = end;
  const result = read();
  if (reader.pos !== end) throw new RangeError("a field ends outside its message");
  reader.len = outer;
  return result;
}

function readNested(reader: Reader, message: CompiledMessage, depth: number): unknown {
  return within(reader, () => readFields(reader, message, depth + 1));
}

function readPacked(reader: Reader, entry: CompiledField, list: unknown[]): void {
  within(reader, () => {
    while (reader.pos < reader.len) list.push(readScalar(reader, entry));
  });
}

function readScalar(reader: Reader, entry: CompiledField): unknown {
  switch (entry.field.kind) {
    case "int": {
      const value = reader.int64();
      return typeof value === "number" ? value : value.high * 2 ** 32 + (value.low >>> 0);
    }
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    case "string":
      return reader.string();
    case "bytes":
      return reader.bytes();
    default:
      return bug(`field ${entry.name} is a message, not a scalar`);
  }
}
