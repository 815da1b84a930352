/** Bytes that are read a stretch at a time, so that a file of any size can be looked into without loading it. */
import { sha256Hex } from "./stable-json.ts";

/** A file, or bytes in memory. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** The bytes from `offset` on, which may be a view of shared memory; both numbers lie within the size. */
  readonly read: (offset: number, length: number) => Uint8Array;
  /** SHA-256 of all bytes, in hexadecimal; computed when first asked for. */
  readonly sha256: () => string;
}

/** Bytes that are in memory already: reading gives views of them. */
export function memorySource(bytes: Uint8Array): ByteSource {
  // A plain `Uint8Array`, so that its views are plain too: those of a `Buffer` would be `Buffer`s, whose `slice` shares.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let hash: string | undefined;
  return {
    size: plain.length,
    read: (offset, length) => plain.subarray(offset, offset + length),
    sha256: () => (hash ??= sha256Hex(plain)),
  };
}

/** Bytes in memory as a source; a source as it is. */
export function byteSource(content: Uint8Array | ByteSource): ByteSource {
  return content instanceof Uint8Array ? memorySource(content) : content;
}
