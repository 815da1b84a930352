// The regions that the benches of the mapper solve: the distinct matrix problems of models on designs.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** @type {(path: string) => URL} */
const at = (path) => new URL(path, import.meta.url);
/** @type {typeof import("../../src/index.ts")} */
export const fastc = await import(at("../../dist/index.js").href);
/** @type {typeof import("../../src/backend/solve.ts")} */
export const { SolverCache } = await import(at("../../dist/backend/solve.js").href);
/** @type {typeof import("../../src/backend/architecture.ts")} */
export const { expandDesign, withUnlimitedDram } = await import(at("../../dist/backend/architecture.js").href);
/** @type {typeof import("../../src/backend/compile.ts")} */
export const { decide } = await import(at("../../dist/backend/compile.js").href);

/** Where the models are, unless another folder is given. */
export const corpus = fileURLToPath(at("../../../shared/corpus/models"));

/** Names of the shipped designs. */
export const designNames = readdirSync(at("../../designs"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .sort();

/** @param {string} name */
export function readDesign(name) {
  return fastc.parseDesign(readFileSync(at(`../../designs/${name}.json`), "utf8"), `${name}.json`);
}

/**
 * A model that can be had at any batch; its weights are not needed.
 * @param {string} folder
 * @param {string} name  without `.onnx`
 * @param {Record<string, number>} [dims]
 */
export function readModel(folder, name, dims = {}) {
  const path = join(folder, `${name}.onnx`);
  if (!existsSync(path)) {
    console.error(`${folder} lacks ${name}.onnx`);
    process.exit(2);
  }
  return fastc.workloadSource(readFileSync(path), { fileName: name, dims });
}

/**
 * Regions of a workload with different problems.
 * @param {import("../../src/backend/workload.ts").Workload} workload
 */
export function distinctRegions(workload) {
  return [...new Map(workload.regions.xla.map((region) => [region.problemKey, region])).values()];
}

/**
 * The value at a share of the sorted list.
 * @param {readonly number[]} values
 * @param {number} share
 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
