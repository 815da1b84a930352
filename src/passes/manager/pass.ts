/** What a pass is: a named function from valid IR to valid IR, with typed options. */
import type { Operation } from "../../ir/core.ts";
import type { Pattern, RewriteObserver } from "../../ir/rewrite/pattern.ts";
import type { Rewriter } from "../../ir/rewrite/rewriter.ts";
import type { PassOptionInputs, PassOptions, PassOptionValues } from "./pass-options.ts";
import { optionName } from "./pass-options.ts";

/** What a pass reports about a run: numbers by name. */
export interface PassResult {
  readonly counters: Readonly<Record<string, number>>;
}

/** What a pass may use besides the operation and its options. */
export interface PassContext {
  /** The only way to change the IR. */
  readonly rewriter: Rewriter;
  /** Told of every pattern that looked at an operation. */
  readonly observer?: RewriteObserver;
}

/**
 * What a pass runs on: the module, or each of its functions by itself. While it runs on a function it cannot reach the
 * module or another function.
 */
export type PassTarget = "builtin.module" | "func.func";

/** A pass with its options filled in. */
export interface PassInstance {
  readonly name: string;
  readonly runsOn: PassTarget;
  /** As a pipeline spells it: `canonicalize{max-iterations=3}`. Options that have their default are left out. */
  readonly text: () => string;
  readonly run: (op: Operation, context: PassContext) => PassResult;
}

/** The record of a pass. */
export interface PassRecipe<O extends PassOptions> {
  /** Kebab case; also the name of its file. */
  readonly name: string;
  readonly summary: string;
  readonly runsOn: PassTarget;
  readonly options: O;
  /** What it rewrites with, for docs/passes.md. None when not given. */
  readonly patterns?: readonly Pattern[];
  readonly run: (op: Operation, options: PassOptionValues<O>, context: PassContext) => PassResult;
}

/** A pass whose options are not known by type. */
export interface AnyPass {
  readonly name: string;
  readonly summary: string;
  readonly runsOn: PassTarget;
  readonly options: PassOptions;
  readonly patterns: readonly Pattern[];
  /**
   * The pass with option values as `parse` of each option gave them, by key; those without a default must be there.
   * `spelled` has the text of values that were read from one.
   */
  readonly instance: (
    values: Readonly<Record<string, unknown>>,
    spelled?: Readonly<Record<string, string>>,
  ) => PassInstance;
}

/** A declared pass. */
export interface Pass<O extends PassOptions = PassOptions> extends AnyPass {
  readonly options: O;
  /** The pass with these options. */
  readonly with: (options: PassOptionInputs<O>) => PassInstance;
}

/** Makes a pass from its record. */
export function definePass<O extends PassOptions>(recipe: PassRecipe<O>): Pass<O> {
  const { name, summary, runsOn, options, patterns = [] } = recipe;
  const defaults = Object.entries(options).flatMap(([key, { fallback }]) =>
    fallback === undefined ? [] : [[key, fallback.value]],
  );
  const instance: AnyPass["instance"] = (given, spelled = {}) => {
    // Defaults and the given values together have every name, each with a value of its option's type.
    const values = { ...Object.fromEntries(defaults), ...given } as PassOptionValues<O>;
    return {
      name,
      runsOn,
      text: () => passText(name, options, { ...printed(options, given), ...spelled }),
      run: (op, context) => recipe.run(op, values, context),
    };
  };
  return { name, summary, runsOn, options, patterns, instance, with: instance };
}

/** The text of each given value that is not its option's default. */
function printed(options: PassOptions, given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, { print, fallback }] of Object.entries(options)) {
    if (given[key] === undefined) continue;
    // The value under `key` has the type of the option under `key`.
    const text = print(given[key] as never);
    if (fallback === undefined || text !== print(fallback.value as never)) texts[key] = text;
  }
  return texts;
}

function passText(name: string, options: PassOptions, texts: Readonly<Record<string, string>>): string {
  const given = Object.keys(options).flatMap((key) =>
    texts[key] === undefined ? [] : [`${optionName(key)}=${quotedValue(texts[key])}`],
  );
  return given.length === 0 ? name : `${name}{${given.join(" ")}}`;
}

/** A value as the grammar of pipelines takes it: in quotes where it has blanks or braces; JSON has its own braces. */
function quotedValue(text: string): string {
  if (text.startsWith("{") || /^[^\s{}'"]+$/.test(text)) return text;
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
