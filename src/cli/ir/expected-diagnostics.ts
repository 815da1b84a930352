/** Comments in IR that say which diagnostics it must give: `// expected-error@+1 {{has no inputs}}`. */
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../../support/diagnostics.ts";
import { SourceText } from "../../support/source-text.ts";

/** Kinds of expectations; a remark is told as a note of its own. */
type ExpectedSeverity = "error" | "warning" | "note" | "remark";

/** One comment. */
interface Expectation {
  readonly severity: ExpectedSeverity;
  /** Line of the diagnostic; undefined where it may have none (`@unknown`). */
  readonly line: number | undefined;
  /** A part of its message, as written: with regular expressions in it after `-re`. */
  readonly text: string;
  /** Matches that part. */
  readonly pattern: RegExp;
  /** Offset of the comment. */
  readonly at: number;
}

/** A diagnostic with the line of the input that it is about. */
interface PlacedDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly line: number | undefined;
}

/** The beginning of a comment, up to its text. */
const comment = /expected-(error|warning|note|remark)(-re)?\s*(?:@(above|below|unknown|[+-]\d+))?\s*\{\{/g;

/**
 * What is wrong: diagnostics that no comment expects, and comments that none fulfils. Each comment takes one diagnostic.
 * Notes and advice need no comment.
 */
export function compareDiagnostics(
  input: { readonly text: string; readonly fileName: string },
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const source = new SourceText(input.text, input.fileName);
  const expected = expectationsOf(source);
  const open = new Set(expected);
  const problems: Diagnostic[] = [];
  for (const { diagnostic, line } of diagnostics.map((each) => placed(each, input.fileName))) {
    const match = [...open].find(
      (candidate) =>
        candidate.severity === diagnostic.severity &&
        candidate.line === line &&
        candidate.pattern.test(diagnostic.message),
    );
    if (match !== undefined) {
      open.delete(match);
      continue;
    }
    problems.push({
      ...diagnostic,
      severity: "error",
      code: "diagnostic-unexpected",
      message: `unexpected ${diagnostic.severity}: ${diagnostic.message}`,
    });
  }
  const missing = [...open].map(({ severity, text, line, at }) =>
    errorDiagnostic({
      code: "diagnostic-missing",
      message: `expected ${severity} "${text}"${line === undefined ? "" : ` at line ${line}`} was not given`,
      source: source.placeOf(at),
    }),
  );
  return [...problems, ...missing];
}

/** @throws DiagnosticError `diagnostic-pattern` when what should be a regular expression is none */
function expectationsOf(source: SourceText): readonly Expectation[] {
  const found: Expectation[] = [];
  let start = 0;
  source.text.split("\n").forEach((line, index) => {
    for (const { 0: head, 1: severity, 2: re, 3: where, index: column } of line.matchAll(comment)) {
      const from = column + head.length;
      // Regular expressions stand in braces of their own, so that the last ones of the line end the text.
      const to = re === undefined ? line.indexOf("}}", from) : line.lastIndexOf("}}");
      if (to < from) continue;
      const [text, at] = [line.slice(from, to), start + column];
      const pattern = re === undefined ? new RegExp(escaped(text)) : patternOf(text, source, at);
      // The expression allows these four words only.
      found.push({ severity: severity as ExpectedSeverity, line: lineOf(where, index + 1), text, pattern, at });
    }
    start += line.length + 1;
  });
  return found;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** The expression for a text in which `{{...}}` are regular expressions and the rest is meant literally. */
function patternOf(text: string, source: SourceText, at: number): RegExp {
  // Every second part is what stands in braces.
  const parts = text.split(/\{\{(.*?)\}\}/).map((part, index) => (index % 2 === 0 ? escaped(part) : `(?:${part})`));
  try {
    return new RegExp(parts.join(""));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = error.message.replace(/^I/, "i");
    throw new DiagnosticError([errorDiagnostic({ code: "diagnostic-pattern", message, source: source.placeOf(at) })]);
  }
}

/** The line that `@…` means in a comment on line `own`; lines count from 1. */
function lineOf(where: string | undefined, own: number): number | undefined {
  if (where === undefined) return own;
  if (where === "above") return own - 1;
  if (where === "below") return own + 1;
  return where === "unknown" ? undefined : own + Number(where);
}

/** Finds the line in the place of the text, else in `at`: operations know the file and line that they were read from. */
function placed(diagnostic: Diagnostic, fileName: string): PlacedDiagnostic {
  const { source, at = [] } = diagnostic;
  if (source !== undefined) return { diagnostic, line: source.line };
  const place = at.find((text) => text.startsWith(`${fileName}:`));
  const [line] = place?.slice(fileName.length + 1).split(":") ?? [];
  return { diagnostic, line: line === undefined ? undefined : Number(line) };
}
