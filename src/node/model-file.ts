/** A model file and the weight files beside it: opened when they are read, and never outside of the model's folder. */
import { realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { ByteSource } from "../support/byte-source.ts";
import { fail } from "../support/diagnostics.ts";
import { access, openBytes, readRange } from "./files.ts";

/**
 * A model on disk.
 *
 * @property content       of the model file itself
 * @property externalSize  size in bytes of a file beside the model; undefined when there is none
 * @property readExternal  bytes of a file beside the model, fewer where it ends early; undefined when there is none
 */
export interface ModelFile {
  readonly content: ByteSource;
  readonly externalSize: (location: string) => number | undefined;
  readonly readExternal: (location: string, offset: number, length: number) => Uint8Array | undefined;
}

/** Opens a model. Weight files are looked for when they are asked for. */
export function openModel(path: string): ModelFile {
  const content = openBytes(path);
  const found = new Map<string, FoundFile | undefined>();
  const find = (location: string): FoundFile | undefined => {
    if (!found.has(location)) found.set(location, findBeside(path, location));
    return found.get(location);
  };
  return {
    content,
    externalSize: (location) => find(location)?.size,
    readExternal: (location, offset, length) => {
      const file = find(location);
      if (file === undefined) return undefined;
      const start = Math.min(offset, file.size);
      return readRange(file.path, start, Math.min(length, file.size - start));
    },
  };
}

interface FoundFile {
  readonly path: string;
  readonly size: number;
}

/** The file that a location means; undefined when there is none. */
function findBeside(modelPath: string, location: string): FoundFile | undefined {
  const folder = dirname(resolve(modelPath));
  const path = resolve(folder, location);
  return access(path, () => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const at = [`external data location '${location}' of ${modelPath}`];
    if (!stat.isFile()) return fail({ code: "file-access", message: "this is not a file", at });
    const real = realpathSync(path);
    // Model stores keep files under other names in one folder, and make a model of links into it: what the model file's
    // own link leads to may also hold its weights.
    const allowed = [realpathSync(folder), dirname(realpathSync(modelPath))];
    if (allowed.some((parent) => isInside(parent, real))) return { path: real, size: stat.size };
    return fail({
      code: "onnx-invalid-tensor",
      message: "external data leaves the model's folder through a link",
      at,
      notes: [`it leads to ${real}`],
      help: ["put the weights file itself into the model's folder"],
    });
  });
}

function isInside(parent: string, path: string): boolean {
  const way = relative(parent, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && join(parent, way) === path;
}
