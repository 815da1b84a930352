/** `fastc materialize`: generates the weights files that a model lacks, so that it can be run. */
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import type { WeightFile } from "../../index.ts";
import { parseInitFile, weightFiles } from "../../index.ts";
import { isFile, openBytes, readText } from "../../node/files.ts";
import { writeWeightFile } from "../../node/weight-files.ts";
import { formatInteger } from "../../report/units.ts";
import { fail } from "../../support/diagnostics.ts";
import { seedNumber } from "../arguments.ts";
import type { CommandContext } from "../command.ts";

interface MaterializeFlags {
  readonly seed: number;
  readonly output?: string;
  readonly force?: true;
}

/** Declares `fastc materialize`. */
export function declareMaterialize(command: Command, { io }: CommandContext): void {
  command
    .argument("<model>", "ONNX file")
    .option("--seed <n>", "seed of the numbers, where no NAME.init.json beside the model has one", seedNumber, 1)
    .option("-o, --output <file>", "write the weights here instead of beside the model")
    .option("--force", "overwrite weights that are there")
    .action((path: string, flags: MaterializeFlags) => {
      const initPath = path.replace(/(\.onnx)?$/, ".init.json");
      const init = isFile(initPath)
        ? { file: parseInitFile(readText(initPath), initPath), fileName: initPath }
        : undefined;
      const files = weightFiles(openBytes(path), { fileName: path, seed: flags.seed, init });
      const source = init === undefined ? `seed ${flags.seed}` : `${basename(initPath)}, seed ${init.file.seed}`;
      for (const { file, target } of targets(files, path, flags)) {
        writeWeightFile(target, file);
        io.stdout(`${target}: ${countsOf(file)}, ${source}\n  sha256 ${openBytes(target).sha256()}\n`);
      }
      if (files.length === 0) io.stdout(`${path} has no weights in other files: there is nothing to generate\n`);
    });
}

interface Target {
  readonly file: WeightFile;
  readonly target: string;
}

/** What to write where: with --force everything, else what is absent. */
function targets(files: readonly WeightFile[], modelPath: string, flags: MaterializeFlags): readonly Target[] {
  const { output, force = false } = flags;
  if (output !== undefined && files.length > 1) {
    fail({
      code: "usage",
      message: `-o names one file but the model has weights in ${files.length}: ${files.map(({ location }) => location).join(", ")}`,
      help: ["leave -o out: they are written beside the model"],
    });
  }
  const all = files.map((file) => ({ file, target: output ?? join(dirname(modelPath), file.location) }));
  const absent = all.filter(({ target }) => force || !isFile(target));
  if (absent.length === 0 && all.length > 0) {
    fail({
      code: "weights-exist",
      message: "the weights are there already",
      at: all.map(({ target }) => target),
      help: ["add --force to overwrite them"],
    });
  }
  return absent;
}

function countsOf({ sizeBytes, tensorCount, elementCount }: WeightFile): string {
  const tensors = tensorCount === 1 ? "1 tensor" : `${formatInteger(tensorCount)} tensors`;
  return `${formatInteger(sizeBytes)} B, ${formatInteger(elementCount)} elements in ${tensors}`;
}
