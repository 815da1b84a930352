/** `--print-ir-after` and `--dump-dir`: the module as each pass leaves it. */
import { join } from "node:path";
import type { Command } from "commander";
import type { PassDone } from "../index.ts";
import { passNames, printModule } from "../index.ts";
import { writeText } from "../node/output-directory.ts";
import { fail } from "../support/diagnostics.ts";
import type { CommandIo } from "./io.ts";

/** Values of the options of `addDumpOptions`. */
export interface DumpFlags {
  /** Pass names, or `all`. */
  readonly printIrAfter?: readonly string[];
  readonly dumpDir?: string;
}

/** Adds `--print-ir-after` and `--dump-dir`. */
export function addDumpOptions(command: Command): Command {
  return command
    .option(
      "--print-ir-after <pass>",
      "print the IR on stderr after this pass, or after every pass with `all`; may be repeated",
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .option("--dump-dir <dir>", "write the IR after every pass as NN-pass.mlir, as the passes run");
}

/** What to do after each pass; refuses a pass that does not exist. */
export function passDumper({ printIrAfter = [], dumpDir }: DumpFlags, io: CommandIo): (event: PassDone) => void {
  const known = passNames;
  const unknown = printIrAfter.find((name) => name !== "all" && !known.includes(name));
  if (unknown !== undefined) {
    fail({
      code: "pass-unknown",
      message: `there is no pass '${unknown}'`,
      at: ["--print-ir-after"],
      notes: [`passes are ${known.join(", ")}`, "'all' prints after every pass"],
    });
  }
  return ({ index, pass: { name }, module }) => {
    const isPrinted = printIrAfter.includes("all") || printIrAfter.includes(name);
    if (!isPrinted && dumpDir === undefined) return;
    const number = String(index).padStart(2, "0");
    const text = printModule(module);
    if (isPrinted) io.stderr(`// -----// IR after ${number}-${name} //----- //\n${text}`);
    if (dumpDir !== undefined) writeText(join(dumpDir, `${number}-${name}.mlir`), text);
  };
}
