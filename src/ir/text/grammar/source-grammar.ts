/** Grammar of a whole text: operations, aliases, resources; and how parsing goes on behind an error. */
import type { IToken } from "chevrotain";
import { EOF, isRecognitionException } from "chevrotain";
import { opaqueAttribute } from "../../attributes.ts";
import { locationText } from "../../location.ts";
import { expectation, SyntaxFailure } from "./base-grammar.ts";
import type { Rule } from "./base-grammar.ts";
import { Lexer } from "./lexer.ts";
import { LocationTable } from "./location-table.ts";
import { OperationGrammar } from "./operation-grammar.ts";
import type { OperationSyntax, SourceSyntax, SyntaxProblem } from "./syntax.ts";
import { keywords, literals, signs, word } from "./tokens.ts";
import { wordTypes } from "./word-types.ts";

/** As many errors are told; what comes after is mostly a consequence. */
const mostProblems = 20;

/** Ends parsing when there are enough problems. */
class TooManyProblems extends Error {}

/** See the file's comment. */
export class SourceGrammar extends OperationGrammar {
  private readonly words = wordTypes();
  private problems: SyntaxProblem[] = [];
  private skippedNames = new Set<string>();
  private locations = new LocationTable();
  private resources = new Map<string, Map<string, Map<string, string>>>();

  constructor(options: { readonly validate: boolean } = { validate: false }) {
    super(options);
    this.performSelfAnalysis();
  }

  /** Reads a text. */
  parse(text: string): SourceSyntax {
    this.text = text;
    this.typeAliases = new Map();
    this.attributeAliases = new Map();
    this.problems = [];
    this.skippedNames = new Set();
    this.locations = new LocationTable();
    this.resources = new Map();
    this.depth = 0;
    this.input = [];
    this.readOn(this.lexerAt(0));
    const operations: OperationSyntax[] = [];
    try {
      this.source(operations);
    } catch (error) {
      if (!(error instanceof TooManyProblems)) throw error;
    }
    // Nothing of a large text is kept by the parser, which lives on.
    this.text = "";
    this.readOn(undefined);
    const { problems, skippedNames, resources, locations } = this;
    return { operations, problems, skippedNames, resources, locations };
  }

  private readonly source: Rule<void, [OperationSyntax[]?]> = this.RULE(
    "source",
    (operations: OperationSyntax[] = []) => {
      do {
        this.MANY(() =>
          this.recovering(() => {
            this.OR([
              { ALT: () => this.SUBRULE(this.attributeAliasDefinition) },
              { ALT: () => this.SUBRULE(this.typeAliasDefinition) },
              { ALT: () => this.SUBRULE(this.resourceSections) },
              { ALT: () => operations.push(this.SUBRULE(this.operation)) },
            ]);
          }),
        );
      } while (this.ACTION(() => this.skipStray([])));
    },
  );

  /** Operations up to the end of a block; goes on behind one that is wrong. */
  protected readonly operations: Rule<readonly OperationSyntax[]> = this.RULE("operations", () => {
    const operations: OperationSyntax[] = [];
    do {
      this.MANY(() => this.recovering(() => operations.push(this.SUBRULE(this.operation))));
    } while (this.ACTION(() => this.skipStray(["}", "^"])));
    return operations;
  });

  private readonly attributeAliasDefinition: Rule<void> = this.RULE("attributeAliasDefinition", () => {
    const token = this.CONSUME(literals.attributeAlias);
    this.CONSUME(signs["="]);
    this.OR({
      DEF: [
        {
          ALT: () => {
            const location = this.SUBRULE(this.trailingLocation);
            this.ACTION(() => {
              if (!this.locations.define(token.image, location)) this.refuse(token, `${token.image} is defined twice`);
              if (location.kind !== "pending")
                this.attributeAliases.set(token.image, opaqueAttribute(`loc(${locationText(location)})`));
            });
          },
        },
        {
          ALT: () => {
            const attribute = this.SUBRULE(this.attribute);
            this.ACTION(() => this.defineAlias(this.attributeAliases, token, attribute));
          },
          // A location is an attribute, too.
          IGNORE_AMBIGUITIES: true,
        },
      ],
      ERR_MSG: "an attribute",
    });
  });

  private readonly typeAliasDefinition: Rule<void> = this.RULE("typeAliasDefinition", () => {
    const token = this.CONSUME(literals.typeAlias);
    this.CONSUME(signs["="]);
    const type = this.SUBRULE(this.type);
    this.ACTION(() => this.defineAlias(this.typeAliases, token, type));
  });

  /** `{-# dialect_resources: { builtin: { key: "0x..." } } #-}`. */
  private readonly resourceSections: Rule<void> = this.RULE("resourceSections", () => {
    this.CONSUME(signs["{-#"]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => this.SUBRULE(this.resourceSection) });
    this.CONSUME(signs["#-}"]);
  });

  private readonly resourceSection: Rule<void> = this.RULE("resourceSection", () => {
    const name = this.SUBRULE(this.key);
    this.CONSUME(signs[":"]);
    this.CONSUME(signs["{"]);
    this.MANY_SEP({ SEP: signs[","], DEF: () => this.SUBRULE(this.resourceGroup, { ARGS: [name] }) });
    this.CONSUME(signs["}"]);
  });

  private readonly resourceGroup: Rule<void, [IToken?]> = this.RULE("resourceGroup", (section) => {
    const name = this.SUBRULE(this.key);
    this.CONSUME(signs[":"]);
    this.CONSUME(signs["{"]);
    this.MANY_SEP({
      SEP: signs[","],
      DEF: () => {
        const key = this.SUBRULE1(this.key);
        this.CONSUME1(signs[":"]);
        const value = this.SUBRULE(this.resourceValue);
        this.ACTION(() => this.keepResource([section ?? name, name, key], value));
      },
    });
    this.CONSUME(signs["}"]);
  });

  private readonly resourceValue: Rule<IToken> = this.RULE("resourceValue", () =>
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(literals.string) },
        { ALT: () => this.CONSUME(keywords.true) },
        { ALT: () => this.CONSUME(keywords.false) },
      ],
      ERR_MSG: "a string, true or false",
    }),
  );

  private keepResource(path: readonly [section: IToken, group: IToken, key: IToken], value: IToken): void {
    const [section, group, key] = path.map((token) => this.keyText(token));
    const groups = this.resources.get(section ?? "") ?? new Map<string, Map<string, string>>();
    const entries = groups.get(group ?? "") ?? new Map<string, string>();
    if (entries.has(key ?? "")) this.refuse(path[2], `resource ${key} is given twice`);
    this.resources.set(section ?? "", groups.set(group ?? "", entries.set(key ?? "", value.image)));
  }

  private defineAlias<T>(aliases: Map<string, T>, token: IToken, value: T): void {
    if (aliases.has(token.image)) this.refuse(token, `${token.image} is defined twice`);
    aliases.set(token.image, value);
  }

  /** Runs the rules of one operation; when they fail, tells why and skips to where the next one may begin. */
  private recovering(rules: () => void): void {
    if (this.RECORDING_PHASE) {
      rules();
      return;
    }
    const [start, depth] = [this.LA(1), this.depth];
    try {
      rules();
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      this.depth = depth;
      this.report(problem.token, problem.message);
      this.resume(start, problem.token);
    }
  }

  /** Skips what no operation begins with, up to one of the closing signs; false when nothing is to be skipped. */
  private skipStray(closing: readonly string[]): boolean {
    const token = this.LA(1);
    if (token.tokenType === EOF || closing.includes(token.image.charAt(0))) return false;
    this.report(token, expectation(closing.length === 0 ? ["an operation"] : ["an operation", "'}'"], token));
    this.resume(token, token);
    return true;
  }

  private report(token: IToken, message: string): void {
    const isEnd = token.tokenType === EOF;
    // That brackets do not close any more is a consequence of what was skipped.
    if (isEnd && this.problems.length > 0) return;
    this.problems.push({ offset: isEnd ? this.text.length : token.startOffset, message });
    if (this.problems.length >= mostProblems) throw new TooManyProblems();
  }

  /** Skips to the next token that begins a line and may begin an operation, or that closes the region around `start`. */
  private resume(start: IToken, wrong: IToken): void {
    // Behind the end there is nothing to skip; levels of nesting without number may all find that out.
    if (this.LA(1).tokenType === EOF) return;
    const lexer = this.lexerAt(start.startOffset);
    let braces = 0;
    let previous: IToken | undefined;
    let token = lexer.next();
    for (; token !== undefined; previous = token, token = lexer.next()) {
      const { image, startOffset, tokenType } = token;
      const isLater = startOffset > start.startOffset && startOffset >= wrong.startOffset;
      if (isLater && braces <= 0) {
        const isFirst = this.beginsLine(token, previous);
        const isClosing = image === "}" && (isFirst || startOffset !== wrong.startOffset);
        if (isClosing || (isFirst && mayBegin(token))) break;
      }
      if (image === "{") braces++;
      if (image === "}") braces--;
      if (tokenType === literals.value || tokenType === literals.block) this.skippedNames.add(image);
    }
    if (token === undefined) this.readOn(undefined);
    else if (token.startOffset > this.LA(1).startOffset) this.readOn(this.lexerAt(token.startOffset));
  }

  private lexerAt(offset: number): Lexer {
    return new Lexer(this.text, this.words, offset);
  }

  private beginsLine(token: IToken, previous: IToken | undefined): boolean {
    return this.text.slice(previous?.endOffset ?? 0, token.startOffset).includes("\n") || previous === undefined;
  }
}

/** True for a token with which an operation or a block may begin. */
function mayBegin({ tokenType: type }: IToken): boolean {
  const isWord = type === word || type.CATEGORIES?.includes(word) === true;
  return isWord || type === literals.value || type === literals.string || type === literals.block;
}

function problemOf(error: unknown): { readonly token: IToken; readonly message: string } | undefined {
  if (error instanceof SyntaxFailure) return { token: error.token, message: error.message };
  // Chevrotain's exceptions are errors with the token that does not fit.
  if (error instanceof Error && isRecognitionException(error) && "token" in error)
    return { token: error.token as IToken, message: error.message };
  return undefined;
}
