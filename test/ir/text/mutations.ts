/** Broken text: what a bad disk, a bad merge or a bad program makes of a file. */
import type { RandomStream } from "../../../src/support/random.ts";

/** Characters that mean something in MLIR text, and some that mean nothing. */
const characters = "{}[]()<>\"'\\,:;=#%^@!*?+-/.0123456789xabcdefghijklmnopqrstuvwxyz_$ \n\t\u0000é\u{1F600}";

/** One to four random edits of a text: changed, doubled, removed and swapped parts. */
export function mutated(text: string, random: RandomStream): string {
  let result = text;
  for (let edits = 1 + random.integer(4); edits > 0; edits--) result = edited(result, random);
  return result;
}

function edited(text: string, random: RandomStream): string {
  const at = random.integer(text.length + 1);
  const length = 1 + random.integer(random.integer(4) === 0 ? 200 : 8);
  const [before, part, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  const other = random.integer(text.length + 1);
  switch (random.integer(8)) {
    case 0: // a flipped bit
      return before + flipped(part.slice(0, 1), random) + part.slice(1) + after;
    case 1: // another character
      return before + characters.charAt(random.integer(characters.length)) + part.slice(1) + after;
    case 2: // a cut
      return before + after;
    case 3: // an end that is missing
      return before;
    case 4: // a part twice
      return before + part + part + after;
    case 5: // a part of elsewhere
      return before + text.slice(other, other + length) + after;
    case 6: // two swapped parts
      return swapped(text, [Math.min(at, other), Math.max(at, other)], length);
    default: // the same sign very often
      return before + characters.charAt(random.integer(24)).repeat(1 + random.integer(2000)) + after;
  }
}

function flipped(character: string, random: RandomStream): string {
  return String.fromCharCode((character.charCodeAt(0) || 0) ^ (1 << random.integer(8)));
}

function swapped(text: string, [first, second]: readonly [number, number], length: number): string {
  const size = Math.min(length, second - first);
  const [a, b] = [text.slice(first, first + size), text.slice(second, second + size)];
  return text.slice(0, first) + b + text.slice(first + size, second) + a + text.slice(second + size);
}
