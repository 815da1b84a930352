/** Compiled schedules side by side, as a table or as CSV. */
import type { Alignment, TextStyle } from "../table.ts";
import { formatTable, keepEnd } from "../table.ts";
import { formatInteger, formatPercent, formatRatio, formatSi } from "../units.ts";
import type { BenchRow, BenchRun, CompileTime } from "./bench-run.ts";

const nameWidth = 40;

/** The rows with ratios to the first one, as text with a final line break. */
export function benchReport({ rows }: BenchRun, style: TextStyle): string {
  const [first] = rows;
  if (first === undefined) return "no schedules\n";
  const head = ["", "batch", "compile (min..max)", "cycles", "", "time", "DRAM", "", "energy", "", "util", "gap"].map(
    style.dim,
  );
  const ratio = (row: BenchRow, figure: "cycles" | "dramBytes" | "energyJoules") =>
    row === first ? "" : formatRatio(row[figure] / first[figure]);
  const line = (row: BenchRow) => [
    keepEnd(row.name, nameWidth),
    `${row.batch}`,
    `${timeText(row.compileSeconds)}${row.isReproduced === false ? " differs!" : ""}`,
    formatInteger(row.cycles),
    ratio(row, "cycles"),
    formatSi(row.latencySeconds, "s"),
    formatSi(row.dramBytes, "B"),
    ratio(row, "dramBytes"),
    formatSi(row.energyJoules, "J"),
    ratio(row, "energyJoules"),
    formatPercent(row.utilization),
    formatPercent(row.gap),
  ];
  const alignments = head.map((_title, column): Alignment => (column === 0 ? "left" : "right"));
  return `${formatTable([head, ...rows.map(line)], alignments)}\n`;
}

function timeText(time: CompileTime | undefined): string {
  if (time === undefined) return "-";
  if (time.repeats === 1) return formatSi(time.median, "s", 3);
  return `${formatSi(time.median, "s", 3)} (${formatSi(time.min, "s", 3)}..${formatSi(time.max, "s", 3)})`;
}

const csvColumns = [
  "name",
  "model",
  "design",
  "options",
  "batch",
  "cycles",
  "latencySeconds",
  "dramBytes",
  "energyJoules",
  "utilization",
  "gap",
] as const;

/** The rows as comma-separated values with a header line. */
export function benchCsv({ rows }: BenchRun): string {
  const head = [...csvColumns, "compileSecondsMedian", "compileSecondsMin", "compileSecondsMax", "compileRepeats"];
  const line = (row: BenchRow): readonly (string | number | undefined)[] => {
    const { median, min, max, repeats } = row.compileSeconds ?? {};
    return [...csvColumns.map((column) => row[column]), median, min, max, repeats];
  };
  return [head, ...rows.map(line)].map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
}

function csvCell(value: string | number | undefined): string {
  const text = value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
