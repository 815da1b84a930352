/** A schedule file as a row of `fastc bench`; compiled again where its model is still there. */
import { basename, dirname, join, resolve } from "node:path";
import type { ScheduleFile } from "../index.ts";
import { parseSchedule } from "../index.ts";
import { isFile, openBytes } from "../node/files.ts";
import { packagePath } from "../node/package.ts";
import type { BenchRow } from "../report/bench/bench-run.ts";
import { figuresOf } from "../report/bench/bench-run.ts";
import type { ByteSource } from "../support/byte-source.ts";
import { canonicalJson } from "../support/stable-json.ts";
import type { BenchSettings } from "./bench-suite-rows.ts";
import { compilerName } from "./compile-options.ts";
import { timedCompile } from "./timed-compile.ts";

/** The row of a schedule: its figures, and compile time and reproduction where the model is found. */
export function scheduleRow(path: string, text: string, settings: BenchSettings): BenchRow {
  const schedule = parseSchedule(text, path);
  const { model, design, options, evaluation } = schedule;
  const row: BenchRow = {
    name: path,
    model: model.name,
    design: design.content.name,
    options: compilerName(options),
    batch: model.batch,
    ...againFrom(schedule, path, settings),
    ...figuresOf(evaluation.totals.steady),
  };
  settings.onRow(row);
  return row;
}

/** Compile time, and whether the same schedule came out; nothing when the model is not found. */
function againFrom(schedule: ScheduleFile, path: string, settings: BenchSettings): Partial<BenchRow> {
  const content = findModel(schedule, path);
  if (content === undefined) return {};
  const { model, design, options } = schedule;
  const { file = model.name, dims = {} } = model;
  const job = {
    content,
    design: design.content,
    options: { fileName: file, batch: model.batch, dims, compile: options },
  };
  const { result, compileSeconds } = timedCompile(job, settings);
  return { compileSeconds, isReproduced: canonicalJson(result.schedule) === canonicalJson(schedule) };
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
