/** Designs named on the command line. */
import type { Command } from "commander";
import { Option } from "commander";
import type { HardwareDesign } from "../index.ts";
import { applySettings, parseDesign } from "../index.ts";
import type { Diagnostic } from "../support/diagnostics.ts";
import { DiagnosticError } from "../support/diagnostics.ts";
import { readFileOrPreset } from "../node/package.ts";
import { collect } from "./arguments.ts";

/** Adds `--set`. */
export function addSetOption(command: Command): Command {
  return command.addOption(
    new Option("--set <field=value>", "changes a field of the design for this run, as dram.channels=4; may be repeated")
      .argParser(collect)
      .default([], "none"),
  );
}

/** The design in a file or of a preset's name, with `--set` applied. */
export function readDesign(pathOrName: string, settings: readonly string[] = []): HardwareDesign {
  const { text, fileName } = readFileOrPreset("design", pathOrName);
  return applySettings(parseDesign(text, fileName), settings);
}

/** Designs as by {@link readDesign}; the errors of all of them are reported together. */
export function readDesigns(pathsOrNames: readonly string[], settings: readonly string[]): readonly HardwareDesign[] {
  const designs: HardwareDesign[] = [];
  const errors: Diagnostic[] = [];
  for (const pathOrName of pathsOrNames) {
    try {
      designs.push(readDesign(pathOrName, settings));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      errors.push(...error.diagnostics);
    }
  }
  if (errors.length > 0) throw new DiagnosticError(errors);
  return designs;
}
