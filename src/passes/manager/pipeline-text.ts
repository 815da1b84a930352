/** Pipelines as text: from `builtin.module(func.func(canonicalize,cse))` to passes and back. */
import { nearestName } from "../../support/nearest-name.ts";
import type { AnyPass, PassInstance, PassTarget } from "./pass.ts";
import type { AnyPassOption, OptionSources } from "./pass-options.ts";
import { optionName } from "./pass-options.ts";
import type { PipelineElement, PipelineSource, SpelledOption } from "./pipeline-syntax.ts";
import { failAt, parsePipelineSyntax } from "./pipeline-syntax.ts";

/** What a pipeline's text may name. */
export interface PipelineVocabulary {
  readonly passes: readonly AnyPass[];
  readonly sources: OptionSources;
}

/**
 * The passes that a text names. `builtin.module( )` around it and `func.func( )` around passes that run on functions may be
 * left out.
 *
 * @throws DiagnosticError `pipeline-invalid` with line, column and a caret
 */
export function parsePipeline(source: PipelineSource, vocabulary: PipelineVocabulary): readonly PassInstance[] {
  if (source.text.trim() === "") return [];
  return parsePipelineSyntax(source).flatMap((element) => new Reader(source, vocabulary).element(element, undefined));
}

/** The canonical text of a pipeline: the module outermost, functions where passes run on them. */
export function pipelineText(passes: readonly PassInstance[]): string {
  const parts: string[] = [];
  for (let at = 0; at < passes.length; at++) {
    const run: string[] = [];
    for (let pass = passes[at]; pass?.runsOn === "func.func"; pass = passes[++at]) run.push(pass.text());
    if (run.length > 0) parts.push(`func.func(${run.join(",")})`);
    const [onModule] = passes.slice(at, at + 1);
    if (onModule !== undefined) parts.push(onModule.text());
  }
  return `builtin.module(${parts.join(",")})`;
}

const targets: readonly PassTarget[] = ["builtin.module", "func.func"];

/** Turns syntax into passes. `around`: the operation whose pipeline is read; undefined where none is written. */
class Reader {
  private readonly source: PipelineSource;
  private readonly vocabulary: PipelineVocabulary;

  constructor(source: PipelineSource, vocabulary: PipelineVocabulary) {
    this.source = source;
    this.vocabulary = vocabulary;
  }

  element({ name, options, inner }: PipelineElement, around: PassTarget | undefined): readonly PassInstance[] {
    if (inner === undefined) return [this.pass({ name, options }, around)];
    const target = targets.find((known) => known === name.text);
    if (target === undefined) {
      const isPass = this.vocabulary.passes.some((pass) => pass.name === name.text);
      failAt(this.source, name.at, {
        message: isPass ? `${name.text} is a pass and holds no others` : `passes do not run on '${name.text}'`,
        notes: [`passes run on ${targets.join(" and ")}`],
        ...(isPass ? { help: [`options of a pass are written in braces: ${name.text}{name=value}`] } : {}),
      });
    }
    if (around === "func.func" || around === target) {
      failAt(this.source, name.at, { message: `${around} holds no ${target}` });
    }
    return inner.flatMap((element) => this.element(element, target));
  }

  private pass(
    { name, options }: Pick<PipelineElement, "name" | "options">,
    around: PassTarget | undefined,
  ): PassInstance {
    const { passes } = this.vocabulary;
    const pass = passes.find((candidate) => candidate.name === name.text);
    if (pass === undefined) {
      const names = passes.map((known) => known.name);
      const nearest = nearestName(name.text, names);
      failAt(this.source, name.at, {
        message: `there is no pass '${name.text}'`,
        notes: [`passes are ${names.join(", ")}`],
        ...(nearest === undefined ? {} : { help: [`did you mean '${nearest}'?`] }),
      });
    }
    if (around === "func.func" && pass.runsOn === "builtin.module") {
      failAt(this.source, name.at, {
        message: `${pass.name} runs on the module, not on one function`,
        help: ["write it outside of func.func( )"],
      });
    }
    return this.withOptions(pass, { at: name.at, options });
  }

  private withOptions(
    pass: AnyPass,
    { at, options }: { readonly at: number; readonly options: readonly SpelledOption[] },
  ): PassInstance {
    const values: Record<string, unknown> = {};
    const spelled: Record<string, string> = {};
    for (const { name, value } of options) {
      const [key, option] = this.optionOf(pass, name);
      if (key in values) failAt(this.source, name.at, { message: `option ${name.text} is given twice` });
      const parsed = option.parse(value.text, this.vocabulary.sources);
      if (!("value" in parsed)) {
        failAt(this.source, value.at, {
          message: `option ${name.text} of ${pass.name} is '${value.text}' but should be ${parsed.expected}`,
        });
      }
      values[key] = parsed.value;
      spelled[key] = value.text;
    }
    for (const [key, { fallback, placeholder, help }] of Object.entries(pass.options)) {
      if (key in values || fallback !== undefined) continue;
      failAt(this.source, at, {
        message: `${pass.name} needs its option ${optionName(key)}`,
        notes: [`it is ${help}`],
        help: [`write ${pass.name}{${optionName(key)}=${placeholder}}`],
      });
    }
    return pass.instance(values, spelled);
  }

  private optionOf(pass: AnyPass, name: SpelledOption["name"]): readonly [key: string, option: AnyPassOption] {
    const found = Object.entries(pass.options).find(([key]) => optionName(key) === name.text);
    if (found !== undefined) return found;
    const names = Object.keys(pass.options).map(optionName);
    const nearest = nearestName(name.text, names);
    return failAt(this.source, name.at, {
      message: `${pass.name} has no option '${name.text}'`,
      notes: [names.length === 0 ? `${pass.name} takes no options` : `its options are ${names.join(", ")}`],
      ...(nearest === undefined ? {} : { help: [`did you mean '${nearest}'?`] }),
    });
  }
}
