/** Where JSON breaks, against `JSON.parse` on whether it does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonSyntaxError } from "../../src/support/json-syntax.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findJsonSyntaxError", () => {
  it.each([
    ["", 0, "expected a value, found the end of the file"],
    ["[1 2]", 3, "expected ',' or ']', found '2'"],
    ["[1,]", 3, "expected a value, found ']'"],
    ["[,]", 1, "expected a value or ']', found ','"],
    ['{"a" 1}', 5, "expected ':', found '1'"],
    ["{a: 1}", 1, "expected a field name in double quotes or '}', found 'a'"],
    ['{"a', 1, "expected a field name in double quotes or '}', found a string without an end"],
    ['["a\nb"]', 1, "expected a value or ']', found a string with a character or escape that JSON does not allow"],
    ["{} {}", 3, "expected the end of the file, found '{'"],
    ["[1]]", 3, "expected the end of the file, found ']'"],
    ["[1}", 2, "expected ',' or ']', found '}'"],
    ["\ufeff{}", 0, "expected a value, found the character U+FEFF"],
    ["[nullx]", 1, "expected a value or ']', found 'nullx'"],
    ["-", 0, "expected a value, found '-'"],
  ])("%j breaks at %i: %s", (text, offset, message) => {
    expect(findJsonSyntaxError(text)).toEqual({ offset, message });
  });

  it("takes what JSON.parse takes", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonSyntaxError(text)).toBeUndefined();
      }),
    );
  });

  it("refuses what JSON.parse refuses, at the character that was damaged or after it", () => {
    const damages = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", "{", "]", ",", '"', "x", "0", ":", "\\", "-", "e"),
    );
    fc.assert(
      fc.property(damages, ([text, at, letter]) => {
        const index = at % (text.length + 1);
        const damaged = text.slice(0, index) + letter + text.slice(index + 1);
        expect(findJsonSyntaxError(damaged) === undefined).toBe(parses(damaged));
      }),
      { numRuns: 1000 },
    );
  });
});
