/** What a user is told when an input is wrong: the one error class for bad input, and how it is rendered. */

import type { SourcePlace } from "./source-text.ts";

/** How bad it is. Errors stop the command with exit status 2; warnings and notes do not. */
export type Severity = "error" | "warning" | "note";

/**
 * One thing to tell the user.
 *
 * @property code     stable kebab-case word, listed in `docs/diagnostics.md`
 * @property message  lower case, no final period, with the actual values; no advice
 * @property at       where: file, ONNX node, JSON path, line and column, outermost last
 * @property source   where in a text file: shown with its line and a caret
 * @property notes    evidence
 * @property help     what to do about it
 */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly at?: readonly string[];
  readonly source?: SourcePlace;
  readonly notes?: readonly string[];
  readonly help?: readonly string[];
}

/** A diagnostic of severity `error`, built from its parts. */
export function errorDiagnostic(parts: Omit<Diagnostic, "severity">): Diagnostic {
  return { severity: "error", ...parts };
}

/** Thrown for bad input; holds every independent error that was found, in the order of the input. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(renderDiagnostic).join("\n"));
    this.diagnostics = diagnostics;
  }
}

/** Throws a `DiagnosticError` with one error. */
export function fail(parts: Omit<Diagnostic, "severity">): never {
  throw new DiagnosticError([errorDiagnostic(parts)]);
}

/** The text of a diagnostic, several lines without a final line break, as the CLI prints it on stderr. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const lines = [`${diagnostic.severity}[${diagnostic.code}]: ${diagnostic.message}`];
  if (diagnostic.source !== undefined) lines.push(...sourceLines(diagnostic.source));
  for (const place of diagnostic.at ?? []) lines.push(`  at ${place}`);
  for (const note of diagnostic.notes ?? []) lines.push(`  note: ${note}`);
  for (const help of diagnostic.help ?? []) lines.push(`  help: ${help}`);
  return lines.join("\n");
}

/** Characters of a source line that are shown: lines of IR can have thousands. */
const shownWidth = 110;

/** `at file:line:column`, the line, and a caret below the column. */
function sourceLines({ file, line, column, lineText }: SourcePlace): readonly string[] {
  const isLong = lineText.length > shownWidth;
  // The column stays in sight, with what stands before it.
  const first = isLong ? Math.max(0, Math.min(column - 1 - shownWidth / 2, lineText.length - shownWidth)) : 0;
  const [before, after] = [first > 0 ? "…" : "", first + shownWidth < lineText.length ? "…" : ""];
  const shown = before + lineText.slice(first, first + shownWidth) + after;
  // Tabs stay tabs, so that the caret stands below its character however wide they are shown.
  const indent = (before + lineText.slice(first, column - 1)).replace(/[^\t]/g, " ");
  return [`  at ${file}:${line}:${column}`, `    ${shown.trimEnd()}`, `    ${indent}^`];
}
