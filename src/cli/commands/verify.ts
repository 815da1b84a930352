/** `fastc verify`: checks what fastc computes against onnxruntime. */
import type { Command } from "commander";
import { Option } from "commander";
import type { HardwareDesign } from "../../index.ts";
import { compareImport } from "../../node/verify-import.ts";
import type { VerifyResult } from "../../report/verify-report.ts";
import { isVerified, verifyJson, verifyText } from "../../report/verify-report.ts";
import { fail, renderDiagnostic } from "../../support/diagnostics.ts";
import { positiveNumber } from "../arguments.ts";
import type { CommandContext } from "../command.ts";
import { comparePasses } from "../compare-passes.ts";
import { readDesign } from "../design-files.ts";
import { exitStatus } from "../exit-status.ts";
import type { RunFlags, RunnableModel } from "../input-tensors.ts";
import { addRunOptions, runnableModel } from "../input-tensors.ts";
import { textStyle } from "../text-style.ts";

interface VerifyFlags extends RunFlags {
  readonly import?: true;
  readonly all?: true;
  readonly afterPasses?: true;
  readonly hw?: string;
  readonly tolerance: number;
  readonly format: "text" | "json";
}

/** Declares `fastc verify`. */
export function declareVerify(command: Command, { io, exitWith }: CommandContext): void {
  command
    .argument("<model>", "ONNX file")
    .option("--import", "compare the reference execution of the imported model with onnxruntime")
    .option("--all", "compare every tensor that a node makes, not only the outputs")
    .option("--after-passes", "run again after every pass that changes something, and compare the outputs")
    .option("--hw <design>", "with --after-passes: also the passes that write the decisions for this design");
  addRunOptions(command)
    .option("--tolerance <share>", "largest difference, as a share of the tensor's scale", positiveNumber, 1e-4)
    .addOption(new Option("--format <format>", "what stdout gets").choices(["text", "json"]).default("text"))
    .action(async (path: string, flags: VerifyFlags) => {
      refuseUnfitting(flags);
      const design = flags.hw === undefined ? undefined : readDesign(flags.hw);
      const runnable = runnableModel(path, flags);
      for (const warning of runnable.model.warnings) io.stderr(`${renderDiagnostic(warning)}\n`);
      const result = await verified(runnable, flags, design);
      io.stdout(
        flags.format === "json"
          ? `${JSON.stringify(verifyJson(result), undefined, 2)}\n`
          : verifyText(result, textStyle(io.isStdoutTty)),
      );
      exitWith(isVerified(result) ? exitStatus.ok : exitStatus.negative);
    });
}

function refuseUnfitting(flags: VerifyFlags): void {
  if (flags.import !== true) {
    fail({ code: "usage", message: "only the import of a model can be verified yet", help: ["add --import"] });
  }
  if (flags.hw !== undefined && flags.afterPasses !== true) {
    fail({
      code: "usage",
      message: "--hw says which passes to check, but no pass is checked",
      help: ["add --after-passes"],
    });
  }
}

async function verified(
  runnable: RunnableModel,
  flags: VerifyFlags,
  design: HardwareDesign | undefined,
): Promise<VerifyResult> {
  const { model, inputs, options } = runnable;
  const { runtime, tensors, notCompared, expected } = await compareImport({
    path: options.fileName,
    model,
    inputs: new Map([...model.constants, ...inputs.map(({ name, value }) => [name, value] as const)]),
    isAll: flags.all === true,
    tolerance: flags.tolerance,
  });
  const passes =
    flags.afterPasses === true
      ? comparePasses({ ...runnable, inputs: inputs.map(({ value }) => value), expected }, design)
      : [];
  const { name, sha256 } = model;
  return { model: { name, sha256 }, runtime, tolerance: flags.tolerance, inputs, tensors, notCompared, passes };
}
