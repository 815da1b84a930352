/** `fastc bench`: compiled schedules side by side, and against an earlier run. */
import type { Command } from "commander";
import { Option } from "commander";
import { readSchedule } from "../../index.ts";
import { readText } from "../../node/files.ts";
import { writeText } from "../../node/output-directory.ts";
import { packageVersion } from "../../node/package.ts";
import { benchCsv, benchMarkdown, benchReport } from "../../report/bench/bench-report.ts";
import type { BenchRow, BenchRun } from "../../report/bench/bench-run.ts";
import { parseBenchRun } from "../../report/bench/bench-run.ts";
import { parseBenchSuite } from "../../report/bench/bench-suite.ts";
import { regressionsOf } from "../../report/bench/compare-runs.ts";
import { fail } from "../../support/diagnostics.ts";
import { parseJson } from "../../support/read-json.ts";
import { nonNegativeNumber, positiveInteger } from "../arguments.ts";
import { scheduleRow } from "../bench-schedule-row.ts";
import type { BenchSettings } from "../bench-suite-rows.ts";
import { suiteRows } from "../bench-suite-rows.ts";
import type { CommandContext } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import type { CommandIo } from "../io.ts";
import { textStyle } from "../text-style.ts";

interface BenchFlags {
  readonly repeat: number;
  readonly simulate?: boolean;
  readonly format: "text" | "markdown" | "json" | "csv";
  readonly save?: string;
  readonly compare?: string;
  readonly threshold: number;
}

/** Declares `fastc bench`. */
export function declareBench(command: Command, { io, exitWith }: CommandContext): void {
  command
    .argument("<file...>", "schedule.json or schedule.mlir files, or one suite file")
    .option("--repeat <n>", "compile each row so often and print median and spread", positiveInteger, 1)
    .option("--simulate", "simulate every schedule: cycles of the simulator beside those of the cost model")
    .addOption(
      new Option("--format <format>", "what stdout gets").choices(["text", "markdown", "json", "csv"]).default("text"),
    )
    .option("--save <file>", "save the run for --compare")
    .option("--compare <file>", "compare with a saved run; exit status 1 when something became worse")
    .option(
      "--threshold <percent>",
      "growth of cycles, simulated cycles, DRAM bytes or energy that --compare accepts",
      nonNegativeNumber,
      0,
    )
    .action(async (paths: readonly string[], flags: BenchFlags) => {
      // Read first: a bad file should not cost a run.
      const before = flags.compare === undefined ? undefined : parseBenchRun(readText(flags.compare), flags.compare);
      const settings: BenchSettings = {
        repeat: flags.repeat,
        simulate: flags.simulate === true,
        now: io.now,
        onRow: ({ model, name }) => io.stderr(`compiled ${model}: ${name}\n`),
      };
      const run: BenchRun = { schemaVersion: 1, fastcVersion: packageVersion(), rows: await rowsOf(paths, settings) };
      io.stdout(textOf(run, { format: flags.format, io, before }));
      if (flags.save !== undefined) writeText(flags.save, `${JSON.stringify(run, undefined, 2)}\n`);
      if (before !== undefined) exitWith(reportRegressions(run, before, { flags, io }));
    });
}

async function rowsOf(paths: readonly string[], settings: BenchSettings): Promise<readonly BenchRow[]> {
  const files = paths.map((path) => ({ path, text: readText(path) }));
  const suite = files.find(({ path, text }) => isSuite(path, text));
  if (suite === undefined) {
    const rows: BenchRow[] = [];
    for (const { path, text } of files) rows.push(scheduleRow(path, await readSchedule(text, path), settings));
    return rows;
  }
  if (files.length > 1) {
    fail({
      code: "usage",
      message: "a suite file must be the only file",
      at: [suite.path],
      help: ["run suites one by one, or name schedule.json files only"],
    });
  }
  return suiteRows(parseBenchSuite(suite.text, suite.path), suite.path, settings);
}

/** A suite lists models and designs; a schedule has one of each. */
function isSuite(path: string, text: string): boolean {
  if (!isJson(text)) return false;
  const content = parseJson(text, path);
  return typeof content === "object" && content !== null && ("models" in content || "designs" in content);
}

/** Schedules are text in the `sched` dialect too. */
function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

interface TextParts {
  readonly format: BenchFlags["format"];
  readonly io: CommandIo;
  readonly before: BenchRun | undefined;
}

function textOf(run: BenchRun, { format, io, before }: TextParts): string {
  switch (format) {
    case "text":
      return benchReport(run, textStyle(io.isStdoutTty), before);
    case "markdown":
      return benchMarkdown(run, before);
    case "json":
      return `${JSON.stringify(run, undefined, 2)}\n`;
    case "csv":
      return benchCsv(run);
  }
}

function reportRegressions(
  run: BenchRun,
  before: BenchRun,
  { flags, io }: { flags: BenchFlags; io: CommandIo },
): number {
  const regressions = regressionsOf(run, before, flags.threshold);
  for (const { row, message } of regressions) io.stderr(`regression: ${row}: ${message}\n`);
  if (regressions.length > 0) return exitStatus.negative;
  io.stderr(`no regression above ${flags.threshold} % against ${flags.compare} (${before.rows.length} rows)\n`);
  return exitStatus.ok;
}
