/** Options that say which model is compiled, at which batch and dimensions. */
import type { Command } from "commander";
import { Option } from "commander";
import { collectDims, positiveInteger } from "./arguments.ts";

/** Values of the options of `addModelOptions`. */
export interface ModelFlags {
  readonly batch?: number;
  readonly dim: Readonly<Record<string, number>>;
}

/** Adds `--batch` and `--dim`. `defaultBatch`: what a symbolic batch becomes without `--batch`, in words. */
export function addModelOptions(command: Command, defaultBatch: string): Command {
  return addDimOption(
    command.option(
      "--batch <n>",
      `samples per run and core; a symbolic batch is ${defaultBatch} by default`,
      positiveInteger,
    ),
  );
}

/** Adds `--dim`. */
export function addDimOption(command: Command): Command {
  return command.addOption(
    new Option("--dim <name=value>", "binds a symbolic dimension of the model; may be repeated")
      .argParser(collectDims)
      .default({}, "none"),
  );
}
