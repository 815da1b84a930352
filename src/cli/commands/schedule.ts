/** `fastc schedule`: one form of a schedule made from the other. */
import type { Command } from "commander";
import { Option } from "commander";
import { readSchedule, scheduleJson, scheduleText } from "../../index.ts";
import { readText } from "../../node/files.ts";
import { writeText } from "../../node/output-directory.ts";
import type { CommandContext } from "../command.ts";

interface ScheduleFlags {
  readonly to: "json" | "mlir";
  readonly output?: string;
}

/** Declares `fastc schedule`. */
export function declareSchedule(command: Command, { io }: CommandContext): void {
  command
    .argument("<schedule>", "schedule.json or schedule.mlir, as fastc compile -o writes them")
    .addOption(new Option("--to <form>", "which form to write").choices(["json", "mlir"]).default("mlir"))
    .option("-o, --output <file>", "write into this file instead of stdout")
    .action(async (path: string, { to, output }: ScheduleFlags) => {
      const schedule = await readSchedule(readText(path), path);
      const text = to === "json" ? scheduleJson(schedule) : scheduleText(schedule);
      if (output === undefined) io.stdout(text);
      else writeText(output, text);
    });
}
