/** The bulk of a model file: numbers that stay where they are until somebody asks for them. */
import type { ByteSource } from "../../../support/byte-source.ts";
import { bug } from "../../../support/bug.ts";
import { memorySource } from "../../../support/byte-source.ts";
import { WireFormatError, WireReader } from "./wire-reader.ts";

/** A stretch of bytes of the file. */
export interface ByteSlice {
  readonly length: number;
  readonly read: () => Uint8Array;
}

/** A list of numbers of the file. */
export interface NumberRun {
  readonly length: number;
  readonly read: () => ArrayLike<number>;
}

/** How the numbers of a run are written. */
export type RunKind = "int" | "float" | "double";

export function byteSlice(source: ByteSource, offset: number, length: number): ByteSlice {
  return { length, read: () => source.read(offset, length) };
}

export const emptyRun: NumberRun = { length: 0, read: () => [] };

/** One run of the pieces that a list is written in, single numbers among them. */
export function joinedRun(pieces: readonly (number | NumberRun)[]): NumberRun {
  const [first] = pieces;
  if (first === undefined) return emptyRun;
  if (pieces.length === 1 && typeof first !== "number") return first;
  const length = pieces.reduce<number>((sum, piece) => sum + (typeof piece === "number" ? 1 : piece.length), 0);
  return {
    length,
    read: () => {
      const numbers = new Float64Array(length);
      let at = 0;
      for (const piece of pieces) {
        if (typeof piece === "number") numbers[at++] = piece;
        else {
          numbers.set(piece.read(), at);
          at += piece.length;
        }
      }
      return numbers;
    },
  };
}

/**
 * The packed numbers that the reader stands before; it goes past them. Only integers are looked at, for their count.
 */
export function packedRun(reader: WireReader, source: ByteSource, kind: RunKind): NumberRun {
  const bytes = reader.length();
  const slice = byteSlice(source, reader.position, bytes);
  if (kind === "int") return integerRun(reader, slice);
  const size = kind === "float" ? 4 : 8;
  if (bytes % size !== 0)
    throw new WireFormatError(`at byte ${reader.position}, ${bytes} bytes are no list of ${kind}s`);
  reader.advance(bytes);
  return { length: bytes / size, read: () => (size === 4 ? float32s(slice.read()) : float64s(slice.read())) };
}

function integerRun(reader: WireReader, slice: ByteSlice): NumberRun {
  const [end, outer] = [reader.position + slice.length, reader.end];
  reader.end = end;
  let length = 0;
  for (; !reader.isAtEnd; length++) reader.varint();
  reader.end = outer;
  return {
    length,
    read: () => {
      const again = new WireReader(memorySource(slice.read()));
      return Float64Array.from({ length }, () => again.varint());
    },
  };
}

/** Little-endian floats: a view of the bytes where they are aligned, else of a copy. */
export function float32s(bytes: Uint8Array): Float32Array {
  return new Float32Array(...aligned(bytes, 4));
}

export function float64s(bytes: Uint8Array): Float64Array {
  return new Float64Array(...aligned(bytes, 8));
}

/** Buffer, offset and length for a typed array over the bytes; over a copy when they do not start at a multiple of `size`. */
export function aligned(bytes: Uint8Array, size: number): [buffer: ArrayBufferLike, offset: number, length: number] {
  if (bytes.byteLength % size !== 0) bug(`${bytes.byteLength} bytes are no whole number of elements`);
  const start = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return [start.buffer, start.byteOffset, start.byteLength / size];
}
