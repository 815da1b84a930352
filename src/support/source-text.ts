/** Places in a text, and how they are shown to a person. */

/** A place in a text; both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Line and column of the character at an offset. */
export function positionAt(text: string, offset: number): TextPosition {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < start; at = text.indexOf("\n", at + 1)) line++;
  return { line, column: offset - start + 1 };
}

/** Characters of a line that are shown on each side of a place, where the line is longer. */
const reach = 60;

/** The line at an offset with a caret under the character; of a long line, the part around it. */
export function excerptAt(text: string, offset: number): readonly string[] {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const line = text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "");
  const column = offset - start;
  const from = Math.max(0, column - reach);
  const shown = line.slice(from, column + reach);
  const [before, after] = [from > 0 ? "…" : "", column + reach < line.length ? "…" : ""];
  // Tabs stay tabs, so that the caret stands under its character whatever their width.
  const blank = shown.slice(0, column - from).replace(/[^\t]/g, " ");
  return [`${before}${shown}${after}`, `${before === "" ? "" : " "}${blank}^`];
}
