/**
 * The text of a check line as a regular expression: `{{regex}}`, `[[NAME:regex]]` which captures, `[[NAME]]` which must be
 * what was captured. Everything else stands for itself.
 */
import { CheckFileError } from "./check-lines.ts";

/** Captured texts by name. */
export type Captures = ReadonlyMap<string, string>;

/** A place in the input, `end` not included, with what was captured there. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly captured: Captures;
}

/** Part of a pattern. */
type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "regex"; readonly regex: string }
  | { readonly kind: "define"; readonly name: string; readonly regex: string }
  | { readonly kind: "use"; readonly name: string };

/** A check line's text, taken apart. */
export interface CheckPattern {
  readonly parts: readonly Part[];
}

/** Takes a text apart. @throws CheckFileError for brackets that are not closed, bad names and bad regular expressions */
export function parsePattern(text: string, isLiteral = false): CheckPattern {
  const plain = text.replace(/[ \t]+/g, " ");
  if (isLiteral) return { parts: [{ kind: "text", text: plain }] };
  const parts: Part[] = [];
  let rest = plain;
  while (rest !== "") {
    const opening = /\{\{|\[\[/.exec(rest);
    const before = opening === null ? rest : rest.slice(0, opening.index);
    if (before !== "") parts.push({ kind: "text", text: before });
    if (opening === null) break;
    const { part, length } = opening[0] === "{{" ? regexPart(rest, opening.index) : variablePart(rest, opening.index);
    parts.push(part);
    rest = rest.slice(opening.index + length);
  }
  return { parts };
}

interface Taken {
  readonly part: Part;
  readonly length: number;
}

function regexPart(text: string, start: number): Taken {
  // Of `}}}` the last two close: a repetition as in `{{a{2}}}` may stand at the end.
  const closing = /\}\}(?!\})/.exec(text.slice(start + 2));
  if (closing === null) throw new CheckFileError(`{{ is not closed in '${text}'`);
  const regex = text.slice(start + 2, start + 2 + closing.index);
  return { part: { kind: "regex", regex: checkedRegex(regex) }, length: closing.index + 4 };
}

function variablePart(text: string, start: number): Taken {
  const end = closingBrackets(text, start + 2);
  if (end === undefined) throw new CheckFileError(`[[ is not closed in '${text}'`);
  const inner = text.slice(start + 2, end);
  const match = /^(\$?[A-Za-z_]\w*)(?::([^]*))?$/.exec(inner);
  if (match === null) {
    throw new CheckFileError(
      `[[${inner}]] is neither [[NAME]] nor [[NAME:regex]]; {LITERAL} takes brackets as they are`,
    );
  }
  const [, name = "", regex] = match;
  const part: Part = regex === undefined ? { kind: "use", name } : { kind: "define", name, regex: checkedRegex(regex) };
  return { part, length: end + 2 - start };
}

/** Position of the `]]` that closes; brackets of character classes inside are passed over. */
function closingBrackets(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") depth++;
    else if (text[at] === "]" && depth > 0) depth--;
    else if (text[at] === "]" && text[at + 1] === "]") return at;
  }
  return undefined;
}

function checkedRegex(regex: string): string {
  try {
    new RegExp(regex, "m");
  } catch (error) {
    throw new CheckFileError(`bad regular expression '${regex}': ${error instanceof Error ? error.message : ""}`);
  }
  // Matches stay within a line, as LLVM's do: a negated class does not take line breaks.
  return regex.replace(/(\\.)|\[\^/g, (whole, escaped: string | undefined) =>
    escaped === undefined ? "[^\\n" : whole,
  );
}

/** Names that a pattern reads but that neither it nor an earlier line captured. */
export function undefinedNames({ parts }: CheckPattern, known: Captures): readonly string[] {
  const own = new Set<string>();
  return parts.flatMap((part) => {
    if (part.kind === "define") own.add(part.name);
    return part.kind === "use" && !own.has(part.name) && !known.has(part.name) ? [part.name] : [];
  });
}

/** True when the pattern captures or reads anything. */
export function hasVariables({ parts }: CheckPattern): boolean {
  return parts.some((part) => part.kind === "define" || part.kind === "use");
}

/** Finds patterns in one input, whose runs of blanks were made one blank each. */
export function findPattern(
  pattern: CheckPattern,
  input: string,
  { from, to, known }: { readonly from: number; readonly to: number; readonly known: Captures },
): Found | undefined {
  const names: string[] = [];
  const regex = new RegExp(sourceOf(pattern, known, names), "gm");
  regex.lastIndex = from;
  const match = regex.exec(to === input.length ? input : input.slice(0, to));
  if (match === null) return undefined;
  const captured = new Map(names.map((name, index) => [name, match.groups?.[groupName(index)] ?? ""]));
  return { start: match.index, end: match.index + match[0].length, captured };
}

/** Captures are groups with names of their own, so that groups inside a regex do not shift them. */
function sourceOf({ parts }: CheckPattern, known: Captures, names: string[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case "text":
          return escaped(part.text);
        case "regex":
          return `(?:${part.regex})`;
        case "define":
          names.push(part.name);
          return `(?<${groupName(names.length - 1)}>${part.regex})`;
        case "use": {
          const own = names.lastIndexOf(part.name);
          return own >= 0 ? `\\k<${groupName(own)}>` : escaped(known.get(part.name) ?? "");
        }
      }
    })
    .join("");
}

function groupName(index: number): string {
  return `capture${index}`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The pattern as a line of input might look: captured texts in place, regular expressions left out. */
export function exampleOf({ parts }: CheckPattern, known: Captures): string {
  return parts
    .map((part) => (part.kind === "text" ? part.text : part.kind === "use" ? (known.get(part.name) ?? "") : ""))
    .join("");
}
