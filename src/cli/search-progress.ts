/** How a search goes, on stderr: a bar on a terminal, a line now and then elsewhere. */
import { SingleBar } from "cli-progress";
import type { FeasibleTrial, TrialRecord } from "../index.ts";
import { formatNumber, formatRatio } from "../report/units.ts";
import type { CommandIo } from "./io.ts";

/** Told of every trial. */
export interface SearchProgress {
  readonly trial: (record: TrialRecord, best: FeasibleTrial | undefined) => void;
  /** A draw that was passed over because the design is beyond the limits. */
  readonly beyondLimits: (reason: string) => void;
  readonly finish: () => void;
}

/** Lines of a search whose stderr is not a terminal, besides those for a new best. */
const plainLines = 10;

/** Counts trials and shows them. */
export function searchProgress(trials: number, io: CommandIo): SearchProgress {
  const start = io.now();
  const display = io.isStderrTty ? barDisplay(trials) : lineDisplay(trials, io);
  const refusals = new Map<string, number>();
  const passedOver = new Map<string, number>();
  let done = 0;
  const state = (best: FeasibleTrial | undefined): ProgressState => ({
    done,
    best: best === undefined ? "none yet" : `${formatRatio(best.objective)} (trial ${best.trial})`,
    rate: formatNumber(done / Math.max((io.now() - start) / 1000, 1e-6), 3),
  });
  return {
    trial(record, best) {
      done += 1;
      if (record.status === "infeasible") refusals.set(record.reason, (refusals.get(record.reason) ?? 0) + 1);
      display.show(state(best), best !== undefined && best === record);
    },
    beyondLimits: (reason) => void passedOver.set(reason, (passedOver.get(reason) ?? 0) + 1),
    finish() {
      display.finish();
      const infeasible = [...refusals.values()].reduce((sum, count) => sum + count, 0);
      const reasons = countsText(refusals);
      const seconds = (io.now() - start) / 1000;
      io.stderr(
        `${done} of ${trials} trials in ${formatNumber(seconds, 3)} s, ${formatNumber(done / seconds, 3)} trials/s; ` +
          `${done - infeasible} feasible, ${infeasible} infeasible${reasons === "" ? "" : ` (${reasons})`}\n`,
      );
      if (passedOver.size > 0)
        io.stderr(`draws beyond the limits, passed over without a trial: ${countsText(passedOver)}\n`);
    },
  };
}

function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
}

interface ProgressState {
  readonly done: number;
  readonly best: string;
  readonly rate: string;
}

interface ProgressDisplay {
  readonly show: (state: ProgressState, isNewBest: boolean) => void;
  readonly finish: () => void;
}

function barDisplay(trials: number): ProgressDisplay {
  const format = "search {bar} {value}/{total}  best {best}  {rate} trials/s  ETA {eta_formatted}";
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, barsize: 24, gracefulExit: false });
  bar.start(trials, 0, { best: "none yet", rate: "-" });
  return { show: ({ done, best, rate }) => bar.update(done, { best, rate }), finish: () => bar.stop() };
}

function lineDisplay(trials: number, io: CommandIo): ProgressDisplay {
  const interval = Math.max(1, Math.ceil(trials / plainLines));
  return {
    show({ done, best, rate }, isNewBest) {
      if (!isNewBest && done % interval !== 0) return;
      io.stderr(`trial ${done}/${trials}  best ${best}  ${rate} trials/s\n`);
    },
    finish: () => undefined,
  };
}
