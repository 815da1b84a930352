// How many designs per second the search loop evaluates: EfficientNet-B0 over FAST's space, one process.
//
//   npm run build && npm run bench:search [-- TRIALS [MODEL.onnx ...]]
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { machineText } from "./machine.mjs";

/** @type {typeof import("../src/index.ts")} */
const fastc = await import(new URL("../dist/index.js", import.meta.url).href);

/** @param {string} path relative to this file */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [trials = "200", ...paths] = process.argv.slice(2);
const models = paths.length === 0 ? [here("../models/efficientnet-b0.onnx")] : paths;

const space = fastc.parseSpace(readFileSync(here("../spaces/fast.json"), "utf8"), "fast.json");
const baseline = fastc.parseDesign(readFileSync(here("../designs/tpu-v3-7nm.json"), "utf8"), "tpu-v3-7nm.json");
const workloads = models.map((path) => fastc.workloadSource(readFileSync(path), { fileName: basename(path) }));
const { fastc: compile } = fastc.compilerPresets;
const options = {
  compile,
  areaLimitMm2: fastc.areaOf(baseline).totalMm2,
  tdpLimitWatts: fastc.tdpOf(baseline).totalWatts,
};

console.log(`fastc search ${models.map((path) => basename(path)).join(" ")}, ${trials} trials\n${machineText()}\n`);
for (const optimizer of fastc.optimizers) {
  const [{ perfPerTdp } = { perfPerTdp: [] }] = fastc.evaluateBaselines({
    workloads,
    design: baseline,
    compilers: { xla: fastc.compilerPresets.xla },
    evaluate: fastc.evaluate,
  });
  const setup = { space, workloads, options, optimizer, seed: 1, trials: Number(trials), baseline: perfPerTdp };
  const start = performance.now();
  let best = 0;
  let feasible = 0;
  for (const record of fastc.search({ ...setup, evaluate: fastc.evaluate })) {
    if (record.status === "infeasible") continue;
    feasible += 1;
    best = Math.max(best, record.objective);
  }
  const seconds = (performance.now() - start) / 1000;
  const rate = (Number(trials) / seconds).toFixed(1);
  console.log(
    `  ${optimizer.name.padEnd(8)} ${rate.padStart(8)} trials/s  ${feasible} feasible  best ${best.toFixed(3)}×`,
  );
}
