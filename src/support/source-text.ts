/** A text file with its lines: from an offset to the place that a person looks for. */

/** A place in a text file. Lines and columns count from 1, columns in UTF-16 units. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The whole line, without its end. */
  readonly lineText: string;
}

/** See the file's comment. */
export class SourceText {
  readonly fileName: string;
  readonly text: string;
  /** Offset of the first character of each line; filled when it is first asked for. */
  private starts: readonly number[] | undefined;

  constructor(text: string, fileName: string) {
    this.text = text;
    this.fileName = fileName;
  }

  /** The place of a character; the end of the text counts as one. */
  placeOf(offset: number): SourcePlace {
    const { line, column } = this.positionOf(offset);
    const start = offset - column + 1;
    const end = this.starts?.[line] ?? this.text.length;
    return { file: this.fileName, line, column, lineText: this.text.slice(start, end).replace(/\r?\n$/, "") };
  }

  /** Line and column of a character. */
  positionOf(offset: number): { readonly line: number; readonly column: number } {
    const starts = (this.starts ??= lineStarts(this.text));
    const line = lastNotAfter(starts, offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last number that is not larger than `offset`, in ascending numbers that begin with 0. */
function lastNotAfter(numbers: readonly number[], offset: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? Infinity) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
