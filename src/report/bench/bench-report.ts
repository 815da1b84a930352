/** Compiled schedules side by side, as a table or as CSV. */
import type { Alignment, TextStyle } from "../table.ts";
import { formatTable, keepEnd } from "../table.ts";
import { formatInteger, formatPercent, formatRatio, formatSi } from "../units.ts";
import type { BenchRow, BenchRun, CompileTime } from "./bench-run.ts";

const nameWidth = 40;

/** The rows by model, with ratios per sample to the first row of the same model, as text with a final line break. */
export function benchReport({ rows }: BenchRun, style: TextStyle): string {
  const models = [...new Set(rows.map(({ model }) => model))];
  const tables = models.map((model) => modelTable(model, { rows: rows.filter((row) => row.model === model), style }));
  const legend = "speed and the two columns `vs first` are ratios to the first row of the model, per sample";
  return `${tables.join("\n\n")}\n${rows.length > models.length ? `${style.dim(legend)}\n` : ""}`;
}

function modelTable(model: string, { rows, style }: { rows: readonly BenchRow[]; style: TextStyle }): string {
  const head = [
    "",
    "batch",
    "compile",
    "cycles",
    "time",
    "speed",
    "DRAM",
    "vs first",
    "energy",
    "vs first",
    "util",
    "gap",
  ];
  const ratio = (row: BenchRow, figure: (row: BenchRow) => number): string => {
    const [first] = rows;
    return first === undefined || row === first ? "" : formatRatio(figure(row) / figure(first));
  };
  const line = (row: BenchRow): readonly string[] => [
    keepEnd(rowName(row), nameWidth),
    `${row.batch}`,
    `${timeText(row.compileSeconds)}${row.isReproduced === false ? " differs!" : ""}`,
    formatInteger(row.cycles),
    formatSi(row.latencySeconds, "s", 3),
    ratio(row, ({ throughputPerSecond }) => throughputPerSecond),
    formatSi(row.dramBytes, "B", 3),
    ratio(row, ({ dramBytes, ...rest }) => dramBytes / samplesOf(rest)),
    formatSi(row.energyJoules, "J", 3),
    ratio(row, ({ energyJoules, ...rest }) => energyJoules / samplesOf(rest)),
    formatPercent(row.utilization),
    formatPercent(row.gap),
  ];
  const alignments = head.map((_title, column): Alignment => (column === 0 ? "left" : "right"));
  return `${style.bold(model)}\n${formatTable([head.map(style.dim), ...rows.map(line)], alignments)}`;
}

/** What a row is, with its design and options where its name does not say them. */
function rowName({ name, design, options }: BenchRow): string {
  return name.includes(design) ? name : `${name} (${design}, ${options})`;
}

/** Samples of one run: all cores' batches. */
function samplesOf(row: Pick<BenchRow, "throughputPerSecond" | "latencySeconds">): number {
  return row.throughputPerSecond * row.latencySeconds;
}

/** Median and, where there are several runs, the spread: "0.37 (0.33..0.41) s". */
function timeText(time: CompileTime | undefined): string {
  if (time === undefined) return "-";
  const [median, min, max] = [time.median, time.min, time.max].map((seconds) => seconds.toFixed(2));
  return time.repeats === 1 ? `${median} s` : `${median} (${min}..${max}) s`;
}

const csvColumns = [
  "name",
  "model",
  "design",
  "options",
  "batch",
  "cycles",
  "latencySeconds",
  "throughputPerSecond",
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
