/** Where and why a text is not JSON. `JSON.parse` says so in words that differ by engine, often without a position. */

/** The first character that does not fit. */
export interface JsonSyntaxError {
  readonly offset: number;
  /** What was expected and what was found, lower case. */
  readonly message: string;
}

/** The first syntax error of a text by the grammar of RFC 8259; `undefined` when it is JSON. */
export function findJsonSyntaxError(text: string): JsonSyntaxError | undefined {
  const scanner = new JsonScanner(text);
  return scanner.scan();
}

/** What may come next, with the closing bracket of the enclosing array or object. */
type State = "value" | "value or ]" | "key" | "key or }" | ": after key" | ", or end";

const patterns = {
  space: /[ \t\n\r]*/y,
  scalar: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y,
  // eslint-disable-next-line no-control-regex -- control characters are not allowed in JSON strings
  string: /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
};

class JsonScanner {
  readonly #text: string;
  readonly #open: ("]" | "}")[] = [];
  #offset = 0;
  #state: State = "value";

  constructor(text: string) {
    this.#text = text;
  }

  scan(): JsonSyntaxError | undefined {
    for (;;) {
      this.#skip(patterns.space);
      if (this.#state === ", or end" && this.#open.length === 0) {
        return this.#offset === this.#text.length ? undefined : this.#error("the end of the file");
      }
      const expected = this.#step();
      if (expected !== undefined) return this.#error(expected);
    }
  }

  /** Reads one token; what was expected when it does not fit. */
  #step(): string | undefined {
    const character = this.#text[this.#offset] ?? "";
    switch (this.#state) {
      case "value":
      case "value or ]":
        if (character === "]" && this.#state === "value or ]") return this.#close();
        return this.#value(character) ? undefined : this.#state === "value" ? "a value" : "a value or ']'";
      case "key":
      case "key or }":
        if (character === "}" && this.#state === "key or }") return this.#close();
        if (!this.#skip(patterns.string)) {
          return this.#state === "key" ? "a field name in double quotes" : "a field name in double quotes or '}'";
        }
        this.#state = ": after key";
        return undefined;
      case ": after key":
        if (character !== ":") return "':'";
        this.#take("value");
        return undefined;
      case ", or end":
        if (character === this.#open.at(-1)) return this.#close();
        if (character !== ",") return `',' or '${this.#open.at(-1)}'`;
        this.#take(this.#open.at(-1) === "]" ? "value" : "key");
        return undefined;
    }
  }

  #value(character: string): boolean {
    if (character === "[" || character === "{") {
      this.#open.push(character === "[" ? "]" : "}");
      this.#take(character === "[" ? "value or ]" : "key or }");
      return true;
    }
    if (!this.#skip(character === '"' ? patterns.string : patterns.scalar)) return false;
    this.#state = ", or end";
    return true;
  }

  #close(): undefined {
    this.#open.pop();
    this.#take(", or end");
  }

  #take(next: State): void {
    this.#offset += 1;
    this.#state = next;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.#text);
    this.#offset += match?.[0].length ?? 0;
    return match !== null;
  }

  #error(expected: string): JsonSyntaxError {
    return { offset: this.#offset, message: `expected ${expected}, found ${this.#found()}` };
  }

  /** What stands at the offset, in words. */
  #found(): string {
    const rest = this.#text.slice(this.#offset);
    if (rest === "") return "the end of the file";
    if (rest.startsWith('"') && !rest.slice(1).includes('"')) return "a string without an end";
    if (rest.startsWith('"')) return "a string with a character or escape that JSON does not allow";
    const word = /^(?:[\w.+-]+|[^])/u.exec(rest)?.[0] ?? "";
    const code = (word.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return /^[\p{L}\p{N}\p{P}\p{S}]/u.test(word) ? `'${word.slice(0, 20)}'` : `the character U+${code}`;
  }
}
