/** Reading files: what can go wrong becomes a diagnostic with the path as the user gave it. */
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import type { ByteSource } from "../support/byte-source.ts";
import { memorySource } from "../support/byte-source.ts";
import { fail } from "../support/diagnostics.ts";

/** `readFileSync` stops at 2 GiB. */
const maxBytes = 2 ** 31 - 1;

/** One read asks for at most this much: the operating system's limit is 2 GiB, and hashing gains nothing above. */
const pieceBytes = 2 ** 22;

/** The bytes of a file. */
export function readBytes(path: string): Uint8Array {
  return access(path, () => {
    const { size } = statSync(path);
    if (size > maxBytes) {
      fail({
        code: "file-too-large",
        message: `${size} bytes are more than the ${maxBytes} that one file may have`,
        at: [path],
      });
    }
    return readFileSync(path);
  });
}

/**
 * A file of any size that is read a stretch at a time. It is opened for each read, so that nothing has to be closed;
 * a file that has become shorter meanwhile is an error.
 */
export function openBytes(path: string): ByteSource {
  const size = access(path, () => {
    const stat = statSync(path);
    if (stat.isDirectory()) fail({ code: "file-access", message: reasons["EISDIR"] ?? "", at: [path] });
    return stat.isFile() ? stat.size : undefined;
  });
  // Pipes and devices have no size, and can be read once only.
  if (size === undefined) return memorySource(readBytes(path));
  let hash: string | undefined;
  return {
    size,
    read: (offset, length) => readRange(path, offset, length),
    sha256: () => (hash ??= hashOf(path)),
  };
}

/** `length` bytes of a file from `offset` on. */
export function readRange(path: string, offset: number, length: number): Uint8Array {
  return access(path, () =>
    withOpen(path, (file) => {
      // A buffer of its own, not of Node's pool: views of it are aligned, and it lives as long as they do.
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const count = readSync(file, bytes, at, Math.min(length - at, maxBytes), offset + at);
        if (count === 0)
          fail({ code: "file-access", message: `the file ends before byte ${offset + length}`, at: [path] });
        at += count;
      }
      return bytes;
    }),
  );
}

/** SHA-256 of a file in hexadecimal, without holding more of it than a piece. */
function hashOf(path: string): string {
  return access(path, () =>
    withOpen(path, (file) => {
      const hash = createHash("sha256");
      const piece = new Uint8Array(pieceBytes);
      for (;;) {
        const count = readSync(file, piece, 0, pieceBytes, null);
        if (count === 0) return hash.digest("hex");
        hash.update(piece.subarray(0, count));
      }
    }),
  );
}

function withOpen<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, "r");
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** The content of a UTF-8 text file. */
export function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path));
}

/** True when something readable as a file is there; directories do not count. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Runs a file operation and turns what the operating system refuses into a diagnostic. */
export function access<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT")
      return fail({ code: "file-not-found", message: "no such file or directory", at: [path] });
    return fail({ code: "file-access", message: reasons[error.code] ?? error.message, at: [path] });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: "this is a directory, not a file",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOTDIR: "a part of this path is a file, not a directory",
  EEXIST: "this exists already",
  ENOSPC: "no space left on the device",
  EROFS: "the file system is read-only",
};

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code);
}
