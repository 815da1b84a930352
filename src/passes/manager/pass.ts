/** What a pass is: a named function from valid IR to valid IR, with typed options. */
import type { Operation } from "../../ir/core.ts";
import type { Refusal } from "../../ir/rewrite/pattern.ts";

/** What a pass reports about a run: numbers by name. */
export interface PassResult {
  readonly counters: Readonly<Record<string, number>>;
}

/** What a pass may use besides the module and its options. */
export interface PassContext {
  /** Told of every pattern that looked at an operation and refused. */
  readonly onRefusal?: (refusal: Refusal) => void;
}

/** A pass with its options filled in. */
export interface PassInstance {
  readonly name: string;
  readonly run: (module: Operation, context?: PassContext) => PassResult;
}

/** One option of a pass: what it is for, and the value it has when it is not given (none: it must be given). */
export interface PassOption<T> {
  readonly help: string;
  readonly fallback?: { readonly value: T };
}

type PassOptions = Readonly<Record<string, PassOption<unknown>>>;
type ValueOf<Option> = Option extends PassOption<infer T> ? T : never;
type RequiredNames<O extends PassOptions> = {
  [K in keyof O]: O[K] extends { readonly fallback: object } ? never : K;
}[keyof O];
/** Options as a pass sees them. */
export type PassOptionValues<O extends PassOptions> = { readonly [K in keyof O]: ValueOf<O[K]> };
/** Options as the caller gives them: those with a default may be left out. */
export type PassOptionInputs<O extends PassOptions> = { readonly [K in RequiredNames<O>]: ValueOf<O[K]> } & {
  readonly [K in Exclude<keyof O, RequiredNames<O>>]?: ValueOf<O[K]>;
};

/** The record of a pass. */
export interface PassRecipe<O extends PassOptions> {
  /** Kebab case; also the name of its file. */
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  readonly run: (module: Operation, options: PassOptionValues<O>, context: PassContext) => PassResult;
}

/** A declared pass. */
export interface Pass<O extends PassOptions = PassOptions> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  /** The pass with these options. */
  readonly with: (options: PassOptionInputs<O>) => PassInstance;
}

/** Declares an option that must be given. */
export function requiredOption<T>(help: string): PassOption<T> {
  return { help };
}

/** Makes a pass from its record. */
export function definePass<O extends PassOptions>(recipe: PassRecipe<O>): Pass<O> {
  const { name, summary, options } = recipe;
  const defaults = Object.entries(options).flatMap(([key, option]) =>
    option.fallback === undefined ? [] : [[key, option.fallback.value]],
  );
  return {
    name,
    summary,
    options,
    with(given) {
      // Defaults and the given options together have every name, each with a value of its option's type.
      const values = { ...Object.fromEntries(defaults), ...given } as PassOptionValues<O>;
      return { name, run: (module, context = {}) => recipe.run(module, values, context) };
    },
  };
}
