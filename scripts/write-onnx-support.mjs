// Writes docs/onnx-support.md from the built program and the conformance cases beside the project:
// npm run onnx-support
import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { caseFolders, readCase } from "./conformance.mjs";

const root = new URL("..", import.meta.url);
/** @type {typeof import("../src/frontend/onnx/conformance/run-case.ts")} */
const { runCase } = await import(new URL("dist/frontend/onnx/conformance/run-case.js", root).href);
/** @type {typeof import("../src/frontend/onnx/conformance/support-page.ts")} */
const { supportPage } = await import(new URL("dist/frontend/onnx/conformance/support-page.js", root).href);

/** @param {string} folder */
function outcomes(folder) {
  return caseFolders(folder).map((path) => ({ name: basename(path), outcome: runCase(readCase(path)) }));
}

const shared = process.env["FASTC_SHARED"] ?? fileURLToPath(new URL("../shared", root));
const corpus = join(shared, "corpus/node_conformance");
if (existsSync(corpus)) {
  const own = fileURLToPath(new URL("test/data/onnx/operators", root));
  writeFileSync(new URL("docs/onnx-support.md", root), supportPage(outcomes(corpus), outcomes(own)));
} else {
  console.error(`there is no folder ${corpus}: the page lists what becomes of the cases there`);
  process.exitCode = 2;
}
