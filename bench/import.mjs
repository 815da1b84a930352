// Measures the import of models: npm run build && npm run bench:import [-- MODEL.onnx ...]
//
// Each model is imported several times; the first time is cold, the median of the others warm. Memory is what the resident
// set grew by over the warm imports, and its peak over all of them.
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { machineText } from "./machine.mjs";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** @type {typeof import("../src/index.ts")} */
const fastc = await import(new URL("../dist/index.js", import.meta.url).href);
/** @type {typeof import("../src/node/model-file.ts")} */
const { openModel } = await import(new URL("../dist/node/model-file.js", import.meta.url).href);

const repeats = 7;
const given = process.argv.slice(2);
const paths =
  given.length === 0 ? ["efficientnet-b7", "bert-base-128"].map((name) => here(`../models/${name}.onnx`)) : given;

console.log(machineText());
for (const path of paths) {
  for (const [how, content] of /** @type {const} */ ([
    ["from the file", () => openModel(path).content],
    ["from bytes in memory, hashed in JavaScript", () => readFileSync(path)],
  ])) {
    const before = process.memoryUsage().rss;
    let peak = 0;
    /** @type {number[]} */
    const seconds = [];
    for (let run = 0; run < repeats; run++) {
      const start = performance.now();
      fastc.importModel(content(), { fileName: basename(path) });
      seconds.push((performance.now() - start) / 1000);
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    const [cold = 0, ...warm] = seconds;
    const median = warm.sort((a, b) => a - b)[warm.length >> 1] ?? 0;
    const size = (statSync(path).size / 1e6).toFixed(1);
    console.log(
      `${basename(path)} (${size} MB), ${how}: cold ${(cold * 1000).toFixed(0)} ms, warm ${(median * 1000).toFixed(0)} ms, ` +
        `${((peak - before) / 2 ** 20).toFixed(0)} MiB more at the peak`,
    );
  }
}
