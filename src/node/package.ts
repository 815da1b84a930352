/** What lies beside the program: its version, the design presets and the search spaces. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../support/diagnostics.ts";
import { nearestName } from "../support/nearest-name.ts";
import { isFile, readText } from "./files.ts";

/** Both `src/node` and `dist/node` lie two levels below the package's root. */
const root = fileURLToPath(new URL("../..", import.meta.url));

/** The package's version, as `fastc --version` prints it. */
export function packageVersion(): string {
  const content: unknown = JSON.parse(readText(join(root, "package.json")));
  const version = typeof content === "object" && content !== null && "version" in content ? content.version : undefined;
  return String(version);
}

/** Path of a file of the package. */
export function packagePath(...parts: readonly string[]): string {
  return join(root, ...parts);
}

/** Kinds of files that ship with the package and can be named without a path. */
const shelves = { design: "designs", space: "spaces" } as const;

/** What a preset describes. */
export type PresetKind = keyof typeof shelves;

/** Names of the presets of a kind, sorted. */
export function presetNames(kind: PresetKind): readonly string[] {
  return readdirSync(join(root, shelves[kind]))
    .filter((name) => name.endsWith(".json"))
    .map((name) => basename(name, ".json"))
    .sort();
}

/** Path of a preset; undefined when there is none of that name. */
export function presetPath(kind: PresetKind, name: string): string | undefined {
  return presetNames(kind).includes(name) ? join(root, shelves[kind], `${name}.json`) : undefined;
}

/** A text file and the name that messages call it by. */
export interface NamedText {
  readonly text: string;
  readonly fileName: string;
}

/** The file at a path, or the preset of that name. */
export function readFileOrPreset(kind: PresetKind, pathOrName: string): NamedText {
  if (isFile(pathOrName)) return { text: readText(pathOrName), fileName: pathOrName };
  const preset = presetPath(kind, pathOrName);
  if (preset !== undefined) return { text: readText(preset), fileName: `${shelves[kind]}/${pathOrName}.json` };
  const names = presetNames(kind);
  const nearest = nearestName(pathOrName, names);
  return fail({
    code: "file-not-found",
    message: `no such file, and no ${kind} of this name comes with fastc`,
    at: [pathOrName],
    notes: [`${shelves[kind]} that come with fastc: ${names.join(", ")}`],
    ...(nearest === undefined ? {} : { help: [`did you mean '${nearest}'?`] }),
  });
}
