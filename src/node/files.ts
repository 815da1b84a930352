/** Reading files: what can go wrong becomes a diagnostic with the path as the user gave it. */
import { readFileSync, statSync } from "node:fs";
import { fail } from "../support/diagnostics.ts";

/** `readFileSync` stops at 2 GiB, and so does protobuf. */
const maxBytes = 2 ** 31 - 1;

/** The bytes of a file. */
export function readBytes(path: string): Uint8Array {
  return access(path, () => {
    const { size } = statSync(path);
    if (size > maxBytes) {
      fail({
        code: "file-too-large",
        message: `${size} bytes are more than the ${maxBytes} that one file may have`,
        at: [path],
        help: ["keep the weights in an external data file; compiling does not read them"],
      });
    }
    return readFileSync(path);
  });
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
