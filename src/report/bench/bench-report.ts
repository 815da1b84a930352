/** Compiled schedules side by side: as text, Markdown or CSV. */
import { markdownTable } from "../markdown.ts";
import type { Alignment, TextStyle } from "../table.ts";
import { formatTable, keepEnd } from "../table.ts";
import { formatInteger, formatPercent, formatRatio, formatSi } from "../units.ts";
import type { BenchRow, BenchRun, CompileTime } from "./bench-run.ts";
import { benchKey } from "./bench-run.ts";

const nameWidth = 40;

/** What a row stands beside: the first row of its model, and itself in an earlier run. */
interface Neighbours {
  readonly first: BenchRow;
  readonly before: BenchRow | undefined;
}

interface Column {
  readonly title: string;
  readonly text: (row: BenchRow, beside: Neighbours) => string;
  /** Left out where it is empty in every row. */
  readonly isOptional?: boolean;
}

const columns: readonly Column[] = [
  { title: "batch", text: ({ batch }) => `${batch}` },
  {
    title: "compile",
    text: ({ compileSeconds, isReproduced }) =>
      `${timeText(compileSeconds)}${isReproduced === false ? " differs!" : ""}`,
  },
  { title: "cycles", text: ({ cycles }) => formatInteger(cycles) },
  {
    title: "vs before",
    text: ({ cycles }, { before }) => (before === undefined ? "" : formatRatio(cycles / before.cycles)),
    isOptional: true,
  },
  {
    title: "simulated",
    text: ({ simulatedCycles }) => (simulatedCycles === undefined ? "" : formatInteger(simulatedCycles)),
    isOptional: true,
  },
  {
    title: "vs cycles",
    text: ({ cycles, simulatedCycles }) => (simulatedCycles === undefined ? "" : formatRatio(simulatedCycles / cycles)),
    isOptional: true,
  },
  { title: "time", text: ({ latencySeconds }) => formatSi(latencySeconds, "s", 3) },
  { title: "speed", text: ratioToFirst(({ throughputPerSecond }) => throughputPerSecond) },
  { title: "DRAM", text: ({ dramBytes }) => formatSi(dramBytes, "B", 3) },
  { title: "vs first", text: ratioToFirst((row) => row.dramBytes / samplesOf(row)) },
  { title: "energy", text: ({ energyJoules }) => formatSi(energyJoules, "J", 3) },
  { title: "vs first", text: ratioToFirst((row) => row.energyJoules / samplesOf(row)) },
  { title: "util", text: ({ utilization }) => formatPercent(utilization) },
  { title: "gap", text: ({ gap }) => formatPercent(gap) },
];

function ratioToFirst(figure: (row: BenchRow) => number): Column["text"] {
  return (row, { first }) => (row === first ? "" : formatRatio(figure(row) / figure(first)));
}

/**
 * The rows by model, with ratios per sample to the first row of the same model, as text with a final line break.
 *
 * @param before  an earlier run: its rows give the ratios of cycles `vs before`
 */
export function benchReport(run: BenchRun, style: TextStyle, before?: BenchRun): string {
  const tables = modelTables(run, before).map(({ model, head, rows }) => {
    const alignments = head.map((_title, column): Alignment => (column === 0 ? "left" : "right"));
    const cells = rows.map(([name = "", ...others]) => [keepEnd(name, nameWidth), ...others]);
    return `${style.bold(model)}\n${formatTable([head.map(style.dim), ...cells], alignments)}`;
  });
  return `${tables.join("\n\n")}\n${legendOf(run, tables.length, style.dim)}`;
}

/** The same as Markdown. */
export function benchMarkdown(run: BenchRun, before?: BenchRun): string {
  const escaped = (text: string): string => text.replaceAll("|", "\\|");
  const tables = modelTables(run, before).map(
    ({ model, head, rows }) =>
      `### ${model}\n\n${markdownTable(
        head,
        rows.map((cells) => cells.map(escaped)),
      )}`,
  );
  const legend = legendOf(run, tables.length, (text) => `\n${text}`);
  return `${tables.join("\n\n")}\n${legend}`;
}

/** Tables with more than a row each have ratios, and a line that explains them. */
function legendOf({ rows }: BenchRun, tables: number, style: (text: string) => string): string {
  const legend = "speed and the two columns `vs first` are ratios to the first row of the model, per sample";
  return rows.length > tables ? `${style(legend)}\n` : "";
}

interface ModelTable {
  readonly model: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function modelTables({ rows }: BenchRun, before: BenchRun | undefined): readonly ModelTable[] {
  const earlier = new Map((before?.rows ?? []).map((row) => [benchKey(row), row]));
  return [...new Set(rows.map(({ model }) => model))].map((model) => {
    const members = rows.filter((row) => row.model === model);
    const [first] = members;
    const texts = columns.map(({ text }) =>
      members.map((row) => (first === undefined ? "" : text(row, { first, before: earlier.get(benchKey(row)) }))),
    );
    const shown = columns.flatMap(({ isOptional }, at) =>
      isOptional === true && (texts[at] ?? []).every((text) => text === "") ? [] : [at],
    );
    return {
      model,
      head: ["", ...shown.map((at) => columns[at]?.title ?? "")],
      rows: members.map((row, line) => [rowName(row), ...shown.map((at) => texts[at]?.[line] ?? "")]),
    };
  });
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
  "simulatedCycles",
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
