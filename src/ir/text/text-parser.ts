/** The parser proper: loaded when the first text is parsed, because chevrotain takes its time. */
import { DiagnosticError, errorDiagnostic } from "../../support/diagnostics.ts";
import { SourceText } from "../../support/source-text.ts";
import { verifyProblems } from "../verify.ts";
import { buildModule } from "./module-builder.ts";
import type { ParsedModule, ParseOptions } from "./parse.ts";
import { SourceGrammar } from "./grammar/source-grammar.ts";
import type { SyntaxProblem } from "./grammar/syntax.ts";

const grammar = new SourceGrammar();

/**
 * The module of a text.
 *
 * @throws DiagnosticError `ir-syntax` with what is wrong in the text, or `ir-invalid` with what the verifier finds
 */
export function parseText(text: string, options: ParseOptions): ParsedModule {
  const source = new SourceText(text, options.fileName);
  const allowUnregistered = options.allowUnregistered === true;
  const syntax = grammar.parse(text);
  const { module, problems, offsets } = buildModule(syntax, source, { allowUnregistered });
  throwAll(placed([...syntax.problems, ...problems], source).map((parts) => ({ code: "ir-syntax", ...parts })));
  const placeOf: ParsedModule["placeOf"] = (op) => {
    const offset = offsets.get(op);
    return offset === undefined ? undefined : source.placeOf(offset);
  };
  if (options.verify !== false) {
    const invalid = verifyProblems(module, { allowUnregistered }).map(({ op, message }) => ({
      offset: offsets.get(op) ?? 0,
      message: `${op.name}: ${message}`,
    }));
    throwAll(placed(invalid, source).map((parts) => ({ code: "ir-invalid", ...parts })));
  }
  return { module, resources: syntax.resources, placeOf };
}

type DiagnosticParts = Parameters<typeof errorDiagnostic>[0];

/** Problems in the order of the text, with their lines. */
function placed(problems: readonly SyntaxProblem[], source: SourceText): readonly Omit<DiagnosticParts, "code">[] {
  return problems
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message, help }) => {
      const parts = { message, source: source.placeOf(offset) };
      return help === undefined ? parts : { ...parts, help: [help] };
    });
}

function throwAll(diagnostics: readonly DiagnosticParts[]): void {
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics.map(errorDiagnostic));
}
