/** Options that say which model is compiled, at which batch and dimensions. */
import type { Command } from "commander";
import { collectDims, positiveInteger } from "./arguments.ts";

/** Values of the options of `addModelOptions`. */
export interface ModelFlags {
  readonly batch?: number;
  readonly dim: Readonly<Record<string, number>>;
}

/** Adds `--batch` and `--dim`. */
export function addModelOptions(command: Command): Command {
  return command
    .option(
      "--batch <n>",
      "samples per run and core; default: the model's own or the design's nativeBatch",
      positiveInteger,
    )
    .option("--dim <name=value>", "binds a symbolic dimension of the model; may be repeated", collectDims, {});
}
