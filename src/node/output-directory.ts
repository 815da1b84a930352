/** Writing results: all files of a command appear together, or none does. */
import { mkdirSync, mkdtempSync, opendirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { access } from "./files.ts";

/** A file to write into an output directory. */
export type OutputFile = { readonly name: string } & ({ readonly text: string } | { readonly bytes: Uint8Array });

/**
 * Writes files into a directory, which is made when it is absent; other files in it stay as they are.
 *
 * Everything is written into a folder inside the directory first and then renamed, so that a failure leaves no half-written
 * file, and only the directory itself must be writable.
 */
export function writeDirectory(directory: string, files: readonly OutputFile[]): void {
  access(directory, () => {
    const target = resolve(directory);
    const made = makeDirectory(target);
    try {
      const draft = mkdtempSync(join(target, ".draft-"));
      try {
        for (const file of files) writeFileSync(join(draft, file.name), "text" in file ? file.text : file.bytes);
        for (const { name } of files) renameSync(join(draft, name), join(target, name));
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
    } catch (error) {
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
      throw error;
    }
  });
}

/** The first of the directories that had to be made. */
function makeDirectory(path: string): string | undefined {
  // A file of that name: `mkdir` would say that it exists, `opendir` says that it is no directory.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) opendirSync(path);
  return mkdirSync(path, { recursive: true });
}

/** Writes one file, replacing it whole; what is no file but takes bytes (a device, a pipe) is written to. */
export function writeText(path: string, text: string): void {
  const found = access(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found !== undefined && !found.isFile() && !found.isDirectory()) access(path, () => writeFileSync(path, text));
  else writeDirectory(dirname(resolve(path)), [{ name: basename(path), text }]);
}
