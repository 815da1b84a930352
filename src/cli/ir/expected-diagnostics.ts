/** Comments in IR that say which diagnostics it must give: `// expected-error@+1 {{has no inputs}}`. */
import type { Diagnostic } from "../../support/diagnostics.ts";
import { errorDiagnostic } from "../../support/diagnostics.ts";
import { SourceText } from "../../support/source-text.ts";

/** Kinds of expectations; a remark is told as a note of its own. */
type ExpectedSeverity = "error" | "warning" | "note" | "remark";

/** One comment. */
interface Expectation {
  readonly severity: ExpectedSeverity;
  /** Line of the diagnostic; undefined where it may have none (`@unknown`). */
  readonly line: number | undefined;
  /** A part of its message. */
  readonly text: string;
  /** Offset of the comment. */
  readonly at: number;
}

/** A diagnostic with the line of the input that it is about. */
interface PlacedDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly line: number | undefined;
}

const comment = /expected-(error|warning|note|remark)\s*(?:@(above|below|unknown|[+-]\d+))?\s*\{\{(.*?)\}\}/g;

/**
 * What is wrong: diagnostics that no comment expects, and comments that none fulfils. Each comment takes one diagnostic.
 * Notes and advice need no comment.
 */
export function compareDiagnostics(
  input: { readonly text: string; readonly fileName: string },
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const source = new SourceText(input.text, input.fileName);
  const expected = expectationsOf(input.text);
  const open = new Set(expected);
  const problems: Diagnostic[] = [];
  for (const { diagnostic, line } of diagnostics.map((each) => placed(each, input.fileName))) {
    const match = [...open].find(
      (candidate) =>
        candidate.severity === diagnostic.severity &&
        candidate.line === line &&
        diagnostic.message.includes(candidate.text),
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

function expectationsOf(text: string): readonly Expectation[] {
  const found: Expectation[] = [];
  let start = 0;
  text.split("\n").forEach((line, index) => {
    for (const { 1: severity, 2: where, 3: message = "", index: column } of line.matchAll(comment)) {
      // The expression allows these four words only.
      const kind = severity as ExpectedSeverity;
      found.push({ severity: kind, line: lineOf(where, index + 1), text: message, at: start + column });
    }
    start += line.length + 1;
  });
  return found;
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
