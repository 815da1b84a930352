/** Weights files beside a model: read in slices when a weight is asked for, and written in stretches. */
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { WeightFile } from "../index.ts";
import { fail } from "../support/diagnostics.ts";
import { access, isFile } from "./files.ts";

/** One call of the operating system reads at most this much. */
const readLimit = 2 ** 30;

/** What an importer and an interpreter ask about the files beside a model. */
export interface FilesBeside {
  /** Size in bytes; undefined when there is no such file. */
  readonly externalSize: (location: string) => number | undefined;
  /** Some bytes, fewer when the file ends before; undefined when there is no such file. */
  readonly readExternal: (location: string, offset: number, length: number) => Uint8Array | undefined;
}

/** The files beside a model. Nothing is read until it is asked for, and nothing is kept. */
export function filesBeside(modelPath: string): FilesBeside {
  const pathOf = (location: string): string => join(dirname(modelPath), location);
  return {
    externalSize: (location) => (isFile(pathOf(location)) ? statSync(pathOf(location)).size : undefined),
    readExternal: (location, offset, length) =>
      isFile(pathOf(location)) ? readSlice(pathOf(location), offset, length) : undefined,
  };
}

/** The bytes of a stretch of a file, fewer when the file ends before. */
function readSlice(path: string, offset: number, length: number): Uint8Array {
  return access(path, () => {
    const file = openSync(path, "r");
    try {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = readSync(file, bytes, done, Math.min(length - done, readLimit), offset + done);
        if (count === 0) break;
        done += count;
      }
      return done === length ? bytes : bytes.subarray(0, done);
    } finally {
      closeSync(file);
    }
  });
}

/** Writes a weights file whole: it appears when it is complete, or not at all. */
export function writeWeightFile(path: string, { sizeBytes, stretches }: WeightFile): void {
  access(path, () => {
    const folder = dirname(resolve(path));
    mkdirSync(folder, { recursive: true });
    const { bavail, bsize } = statfsSync(folder);
    if (sizeBytes > bavail * bsize) {
      fail({ code: "file-access", message: `${sizeBytes} bytes do not fit on the device`, at: [path] });
    }
    const draft = join(folder, `.${basename(path)}-${randomUUID()}`);
    try {
      const file = openSync(draft, "wx");
      try {
        ftruncateSync(file, sizeBytes);
        for (const { offset, bytes } of stretches()) writeAll(file, bytes, offset);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
  });
}

function writeAll(file: number, bytes: Uint8Array, offset: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, offset + done);
}

/** Lower-case hexadecimal SHA-256 of a file, read in pieces. */
export function sha256OfFile(path: string): string {
  return access(path, () => {
    const hash = createHash("sha256");
    const file = openSync(path, "r");
    try {
      const buffer = new Uint8Array(2 ** 22);
      for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
        hash.update(buffer.subarray(0, count));
      }
    } finally {
      closeSync(file);
    }
    return hash.digest("hex");
  });
}
