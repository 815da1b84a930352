/** `fastc hw`: what a design is worth before any model runs on it. */
import type { Command } from "commander";
import { Option } from "commander";
import { datasheetOf, datasheetText } from "../../report/datasheet.ts";
import type { CommandContext } from "../command.ts";
import { addSetOption, readDesign } from "../design-files.ts";
import { textStyle } from "../text-style.ts";

interface HwFlags {
  readonly set: readonly string[];
  readonly format: "text" | "json";
}

/** Declares `fastc hw`. */
export function declareHw(command: Command, { io }: CommandContext): void {
  command.argument("<design>", "design.json, or the name of a design that comes with fastc");
  addSetOption(command)
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action((path: string, { set, format }: HwFlags) => {
      const sheet = datasheetOf(readDesign(path, set));
      io.stdout(
        format === "json"
          ? `${JSON.stringify(sheet, undefined, 2)}\n`
          : datasheetText(sheet, textStyle(io.isStdoutTty)),
      );
    });
}
