// Speed of the IR's text and passes on a module of 10,000 operations: fastc, mlir-opt and xDSL on the same file.
//
//   npm run build && npm run bench:ir [-- OPERATIONS [REPEATS]]
//
// mlir-opt-22 or mlir-opt is taken from the path (Debian: mlir-22-tools), xDSL from the interpreter in FASTC_BENCH_PYTHON
// (python3 when it is not set). What is missing is said and left out.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { benchModule } from "./ir-module.mjs";
import { machineText, spreadText } from "./machine.mjs";

/** @param {string} path relative to this file */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [operations = "10000", repeats = "5"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "fastc-bench-"));
const file = join(folder, "bench.mlir");
const text = benchModule(Number(operations));
writeFileSync(file, text);
const megabytes = text.length / 1e6;

/**
 * Wall time of a process, its output going nowhere; undefined when it fails. Unit: ms.
 * @param {string} command
 * @param {readonly string[]} args
 */
function processTime(command, args) {
  const start = performance.now();
  const { status } = spawnSync(command, args, { stdio: "ignore", cwd: folder });
  return status === 0 ? performance.now() - start : undefined;
}

/**
 * Times of the stages of each round in a fresh process.
 * @param {number} rounds
 * @returns {Record<string, number>[]}
 */
function stageTimes(rounds) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [here("ir-stages.mjs"), file, `${rounds}`], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ir-stages.mjs ended with status ${status}\n${stderr}`);
  return JSON.parse(stdout);
}

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
/** @param {number} value */
const ms = (value) => `${value.toFixed(0)} ms`;

const cold = Array.from({ length: Number(repeats) }, () => stageTimes(1)[0] ?? {});
const warm = stageTimes(5 + 2 * Number(repeats)).slice(5);
console.log(`${operations} operations, ${megabytes.toFixed(2)} MB, generic form with locations; median (min .. max)`);
console.log(`${machineText()}, load ${loadavg()[0]?.toFixed(1)}`);
for (const [title, rounds] of /** @type {[string, Record<string, number>[]][]} */ ([
  [`\nfastc's stages in a fresh process, ${cold.length} times`, cold],
  [`\nfastc's stages in a process that has warmed up, ${warm.length} times`, warm],
])) {
  console.log(title);
  for (const name of Object.keys(rounds[0] ?? {})) {
    const values = rounds.map((round) => round[name] ?? 0);
    const rate = name === "parse" ? `   ${((megabytes / median(values)) * 1000).toFixed(1)} MB/s` : "";
    console.log(`  ${name.padEnd(20)}${spreadText(values, ms)}${rate}`);
  }
  const rest = rounds.map(
    (round) => (round["verify"] ?? 0) + (round["canonicalize, cse"] ?? 0) + (round["print"] ?? 0),
  );
  console.log(`  ${"all but parse".padEnd(20)}${spreadText(rest, ms)}`);
}

const python = process.env["FASTC_BENCH_PYTHON"] ?? "python3";
const unregistered = "--allow-unregistered-dialect";
/** @type {[name: string, command: string, args: string[]][]} */
const programs = [
  [
    "fastc opt",
    process.execPath,
    [here("../bin/fastc.js"), "opt", file, "--pass-pipeline=canonicalize,cse", "-o", join(folder, "out.mlir")],
  ],
  ["mlir-opt-22", "mlir-opt-22", [unregistered, "--canonicalize", "--cse", file, "-o", join(folder, "out.mlir")]],
  [
    "xDSL",
    python,
    ["-m", "xdsl.tools.xdsl_opt", unregistered, "-p", "canonicalize,cse", file, "-o", join(folder, "out.mlir")],
  ],
];
console.log("\nwhole processes: parse, verify, canonicalise, CSE, print");
/** @type {number | undefined} */
let ours;
for (const [name, command, args] of programs) {
  const times = [];
  for (let repeat = 0; repeat < Number(repeats); repeat++) {
    const time = processTime(command, args);
    if (time === undefined) break;
    times.push(time);
  }
  if (times.length === 0) {
    console.log(`  ${name.padEnd(20)}left out: ${command} does not run it here`);
    continue;
  }
  ours ??= median(times);
  console.log(`  ${name.padEnd(20)}${spreadText(times, ms)}   ${(median(times) / ours).toFixed(2)} × fastc`);
}
rmSync(folder, { recursive: true });
