// Runs ONNX's own operator tests and prints, as the last line, `N passed, N failed`.
//
//   npm run test:conformance [-- DIR]
//
// DIR is laid out as ONNX's onnx/backend/test/data: groups (node, simple, pytorch-converted, ...) of case folders, each
// with model.onnx and test_data_set_k/input_i.pb, output_i.pb; by default the corpus beside the project.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {import("../src/frontend/onnx/conformance/run-case.ts").ConformanceCase} ConformanceCase */

/**
 * The numbered files `input_0.pb`, `input_1.pb`, ... of a data set.
 * @param {string} folder
 * @param {"input" | "output"} kind
 */
function recordedFiles(folder, kind) {
  const count = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`) && name.endsWith(".pb")).length;
  return Array.from({ length: count }, (_unused, index) => readFileSync(join(folder, `${kind}_${index}.pb`)));
}

/**
 * @param {string} folder
 * @returns {ConformanceCase}
 */
export function readCase(folder) {
  const sets = readdirSync(folder).filter((name) => name.startsWith("test_data_set_"));
  return {
    name: basename(folder),
    model: readFileSync(join(folder, "model.onnx")),
    sets: sets.sort().map((name) => {
      const set = join(folder, name);
      return { inputs: recordedFiles(set, "input"), outputs: recordedFiles(set, "output") };
    }),
  };
}

/**
 * Case folders under a folder, in the order of their paths: the folder itself, its cases, or groups of cases.
 * @param {string} folder
 * @returns {string[]}
 */
export function caseFolders(folder) {
  if (existsSync(join(folder, "model.onnx"))) return [folder];
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => caseFolders(join(folder, name)));
}

/**
 * Runs every case and prints what became of it.
 * @param {string} folder
 */
async function main(folder) {
  /** @type {typeof import("../src/frontend/onnx/conformance/run-case.ts")} */
  const { runCase } = await import(new URL("../dist/frontend/onnx/conformance/run-case.js", import.meta.url).href);
  const folders = caseFolders(folder);
  console.log(`${folders.length} cases in ${folder}`);
  const lines = { failed: [""].slice(1), excluded: [""].slice(1), bound: [""].slice(1) };
  let passed = 0;
  for (const [index, path] of folders.entries()) {
    const outcome = runCase(readCase(path));
    const name = basename(path);
    if (outcome.kind === "passed") {
      passed++;
      if (outcome.bound.length > 0) lines.bound.push(`${name}: ${outcome.bound.join(", ")}`);
    } else {
      lines[outcome.kind].push(`${name}: ${outcome.reason}`);
    }
    if ((index + 1) % 250 === 0) console.log(`  ${index + 1} run, ${lines.failed.length} failed`);
  }
  printList("inputs bound to constants, because a shape or a choice depends on them", lines.bound);
  printList("excluded by name", lines.excluded);
  printList("failed", lines.failed);
  console.log(`${passed} passed, ${lines.failed.length} failed`);
  return passed > 0 && lines.failed.length === 0;
}

/**
 * @param {string} title
 * @param {readonly string[]} items
 */
function printList(title, items) {
  if (items.length === 0) return;
  console.log(`${title} (${items.length}):`);
  for (const item of items) console.log(`  ${item}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shared = process.env["FASTC_SHARED"] ?? fileURLToPath(new URL("../../shared", import.meta.url));
  const folder = resolve(process.argv[2] ?? join(shared, "corpus/node_conformance"));
  if (!existsSync(folder)) {
    console.error(`there is no folder ${folder}: give one laid out as ONNX's onnx/backend/test/data`);
    process.exitCode = 2;
  } else {
    process.exitCode = (await main(folder)) ? 0 : 1;
  }
}
