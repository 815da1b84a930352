/**
 * MLIR text to tokens, one at a time. Our own lexer and not chevrotain's, which is several times slower: it dispatches on
 * the first character, and it takes a whole plain tensor type, a whole plain location or the body of a foreign attribute
 * as one token.
 */
import type { IToken, TokenType } from "chevrotain";
import { dialectSymbolEnd } from "./dialect-symbol.ts";
import { stringEnd } from "./string-extent.ts";
import { keywords, literals, signs, word } from "./tokens.ts";

/** What a bare word is: looked up here, else a plain name. */
export type WordTypes = ReadonlyMap<string, TokenType>;

const letter = 1;
const digit = 2;
/** `$` and `.`, which may stand in every name but not begin one. */
const inner = 4;
/** `-`, which may stand in names that begin with a sign (`%a-b`), but not in bare ones. */
const hyphen = 8;

const classes = new Uint8Array(128);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
  classes[character.charCodeAt(0)] = letter;
for (const character of "0123456789") classes[character.charCodeAt(0)] = digit;
for (const character of "$.") classes[character.charCodeAt(0)] = inner;
classes["-".charCodeAt(0)] = hyphen;

/** Punctuation by the code of its first character; longer spellings come first. */
const signsByFirst: (readonly (readonly [spelling: string, type: TokenType])[] | undefined)[] = [];
for (const [spelling, type] of Object.entries(signs)) {
  const first = spelling.charCodeAt(0);
  const all = [...(signsByFirst[first] ?? []), [spelling, type] as const];
  signsByFirst[first] = all.toSorted(([a], [b]) => b.length - a.length);
}

const plainTensor = /tensor<(?:\d+x)*[a-z]\w*>/y;
const plainLocation = /loc\("[^"\\\n-\r]*"(?::\d{1,9}:\d{1,9}|\("[^"\\\n-\r]*":\d{1,9}:\d{1,9}\))\)/y;
const extents = /\s*(?:\*\s*x|(?:(?:\d+|\?|\[\s*\d+\s*\])\s*x\s*)+)/y;
const number = /0x[0-9a-fA-F]+|\d+(?:\.\d*(?:[eE][-+]?\d+)?)?/y;
const shapedTypes: readonly TokenType[] = [keywords.tensor, keywords.memref, keywords.vector];

/** Reads a text from an offset on, which is not inside of a token. */
export class Lexer {
  private readonly text: string;
  private readonly wordTypes: WordTypes;
  private at: number;
  /** Offset at which extents may stand: behind `tensor<`. */
  private extentsAt = -1;

  constructor(text: string, wordTypes: WordTypes, at = 0) {
    this.text = text;
    this.wordTypes = wordTypes;
    this.at = at;
  }

  /**
   * The next token; undefined at the end of the text. What is no token becomes an `invalid` one, with the reason as its
   * payload.
   */
  next(): IToken | undefined {
    const found = this.at === this.extentsAt ? this.takeMatch(extents, literals.extents) : undefined;
    if (found !== undefined) return found;
    const code = this.skipBlanks();
    if (Number.isNaN(code)) return undefined;
    const kind = code < 128 ? classes[code] : 0;
    if (kind === letter) return this.bareWord();
    if (kind === digit) return this.take(this.numberType(), this.matchEnd(number));
    if (code === 0x25 /* % */) return this.named(literals.value, this.valueEnd());
    if (code === 0x22 /* " */) return this.string(this.at, literals.string);
    if (code === 0x40 /* @ */) return this.symbol();
    if (code === 0x5e /* ^ */) return this.named(literals.block, this.nameEnd(this.at + 1));
    if (code === 0x21 /* ! */) return this.dialectName(literals.typeAlias, literals.opaqueType);
    if (code === 0x23 /* # */ && this.text.charCodeAt(this.at + 1) !== 0x2d /* - */)
      return this.dialectName(literals.attributeAlias, literals.opaqueAttribute);
    return this.sign();
  }

  /** Skips blanks and comments; the code of the character after them, NaN at the end. */
  private skipBlanks(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x20 || (code <= 0x0d && code >= 0x09)) this.at++;
      else if (code === 0x2f && this.text.charCodeAt(this.at + 1) === 0x2f) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else return code;
    }
  }

  private take(tokenType: TokenType, end: number, image = this.text.slice(this.at, end)): IToken {
    const startOffset = this.at;
    this.at = end;
    // `tokenTypeIdx` is what chevrotain compares; `createToken` has set it.
    return { image, startOffset, endOffset: end - 1, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0, tokenType };
  }

  private takeInvalid(reason: string, end: number): IToken {
    return { ...this.take(literals.invalid, end), payload: reason };
  }

  /** Takes what the pattern matches here as one token. */
  private takeMatch(pattern: RegExp, type: TokenType): IToken | undefined {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? this.take(type, pattern.lastIndex) : undefined;
  }

  /** End of what the pattern matches here; one character when it does not. */
  private matchEnd(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? pattern.lastIndex : this.at + 1;
  }

  private endOf(start: number, allowed: number): number {
    let at = start;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (!(code < 128) || ((classes[code] ?? 0) & allowed) === 0) return at;
      at++;
    }
  }

  /** End of a name after a sign. */
  private nameEnd(start: number): number {
    return this.endOf(start, letter | digit | inner | hyphen);
  }

  /** A token that is a sign and a name. */
  private named(type: TokenType, end: number): IToken {
    if (end > this.at + 1) return this.take(type, end);
    return this.takeInvalid(`'${this.text.charAt(this.at)}' without a name`, end);
  }

  private valueEnd(): number {
    const end = this.nameEnd(this.at + 1);
    if (this.text.charCodeAt(end) !== 0x23 /* # */) return end;
    const numberEnd = this.endOf(end + 1, digit);
    return numberEnd === end + 1 ? end : numberEnd;
  }

  private numberType(): TokenType {
    const end = this.matchEnd(number);
    if (this.text.charCodeAt(this.at + 1) === 0x78 /* x */ && end > this.at + 2) return literals.hexInteger;
    return this.text.slice(this.at, end).includes(".") ? literals.float : literals.integer;
  }

  private bareWord(): IToken {
    const first = this.text.charCodeAt(this.at);
    const whole =
      first === 0x74 /* t */
        ? this.takeMatch(plainTensor, literals.plainTensor)
        : first === 0x6c /* l */
          ? this.takeMatch(plainLocation, literals.plainLocation)
          : undefined;
    if (whole !== undefined) return whole;
    const end = this.endOf(this.at, letter | digit | inner);
    const image = this.text.slice(this.at, end);
    const type = this.wordTypes.get(image) ?? word;
    if (this.text.charCodeAt(end) === 0x3c /* < */ && shapedTypes.includes(type)) this.extentsAt = end + 1;
    return this.take(type, end, image);
  }

  private symbol(): IToken {
    if (this.text.charCodeAt(this.at + 1) === 0x22) return this.string(this.at + 1, literals.symbol);
    return this.named(literals.symbol, this.endOf(this.at + 1, letter | digit | inner));
  }

  /** A token that ends with the string whose first quote is at `quote`. */
  private string(quote: number, type: TokenType): IToken {
    const end = stringEnd(this.text, quote);
    return typeof end === "number" ? this.take(type, end) : this.takeInvalid(end.problem, end.end);
  }

  /** `#name`, `!name`: an alias; with a dot in it or a body, what a dialect defines. */
  private dialectName(alias: TokenType, opaque: TokenType): IToken {
    const end = this.nameEnd(this.at + 1);
    if (this.text.charCodeAt(end) === 0x3c /* < */) {
      const close = dialectSymbolEnd(this.text, end);
      return typeof close === "number" ? this.take(opaque, close) : this.takeInvalid(close.problem, end + 1);
    }
    return this.named(this.text.slice(this.at, end).includes(".") ? opaque : alias, end);
  }

  private sign(): IToken {
    for (const [spelling, type] of signsByFirst[this.text.charCodeAt(this.at)] ?? []) {
      if (spelling.length > 1 && !this.text.startsWith(spelling, this.at)) continue;
      return this.take(type, this.at + spelling.length, spelling);
    }
    const point = this.text.codePointAt(this.at) ?? 0;
    const hexadecimal = point.toString(16).toUpperCase().padStart(4, "0");
    const isShown = point > 0x20 && point !== 0x7f && !(point >= 0xd800 && point <= 0xdfff);
    const reason = isShown ? `'${String.fromCodePoint(point)}'` : `the character U+${hexadecimal}`;
    return this.takeInvalid(reason, this.at + (point > 0xffff ? 2 : 1));
  }
}
