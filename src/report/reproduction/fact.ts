/** One published or computed fact beside what fastc says. */
import { formatError } from "../markdown.ts";
import { formatNumber } from "../units.ts";

/** A range that fastc's figure should lie in. */
export interface Target {
  /** The figure itself, where there is one. */
  readonly value?: number;
  readonly low: number;
  readonly high: number;
}

/** A fact, as a row of a table. */
export interface Fact {
  readonly fact: string;
  /** `undefined`: reported without a target. */
  readonly target: Target | undefined;
  /** `undefined`: it could not be computed, `note` says why. */
  readonly ours: number | undefined;
  readonly unit: string;
  readonly note: string;
}

/** A target of a value and a relative tolerance. */
export function near(value: number, tolerance: number): Target {
  return { value, low: value * (1 - tolerance), high: value * (1 + tolerance) };
}

/** A target without a value of its own. */
export function between(low: number, high: number): Target {
  return { low, high };
}

/** Headings of {@link factCells}. */
export const factHeadings = ["fact", "target", "fastc", "error", "met", "how"] as const;

/** Cells of a fact's row. */
export function factCells({ fact, target, ours, unit, note }: Fact): readonly string[] {
  const text = (value: number): string => `${formatNumber(value, value >= 1000 ? 4 : 3)} ${unit}`.trimEnd();
  return [
    fact,
    target === undefined ? "–" : targetText(target, text),
    ours === undefined ? "none" : text(ours),
    ours === undefined || target?.value === undefined ? "" : formatError(ours / target.value - 1),
    target === undefined ? "" : ours !== undefined && ours >= target.low && ours <= target.high ? "yes" : "**no**",
    note,
  ];
}

function targetText({ value, low, high }: Target, text: (value: number) => string): string {
  if (high === Number.POSITIVE_INFINITY) return `≥ ${text(low)}`;
  if (value === undefined) return `${formatNumber(low, 3)}–${text(high)}`;
  const tolerance = Math.round((high / value - 1) * 100);
  return `${text(value)} ± ${tolerance} %`;
}
