/**
 * The grammar of pipelines, which is MLIR's:
 *
 *     pipeline := element ("," element)*
 *     element  := name [ "{" [option (blank option)*] "}" | "(" [pipeline] ")" ]
 *     option   := name "=" value
 *     value    := "'" … "'" | '"' … '"' | "{" … "}" (kept whole, as JSON) | anything without blanks and "}"
 */
import { fail } from "../../support/diagnostics.ts";
import { SourceText } from "../../support/source-text.ts";

/** A word of a pipeline and where it stands. */
export interface SpelledName {
  readonly text: string;
  /** Offset of its first character in the pipeline's text. */
  readonly at: number;
}

/** `name=value`. */
export interface SpelledOption {
  readonly name: SpelledName;
  readonly value: SpelledName;
}

/** A pass, or an operation with the pipeline that runs on it. */
export interface PipelineElement {
  readonly name: SpelledName;
  readonly options: readonly SpelledOption[];
  /** undefined for a pass. */
  readonly inner: readonly PipelineElement[] | undefined;
}

/** The text of a pipeline and what messages call it: an option of the command line, or a file. */
export interface PipelineSource {
  readonly text: string;
  readonly origin: string;
}

/** Refuses a pipeline for what stands at an offset. */
export function failAt(
  { text, origin }: PipelineSource,
  at: number,
  parts: { readonly message: string; readonly notes?: readonly string[]; readonly help?: readonly string[] },
): never {
  return fail({ code: "pipeline-invalid", source: new SourceText(text, origin).placeOf(at), ...parts });
}

/**
 * The elements of a pipeline.
 *
 * @throws DiagnosticError `pipeline-invalid` at the first character that the grammar does not allow
 */
export function parsePipelineSyntax(source: PipelineSource): readonly PipelineElement[] {
  const scanner = new Scanner(source);
  const elements = parseElements(scanner);
  if (!scanner.isAtEnd) scanner.refuse("a comma or the end of the pipeline");
  return elements;
}

/** Reads a text from left to right. */
class Scanner {
  private readonly source: PipelineSource;
  private offset = 0;

  constructor(source: PipelineSource) {
    this.source = source;
    this.skipBlanks();
  }

  get isAtEnd(): boolean {
    return this.offset === this.source.text.length;
  }

  get at(): number {
    return this.offset;
  }

  /** Takes the mark, and the blanks behind it, if it comes next. */
  takes(mark: string): boolean {
    if (!this.source.text.startsWith(mark, this.offset)) return false;
    this.offset += mark.length;
    this.skipBlanks();
    return true;
  }

  expect(mark: string, what: string): void {
    if (!this.takes(mark)) this.refuse(what);
  }

  /** What matches from here on; `pattern` is sticky. Blanks behind it stay. */
  match(pattern: RegExp): SpelledName | undefined {
    pattern.lastIndex = this.offset;
    const [text] = pattern.exec(this.source.text) ?? [];
    if (text === undefined) return undefined;
    const at = this.offset;
    this.offset += text.length;
    return { text, at };
  }

  skipBlanks(): void {
    this.match(/\s*/y);
  }

  refuse(expected: string, at: number = this.offset): never {
    const { text } = this.source;
    const seen = at === text.length ? "the end" : `'${text.charAt(at)}'`;
    return failAt(this.source, at, { message: `expected ${expected} but found ${seen}` });
  }

  /** The text in braces that starts here, braces included; braces inside of JSON strings do not count. */
  takeBraces(): SpelledName {
    const { text } = this.source;
    const at = this.offset;
    let depth = 0;
    let isInString = false;
    for (let end = at; end < text.length; end++) {
      const mark = text.charAt(end);
      if (mark === "\\" && isInString) end++;
      else if (mark === '"') isInString = !isInString;
      else if (isInString) continue;
      else if (mark === "{") depth++;
      else if (mark === "}" && --depth === 0) {
        this.offset = end + 1;
        return { text: text.slice(at, end + 1), at };
      }
    }
    return this.refuse("a '}' for this brace", at);
  }
}

function parseElements(scanner: Scanner): readonly PipelineElement[] {
  const elements = [parseElement(scanner)];
  while (scanner.takes(",")) elements.push(parseElement(scanner));
  return elements;
}

function parseElement(scanner: Scanner): PipelineElement {
  const name = scanner.match(/[A-Za-z_][\w.-]*/y) ?? scanner.refuse("the name of a pass");
  scanner.skipBlanks();
  if (scanner.takes("(")) {
    if (scanner.takes(")")) return { name, options: [], inner: [] };
    const inner = parseElements(scanner);
    scanner.expect(")", "a comma or ')'");
    return { name, options: [], inner };
  }
  const options: SpelledOption[] = [];
  if (scanner.takes("{")) while (!scanner.takes("}")) options.push(parseOption(scanner));
  return { name, options, inner: undefined };
}

function parseOption(scanner: Scanner): SpelledOption {
  const name = scanner.match(/[A-Za-z_][\w-]*/y) ?? scanner.refuse("the name of an option or '}'");
  if (scanner.match(/=/y) === undefined) scanner.refuse("'=' and a value");
  const value = parseValue(scanner);
  scanner.skipBlanks();
  return { name, value };
}

function parseValue(scanner: Scanner): SpelledName {
  const quoted = scanner.match(/'[^']*'|"[^"]*"/y);
  if (quoted !== undefined) return { text: quoted.text.slice(1, -1), at: quoted.at };
  if (scanner.match(/(?=\{)/y) !== undefined) return scanner.takeBraces();
  return scanner.match(/[^\s{}'"]+/y) ?? scanner.refuse("a value");
}
