/** `fastc hw`: what a design is worth before any model runs on it. */
import type { Command } from "commander";
import { Option } from "commander";
import { compareDatasheets, comparisonText } from "../../report/datasheet-comparison.ts";
import { datasheetOf, datasheetText } from "../../report/datasheet.ts";
import { fail } from "../../support/diagnostics.ts";
import type { CommandContext } from "../command.ts";
import { addSetOption, readDesigns } from "../design-files.ts";
import { textStyle } from "../text-style.ts";

interface HwFlags {
  readonly compare: boolean;
  readonly set: readonly string[];
  readonly format: "text" | "json";
}

/** Declares `fastc hw`. */
export function declareHw(command: Command, { io }: CommandContext): void {
  command.argument("<designs...>", "design.json, or the name of a design that comes with fastc");
  command.option("--compare", "print two designs or more side by side, with ratios to the first", false);
  addSetOption(command)
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action((paths: readonly string[], { compare, set, format }: HwFlags) => {
      refuseWrongCount(paths, compare);
      const designs = readDesigns(paths, set);
      const style = textStyle(io.isStdoutTty);
      const print = (data: unknown, text: () => string): void =>
        io.stdout(format === "json" ? `${JSON.stringify(data, undefined, 2)}\n` : text());
      if (compare) {
        const comparison = compareDatasheets(designs);
        print(comparison, () => comparisonText(comparison, style));
        return;
      }
      for (const design of designs) {
        const sheet = datasheetOf(design);
        print(sheet, () => datasheetText(sheet, style));
      }
    });
}

function refuseWrongCount(paths: readonly string[], compare: boolean): void {
  if (compare && paths.length < 2) {
    fail({
      code: "usage",
      message: `--compare takes two designs or more, not ${paths.length}`,
      help: [`fastc hw --compare ${paths.join(" ")} tpu-v3-7nm`],
    });
  }
  if (!compare && paths.length > 1) {
    fail({
      code: "usage",
      message: `one design has a datasheet, not ${paths.length}`,
      help: [`fastc hw --compare ${paths.join(" ")}`],
    });
  }
}
