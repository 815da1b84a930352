// Run in a fresh process by compile.mjs: compiles one model and prints the time of each stage as JSON. Unit: ms.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const [modelPath = "", designPath = ""] = process.argv.slice(2);
const loaded = performance.now();
/** @type {typeof import("../src/index.ts")} */
const { compileModel, compilerPresets, parseDesign, printModule } = await import(
  new URL("../dist/index.js", import.meta.url).href
);

/** @type {[string, number][]} */
const marks = [["load the program", loaded]];
marks.push(["read files", performance.now()]);
const bytes = readFileSync(modelPath);
const design = parseDesign(readFileSync(designPath, "utf8"), designPath);
const { module, schedule } = compileModel(bytes, design, {
  fileName: modelPath,
  compile: compilerPresets.fastc,
  onStage: (stage) => marks.push([stage, performance.now()]),
});
marks.pop();
marks.push(["write", performance.now()]);
const folder = mkdtempSync(join(tmpdir(), "fastc-bench-"));
writeFileSync(join(folder, "schedule.json"), JSON.stringify(schedule, undefined, 2));
writeFileSync(join(folder, "schedule.mlir"), printModule(module));
marks.push(["end", performance.now()]);
rmSync(folder, { recursive: true });

const stages = marks.slice(0, -1).map(([name, start], index) => [name, (marks[index + 1]?.[1] ?? start) - start]);
console.log(JSON.stringify([["start Node", loaded], ...stages]));
