/** A bench run against an earlier one: what became worse. */
import { formatPercent } from "../units.ts";
import type { BenchRun } from "./bench-run.ts";
import { benchKey } from "./bench-run.ts";

/** Figures where more is worse and which do not depend on the machine that fastc runs on. */
const comparedFigures = [
  { figure: "cycles", name: "cycles" },
  { figure: "simulatedCycles", name: "simulated cycles" },
  { figure: "dramBytes", name: "DRAM bytes" },
  { figure: "energyJoules", name: "energy" },
] as const;

/** Something that is worse than before. */
export interface Regression {
  readonly row: string;
  /** What happened, in words. */
  readonly message: string;
}

/**
 * Rows whose cycles (simulated ones where both runs have them), DRAM bytes or energy grew by more than the threshold, and rows that are gone. Compile time is not
 * compared: it depends on the machine.
 *
 * @param thresholdPercent  growth in percent that is still accepted
 */
export function regressionsOf(now: BenchRun, before: BenchRun, thresholdPercent: number): readonly Regression[] {
  const current = new Map(now.rows.map((row) => [benchKey(row), row]));
  return before.rows.flatMap((old) => {
    const row = current.get(benchKey(old));
    if (row === undefined) return [{ row: benchKey(old), message: "is not measured any more" }];
    return comparedFigures.flatMap(({ figure, name }) => {
      const [now, before] = [row[figure], old[figure]];
      // Not every run is simulated.
      if (now === undefined || before === undefined || now <= before * (1 + thresholdPercent / 100)) return [];
      const growth = before === 0 ? "from 0" : `by ${formatPercent(now / before - 1)}`;
      return [{ row: benchKey(old), message: `${name} grew ${growth}: ${before} before, ${now} now` }];
    });
  });
}
