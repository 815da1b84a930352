/** The model that a command runs, and the numbers it runs on: from files where the user gives them, else random by seed. */
import type { Command } from "commander";
import { Option } from "commander";
import type { ImportedModel, ImportOptions, TensorValue } from "../index.ts";
import {
  decodeNpy,
  functionBody,
  importModel,
  inputRule,
  inputRuleText,
  mainFunction,
  randomInput,
  readTensorFile,
  sourceNames,
} from "../index.ts";
import { readBytes } from "../node/files.ts";
import type { InputSource } from "../report/verify-report.ts";
import type { ByteSource } from "../support/byte-source.ts";
import { fail } from "../support/diagnostics.ts";
import type { InputChoices } from "./arguments.ts";
import { collectInputs, seedNumber } from "./arguments.ts";
import type { ModelFlags } from "./model-options.ts";
import { addModelOptions, givenModel } from "./model-options.ts";

/** Values of the options of `addRunOptions`. */
export interface RunFlags extends Omit<ModelFlags, "input"> {
  readonly seed: number;
  readonly input: InputChoices;
}

/** Adds the model options, where `--input` also takes numbers, and `--seed`. */
export function addRunOptions(command: Command): Command {
  const input = new Option(
    "--input <name=file>",
    "numbers of an input: FILE.pb, FILE.npy, or random; or its shape, as in x:1x3x224x224; may be repeated",
  )
    .argParser(collectInputs)
    .default({ shapes: {}, sources: {} }, "all random");
  return addModelOptions(command, "1", input).option(
    "--seed <n>",
    "seed of the inputs that are not given",
    seedNumber,
    1,
  );
}

/** An input of the model with its numbers. */
export interface InputTensor extends InputSource {
  readonly value: TensorValue;
}

/** A model that is ready to run. */
export interface RunnableModel {
  readonly content: ByteSource;
  /** How it was imported. */
  readonly options: ImportOptions;
  readonly model: ImportedModel;
  /** Of the function's inputs, in their order. */
  readonly inputs: readonly InputTensor[];
}

/**
 * Imports a model for running it. The shape of a given tensor binds the dimensions of its input.
 * @throws DiagnosticError of the importer, `usage` for an unknown input, or what is wrong with a file
 */
export function runnableModel(path: string, flags: RunFlags): RunnableModel {
  const { shapes, sources } = flags.input;
  const given = new Map(
    Object.entries(sources).flatMap(([name, file]) => (file === "random" ? [] : [[name, readTensor(file)] as const])),
  );
  const ownShapes = Object.fromEntries([...given].map(([name, { type }]) => [name, type.shape]));
  const { content, options, readExternal } = givenModel(path, { ...flags, input: { ...ownShapes, ...shapes } });
  const importOptions = { defaultBatch: 1, ...options, readExternal };
  const model = importModel(content, importOptions);
  return { content, options: importOptions, model, inputs: inputTensors(model, flags, given) };
}

function inputTensors(
  { module }: ImportedModel,
  { seed, input: { sources } }: RunFlags,
  given: ReadonlyMap<string, TensorValue>,
): readonly InputTensor[] {
  const fn = mainFunction(module);
  const names = sourceNames(fn, "inputs");
  const unknown = Object.keys(sources).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    fail({
      code: "usage",
      message: `the model has no input '${unknown}'`,
      at: ["--input"],
      notes: [`its inputs are ${names.join(", ")}`],
    });
  }
  return functionBody(fn).args.map((arg, index) => {
    const name = names[index] ?? "";
    const value = given.get(name);
    if (value !== undefined) return { name, type: value.type, source: sources[name] ?? "", value };
    const random = randomInput(fn, index, seed);
    return { name, type: random.type, source: inputRuleText(inputRule(arg), seed), value: random };
  });
}

function readTensor(path: string): TensorValue {
  const bytes = readBytes(path);
  return path.endsWith(".npy") ? decodeNpy(bytes, path) : readTensorFile(bytes, path);
}
