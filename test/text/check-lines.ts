/** Reads the check directives of a test file: `CHECK-NEXT: text`, with any of several prefixes, in LLVM FileCheck's spelling. */

/** What a directive demands; `count` is the n of `CHECK-COUNT-n`. */
export type DirectiveKind = "plain" | "next" | "same" | "not" | "dag" | "label" | "empty" | "count";

/** One check line. */
export interface Directive {
  readonly kind: DirectiveKind;
  /** How often the text must be found, one after the other; 1 except for `CHECK-COUNT-n`. */
  readonly count: number;
  /** As written, `CHECK-NEXT`. */
  readonly name: string;
  /** What must match, without blanks around it. */
  readonly text: string;
  /** `CHECK{LITERAL}:` takes `[[` and `{{` as they stand. */
  readonly isLiteral: boolean;
  /** Line in the test file, from 1. */
  readonly line: number;
  /** The whole line of the test file. */
  readonly source: string;
}

/** A test file that is wrong by itself, whatever is checked against it. */
export class CheckFileError extends Error {
  override readonly name = "CheckFileError";
}

const suffixes: Readonly<Record<string, DirectiveKind>> = {
  "": "plain",
  "-NEXT": "next",
  "-SAME": "same",
  "-NOT": "not",
  "-DAG": "dag",
  "-LABEL": "label",
  "-EMPTY": "empty",
};

/**
 * The directives of a file, in order. A line has at most one.
 *
 * @throws CheckFileError for a directive that is not known, has no text, or has nothing before it to relate to
 */
export function readDirectives(file: string, prefixes: readonly string[] = ["CHECK"]): readonly Directive[] {
  const found: Directive[] = [];
  file.split("\n").forEach((source, index) => {
    const directive = readDirective(source, { prefixes, line: index + 1 });
    if (directive === undefined) return;
    if (["next", "same", "empty"].includes(directive.kind) && !found.some((earlier) => earlier.kind !== "not")) {
      refuse(directive.line, source, `${directive.name} has no directive before it whose line it could relate to`);
    }
    found.push(directive);
  });
  return found;
}

function readDirective(
  source: string,
  { prefixes, line }: { readonly prefixes: readonly string[]; readonly line: number },
): Directive | undefined {
  const names = prefixes.map((prefix) => prefix.replace(/[^\w]/g, "\\$&")).join("|");
  // A prefix must not be the end of a longer word: XCHECK: is none.
  const match = new RegExp(`(?<![\\w-])(${names})(-[A-Z][A-Z0-9-]*)?(\\{LITERAL\\})?:(.*)$`).exec(source);
  if (match === null) return withoutColon(source, { names, line });
  const [, prefix = "", suffix = "", literal, rest = ""] = match;
  const count = /^-COUNT-([1-9]\d*)$/.exec(suffix)?.[1];
  const kind = count === undefined ? suffixes[suffix] : "count";
  const name = `${prefix}${suffix}`;
  if (kind === undefined) refuse(line, source, `${name} is not a directive`);
  const text = rest.trim();
  if (kind === "empty" && text !== "") refuse(line, source, `${name} takes no text`);
  if (kind !== "empty" && text === "") refuse(line, source, `${name} has no text to look for`);
  return { kind, count: Number(count ?? 1), name, text, isLiteral: literal !== undefined, line, source };
}

/** A comment that begins like a directive but is none would check nothing. */
function withoutColon(source: string, { names, line }: { readonly names: string; readonly line: number }): undefined {
  if (new RegExp(`^\\s*//\\s*(${names})(-[A-Z0-9-]+)?(\\s|$)`).test(source)) {
    refuse(line, source, "this comment begins like a directive but has no colon");
  }
  return undefined;
}

function refuse(line: number, source: string, message: string): never {
  throw new CheckFileError(`line ${line}: ${message}\n  ${source.trim()}`);
}
