/** A schedule file as a row of `fastc bench`; compiled again where its model is still there. */
import { basename, dirname, join, resolve } from "node:path";
import type { ScheduleFile } from "../index.ts";
import { evaluateDecisions } from "../index.ts";
import { isFile, openBytes } from "../node/files.ts";
import { packagePath } from "../node/package.ts";
import type { BenchRow } from "../report/bench/bench-run.ts";
import { figuresOf } from "../report/bench/bench-run.ts";
import type { ByteSource } from "../support/byte-source.ts";
import { canonicalJson } from "../support/stable-json.ts";
import type { BenchSettings } from "./bench-suite-rows.ts";
import { simulatedFigures } from "./bench-suite-rows.ts";
import { compilerName } from "./compile-options.ts";
import { timedCompile } from "./timed-compile.ts";

/**
 * The row of a schedule: its figures, and compile time and reproduction where the model is found. A schedule that does not come
 * out the same is costed anew, so that changed decisions show whatever the file says that they cost.
 */
export function scheduleRow(path: string, schedule: ScheduleFile, settings: BenchSettings): BenchRow {
  const { model, design, options, evaluation } = schedule;
  const row: BenchRow = {
    name: path,
    model: model.name,
    design: design.content.name,
    options: compilerName(options),
    batch: model.batch,
    ...figuresOf(evaluation.totals.steady),
    ...againFrom(schedule, path, settings),
    ...simulatedFigures(schedule, settings),
  };
  settings.onRow(row);
  return row;
}

/** Compile time, and whether the same schedule came out; nothing when the model is not found. */
function againFrom(schedule: ScheduleFile, path: string, settings: BenchSettings): Partial<BenchRow> {
  const content = findModel(schedule, path);
  if (content === undefined) return {};
  const { model, options, decisions } = schedule;
  const design = schedule.design.content;
  const { file = model.name, dims = {} } = model;
  const job = { content, design, options: { fileName: file, batch: model.batch, dims, compile: options } };
  const { result, compileSeconds } = timedCompile(job, settings);
  const isReproduced = canonicalJson(result.schedule) === canonicalJson(schedule);
  // Decisions about what an earlier fastc made of the model cannot be costed by this one.
  const isSameModule = decisions.moduleSha256 === result.workload.moduleSha256;
  if (isReproduced || !isSameModule) return { compileSeconds, isReproduced };
  const { totals } = evaluateDecisions(result.workload, design, decisions);
  return { compileSeconds, isReproduced, ...figuresOf(totals.steady) };
}

/** The model with the schedule's hash: where it was, beside the schedule, or among fastc's own models. */
function findModel({ model }: ScheduleFile, path: string): ByteSource | undefined {
  const { file = `${model.name}.onnx` } = model;
  const folder = dirname(resolve(path));
  const places = [file, resolve(folder, file), join(folder, basename(file)), packagePath("models", basename(file))];
  return places
    .filter(isFile)
    .map(openBytes)
    .find((content) => content.sha256() === model.sha256);
}
