/** Where a string literal of MLIR ends. */

const hexadecimal = /[0-9a-fA-F]{2}/y;

/** The offset after the closing quote of the string whose first quote is at `start`, or what is wrong with it. */
export function stringEnd(text: string, start: number): number | { readonly problem: string; readonly end: number } {
  let problem: string | undefined;
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22 /* " */) return problem === undefined ? at + 1 : { problem, end: at + 1 };
    // Line feed, vertical tab, form feed, carriage return, or the end of the text.
    if (Number.isNaN(code) || (code >= 0x0a && code <= 0x0d)) {
      return { problem: "a string that does not end on its line", end: at };
    }
    if (code !== 0x5c /* \ */) continue;
    const length = escapeLength(text, at + 1);
    if (length === 0) problem ??= String.raw`a string with an escape that is none of \\ \" \n \t \HH`;
    at += Math.max(length, 1);
  }
}

/** Characters of an escape after its backslash; 0 for one that MLIR does not know. */
function escapeLength(text: string, at: number): number {
  if ('"\\nt'.includes(text.charAt(at)) && at < text.length) return 1;
  hexadecimal.lastIndex = at;
  return hexadecimal.test(text) ? 2 : 0;
}
