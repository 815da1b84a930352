/** The extent of what a dialect writes between `<` and `>`: its brackets pair up, and strings are skipped. */
import { stringEnd } from "./string-extent.ts";

const closing: Readonly<Record<string, string>> = { "<": ">", "(": ")", "[": "]", "{": "}" };
const interesting = /"|->|[<>()[\]{}]|\n\s*\n/g;

/** The offset after the `>` that closes the `<` at `start`, or what is wrong. */
export function dialectSymbolEnd(text: string, start: number): number | { readonly problem: string } {
  const open: string[] = [];
  interesting.lastIndex = start;
  for (let found = interesting.exec(text); found !== null; found = interesting.exec(text)) {
    const [mark] = found;
    if (mark === '"') {
      const end = stringEnd(text, found.index);
      if (typeof end !== "number") return { problem: `a dialect's '<' with ${end.problem}` };
      interesting.lastIndex = end;
    } else if (closing[mark] !== undefined) {
      open.push(closing[mark]);
    } else if (mark === open.at(-1)) {
      open.pop();
      if (open.length === 0) return interesting.lastIndex;
    } else if (mark !== "->") {
      break;
    }
  }
  return { problem: "a dialect's '<' without its '>'" };
}
