/** What a user is told when an input is wrong: the one error class for bad input, and how it is rendered. */

/** How bad it is. Errors stop the command with exit status 2; warnings and notes do not. */
export type Severity = "error" | "warning" | "note";

/**
 * One thing to tell the user.
 *
 * @property code     stable kebab-case word, listed in `docs/diagnostics.md`
 * @property message  lower case, no final period, with the actual values; no advice
 * @property at       where: file, ONNX node, JSON path, line and column, outermost last
 * @property excerpt  the line of the input that it is about, and a caret under the place
 * @property notes    evidence
 * @property help     what to do about it
 */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly at?: readonly string[];
  readonly excerpt?: readonly string[];
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
  for (const place of diagnostic.at ?? []) lines.push(`  at ${place}`);
  for (const line of diagnostic.excerpt ?? []) lines.push(`  | ${line}`);
  for (const note of diagnostic.notes ?? []) lines.push(`  note: ${note}`);
  for (const help of diagnostic.help ?? []) lines.push(`  help: ${help}`);
  return lines.join("\n");
}
