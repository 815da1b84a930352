// Run in a fresh process by ir.mjs: reads, checks, simplifies and prints a module; the times of each round as JSON. Unit: ms.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const [path = "", rounds = "1"] = process.argv.slice(2);
const text = readFileSync(path, "utf8");
/** @param {string} file */
const built = (file) => import(new URL(`../dist/${file}`, import.meta.url).href);
const start = performance.now();
/** @type {typeof import("../src/ir/text/text-parser.ts")} */
const { parseText } = await built("ir/text/text-parser.js");
/** @type {typeof import("../src/ir/verify.ts")} */
const { verifyOperation } = await built("ir/verify.js");
/** @type {typeof import("../src/index.ts")} */
const { printModule, readPipeline, runPasses } = await built("index.js");
const load = performance.now() - start;

const passes = readPipeline({ text: "canonicalize,cse", origin: "bench" }, () => "");
/** @type {Record<string, number>[]} */
const results = [];
for (let round = 0; round < Number(rounds); round++) {
  /** @type {Record<string, number>} */
  const times = round === 0 ? { load } : {};
  /**
   * @template T
   * @param {string} name
   * @param {() => T} work
   */
  const timed = (name, work) => {
    const from = performance.now();
    const result = work();
    times[name] = performance.now() - from;
    return result;
  };
  const { module } = timed("parse", () => parseText(text, { fileName: path, verify: false }));
  if (timed("verify", () => verifyOperation(module)).length > 0) throw new Error("the module is not valid");
  timed("canonicalize, cse", () => runPasses(module, passes, { isVerifying: false }));
  timed("print", () => printModule(module, { generic: true, locations: true }));
  results.push(times);
}
console.log(JSON.stringify(results));
