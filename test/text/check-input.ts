/** The text that is checked: runs of blanks count as one, and failures show it as it was. */

/** A text with its blanks brought into one form, and the way back. */
export interface CheckInput {
  /** Runs of blanks and tabs as one blank, line ends as `\n`. */
  readonly text: string;
  /** The lines as they were. */
  readonly lines: readonly string[];
  /** Line (from 0) and column (from 0) in `lines` of a position in `text`. */
  readonly placeOf: (position: number) => { readonly line: number; readonly column: number };
}

/** Brings blanks into one form. */
export function checkInput(original: string): CheckInput {
  const lines = original.replaceAll("\r\n", "\n").split("\n");
  const plain = lines.map((line) => line.replace(/[ \t]+/g, " "));
  const starts: number[] = [];
  let start = 0;
  for (const line of plain) {
    starts.push(start);
    start += line.length + 1;
  }
  return {
    text: plain.join("\n"),
    lines,
    placeOf(position) {
      const line = Math.max(
        0,
        starts.findLastIndex((first) => first <= position),
      );
      return { line, column: originalColumn(lines[line] ?? "", position - (starts[line] ?? 0)) };
    },
  };
}

/** Column in a line of the character that stands at `column` once its blanks are one each. */
function originalColumn(line: string, column: number): number {
  let seen = 0;
  for (let at = 0; at < line.length; at++) {
    if (seen === column) return at;
    const isInnerBlank = /[ \t]/.test(line[at] ?? "") && /[ \t]/.test(line[at + 1] ?? "");
    if (!isInnerBlank) seen++;
  }
  return line.length;
}

/** A mark under a line of the input. */
export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Lines of context before the first and after the last mark. */
const contextLines = 12;

/** The lines around some marks, numbered, with each mark under its line. */
export function markedLines({ lines }: CheckInput, marks: readonly Mark[]): string {
  const last = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const numbers = marks.map((mark) => mark.line);
  const [from, to] = [Math.max(0, Math.min(...numbers) - contextLines), Math.max(...numbers) + contextLines];
  const shown = lines.slice(from, Math.min(last, to + 1)).flatMap((line, index) => {
    const number = from + index;
    const own = marks.filter((mark) => mark.line === number);
    return [
      `${`${number + 1}`.padStart(6)} | ${line}`,
      ...own.map((mark) => `       | ${" ".repeat(mark.column)}^ ${mark.text}`),
    ];
  });
  const atEnd = marks.filter((mark) => mark.line >= last).map((mark) => `       | ^ ${mark.text}, at the end`);
  return [...shown, ...atEnd].join("\n");
}
