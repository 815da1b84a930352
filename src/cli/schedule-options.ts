/** Options of commands that run a schedule: compiled for a design now, or read from a file. */
import type { Command } from "commander";
import { Option } from "commander";
import type { NumberMode, ScheduleFile } from "../index.ts";
import { compilerPresets, numberModes, readSchedule } from "../index.ts";
import { readText } from "../node/files.ts";
import type { ScheduledModel } from "../node/scheduled-model.ts";
import { compiledModel, modelWithSchedule } from "../node/scheduled-model.ts";
import { fail } from "../support/diagnostics.ts";
import { canonicalJson } from "../support/stable-json.ts";
import { readDesign } from "./design-files.ts";
import type { RunFlags, RunnableModel } from "./input-tensors.ts";

/** Values of the options of `addScheduleOptions`. */
export interface ScheduleFlags {
  readonly hw?: string;
  readonly schedule?: string;
  readonly numbers: NumberMode;
}

/** Adds `--hw`, `--schedule` and `--numbers`. */
export function addScheduleOptions(command: Command): Command {
  return command
    .option("--hw <design>", "design file or preset: run the schedule that fastc makes for it")
    .option(
      "--schedule <file>",
      "run this schedule of the model, schedule.json or schedule.mlir, instead of making one",
    )
    .addOption(
      new Option("--numbers <mode>", "f32: tensors as they are; bf16: rounded where they are written to memory")
        .choices(numberModes)
        .default("f32"),
    );
}

/** True when a schedule is asked for. */
export function wantsSchedule({ hw, schedule }: ScheduleFlags): boolean {
  return hw !== undefined || schedule !== undefined;
}

/** The schedule that is given as a file. @throws DiagnosticError `schedule-invalid`, or what is wrong with its text */
export async function givenSchedule({ schedule }: ScheduleFlags): Promise<ScheduleFile | undefined> {
  return schedule === undefined ? undefined : readSchedule(readText(schedule), schedule);
}

/** The flags, where a schedule says the batch and dimensions that nobody gives. */
export function withSchedule<F extends RunFlags>(flags: F, schedule: ScheduleFile | undefined): F {
  if (schedule === undefined) return flags;
  const { batch, dims } = schedule.model;
  return { ...flags, batch: flags.batch ?? batch, dim: { ...dims, ...flags.dim } };
}

/**
 * The model with its schedule; what was imported is simplified by this.
 * @throws DiagnosticError what is wrong with the design, or `schedule-mismatch`
 */
export function scheduledModel(
  { content, options, model }: RunnableModel,
  flags: ScheduleFlags,
  schedule: ScheduleFile | undefined,
): ScheduledModel {
  const design = flags.hw === undefined ? undefined : readDesign(flags.hw);
  if (schedule === undefined) {
    if (design === undefined) fail({ code: "usage", message: "there is no design", help: ["add --hw DESIGN"] });
    // The batch of this run, not the design's own.
    const batch = model.hasSymbolicBatch ? { batch: model.batch } : {};
    return compiledModel(content, design, { importing: { ...options, ...batch }, compile: compilerPresets.fastc });
  }
  const fileName = flags.schedule ?? "";
  if (design !== undefined && canonicalJson(design) !== canonicalJson(schedule.design.content)) {
    fail({
      code: "schedule-mismatch",
      message: `the schedule is for another design: ${schedule.design.content.name}, not ${design.name} as it is now`,
      at: [`${fileName} /design`],
      help: ["leave out --hw: a schedule holds its design"],
    });
  }
  return modelWithSchedule(model, schedule, fileName);
}
