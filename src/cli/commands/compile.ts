/** `fastc compile`: a model for a design, as tables, JSON and schedule files. */
import type { Command } from "commander";
import { Option } from "commander";
import type { CompileResult } from "../../index.ts";
import { compileModel, scheduleJson, scheduleText } from "../../index.ts";
import { writeDirectory, writeText } from "../../node/output-directory.ts";
import { compileReport } from "../../report/compile-report.ts";
import { renderDiagnostic } from "../../support/diagnostics.ts";
import type { CommandContext } from "../command.ts";
import type { CompileFlags } from "../compile-options.ts";
import { addCompileOptions, compileOptionsOf, optionsText } from "../compile-options.ts";
import { addSetOption, readDesign } from "../design-files.ts";
import { htmlReport } from "../html-report.ts";
import type { ModelFlags } from "../model-options.ts";
import { addModelOptions, givenModel } from "../model-options.ts";
import type { PassFlags } from "../ir/pass-flags.ts";
import { addPassOptions } from "../ir/pass-flags.ts";
import { passSession } from "../ir/pass-session.ts";
import { textStyle } from "../text-style.ts";
import { traceText } from "../trace-text.ts";

interface CompileCommandFlags extends ModelFlags, CompileFlags, PassFlags {
  readonly hw: string;
  readonly set: readonly string[];
  readonly output?: string;
  readonly report?: string;
  readonly trace?: string;
  readonly format: "text" | "json";
}

/** Declares `fastc compile`. */
export function declareCompile(command: Command, { io }: CommandContext): void {
  command
    .argument("<model>", "ONNX file")
    .requiredOption("--hw <design>", "design.json, or the name of a design that comes with fastc");
  addSetOption(command);
  addModelOptions(command, "the design's nativeBatch");
  addCompileOptions(command);
  command
    .option("-o, --output <dir>", "write schedule.json and schedule.mlir into this directory")
    .option(
      "--report <file>",
      "write a page with timeline, roofline, traffic, memory and every region, as one HTML file",
    )
    .option(
      "--trace <file>",
      "simulate, and write a timeline that Perfetto (ui.perfetto.dev) and chrome://tracing open",
    )
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"));
  addPassOptions(command).action(async (path: string, flags: CompileCommandFlags) => {
    const design = readDesign(flags.hw, flags.set);
    const session = passSession(flags, io, { title: path });
    const { content, options } = givenModel(path, flags);
    const result = compileModel(content, design, {
      ...options,
      compile: compileOptionsOf(flags),
      hooks: session.hooks,
    });
    session.finish();
    for (const warning of result.model.warnings) io.stderr(`${renderDiagnostic(warning)}\n`);
    if (flags.output !== undefined) writeSchedule(flags.output, result);
    if (flags.report !== undefined) writeText(flags.report, await reportOf(result, flags));
    if (flags.trace !== undefined) writeText(flags.trace, traceText(result.schedule));
    const isJson = flags.format === "json";
    io.stdout(
      isJson
        ? `${JSON.stringify(result.evaluation, undefined, 2)}\n`
        : textOf(result, { flags, isTty: io.isStdoutTty }),
    );
    if (flags.output !== undefined) io.stderr(`wrote schedule.json and schedule.mlir to ${flags.output}\n`);
    for (const file of [flags.report, flags.trace]) if (file !== undefined) io.stderr(`wrote ${file}\n`);
  });
}

function reportOf({ schedule, workload }: CompileResult, flags: CompileCommandFlags): Promise<string> {
  return htmlReport(schedule, { workload, options: optionsText(flags) });
}

function writeSchedule(directory: string, { schedule }: CompileResult): void {
  writeDirectory(directory, [
    { name: "schedule.json", text: scheduleJson(schedule) },
    { name: "schedule.mlir", text: scheduleText(schedule) },
  ]);
}

function textOf(result: CompileResult, { flags, isTty }: { flags: CompileCommandFlags; isTty: boolean }): string {
  const { evaluation, design } = result;
  return compileReport(evaluation, { design, options: optionsText(flags), style: textStyle(isTty) });
}
