/** `fastc run`: executes a model on real numbers and summarises what comes out. */
import type { Command } from "commander";
import { Option } from "commander";
import type { ScheduleFile, TensorValue } from "../../index.ts";
import { encodeNpy, encodeTensor, execute, interpretFunction, mainFunction, sourceNames } from "../../index.ts";
import { writeDirectory } from "../../node/output-directory.ts";
import type { RunOutput } from "../../report/run-report.ts";
import { runJson, runText } from "../../report/run-report.ts";
import { fail, renderDiagnostic } from "../../support/diagnostics.ts";
import type { CommandContext } from "../command.ts";
import type { RunFlags, RunnableModel } from "../input-tensors.ts";
import { addRunOptions, runnableModel } from "../input-tensors.ts";
import type { ScheduleFlags } from "../schedule-options.ts";
import { addScheduleOptions, givenSchedule, scheduledModel, wantsSchedule, withSchedule } from "../schedule-options.ts";
import { textStyle } from "../text-style.ts";

interface RunCommandFlags extends RunFlags, ScheduleFlags {
  readonly reference?: true;
  readonly output?: string;
  readonly format: "text" | "json";
}

/** Declares `fastc run`. */
export function declareRun(command: Command, { io }: CommandContext): void {
  const flagged = command
    .argument("<model>", "ONNX file")
    .option("--reference", "interpret the tensor IR, as imported, with each op's reference semantics");
  addRunOptions(addScheduleOptions(flagged))
    .option("-o, --output <dir>", "write every output into this directory, as output_N.pb and output_N.npy")
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action(async (path: string, flags: RunCommandFlags) => {
      refuseUnfitting(flags);
      const schedule = await givenSchedule(flags);
      const runnable = runnableModel(path, withSchedule(flags, schedule));
      const { model, inputs } = runnable;
      for (const warning of model.warnings) io.stderr(`${renderDiagnostic(warning)}\n`);
      const names = sourceNames(mainFunction(model.module), "results");
      const { execution, results } = executed(runnable, flags, schedule);
      const outputs = results.map((value, index) => ({ name: names[index] ?? `${index}`, value }));
      if (flags.output !== undefined) writeDirectory(flags.output, outputs.flatMap(tensorFiles));
      const result = { model: { name: model.name, sha256: model.sha256 }, execution, inputs, outputs };
      io.stdout(
        flags.format === "json"
          ? `${JSON.stringify(runJson(result), undefined, 2)}\n`
          : runText(result, textStyle(io.isStdoutTty)),
      );
      if (flags.output !== undefined) io.stderr(`wrote ${outputs.length} outputs to ${flags.output}\n`);
    });
}

function refuseUnfitting(flags: RunCommandFlags): void {
  if (flags.reference === true && wantsSchedule(flags)) {
    fail({ code: "usage", message: "--reference runs no schedule", help: ["leave out --hw and --schedule"] });
  }
  if (flags.reference !== true && !wantsSchedule(flags)) {
    fail({
      code: "usage",
      message: "nothing says how to run the model",
      help: ["--hw DESIGN runs its schedule for a design, --reference the imported model"],
    });
  }
  if (flags.reference === true && flags.numbers !== "f32") {
    fail({ code: "usage", message: "the reference execution has no --numbers", help: ["add --hw DESIGN"] });
  }
}

/** The outputs, and how they were made. */
function executed(
  runnable: RunnableModel,
  flags: RunCommandFlags,
  schedule: ScheduleFile | undefined,
): { readonly execution: string; readonly results: readonly TensorValue[] } {
  const { model } = runnable;
  const inputs = runnable.inputs.map(({ value }) => value);
  if (flags.reference === true) {
    const results = interpretFunction(mainFunction(model.module), inputs, model.weights);
    return { execution: "reference execution of the tensor IR", results };
  }
  const { numbers } = flags;
  const scheduled = scheduledModel(runnable, flags, schedule);
  const { frozen, design, program } = scheduled;
  const results = execute({ program, design, frozen, inputs, weights: scheduled.model.weights, numbers });
  return { execution: `${program.regions.length} regions on ${design.name}, ${numbers}`, results };
}

/** Names as in ONNX's own test data: by number, because names of tensors need not be names of files. */
function tensorFiles({ name, value }: RunOutput, index: number) {
  return [
    { name: `output_${index}.pb`, bytes: encodeTensor(name, value) },
    { name: `output_${index}.npy`, bytes: encodeNpy(value) },
  ];
}
