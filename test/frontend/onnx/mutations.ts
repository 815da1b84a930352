/** Damaged model files: seeded changes of bytes, and of the messages that the bytes spell. */
import { Reader, Writer } from "protobufjs/minimal.js";
import type { AnySchema } from "../../../src/frontend/onnx/read/schema.ts";
import { modelSchema } from "../../../src/frontend/onnx/read/schema.ts";
import type { RandomStream } from "../../../src/support/random.ts";

/** A field of a message as it stands in the file. */
interface WireField {
  readonly number: number;
  readonly wireType: number;
  /** Fields of a nested message, a number, or bytes. */
  value: WireField[] | number | Uint8Array;
}

/** One damaged file made of a good one. */
export function mutated(good: Uint8Array, random: RandomStream): Uint8Array {
  const { integer } = random;
  // Half the cases are still protobuf: they come further.
  if (integer(2) === 0) return mutatedBytes(good, random);
  const fields = parse(new Reader(good), modelSchema, good.length);
  for (let count = 1 + integer(4); count > 0; count--) mutateTree(fields, random);
  const writer = new Writer();
  write(writer, fields);
  return writer.finish();
}

function mutatedBytes(good: Uint8Array, { integer }: RandomStream): Uint8Array {
  const bytes = good.slice(0, integer(4) === 0 ? integer(good.length) + 1 : good.length);
  const at = (): number => integer(bytes.length);
  switch (integer(4)) {
    case 0:
      for (let flips = integer(8); flips >= 0; flips--) {
        const place = at();
        bytes[place] = (bytes[place] ?? 0) ^ (1 << integer(8));
      }
      return bytes;
    case 1: {
      // A length or a number that is far too large: 2^28, 2^35, 2^63.
      const huge = [0xff, 0xff, 0xff, ...Array.from({ length: [0, 1, 5][integer(3)] ?? 0 }, () => 0xff), 0x7f];
      bytes.set(huge.slice(0, bytes.length), Math.min(at(), Math.max(bytes.length - huge.length, 0)));
      return bytes;
    }
    case 2: {
      // A stretch is left out or stands twice.
      const [start, end] = [at(), at()];
      return Uint8Array.from([...bytes.subarray(0, Math.max(start, end)), ...bytes.subarray(Math.min(start, end))]);
    }
    default:
      for (let count = integer(20); count >= 0; count--) bytes[at()] = integer(256);
      return bytes;
  }
}

function parse(reader: Reader, schema: AnySchema, end: number): WireField[] {
  const byNumber = new Map(Object.values(schema).map((field) => [field.number, field]));
  const fields: WireField[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    const [number, wireType] = [tag >>> 3, tag & 7];
    const kind = byNumber.get(number)?.kind;
    if (wireType === 0) fields.push({ number, wireType, value: Number(reader.int64()) });
    else if (wireType === 2 && typeof kind === "function") {
      const length = reader.uint32();
      fields.push({ number, wireType, value: parse(reader, kind(), reader.pos + length) });
    } else if (wireType === 2) fields.push({ number, wireType, value: reader.bytes() });
    else fields.push({ number, wireType, value: wireType === 5 ? reader.float() : reader.double() });
  }
  return fields;
}

function write(writer: Writer, fields: readonly WireField[]): void {
  for (const { number, wireType, value } of fields) {
    writer.uint32(((number << 3) | wireType) >>> 0);
    if (Array.isArray(value)) {
      writer.fork();
      write(writer, value);
      writer.ldelim();
    } else if (value instanceof Uint8Array) writer.bytes(value);
    else if (wireType === 0) writer.int64(value);
    else if (wireType === 5) writer.float(value);
    else writer.double(value);
  }
}

/** Numbers that sizes, axes, counts and lengths should not be. */
const oddNumbers = [
  0,
  -1,
  1,
  2,
  3,
  64,
  65,
  1000,
  65537,
  2 ** 20,
  2 ** 31,
  2 ** 32,
  2 ** 40,
  2 ** 53,
  -(2 ** 31),
  2 ** 62,
  -(2 ** 62),
];

/** Texts that mean something where others stand: operators, names of types, paths. */
const oddTexts = [
  "",
  "Loop",
  "If",
  "Scan",
  "Range",
  "Expand",
  "Tile",
  "Pad",
  "ConstantOfShape",
  "Resize",
  "Einsum",
  "Conv",
  "Split",
  "OneHot",
  "../x",
  "a,b->c",
  "SAME_UPPER",
];

/** One change somewhere in a tree of messages. */
function mutateTree(root: WireField[], random: RandomStream): void {
  const { integer } = random;
  const fields = place(root, random);
  const index = integer(fields.length);
  const field = fields[index];
  if (field === undefined) return;
  const other = fields[integer(fields.length)] ?? field;
  switch (integer(7)) {
    case 0:
      fields.splice(index, 1);
      return;
    case 1:
      fields.splice(integer(fields.length + 1), 0, field);
      return;
    case 2:
      // The content of another field of the same kind: a node of another, a name of another (cycles, doubled names).
      if (field.wireType === other.wireType) field.value = other.value;
      return;
    case 3:
      fields.reverse();
      return;
    case 4: {
      // Deep nesting: the message holds a copy of what is around it, over and over.
      const { value } = field;
      if (Array.isArray(value))
        for (let depth = integer(40); depth > 0; depth--) field.value = [{ ...field, value: field.value }];
      return;
    }
    default:
      field.value = oddValue(field, random);
  }
}

function oddValue({ value, wireType }: WireField, { integer }: RandomStream): WireField["value"] {
  const odd = oddNumbers[integer(oddNumbers.length)] ?? 0;
  if (Array.isArray(value)) return value.slice(0, integer(value.length + 1));
  if (value instanceof Uint8Array) {
    if (integer(2) === 0) return new TextEncoder().encode(oddTexts[integer(oddTexts.length)]);
    // 64-bit numbers as raw data has them, or packed ones.
    const bytes = value.slice();
    if (bytes.length >= 8 && integer(2) === 0)
      new DataView(bytes.buffer).setBigInt64(8 * integer(bytes.length >> 3), BigInt(odd), true);
    else if (bytes.length > 0) bytes[integer(bytes.length)] = integer(256);
    return bytes;
  }
  return wireType === 0 ? odd : ([NaN, Infinity, -1, 0, 1e30][integer(5)] ?? 0);
}

/** A message anywhere in the tree. */
function place(root: WireField[], { integer }: RandomStream): WireField[] {
  let fields = root;
  for (;;) {
    const nested = fields.flatMap(({ value }) => (Array.isArray(value) && value.length > 0 ? [value] : []));
    const next = nested[integer(nested.length + 1)];
    if (next === undefined) return fields;
    fields = next;
  }
}
