// Where the time of `fastc compile` goes: cold processes compiling EfficientNet-B7 for fast-large.
//
//   npm run build && npm run bench:compile [-- MODEL.onnx [DESIGN.json [REPEATS]]]
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { machineText, spreadText } from "./machine.mjs";

/** @param {string} path relative to this file */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [model = here("../models/efficientnet-b7.onnx"), design = here("../designs/fast-large.json"), repeats = "5"] =
  process.argv.slice(2);

/**
 * Runs Node and returns its output; a failure ends the benchmark.
 * @param {readonly string[]} args
 */
function runNode(args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with status ${status}\n${stderr}`);
  return { stdout, stderr, milliseconds };
}

const preload = ["--import", new URL("report-memory.mjs", import.meta.url).href];
const runs = Array.from({ length: Number(repeats) }, () => {
  const { stderr, milliseconds } = runNode([...preload, here("../bin/fastc.js"), "compile", model, "--hw", design]);
  return { milliseconds, memory: Number(/maxRSS (\d+)/.exec(stderr)?.[1]) };
});
/** @type {[string, number][][]} */
const stages = runs.map(() => JSON.parse(runNode([here("compile-stages.mjs"), model, design]).stdout));

/** @param {number} value */
const ms = (value) => `${value.toFixed(0)} ms`;
console.log(`fastc compile ${model} --hw ${design}: ${repeats} cold processes, median (min .. max)`);
console.log(machineText());
console.log(
  `\n  ${"wall".padEnd(18)}${spreadText(
    runs.map(({ milliseconds }) => milliseconds),
    ms,
  )}`,
);
/** @param {number} kib */
const mib = (kib) => `${(kib / 1024).toFixed(0)} MiB`;
console.log(
  `  ${"peak resident".padEnd(18)}${spreadText(
    runs.map(({ memory }) => memory),
    mib,
  )}`,
);
console.log("\nstages, each run in its own process");
for (const [index, [name]] of (stages[0] ?? []).entries()) {
  console.log(
    `  ${name.padEnd(18)}${spreadText(
      stages.map((run) => run[index]?.[1] ?? 0),
      ms,
    )}`,
  );
}
