/** Input files with several cases, parted by lines `// -----`. */

/** One case of a file. */
export interface InputPart {
  /** Its text behind as many empty lines as stand before it in the file, so that lines count as in the file. */
  readonly text: string;
}

/** The cases of a text. */
export function splitInput(text: string): readonly InputPart[] {
  const parts: InputPart[] = [];
  let lines: string[] = [];
  let start = 0;
  text.split("\n").forEach((line, at) => {
    if (!/^\/\/ -----\s*$/.test(line)) {
      lines.push(line);
      return;
    }
    parts.push({ text: "\n".repeat(start) + lines.join("\n") });
    [lines, start] = [[], at + 1];
  });
  parts.push({ text: "\n".repeat(start) + lines.join("\n") });
  return parts;
}
