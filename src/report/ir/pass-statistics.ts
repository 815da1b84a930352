/** Numbers about passes as text: what they counted, how often patterns looked and matched, and how long they took. */
import { formatTable } from "../table.ts";
import type { RewriteObserver } from "../../ir/rewrite/pattern.ts";

/** One run of a pass. */
export interface PassFigures {
  /** Its number in the pipeline. */
  readonly index: number;
  readonly name: string;
  readonly runsOn: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly patterns: readonly PatternFigures[];
  readonly milliseconds?: number;
  readonly verifyMilliseconds?: number;
}

/** How often a pattern looked at an operation and how often it rewrote it. */
export interface PatternFigures {
  readonly pattern: string;
  readonly tried: number;
  readonly applied: number;
}

/** Counts for each pattern how often it looked and how often it matched. */
export class PatternCounter {
  private readonly figures = new Map<string, { tried: number; applied: number }>();

  readonly observer: RewriteObserver = {
    refused: ({ pattern }) => void this.of(pattern).tried++,
    applied: ({ pattern }) => {
      const figures = this.of(pattern);
      figures.tried++;
      figures.applied++;
    },
  };

  /** The counts since the last call, by name of the pattern. */
  take(): readonly PatternFigures[] {
    const taken = [...this.figures].map(([pattern, { tried, applied }]) => ({ pattern, tried, applied }));
    this.figures.clear();
    return taken.sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
  }

  private of(pattern: string): { tried: number; applied: number } {
    const known = this.figures.get(pattern) ?? { tried: 0, applied: 0 };
    this.figures.set(pattern, known);
    return known;
  }
}

/** The counters of each pass and the figures of its patterns. */
export function statisticsText(passes: readonly PassFigures[]): string {
  const lines = ["Statistics"];
  for (const { index, name, counters, patterns } of passes) {
    lines.push(`  ${String(index).padStart(2, "0")}-${name}`);
    const counted = Object.entries(counters).map(([counter, count]) => [counter, `${count}`]);
    if (counted.length > 0) lines.push(indented(formatTable(counted, ["left", "right"])));
    if (patterns.length === 0) continue;
    const rows = patterns.map(({ pattern, tried, applied }) => [pattern, `${tried}`, `${applied}`]);
    lines.push(indented(formatTable([["pattern", "tried", "applied"], ...rows], ["left", "right", "right"])));
  }
  return `${lines.join("\n")}\n`;
}

function indented(table: string): string {
  return table.replace(/^/gm, "  ");
}

/** A span of time with the spans inside of it. */
export interface TimeSpan {
  readonly name: string;
  readonly milliseconds: number;
  readonly inner?: readonly TimeSpan[];
}

/** A tree of times: passes that run on functions stand under `func.func`, each with its verification. */
export function passTimes(passes: readonly PassFigures[]): readonly TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (let at = 0; at < passes.length;) {
    const { runsOn } = passes[at] ?? { runsOn: "" };
    const group: TimeSpan[] = [];
    for (let pass = passes[at]; pass?.runsOn === runsOn; pass = passes[++at]) group.push(passTime(pass));
    if (runsOn === "builtin.module") spans.push(...group);
    else spans.push({ name: runsOn, milliseconds: total(group), inner: group });
  }
  return spans;
}

function passTime({ name, milliseconds = 0, verifyMilliseconds = 0 }: PassFigures): TimeSpan {
  if (verifyMilliseconds === 0) return { name, milliseconds };
  return {
    name,
    milliseconds: milliseconds + verifyMilliseconds,
    inner: [{ name: "(verify)", milliseconds: verifyMilliseconds }],
  };
}

function total(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

/** The tree as text: seconds, share of the whole, and names indented by their depth. */
export function timingText(spans: readonly TimeSpan[]): string {
  const whole = total(spans);
  const row = ({ name, milliseconds }: TimeSpan, depth: number): readonly string[] => [
    (milliseconds / 1000).toFixed(4),
    whole === 0 ? "" : `${((100 * milliseconds) / whole).toFixed(1)} %`,
    `${"  ".repeat(depth)}${name}`,
  ];
  const rows = (span: TimeSpan, depth: number): readonly (readonly string[])[] => [
    row(span, depth),
    ...(span.inner ?? []).flatMap((inner) => rows(inner, depth + 1)),
  ];
  const table = formatTable(
    [
      ["seconds", "share", "stage"],
      ...spans.flatMap((span) => rows(span, 0)),
      row({ name: "total", milliseconds: whole }, 0),
    ],
    ["right", "right", "left"],
  );
  return `Time\n${table}\n`;
}
