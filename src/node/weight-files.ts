/** Writes weights files in stretches. */
import { randomUUID } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, statfsSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { WeightFile } from "../index.ts";
import { fail } from "../support/diagnostics.ts";
import { access } from "./files.ts";

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
