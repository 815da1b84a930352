/** `fastc opt`: passes on IR, text in and text out. */
import type { Command } from "commander";
import { allPasses, optionName } from "../../index.ts";
import { readText } from "../../node/files.ts";
import { writeText } from "../../node/output-directory.ts";
import { passListText } from "../../report/ir/pass-list.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, fail, renderDiagnostic } from "../../support/diagnostics.ts";
import type { CommandContext } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import type { CommandIo } from "../io.ts";
import { compareDiagnostics } from "../ir/expected-diagnostics.ts";
import type { OptFlags } from "../ir/opt-run.ts";
import { OptRun } from "../ir/opt-run.ts";
import { addPassOptions } from "../ir/pass-flags.ts";
import { splitInput } from "../ir/split-input.ts";

interface OptCommandFlags extends OptFlags {
  readonly output?: string;
  readonly splitInputFile?: true;
  readonly verifyDiagnostics?: true;
  readonly listPasses?: true;
}

/** Declares `fastc opt`. */
export function declareOpt(command: Command, { io, exitWith }: CommandContext): void {
  command
    .argument("[file]", "IR as MLIR text; - for standard input", "-")
    .option("--pass-pipeline <passes>", "what to run: builtin.module(func.func(canonicalize,cse)), or canonicalize,cse")
    .option("-o, --output <file>", "write the IR into this file instead of on stdout")
    .option("--split-input-file", "run on each part of the input by itself; lines `// -----` stand between them")
    .option("--verify-diagnostics", "check that exactly the errors of `expected-error` comments are given")
    .option("--mlir-print-op-generic", "print every operation in MLIR's generic form")
    .option("--mlir-print-debuginfo", "print the location of every operation")
    .option("--allow-unregistered-dialect", "take operations that fastc does not know, and keep them")
    .option("--run-reproducer", "run the pipeline that stands in the file, as --crash-reproducer wrote it")
    .option("--list-passes", "list the passes with their options and end");
  addPassOptions(command).action(async (path: string, flags: OptCommandFlags) => {
    if (flags.listPasses === true) return io.stdout(passList());
    refuseContradictions(flags);
    const fileName = path === "-" ? "<stdin>" : path;
    const text = path === "-" ? io.readStdin() : readText(path);
    const { output, problems } = await runOnParts({ text, fileName }, flags, io);
    if (flags.verifyDiagnostics === true) {
      for (const problem of problems) io.stderr(`${renderDiagnostic(problem)}\n`);
      if (problems.length > 0) return exitWith(exitStatus.negative);
    } else if (problems.length > 0) throw new DiagnosticError(problems);
    if (flags.output === undefined) io.stdout(output);
    else writeText(flags.output, output);
  });
}

function refuseContradictions({ runReproducer, passPipeline }: OptCommandFlags): void {
  if (runReproducer !== true || passPipeline === undefined) return;
  fail({
    code: "usage",
    message: "--run-reproducer runs the pipeline of the file, and --pass-pipeline names another",
    help: ["leave one of them out"],
  });
}

/** The IR that all parts give, and what is wrong: errors, or with `--verify-diagnostics` how they differ from the expected. */
async function runOnParts(
  input: { readonly text: string; readonly fileName: string },
  flags: OptCommandFlags,
  io: CommandIo,
): Promise<{ readonly output: string; readonly problems: readonly Diagnostic[] }> {
  const { fileName } = input;
  const parts = flags.splitInputFile === true ? splitInput(input.text) : [input];
  const run = new OptRun(flags, io, fileName);
  const outputs: string[] = [];
  const problems: Diagnostic[] = [];
  for (const { text } of parts) {
    const { output, diagnostics } = await run.on(text);
    if (output !== undefined) outputs.push(output);
    problems.push(
      ...(flags.verifyDiagnostics === true ? compareDiagnostics({ text, fileName }, diagnostics) : diagnostics),
    );
  }
  run.finish();
  return { output: outputs.join("// -----\n"), problems };
}

function passList(): string {
  return passListText(
    allPasses.map(({ options, ...pass }) => ({
      ...pass,
      options: Object.entries(options).map(([key, { placeholder, help, fallback, print }]) => ({
        name: optionName(key),
        placeholder,
        help,
        // The default of an option is a value of its type.
        fallback: fallback === undefined ? undefined : print(fallback.value as never),
      })),
    })),
  );
}
