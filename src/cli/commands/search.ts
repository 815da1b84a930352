/** `fastc search`: looks for the design with the best performance per TDP in a space. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Command } from "commander";
import { Option } from "commander";
import type { FeasibleTrial } from "../../index.ts";
import { betterTrial, optimizers, search, studyLine, trialDesign } from "../../index.ts";
import { writeDirectory } from "../../node/output-directory.ts";
import type { StudyFile } from "../../node/study-file.ts";
import { createStudyFile, refuseExistingStudy } from "../../node/study-file.ts";
import { searchReport } from "../../report/search-report.ts";
import { limitOrNone, positiveInteger, seedNumber } from "../arguments.ts";
import type { CommandContext } from "../command.ts";
import { addCompileOptions } from "../compile-options.ts";
import { exitStatus } from "../exit-status.ts";
import type { CommandIo } from "../io.ts";
import { addInputOptions } from "../model-options.ts";
import type { SearchProgress } from "../search-progress.ts";
import { searchProgress } from "../search-progress.ts";
import type { PreparedSearch, SearchFlags } from "../search-setup.ts";
import { prepareSearch } from "../search-setup.ts";
import { textStyle } from "../text-style.ts";

/** Declares `fastc search`. */
export function declareSearch(command: Command, { io, exitWith }: CommandContext): void {
  command
    .argument("<model...>", "ONNX files with a symbolic batch")
    .requiredOption("--space <space>", "space.json, or the name of a space that comes with fastc")
    .requiredOption("--baseline <design>", "design that ratios are taken to, shrunk to the space's node", "tpu-v3")
    .requiredOption("--trials <n>", "designs to try", positiveInteger)
    .option("--seed <n>", "seed of all random numbers", seedNumber, 1)
    .option("--area-limit <mm2>", "largest area, or `none`; default: the shrunk baseline's", limitOrNone)
    .option("--tdp-limit <watts>", "largest TDP, or `none`; default: the shrunk baseline's", limitOrNone)
    .option("--study <file>", "write every trial as a JSON line into this new file")
    .option("-o, --output <dir>", "write best.design.json into this directory")
    .addOption(
      new Option("--optimizer <name>", optimizers.map(({ name, summary }) => `${name}: ${summary}`).join("; "))
        .choices(optimizers.map(({ name }) => name))
        .default(optimizers[0]?.name),
    );
  addInputOptions(command);
  addCompileOptions(command).action(async (paths: readonly string[], flags: SearchFlags) => {
    exitWith(await runSearch(paths, flags, io));
  });
}

async function runSearch(paths: readonly string[], flags: SearchFlags, io: CommandIo): Promise<number> {
  if (flags.study !== undefined) refuseExistingStudy(flags.study);
  const prepared = prepareSearch(paths, flags, io);
  const study = flags.study === undefined ? undefined : createStudyFile(flags.study);
  study?.append(studyLine(prepared.header));
  const progress = searchProgress(flags.trials, io);
  const { best, isInterrupted } = await runTrials(prepared, { study, progress, io });
  progress.finish();
  study?.close();
  if (best !== undefined) {
    io.stdout(searchReport(best, { ...prepared, style: textStyle(io.isStdoutTty) }));
    if (flags.output !== undefined) writeBest(flags.output, prepared, best);
    if (flags.output !== undefined) io.stderr(`wrote ${flags.output}/best.design.json\n`);
  }
  if (isInterrupted) return exitStatus.interrupted;
  if (best === undefined) io.stderr("no feasible design was found: try more trials or looser limits\n");
  return best === undefined ? exitStatus.negative : exitStatus.ok;
}

interface TrialSurroundings {
  readonly study: StudyFile | undefined;
  readonly progress: SearchProgress;
  readonly io: CommandIo;
}

/** Runs the trials; each is in the study before it counts. Ctrl-C ends the loop after the trial at hand. */
async function runTrials(prepared: PreparedSearch, { study, progress, io }: TrialSurroundings) {
  let best: FeasibleTrial | undefined;
  let isInterrupted = false;
  const stopListening = io.onInterrupt(() => (isInterrupted = true));
  try {
    for (const record of search({ ...prepared.setup, onBeyondLimits: progress.beyondLimits })) {
      study?.append(studyLine(record));
      best = betterTrial(best, record);
      progress.trial(record, best);
      await nextTurn();
      if (isInterrupted) break;
    }
  } finally {
    stopListening();
  }
  return { best, isInterrupted };
}

function writeBest(directory: string, { setup }: PreparedSearch, best: FeasibleTrial): void {
  const text = `${JSON.stringify(trialDesign(setup.space, best), undefined, 2)}\n`;
  writeDirectory(directory, [{ name: "best.design.json", text }]);
}
