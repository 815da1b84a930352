/** `fastc run`: executes a model on real numbers and summarises what comes out. */
import type { Command } from "commander";
import { Option } from "commander";
import { encodeNpy, encodeTensor, interpretFunction, mainFunction, sourceNames } from "../../index.ts";
import { writeDirectory } from "../../node/output-directory.ts";
import type { RunOutput } from "../../report/run-report.ts";
import { runJson, runText } from "../../report/run-report.ts";
import { fail, renderDiagnostic } from "../../support/diagnostics.ts";
import type { CommandContext } from "../command.ts";
import type { RunFlags } from "../input-tensors.ts";
import { addRunOptions, runnableModel } from "../input-tensors.ts";
import { textStyle } from "../text-style.ts";

interface RunCommandFlags extends RunFlags {
  readonly reference?: true;
  readonly output?: string;
  readonly format: "text" | "json";
}

/** Declares `fastc run`. */
export function declareRun(command: Command, { io }: CommandContext): void {
  command
    .argument("<model>", "ONNX file")
    .option("--reference", "interpret the tensor IR, as imported, with each op's reference semantics");
  addRunOptions(command)
    .option("-o, --output <dir>", "write every output into this directory, as output_N.pb and output_N.npy")
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action((path: string, flags: RunCommandFlags) => {
      if (flags.reference !== true) {
        fail({
          code: "usage",
          message: "only the reference execution of a model can be run yet",
          help: ["add --reference"],
        });
      }
      const { model, inputs } = runnableModel(path, flags);
      for (const warning of model.warnings) io.stderr(`${renderDiagnostic(warning)}\n`);
      const fn = mainFunction(model.module);
      const names = sourceNames(fn, "results");
      const results = interpretFunction(
        fn,
        inputs.map(({ value }) => value),
        model.weights,
      );
      const outputs = results.map((value, index) => ({ name: names[index] ?? `${index}`, value }));
      if (flags.output !== undefined) writeDirectory(flags.output, outputs.flatMap(tensorFiles));
      const result = { model: { name: model.name, sha256: model.sha256 }, inputs, outputs };
      io.stdout(
        flags.format === "json"
          ? `${JSON.stringify(runJson(result), undefined, 2)}\n`
          : runText(result, textStyle(io.isStdoutTty)),
      );
      if (flags.output !== undefined) io.stderr(`wrote ${outputs.length} outputs to ${flags.output}\n`);
    });
}

/** Names as in ONNX's own test data: by number, because names of tensors need not be names of files. */
function tensorFiles({ name, value }: RunOutput, index: number) {
  return [
    { name: `output_${index}.pb`, bytes: encodeTensor(name, value) },
    { name: `output_${index}.npy`, bytes: encodeNpy(value) },
  ];
}
