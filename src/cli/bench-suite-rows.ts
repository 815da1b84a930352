/** Runs a bench suite: every model on every design with every set of options. */
import { dirname, resolve } from "node:path";
import type { HardwareDesign, ScheduleFile } from "../index.ts";
import { simulateProgram } from "../index.ts";
import { openBytes } from "../node/files.ts";
import { presetPath } from "../node/package.ts";
import type { BenchRow } from "../report/bench/bench-run.ts";
import { figuresOf } from "../report/bench/bench-run.ts";
import type { ByteSource } from "../support/byte-source.ts";
import type { BenchSuite, SuiteModel, SuiteOptions } from "../report/bench/bench-suite.ts";
import { compileOptionsOf, compilerName } from "./compile-options.ts";
import { readDesign } from "./design-files.ts";
import { timedCompile } from "./timed-compile.ts";

export interface BenchSettings {
  readonly repeat: number;
  /** Whether every schedule is simulated. */
  readonly simulate: boolean;
  readonly now: () => number;
  /** Told of every row as it is done. */
  readonly onRow: (row: BenchRow) => void;
}

/** The rows of a suite, models outermost. */
export function suiteRows(suite: BenchSuite, suitePath: string, settings: BenchSettings): readonly BenchRow[] {
  const folder = dirname(suitePath);
  const designs = suite.designs.map((name) => readDesign(isPreset(name) ? name : resolve(folder, name)));
  return suite.models.flatMap((model) => {
    const path = resolve(folder, model.path);
    const content = openBytes(path);
    return designs.flatMap((design) =>
      suite.options.map((options) => {
        const row = suiteRow({ model, fileName: model.path, content, design, options }, settings);
        settings.onRow(row);
        return row;
      }),
    );
  });
}

function isPreset(name: string): boolean {
  return !/[/\\.]/.test(name) && presetPath("design", name) !== undefined;
}

interface SuiteJob {
  readonly model: SuiteModel;
  readonly fileName: string;
  readonly content: ByteSource;
  readonly design: HardwareDesign;
  readonly options: SuiteOptions;
}

function suiteRow({ model, fileName, content, design, options }: SuiteJob, settings: BenchSettings): BenchRow {
  const { batch, dims = {} } = model;
  const compile = compileOptionsOf({ compiler: "fastc", ...options });
  const batchOption = batch === undefined ? {} : { batch };
  const { result, compileSeconds } = timedCompile(
    { content, design, options: { fileName, dims, compile, ...batchOption } },
    settings,
  );
  const { evaluation } = result;
  const optionsText = compilerName(compile);
  return {
    name: `${design.name}, ${optionsText}`,
    model: evaluation.model.name,
    design: design.name,
    options: optionsText,
    batch: evaluation.batch,
    compileSeconds,
    ...figuresOf(evaluation.totals.steady),
    ...simulatedFigures(result.schedule, settings),
  };
}

/** Cycles of a schedule's program by the simulator, where they are wanted. */
export function simulatedFigures(
  schedule: ScheduleFile,
  { simulate }: BenchSettings,
): Pick<BenchRow, "simulatedCycles"> {
  if (!simulate) return {};
  const { model, design, program, evaluation } = schedule;
  return {
    simulatedCycles: simulateProgram({ model, design: design.content, program, evaluation }).totals.steady.cycles,
  };
}
