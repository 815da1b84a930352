// How long the mapper takes, in CPU time of the process: a layer that was never seen, all of EfficientNet-B7 on a new design, and
// a layer that is answered from what was solved before.
//
//   npm run build && npm run bench:mapper [-- MODELS [REPEATS]]
//
// MODELS is a folder with efficientnet_b0_dyn.onnx, efficientnet_b7_dyn.onnx, resnet50v2_dyn.onnx and bert_base_s128_dyn.onnx
// (no weights needed), by default ../shared/corpus/models. The process has warmed up on another design; every layer is solved
// with an empty cache.
import { loadavg } from "node:os";
import { machineText } from "../machine.mjs";
import {
  corpus,
  decide,
  designNames,
  distinctRegions,
  expandDesign,
  fastc,
  quantile,
  readDesign,
  readModel,
  SolverCache,
} from "./regions.mjs";

const [folder = corpus, repeats = "5"] = process.argv.slice(2);
const names = ["efficientnet_b0_dyn", "efficientnet_b7_dyn", "bert_base_s128_dyn", "resnet50v2_dyn"];
const models = new Map(names.map((name) => [name, readModel(folder, name)]));
const options = fastc.compilerPresets.fastc;

/**
 * CPU time of a call. Unit: ms.
 * @param {() => unknown} run
 */
function cpuTime(run) {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** @param {readonly number[]} values */
const median = (values) => quantile(values, 0.5);

/**
 * @param {string} model
 * @param {import("../../src/hardware/design.ts").HardwareDesign} design
 */
function workloadOf(model, design) {
  const source = models.get(model);
  if (source === undefined) throw new Error(`no model ${model}`);
  return source.forBatch(design.nativeBatch);
}

const warm = readDesign("fast-small");
for (let round = 0; round < 3; round++) {
  for (const name of names) {
    for (const rows of [2, 4, 8]) {
      const design = { ...warm, peGrid: { rows, columns: 2 }, nativeBatch: 4 };
      decide(workloadOf(name, design), design, options);
    }
  }
}

console.log(`${machineText()}, load ${loadavg()[0]?.toFixed(1)}; CPU time of the process, garbage collection included`);
console.log(
  `\na layer with an empty cache, median of ${repeats} solutions of each: median, 99th percentile, worst layer; ms`,
);
/** @type {number[]} */
const all = [];
for (const name of designNames) {
  const design = readDesign(name);
  const architecture = expandDesign(design);
  const cells = names.map((model) => {
    const times = distinctRegions(workloadOf(model, design)).map((region) =>
      median(
        Array.from({ length: Number(repeats) }, () =>
          cpuTime(() => new SolverCache().solve(region, architecture, options.depthwise)),
        ),
      ),
    );
    all.push(...times);
    const figures = [median(times), quantile(times, 0.99), Math.max(...times)].map((time) => time.toFixed(2));
    return `${model.replace("_dyn", "")} ${figures.join(" ")} (${times.length})`;
  });
  console.log(`  ${name.padEnd(14)}${cells.join("   ")}`);
}
console.log(
  `  all            median ${median(all).toFixed(2)}, 99th percentile ${quantile(all, 0.99).toFixed(2)}, ${all.length} layers`,
);

console.log(`\nEfficientNet-B7 whole on a design that was never seen, mapped twice where tensors stay on chip; ms`);
for (const name of designNames) {
  const design = readDesign(name);
  const workload = workloadOf("efficientnet_b7_dyn", design);
  const regions = distinctRegions(workload);
  const architecture = expandDesign(design);
  const mapping = [];
  const deciding = [];
  const again = [];
  const near = [];
  for (let repeat = 0; repeat < Number(repeats); repeat++) {
    const cache = new SolverCache();
    mapping.push(cpuTime(() => regions.forEach((region) => cache.solve(region, architecture, options.depthwise))));
    const whole = new SolverCache();
    deciding.push(cpuTime(() => decide(workload, design, { ...options, cache: whole })));
    again.push(cpuTime(() => decide(workload, design, { ...options, cache: whole })));
    const larger = { ...design, globalMemoryMiB: 2 * design.globalMemoryMiB };
    const before = whole.searched;
    const time = cpuTime(() => decide(workload, larger, { ...options, cache: whole }));
    near.push({ time, searched: whole.searched - before });
  }
  const [each] = near;
  console.log(
    `  ${name.padEnd(14)}${regions.length} layers mapped once ${median(mapping).toFixed(1)}; compiled ${median(deciding).toFixed(1)}; again ${median(again).toFixed(1)}; with twice the global memory ${median(near.map(({ time }) => time)).toFixed(1)}, ${each?.searched ?? 0} searches`,
  );
}

console.log("\na layer that was solved before, on the same machine and on one with other memories; µs");
const design = readDesign("fast-large");
const regions = distinctRegions(workloadOf("efficientnet_b7_dyn", design));
const cache = new SolverCache();
const architecture = expandDesign(design);
for (const region of regions) cache.solve(region, architecture, options.depthwise);
for (const [title, machine] of /** @type {const} */ ([
  ["the same machine", design],
  ["twice the global memory", { ...design, globalMemoryMiB: 2 * design.globalMemoryMiB }],
])) {
  const expanded = expandDesign(machine);
  for (const region of regions) cache.solve(region, expanded, options.depthwise);
  const rounds = 1000;
  const time = cpuTime(() => {
    for (let round = 0; round < rounds; round++)
      for (const region of regions) cache.solve(region, expanded, options.depthwise);
  });
  console.log(`  ${title.padEnd(28)}${((1000 * time) / rounds / regions.length).toFixed(2)}`);
}

console.log(`
peers, CPU time of one thread on a machine of two cores like the one that fastc was measured on (measured by us; SCALE-Sim 3.0.0,
AccelForge 1.0.467, Timeloop 4cf6d4c, ZigZag 3.9.1):
  ZigZag LOMA        1 to 5 s a layer and spatial mapping; EfficientNet-B0 whole on its TPU-like machine 18 s, BERT-128 13 s
  Timeloop           2 to 55 s a layer (random-pruned search until 500 mappings bring nothing)
  AccelForge         1.1 to 43 s a layer`);
