import { builtinModules } from "node:module";
import { posix } from "node:path";
import { alg, Graph } from "@dagrejs/graphlib";
import ts from "typescript";

export type ViolationKind =
  | "layer"
  | "door"
  | "unknown-folder"
  | "platform-import"
  | "value-cycle"
  | "file-length"
  | "folder-size"
  | "folder-name"
  | "default-export";

export interface Violation {
  readonly kind: ViolationKind;
  readonly path: string;
  readonly message: string;
}

/** Repository-relative paths (`src/ir/core.ts`) to their text. */
export type SourceFiles = ReadonlyMap<string, string>;

interface ImportEdge {
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

const maxLines = 600;
const maxFilesPerFolder = 20;
const bannedFolderNames = new Set(["utils", "misc", "common", "helpers"]);
const platformLayers = new Set(["node", "cli"]);
const builtins = new Set(builtinModules);
const nativePackages = new Set(["onnxruntime-node", "libsql", "better-sqlite3", "bullmq", "ioredis", "tinypool"]);

/** The row table of docs/architecture.md. A layer is a folder of `src/`, or the file `index.ts`. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  support: [],
  ir: ["support"],
  hardware: ["support"],
  frontend: ["support", "ir", "hardware"],
  passes: ["support", "ir", "hardware"],
  backend: ["support", "ir", "hardware"],
  search: ["support", "hardware", "backend"],
  report: ["support", "ir", "hardware", "backend", "search"],
  "index.ts": ["support", "ir", "hardware", "frontend", "passes", "backend", "search", "report"],
  node: ["index.ts", "report", "support"],
  cli: ["index.ts", "report", "support", "node"],
};

/** The only files of the second layer that the first one may import. */
const doors = [{ from: "search", to: "backend", only: "src/backend/evaluator.ts" }];

/** Everything in `files` that goes against docs/architecture.md, in the order of the files. */
export function checkArchitecture(files: SourceFiles): readonly Violation[] {
  const parsed = [...files].map(([path, text]) => ({ path, source: parse(path, text) }));
  const imports = new Map(parsed.map(({ path, source }) => [path, findImports(source)]));
  return [
    ...parsed.flatMap(({ path, source }) => [...checkFile(path, source), ...checkDefaultExports(path, source)]),
    ...[...imports].flatMap(([path, edges]) => edges.flatMap((edge) => checkImport(path, edge))),
    ...checkFolders([...files.keys()]),
    ...checkCycles(imports),
  ];
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS);
}

function findImports(source: ts.SourceFile): readonly ImportEdge[] {
  const edges: ImportEdge[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const line = source.getLineAndCharacterOfPosition(specifier.getStart(source)).line + 1;
    edges.push({ specifier: specifier.text, line, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    // `import { type A }` still loads the module under `verbatimModuleSyntax`: only `import type` is type-only.
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    }
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edges;
}

function checkImport(path: string, edge: ImportEdge): readonly Violation[] {
  const target = resolve(path, edge.specifier);
  return target === undefined ? checkPlatform(path, edge) : checkLayer(path, edge, target);
}

/** The path that a relative specifier names, `undefined` for a package. */
function resolve(path: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
}

function checkPlatform(path: string, { specifier, line }: ImportEdge): readonly Violation[] {
  if (platformLayers.has(layerOf(path))) return [];
  const name = packageOf(specifier);
  if (!specifier.startsWith("node:") && !builtins.has(name) && !nativePackages.has(name)) return [];
  const message = `line ${line}: "${specifier}" may be imported in src/node and src/cli only`;
  return [{ kind: "platform-import", path, message }];
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function checkLayer(path: string, { specifier, line }: ImportEdge, target: string): readonly Violation[] {
  const [from, to] = [layerOf(path), layerOf(target)];
  if (from === to || mayImport[from] === undefined) return checkInside(path, target);
  if (!mayImport[from].includes(to)) {
    return [{ kind: "layer", path, message: `line ${line}: ${from} may not import ${to} ("${specifier}")` }];
  }
  const door = doors.find((candidate) => candidate.from === from && candidate.to === to);
  if (door === undefined || door.only === target) return [];
  return [{ kind: "door", path, message: `line ${line}: ${from} may import ${door.only} only, not "${specifier}"` }];
}

/** Also for files whose own folder is unknown (reported by itself): nothing imports from outside of `src/`. */
function checkInside(path: string, target: string): readonly Violation[] {
  return target.startsWith("src/") ? [] : [{ kind: "layer", path, message: `"${target}" is outside of src` }];
}

/** `ir` for `src/ir/ops/conv.ts`, `index.ts` for `src/index.ts`, the path itself outside of `src/`. */
function layerOf(path: string): string {
  const [root, layer] = path.split("/");
  return root === "src" && layer !== undefined ? layer : path;
}

function checkFile(path: string, source: ts.SourceFile): readonly Violation[] {
  const violations: Violation[] = [];
  if (mayImport[layerOf(path)] === undefined) {
    violations.push({ kind: "unknown-folder", path, message: `${layerOf(path)} has no row in the table of layers` });
  }
  const lines = source.text.replace(/\n$/, "").split("\n").length;
  if (lines > maxLines) {
    violations.push({ kind: "file-length", path, message: `${lines} lines, at most ${maxLines} are allowed` });
  }
  return violations;
}

function checkDefaultExports(path: string, source: ts.SourceFile): readonly Violation[] {
  return source.statements
    .filter(isDefaultExport)
    .map(() => ({ kind: "default-export", path, message: "use a named export" }));
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (ts.isExportDeclaration(statement)) return exportedNames(statement).includes("default");
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function exportedNames({ exportClause }: ts.ExportDeclaration): readonly string[] {
  if (exportClause === undefined) return [];
  if (ts.isNamespaceExport(exportClause)) return [exportClause.name.text];
  return exportClause.elements.map((element) => element.name.text);
}

function checkFolders(paths: readonly string[]): readonly Violation[] {
  const perFolder = new Map<string, number>();
  for (const path of paths) {
    const folder = posix.dirname(path);
    perFolder.set(folder, (perFolder.get(folder) ?? 0) + 1);
  }
  const folders = new Set(paths.flatMap(foldersOf));
  return [
    ...[...perFolder].filter(([, count]) => count > maxFilesPerFolder).map(tooManyFiles),
    ...[...folders].filter((folder) => bannedFolderNames.has(posix.basename(folder))).map(bannedName),
  ];
}

/** `["src", "src/ir", "src/ir/ops"]` for `src/ir/ops/conv.ts`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function tooManyFiles([path, count]: readonly [string, number]): Violation {
  return { kind: "folder-size", path, message: `${count} files, at most ${maxFilesPerFolder} are allowed` };
}

function bannedName(path: string): Violation {
  return { kind: "folder-name", path, message: "name the folder after what it holds" };
}

function checkCycles(imports: ReadonlyMap<string, readonly ImportEdge[]>): readonly Violation[] {
  const graph = new Graph();
  for (const path of imports.keys()) graph.setNode(path);
  for (const [path, edges] of imports) {
    for (const { specifier, typeOnly } of edges) {
      const target = resolve(path, specifier);
      if (!typeOnly && target !== undefined && imports.has(target)) graph.setEdge(path, target);
    }
  }
  return alg.findCycles(graph).map((members) => {
    const cycle = shortestCycle(graph, new Set(members));
    return { kind: "value-cycle", path: cycle[0] ?? "", message: cycle.join(" -> ") };
  });
}

/** A way from the alphabetically first of `members`, a strongly connected component, back to itself. */
function shortestCycle(graph: Graph, members: ReadonlySet<string>): readonly string[] {
  const start = [...members].sort()[0] ?? "";
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of graph.successors(way.at(-1) ?? "") ?? []) {
      if (next === start) return [...way, start];
      if (!members.has(next) || seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return [start];
}
