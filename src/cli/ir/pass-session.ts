/** What a command does around passes, as its options say. */
import type { PassHooks } from "../../index.ts";
import { joinHooks } from "../../index.ts";
import { RewriteLog } from "../../report/ir/rewrite-log.ts";
import type { PassFigures, TimeSpan } from "../../report/ir/pass-statistics.ts";
import { passTimes, PatternCounter, statisticsText, timingText } from "../../report/ir/pass-statistics.ts";
import type { CommandIo } from "../io.ts";
import { crashReproducer } from "./crash-reproducer.ts";
import { DumpDirectory } from "./dump-directory.ts";
import type { IrForm } from "./ir-printer.ts";
import { irPrinter, passLabel } from "./ir-printer.ts";
import type { PassFlags } from "./pass-flags.ts";
import { checkPassNames, checkRewriteNames } from "./pass-flags.ts";

/** The hooks for a run of passes, and what is said at its end. */
export interface PassSession {
  readonly hooks: PassHooks;
  /** Writes the reports; `around`: times of what the command did besides, before and after the passes. */
  readonly finish: (around?: { readonly before: readonly TimeSpan[]; readonly after: readonly TimeSpan[] }) => void;
}

/** Starts listening. `title`: what the passes run on; `form`: how IR is printed. */
export function passSession(
  flags: PassFlags,
  io: CommandIo,
  { title, form = {} }: { readonly title: string; readonly form?: IrForm },
): PassSession {
  checkPassNames(flags);
  checkRewriteNames(flags);
  const { debugRewrites, statistics, timing, verifyEach, dumpDir } = flags;
  const dumps = dumpDir === undefined ? undefined : new DumpDirectory(dumpDir, title);
  const recorder = recordFigures(statistics === true);
  const hooks = joinHooks([
    recorder.hooks,
    ...(debugRewrites === undefined ? [] : [rewriteDebugger(debugRewrites, io)]),
    irPrinter(flags, io, form),
    ...(dumps === undefined ? [] : [dumps.hooks]),
    ...(flags.crashReproducer === undefined ? [] : [crashReproducer(flags.crashReproducer, io)]),
  ]);
  return {
    hooks: { ...hooks, isVerifying: verifyEach, ...(timing === true ? { clock: io.now } : {}) },
    finish({ before, after } = { before: [], after: [] }) {
      dumps?.finish();
      if (statistics === true) io.stderr(statisticsText(recorder.figures));
      if (timing === true) io.stderr(timingText([...before, ...passTimes(recorder.figures), ...after]));
    },
  };
}

/** Keeps the record of every pass, and of its patterns where they are asked for. */
function recordFigures(isCountingPatterns: boolean): {
  readonly hooks: PassHooks;
  readonly figures: readonly PassFigures[];
} {
  const counter = new PatternCounter();
  const figures: PassFigures[] = [];
  const hooks: PassHooks = {
    ...(isCountingPatterns ? { observer: counter.observer } : {}),
    afterPass: ({ index, pass: { runsOn }, record }) => {
      figures.push({ index, runsOn, ...record, patterns: counter.take() });
    },
  };
  return { hooks, figures };
}

/** Says after each pass what its patterns refused. */
function rewriteDebugger(names: readonly string[] | true, io: CommandIo): PassHooks {
  const log = new RewriteLog(names === true ? [] : names);
  const say: PassHooks["passFailed"] = ({ index, pass }) => {
    const text = log.takeText();
    if (text !== "") io.stderr(`// -----// Rewrites of ${passLabel(index, pass.name)} //----- //\n${text}`);
  };
  return { observer: log.observer, afterPass: say, passFailed: say };
}
