/** A bench run against an earlier one: what became worse. */
import { formatPercent } from "../units.ts";
import type { BenchRow, BenchRun } from "./bench-run.ts";

/** Figures where more is worse and which do not depend on the machine that fastc runs on. */
const comparedFigures = [
  { figure: "cycles", name: "cycles" },
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
 * Rows whose cycles, DRAM bytes or energy grew by more than the threshold, and rows that are gone. Compile time is not
 * compared: it depends on the machine.
 *
 * @param thresholdPercent  growth in percent that is still accepted
 */
export function regressionsOf(now: BenchRun, before: BenchRun, thresholdPercent: number): readonly Regression[] {
  const current = new Map(now.rows.map((row) => [keyOf(row), row]));
  return before.rows.flatMap((old) => {
    const row = current.get(keyOf(old));
    if (row === undefined) return [{ row: keyOf(old), message: "is not measured any more" }];
    return comparedFigures
      .filter(({ figure }) => row[figure] > old[figure] * (1 + thresholdPercent / 100))
      .map(({ figure, name }) => ({
        row: keyOf(old),
        message: `${name} grew by ${formatPercent(row[figure] / old[figure] - 1)}: ${old[figure]} before, ${row[figure]} now`,
      }));
  });
}

/** Rows are the same when model, design, options and batch are. */
function keyOf({ model, design, options, batch }: BenchRow): string {
  return `${model} on ${design}, batch ${batch}, ${options}`;
}
