/** Writing results: all files of a command appear together, or none does. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { access } from "./files.ts";

/** A file to write into an output directory. */
export type OutputFile = { readonly name: string } & ({ readonly text: string } | { readonly bytes: Uint8Array });

/**
 * Writes files into a directory, which is made when it is absent; other files in it stay as they are.
 *
 * Everything is written next to the directory first and then renamed, so that a failure leaves no half-written file.
 */
export function writeDirectory(directory: string, files: readonly OutputFile[]): void {
  access(directory, () => {
    const target = resolve(directory);
    mkdirSync(dirname(target), { recursive: true });
    const draft = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
    try {
      for (const file of files) writeFileSync(join(draft, file.name), "text" in file ? file.text : file.bytes);
      publish(draft, target, files);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
}

function publish(draft: string, target: string, files: readonly OutputFile[]): void {
  if (!existsSync(target)) mkdirSync(target);
  for (const { name } of files) renameSync(join(draft, name), join(target, name));
}

/** Writes one file, replacing it whole. */
export function writeText(path: string, text: string): void {
  writeDirectory(dirname(resolve(path)), [{ name: basename(path), text }]);
}
