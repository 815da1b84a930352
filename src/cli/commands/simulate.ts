/** `fastc simulate`: the time of a schedule, event by event, beside what the cost model says. */
import type { Command } from "commander";
import { Option } from "commander";
import type { CompileResult, ScheduleFile } from "../../index.ts";
import { compileModel, readSchedule, simulateProgram } from "../../index.ts";
import { readText } from "../../node/files.ts";
import { writeText } from "../../node/output-directory.ts";
import { simulateReport } from "../../report/simulate-report.ts";
import { fail, renderDiagnostic } from "../../support/diagnostics.ts";
import { seedNumber } from "../arguments.ts";
import type { CommandContext } from "../command.ts";
import type { CompileFlags } from "../compile-options.ts";
import { addCompileOptions, compileOptionsOf, compilerName, optionsText } from "../compile-options.ts";
import { addSetOption, readDesign } from "../design-files.ts";
import { htmlReport } from "../html-report.ts";
import type { CommandIo } from "../io.ts";
import type { ModelFlags } from "../model-options.ts";
import { addModelOptions, givenModel } from "../model-options.ts";
import { textStyle } from "../text-style.ts";
import { traceText } from "../trace-text.ts";

interface SimulateFlags extends ModelFlags, CompileFlags {
  readonly hw?: string;
  readonly set: readonly string[];
  readonly region?: number;
  readonly trace?: string;
  readonly report?: string;
  readonly format: "text" | "json";
}

/** Declares `fastc simulate`. */
export function declareSimulate(command: Command, { io }: CommandContext): void {
  command
    .argument("<file>", "schedule.json or schedule.mlir that fastc compile wrote, or an ONNX file, which needs --hw")
    .option(
      "--hw <design>",
      "compile the model for this design first: a design.json, or the name of one that comes with fastc",
    );
  addSetOption(command);
  addModelOptions(command, "the design's nativeBatch");
  addCompileOptions(command)
    .option("--region <id>", "tell everything about this region; with --trace draw every iteration of it", seedNumber)
    .option("--trace <file>", "write a timeline that Perfetto (ui.perfetto.dev) and chrome://tracing open")
    .option("--report <file>", "write the page of fastc compile --report with what the simulator says beside it")
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action(async (path: string, flags: SimulateFlags) => {
      const { schedule, ...source } = await scheduleOf(path, flags, io);
      const { region: only } = flags;
      checkRegion(schedule, only);
      const { model, program, evaluation } = schedule;
      const design = schedule.design.content;
      const { name, sha256, batch } = model;
      const simulation = simulateProgram({ model: { name, sha256, batch }, design, program, evaluation });
      if (flags.trace !== undefined) writeText(flags.trace, traceText(schedule, only));
      if (flags.report !== undefined) {
        writeText(flags.report, await htmlReport(schedule, { ...source, simulated: simulation.regions }));
      }
      io.stdout(
        flags.format === "json"
          ? `${JSON.stringify(simulation, undefined, 2)}\n`
          : simulateReport(simulation, {
              style: textStyle(io.isStdoutTty),
              ...(only === undefined ? {} : { only }),
            }),
      );
      if (flags.trace !== undefined) io.stderr(`wrote ${flags.trace}\n`);
      if (flags.report !== undefined) io.stderr(`wrote ${flags.report}\n`);
    });
}

/** A schedule, and where it comes from: the options behind it, and the model where that was compiled. */
interface Source {
  readonly schedule: ScheduleFile;
  readonly options: string;
  readonly workload?: CompileResult["workload"];
}

async function scheduleOf(path: string, flags: SimulateFlags, io: CommandIo): Promise<Source> {
  if (!path.endsWith(".onnx")) {
    refuseCompiling(path, flags);
    const schedule = await readSchedule(readText(path), path);
    return { schedule, options: compilerName(schedule.options) };
  }
  if (flags.hw === undefined) {
    fail({
      code: "usage",
      message: "a model can be simulated only on a design",
      at: [path],
      help: ["add --hw DESIGN"],
    });
  }
  const { content, options } = givenModel(path, flags);
  const design = readDesign(flags.hw, flags.set);
  const { schedule, model, workload } = compileModel(content, design, { ...options, compile: compileOptionsOf(flags) });
  for (const warning of model.warnings) io.stderr(`${renderDiagnostic(warning)}\n`);
  return { schedule, workload, options: optionsText(flags) };
}

/** A schedule says itself what it was compiled for. */
function refuseCompiling(path: string, flags: SimulateFlags): void {
  if (flags.hw === undefined && flags.set.length === 0) return;
  fail({
    code: "usage",
    message: "--hw and --set change the design, but a schedule was compiled for its own",
    at: [path],
    help: ["name the ONNX file, or compile the model again for the other design"],
  });
}

function checkRegion({ program }: ScheduleFile, only: number | undefined): void {
  if (only === undefined || only < program.regions.length) return;
  fail({
    code: "usage",
    message: `there is no region ${only}: the schedule has ${program.regions.length}, from 0 on`,
    help: ["run without --region to see the ids of the longest ones"],
  });
}
