/** What the layers of the grammar share: the set-up of chevrotain, refusals, the bound on nesting, aliases. */
import type { IParserErrorMessageProvider, IToken, ParserMethod, TokenType } from "chevrotain";
import { EmbeddedActionsParser, EOF, tokenLabel } from "chevrotain";
import { bug } from "../../../support/bug.ts";
import type { Attribute } from "../../attributes.ts";
import type { Type } from "../../types.ts";
import type { Lexer } from "./lexer.ts";
import { literals, vocabulary } from "./tokens.ts";

/** A grammar rule with its parameters and what it makes. */
export type Rule<Result, Parameters extends unknown[] = []> = ParserMethod<Parameters, Result>;

/** What a rule refuses beyond the grammar, at a token. */
export class SyntaxFailure extends Error {
  readonly token: IToken;

  constructor(token: IToken, message: string) {
    super(message);
    this.token = token;
  }
}

/** Depth of regions, types, attributes and locations in each other; a parser that recurses needs some bound. */
const deepest = 200;

const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => expectation([tokenLabel(expected)], actual),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => expectation(["the end of the text"], firstRedundant),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual, customUserDescription }) =>
    expectation(
      customUserDescription === undefined ? labels(expectedPathsPerAlt.flat()) : [customUserDescription],
      actual[0],
    ),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual, customUserDescription }) =>
    expectation(
      customUserDescription === undefined ? labels(expectedIterationPaths) : [customUserDescription],
      actual[0],
    ),
};

function labels(paths: readonly (readonly TokenType[])[]): readonly string[] {
  return [...new Set(paths.flatMap(([first]) => (first === undefined ? [] : [tokenLabel(first)])))];
}

/** `expected ')' or ',', found '}'`. */
export function expectation(expected: readonly string[], token: IToken | undefined): string {
  const list =
    expected.length < 2 ? expected.join("") : `${expected.slice(0, -1).join(", ")} or ${expected.at(-1) ?? ""}`;
  return `expected ${list}, found ${foundText(token)}`;
}

function foundText(token: IToken | undefined): string {
  if (token === undefined || token.tokenType === EOF) return "the end of the text";
  if (token.tokenType === literals.invalid) return String(token.payload);
  return `'${token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image}'`;
}

/** What stands behind the last token, and before the first one. */
const noToken: IToken = {
  image: "",
  startOffset: Number.NaN,
  tokenType: EOF,
  tokenTypeIdx: EOF.tokenTypeIdx ?? bug("chevrotain has not numbered its own token"),
};

/** See the file's comment. */
export abstract class BaseGrammar extends EmbeddedActionsParser {
  protected text = "";
  private lexer: Lexer | undefined;
  private previousToken = noToken;
  private nextToken = noToken;
  /** Number of tokens that were read. */
  private position = 0;
  protected typeAliases = new Map<string, Type>();
  protected attributeAliases = new Map<string, Attribute>();
  /** Number of open regions, types, attributes and locations. */
  protected depth = 0;

  constructor(options: { readonly validate: boolean }) {
    super([...vocabulary], {
      maxLookahead: 1,
      recoveryEnabled: false,
      // The grammar does not change at run time: a test validates it.
      skipValidations: !options.validate,
      errorMessageProvider: messages,
    });
  }

  /** Goes on with the first token that a lexer gives; without a lexer the text ends here. */
  protected readOn(lexer: Lexer | undefined): void {
    this.lexer = lexer;
    this.consumeToken();
  }

  /*
   * These four are what chevrotain's LexerAdapter says "can be overridden to implement lazy lexers". Its own hold the tokens
   * of the whole text, which are a third of all memory.
   */

  /** The token before the next one (0), or that one (1): no rule looks further. */
  override LA(howMuch: number): IToken {
    return howMuch < 1 ? this.previousToken : this.nextToken;
  }

  protected override LA_FAST(): IToken {
    return this.nextToken;
  }

  protected consumeToken(): void {
    this.previousToken = this.nextToken;
    this.nextToken = this.lexer?.next() ?? noToken;
    this.position++;
  }

  protected exportLexerState(): number {
    return this.position;
  }

  /** Refuses what the grammar takes. */
  protected refuse(token: IToken, message: string): never {
    throw new SyntaxFailure(token, message);
  }

  /** Begins something that may hold more of its kind; `this.depth--` ends it. */
  protected deeper(): void {
    if (++this.depth > deepest) this.refuse(this.LA(1), `nested more than ${deepest} deep`);
  }

  /** The text from one token to another, both included. */
  protected slice(first: IToken, last: IToken): string {
    return this.text.slice(first.startOffset, (last.endOffset ?? last.startOffset) + 1);
  }
}
