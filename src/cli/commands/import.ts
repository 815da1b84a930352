/** `fastc import`: the tensor IR of a model, or counts of what is in it. */
import type { Command } from "commander";
import { Option } from "commander";
import type { ImportedModel } from "../../index.ts";
import { importModel, printModule } from "../../index.ts";
import type { ImportSummary } from "../../report/import-report.ts";
import { importReport } from "../../report/import-report.ts";
import { fail, renderDiagnostic } from "../../support/diagnostics.ts";
import type { CommandContext } from "../command.ts";
import type { ModelFlags } from "../model-options.ts";
import { addModelOptions, givenModel } from "../model-options.ts";
import { textStyle } from "../text-style.ts";

interface ImportCommandFlags extends ModelFlags {
  readonly stats?: true;
  readonly generic?: true;
  readonly debuginfo?: true;
  readonly format: "text" | "json";
}

/** Declares `fastc import`. */
export function declareImport(command: Command, { io }: CommandContext): void {
  command.argument("<model>", "ONNX file");
  addModelOptions(command, "1")
    .option("--stats", "print counts instead of the IR: MACs, weights, operations")
    .option("--generic", "print every operation in MLIR's generic form")
    .option("--debuginfo", "print the location of every operation: its ONNX nodes")
    .addOption(new Option("--format <format>", "how --stats prints").choices(["text", "json"]).default("text"))
    .action((path: string, flags: ImportCommandFlags) => {
      if (flags.format === "json" && flags.stats !== true) {
        fail({
          code: "usage",
          message: "--format json needs --stats: the IR itself is printed as MLIR text",
          help: ["add --stats, or leave --format out"],
        });
      }
      const { content, options } = givenModel(path, flags);
      const model = importModel(content, options);
      for (const warning of model.warnings) io.stderr(`${renderDiagnostic(warning)}\n`);
      io.stdout(flags.stats === true ? statsText(model, { flags, isTty: io.isStdoutTty }) : irText(model, flags));
    });
}

function irText(
  { module }: ImportedModel,
  { generic = false, debuginfo = false }: { generic?: boolean; debuginfo?: boolean },
): string {
  return printModule(module, { generic, locations: debuginfo });
}

function statsText(model: ImportedModel, { flags, isTty }: { flags: ImportCommandFlags; isTty: boolean }): string {
  const { name, sha256, batch, hasSymbolicBatch, stats } = model;
  const summary: ImportSummary = { schemaVersion: 1, model: { name, sha256 }, batch, hasSymbolicBatch, ...stats };
  return flags.format === "json"
    ? `${JSON.stringify(summary, undefined, 2)}\n`
    : importReport(summary, textStyle(isTty));
}
