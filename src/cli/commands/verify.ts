/** `fastc verify`: checks what fastc computes against onnxruntime. */
import type { Command } from "commander";
import { Option } from "commander";
import type { NumberMode, ScheduleFile } from "../../index.ts";
import { compareImport } from "../../node/verify-import.ts";
import { compareSchedule } from "../../node/verify-schedule.ts";
import type { VerifyResult } from "../../report/verify-report.ts";
import { isVerified, verifyJson, verifyText } from "../../report/verify-report.ts";
import { fail, renderDiagnostic } from "../../support/diagnostics.ts";
import { positiveNumber } from "../arguments.ts";
import type { CommandContext } from "../command.ts";
import { comparePasses } from "../compare-passes.ts";
import { readDesign } from "../design-files.ts";
import { exitStatus } from "../exit-status.ts";
import type { RunFlags, RunnableModel } from "../input-tensors.ts";
import { addRunOptions, runnableModel } from "../input-tensors.ts";
import type { ScheduleFlags } from "../schedule-options.ts";
import { addScheduleOptions, givenSchedule, scheduledModel, wantsSchedule, withSchedule } from "../schedule-options.ts";
import { textStyle } from "../text-style.ts";

interface VerifyFlags extends RunFlags, ScheduleFlags {
  readonly import?: true;
  readonly all?: true;
  readonly afterPasses?: true;
  readonly tolerance?: number;
  readonly format: "text" | "json";
}

/** Declares `fastc verify`. */
export function declareVerify(command: Command, { io, exitWith }: CommandContext): void {
  const flagged = command
    .argument("<model>", "ONNX file")
    .option("--import", "compare the reference execution of the imported model, no schedule")
    .option("--all", "compare what every region writes, with --import what every node makes, not only the outputs")
    .option(
      "--after-passes",
      "with --import: run again after every pass that changes something, and compare; with --hw also those that write decisions",
    );
  addRunOptions(addScheduleOptions(flagged))
    .option(
      "--tolerance <share>",
      "largest difference, as a share of the tensor's scale (default: 1e-4; in bf16 2^-7)",
      positiveNumber,
    )
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action(async (path: string, flags: VerifyFlags) => {
      refuseUnfitting(flags);
      const schedule = await givenSchedule(flags);
      const runnable = runnableModel(path, withSchedule(flags, schedule));
      for (const warning of runnable.model.warnings) io.stderr(`${renderDiagnostic(warning)}\n`);
      const tolerance = flags.tolerance ?? defaultTolerance[flags.numbers];
      const result =
        flags.import === true
          ? await verifiedImport(runnable, flags, tolerance)
          : await verifiedSchedule(runnable, { ...flags, tolerance }, schedule);
      io.stdout(
        flags.format === "json"
          ? `${JSON.stringify(verifyJson(result), undefined, 2)}\n`
          : verifyText(result, textStyle(io.isStdoutTty)),
      );
      exitWith(isVerified(result) ? exitStatus.ok : exitStatus.negative);
    });
}

/**
 * In f32 only the order of additions differs. In bf16 a region's result is rounded once, to 8 significant bits: by at most 2⁻⁸
 * of its magnitude; twice that leaves room for sums in another order.
 */
const defaultTolerance: Readonly<Record<NumberMode, number>> = { f32: 1e-4, bf16: 2 ** -7 };

function refuseUnfitting(flags: VerifyFlags): void {
  if (flags.import === true) {
    if (flags.schedule !== undefined || flags.numbers !== "f32") {
      const option = flags.schedule === undefined ? "--numbers" : "--schedule";
      fail({ code: "usage", message: `--import runs no schedule, so there is nothing for ${option} to say` });
    }
    if (flags.hw === undefined || flags.afterPasses === true) return;
    fail({
      code: "usage",
      message: "--hw says which passes to check, but no pass is checked",
      help: ["add --after-passes, or leave out --import to check the schedule for this design"],
    });
  }
  if (flags.afterPasses === true) {
    fail({ code: "usage", message: "--after-passes checks the import", help: ["add --import"] });
  }
  if (wantsSchedule(flags)) return;
  fail({
    code: "usage",
    message: "nothing says what to verify",
    help: ["--hw DESIGN checks the schedule for a design, --import the imported model"],
  });
}

async function verifiedSchedule(
  runnable: RunnableModel,
  flags: VerifyFlags & { readonly tolerance: number },
  schedule: ScheduleFile | undefined,
): Promise<VerifyResult> {
  const { inputs, options } = runnable;
  const scheduled = scheduledModel(runnable, flags, schedule);
  const { model, design, program } = scheduled;
  const { numbers, tolerance } = flags;
  const compared = await compareSchedule({
    scheduled,
    path: options.fileName,
    args: inputs.map(({ value }) => value),
    inputs: new Map([...model.constants, ...inputs.map(({ name, value }) => [name, value] as const)]),
    numbers,
    isAll: flags.all === true,
    tolerance,
  });
  const { name, sha256 } = model;
  const subject = { kind: "schedule", design: design.name, numbers, regions: program.regions.length } as const;
  return { subject, model: { name, sha256 }, tolerance, inputs, ...compared, passes: [] };
}

async function verifiedImport(runnable: RunnableModel, flags: VerifyFlags, tolerance: number): Promise<VerifyResult> {
  const { model, inputs, options } = runnable;
  const design = flags.hw === undefined ? undefined : readDesign(flags.hw);
  const { runtime, tensors, notCompared, expected } = await compareImport({
    path: options.fileName,
    model,
    inputs: new Map([...model.constants, ...inputs.map(({ name, value }) => [name, value] as const)]),
    isAll: flags.all === true,
    tolerance,
  });
  const passes =
    flags.afterPasses === true
      ? comparePasses({ ...runnable, inputs: inputs.map(({ value }) => value), expected }, design)
      : [];
  const { name, sha256 } = model;
  const subject = { kind: "import" } as const;
  return { subject, model: { name, sha256 }, runtime, tolerance, inputs, tensors, notCompared, passes };
}
