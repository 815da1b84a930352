/** Options that say which model is compiled, at which batch, dimensions and inputs: the same for every command. */
import type { Command } from "commander";
import { Option } from "commander";
import type { ImportOptions, InputValue } from "../index.ts";
import { readTensorFile } from "../index.ts";
import { readBytes } from "../node/files.ts";
import type { ModelFile } from "../node/model-file.ts";
import { openModel } from "../node/model-file.ts";
import type { ByteSource } from "../support/byte-source.ts";
import { fail } from "../support/diagnostics.ts";
import { collectDims, collectShapes, collectTexts, positiveInteger } from "./arguments.ts";

/** Values of the options of `addInputOptions`. */
export interface InputFlags {
  readonly dim: Readonly<Record<string, number>>;
  readonly input: Readonly<Record<string, readonly number[]>>;
  readonly inputValue: Readonly<Record<string, string>>;
}

/** Values of the options of `addModelOptions`. */
export interface ModelFlags extends InputFlags {
  readonly batch?: number;
}

/** Adds `--batch` and the options of `addInputOptions`. `defaultBatch`: a symbolic batch without `--batch`, in words. */
export function addModelOptions(command: Command, defaultBatch: string, input = shapeOption()): Command {
  return addInputOptions(
    command.option(
      "--batch <n>",
      `samples per run and core; a symbolic batch is ${defaultBatch} by default`,
      positiveInteger,
    ),
    input,
  );
}

/** Adds `--dim`, `--input` and `--input-value`. */
export function addInputOptions(command: Command, input = shapeOption()): Command {
  return command
    .addOption(
      new Option("--dim <name=value>", "binds a symbolic dimension of the model; may be repeated")
        .argParser(collectDims)
        .default({}, "none"),
    )
    .addOption(input)
    .addOption(
      new Option(
        "--input-value <name=value>",
        "makes an input a constant that shapes may depend on: JSON numbers as [1,2,3], or a tensor file.pb; may be repeated",
      )
        .argParser(collectTexts)
        .default({}, "none"),
    );
}

/** `--input` of commands that need no numbers. */
function shapeOption(): Option {
  return new Option("--input <name:shape>", "binds all dimensions of an input, as in x:1x3x224x224; may be repeated")
    .argParser(collectShapes)
    .default({}, "none");
}

/** A model that a command was given, ready to be imported. */
export interface GivenModel {
  readonly content: ByteSource;
  readonly options: Omit<ImportOptions, "defaultBatch">;
  /** Reads the weights files beside it, which only commands that run the model need. */
  readonly readExternal: ModelFile["readExternal"];
}

/** Opens the model file of a command, with what the flags say about it. */
export function givenModel(path: string, flags: ModelFlags): GivenModel {
  const { content, externalSize, readExternal } = openModel(path);
  const { batch, dim: dims, input: inputShapes } = flags;
  const inputValues = Object.fromEntries(
    Object.entries(flags.inputValue).map(([name, text]) => [name, inputValue(name, text)]),
  );
  const given = batch === undefined ? {} : { batch };
  return { content, options: { fileName: path, dims, inputShapes, inputValues, externalSize, ...given }, readExternal };
}

/** JSON begins like a list or a number; anything else is the path of a tensor file. */
function inputValue(name: string, text: string): InputValue {
  if (!/^\s*[-[\d]|^\s*(true|false)\s*$/.test(text) || text.endsWith(".pb"))
    return readTensorFile(readBytes(text), text);
  try {
    // Its form is checked against the input's type by the importer.
    return JSON.parse(text) as InputValue;
  } catch {
    return fail({
      code: "usage",
      message: `--input-value ${name}=${text} is neither JSON nor the path of a tensor file`,
      help: [`write --input-value ${name}=[1,2,3], or --input-value ${name}=FILE.pb`],
    });
  }
}
