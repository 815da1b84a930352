/**
 * MLIR text to tokens. Our own lexer and not chevrotain's, which is several times slower: it dispatches on the first
 * character, and it takes a whole plain tensor type or the body of a foreign attribute as one token.
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
const extents = /\s*(?:\*\s*x|(?:(?:\d+|\?|\[\s*\d+\s*\])\s*x\s*)+)/y;
const number = /0x[0-9a-fA-F]+|\d+(?:\.\d*(?:[eE][-+]?\d+)?)?/y;
const shapedTypes: readonly TokenType[] = [keywords.tensor, keywords.memref, keywords.vector];

/** All tokens of a text. What is no token becomes an `invalid` one, with the reason as its payload. */
export function tokenize(text: string, wordTypes: WordTypes): IToken[] {
  const lexer = new Lexer(text, wordTypes);
  while (lexer.next());
  return lexer.tokens;
}

class Lexer {
  readonly tokens: IToken[] = [];
  private readonly text: string;
  private readonly wordTypes: WordTypes;
  private at = 0;

  constructor(text: string, wordTypes: WordTypes) {
    this.text = text;
    this.wordTypes = wordTypes;
  }

  /** Reads one token; false at the end of the text. */
  next(): boolean {
    const code = this.skipBlanks();
    if (Number.isNaN(code)) return false;
    const kind = code < 128 ? classes[code] : 0;
    if (kind === letter) this.bareWord();
    else if (kind === digit) this.push(this.numberType(), this.matchEnd(number));
    else if (code === 0x25 /* % */) this.named(literals.value, this.valueEnd());
    else if (code === 0x22 /* " */) this.string(this.at, literals.string);
    else if (code === 0x40 /* @ */) this.symbol();
    else if (code === 0x5e /* ^ */) this.named(literals.block, this.nameEnd(this.at + 1));
    else if (code === 0x21 /* ! */) this.dialectName(literals.typeAlias, literals.opaqueType);
    else if (code === 0x23 /* # */ && this.text.charCodeAt(this.at + 1) !== 0x2d /* - */)
      this.dialectName(literals.attributeAlias, literals.opaqueAttribute);
    else this.sign();
    return true;
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

  private push(tokenType: TokenType, end: number): void {
    const image = this.text.slice(this.at, end);
    // `tokenTypeIdx` is what chevrotain compares; `createToken` has set it.
    const tokenTypeIdx = tokenType.tokenTypeIdx ?? 0;
    this.tokens.push({ image, startOffset: this.at, endOffset: end - 1, tokenTypeIdx, tokenType });
    this.at = end;
  }

  private pushInvalid(reason: string, end: number): void {
    this.push(literals.invalid, end);
    const last = this.tokens.at(-1);
    if (last !== undefined) last.payload = reason;
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
  private named(type: TokenType, end: number): void {
    if (end > this.at + 1) this.push(type, end);
    else this.pushInvalid(`'${this.text.charAt(this.at)}' without a name`, end);
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

  private bareWord(): void {
    plainTensor.lastIndex = this.at;
    if (this.text.charCodeAt(this.at) === 0x74 /* t */ && plainTensor.test(this.text)) {
      this.push(literals.plainTensor, plainTensor.lastIndex);
      return;
    }
    const end = this.endOf(this.at, letter | digit | inner);
    const type = this.wordTypes.get(this.text.slice(this.at, end)) ?? word;
    this.push(type, end);
    if (!shapedTypes.includes(type) || this.text.charCodeAt(this.at) !== 0x3c /* < */) return;
    this.push(signs["<"], this.at + 1);
    extents.lastIndex = this.at;
    if (extents.test(this.text)) this.push(literals.extents, extents.lastIndex);
  }

  private symbol(): void {
    if (this.text.charCodeAt(this.at + 1) === 0x22) this.string(this.at + 1, literals.symbol);
    else this.named(literals.symbol, this.endOf(this.at + 1, letter | digit | inner));
  }

  /** A token that ends with the string whose first quote is at `quote`. */
  private string(quote: number, type: TokenType): void {
    const end = stringEnd(this.text, quote);
    if (typeof end === "number") this.push(type, end);
    else this.pushInvalid(end.problem, end.end);
  }

  /** `#name`, `!name`: an alias; with a dot in it or a body, what a dialect defines. */
  private dialectName(alias: TokenType, opaque: TokenType): void {
    const end = this.nameEnd(this.at + 1);
    if (this.text.charCodeAt(end) === 0x3c /* < */) {
      const close = dialectSymbolEnd(this.text, end);
      if (typeof close === "number") this.push(opaque, close);
      else this.pushInvalid(close.problem, end + 1);
      return;
    }
    this.named(this.text.slice(this.at, end).includes(".") ? opaque : alias, end);
  }

  private sign(): void {
    for (const [spelling, type] of signsByFirst[this.text.charCodeAt(this.at)] ?? []) {
      if (spelling.length > 1 && !this.text.startsWith(spelling, this.at)) continue;
      this.push(type, this.at + spelling.length);
      return;
    }
    const point = this.text.codePointAt(this.at) ?? 0;
    const hexadecimal = point.toString(16).toUpperCase().padStart(4, "0");
    const isShown = point > 0x20 && point !== 0x7f && !(point >= 0xd800 && point <= 0xdfff);
    const reason = isShown ? `'${String.fromCodePoint(point)}'` : `the character U+${hexadecimal}`;
    this.pushInvalid(reason, this.at + (point > 0xffff ? 2 : 1));
  }
}
