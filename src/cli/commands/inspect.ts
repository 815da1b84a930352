/** `fastc inspect`: what is in a model file, whether it can be imported or not. */
import type { Command } from "commander";
import { Option } from "commander";
import { inspectModel } from "../../index.ts";
import type { InspectionReport } from "../../report/inspect-report.ts";
import { inspectionText } from "../../report/inspect-report.ts";
import type { CommandContext } from "../command.ts";
import type { ModelFlags } from "../model-options.ts";
import { addModelOptions, givenModel } from "../model-options.ts";
import { textStyle } from "../text-style.ts";

interface InspectFlags extends ModelFlags {
  readonly format: "text" | "json";
}

/** Declares `fastc inspect`. */
export function declareInspect(command: Command, { io }: CommandContext): void {
  command.argument("<model>", "ONNX file");
  addModelOptions(command, "1")
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action((path: string, flags: InspectFlags) => {
      const { content, options } = givenModel(path, flags);
      const report: InspectionReport = { schemaVersion: 1, ...inspectModel(content, options) };
      io.stdout(
        flags.format === "json"
          ? `${JSON.stringify(report, undefined, 2)}\n`
          : inspectionText(report, textStyle(io.isStdoutTty)),
      );
    });
}
