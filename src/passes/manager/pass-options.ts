/** Typed options of passes: how a value is read from the text of a pipeline, and written into it again. */
import type { Decisions } from "../../ir/decisions.ts";

/** Reads what an option's text only names. Files are read outside of the core. */
export interface OptionSources {
  /**
   * The decisions of a `schedule.json` named by its path, or written out as JSON.
   * @throws DiagnosticError when there is no such file or it holds no decisions
   */
  readonly decisions: (text: string) => Decisions;
}

/** A value, or what was expected instead: "an integer of at least 1". */
export type ParsedOption<T> = { readonly value: T } | { readonly expected: string };

/** One option of a pass. Without a `fallback` it must be given. */
export interface PassOption<T> {
  /** What it is for, as a sentence without a period. */
  readonly help: string;
  /** What stands for a value in help texts: `<integer>`. */
  readonly placeholder: string;
  readonly parse: (text: string, sources: OptionSources) => ParsedOption<T>;
  readonly print: (value: T) => string;
  readonly fallback?: { readonly value: T };
}

/** An option whose value type is not known. */
export interface AnyPassOption {
  readonly help: string;
  readonly placeholder: string;
  readonly parse: (text: string, sources: OptionSources) => ParsedOption<unknown>;
  readonly print: (value: never) => string;
  readonly fallback?: { readonly value: unknown };
}

/** An option that may be left out. */
export interface DefaultedOption<T> extends PassOption<T> {
  readonly fallback: { readonly value: T };
}

export type PassOptions = Readonly<Record<string, AnyPassOption>>;

type ValueOf<Option> = Option extends PassOption<infer T> ? T : never;
type RequiredNames<O extends PassOptions> = {
  [K in keyof O]: O[K] extends { readonly fallback: object } ? never : K;
}[keyof O];

/** Options as a pass sees them. */
export type PassOptionValues<O extends PassOptions> = { readonly [K in keyof O]: ValueOf<O[K]> };
/** Options as code gives them: those with a default may be left out. */
export type PassOptionInputs<O extends PassOptions> = { readonly [K in RequiredNames<O>]: ValueOf<O[K]> } & {
  readonly [K in Exclude<keyof O, RequiredNames<O>>]?: ValueOf<O[K]>;
};

/** How an option is spelled in text: `maxIterations` is `max-iterations`. */
export function optionName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const integer = (least: number): Omit<PassOption<number>, "help"> => ({
  placeholder: "<integer>",
  parse(text) {
    const value = Number(text);
    const isGood = /^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least;
    return isGood ? { value } : { expected: least === -Infinity ? "an integer" : `an integer of at least ${least}` };
  },
  print: String,
});

const truth: Omit<PassOption<boolean>, "help"> = {
  placeholder: "true|false",
  parse: (text) => (text === "true" || text === "false" ? { value: text === "true" } : { expected: "true or false" }),
  print: String,
};

const text: Omit<PassOption<string>, "help"> = {
  placeholder: "<text>",
  parse: (value) => ({ value }),
  print: (value) => value,
};

function word<const W extends string>(words: readonly W[]): Omit<PassOption<W>, "help"> {
  return {
    placeholder: words.join("|"),
    parse(given) {
      const value = words.find((known) => known === given);
      return value === undefined ? { expected: words.join(", ") } : { value };
    },
    print: (value) => value,
  };
}

function list<T>(item: Omit<PassOption<T>, "help">): Omit<PassOption<readonly T[]>, "help"> {
  return {
    placeholder: `${item.placeholder},...`,
    parse(given, sources) {
      const values: T[] = [];
      for (const part of given === "" ? [] : given.split(",")) {
        const parsed = item.parse(part, sources);
        if (!("value" in parsed)) return { expected: `${parsed.expected}, several parted by commas` };
        values.push(parsed.value);
      }
      return { value: values };
    },
    print: (values) => values.map(item.print).join(","),
  };
}

const decisions: Omit<PassOption<Decisions>, "help"> = {
  placeholder: "<schedule.json>",
  parse: (given, sources) => ({ value: sources.decisions(given) }),
  print: (value) => JSON.stringify(value),
};

/** Makes the two forms of an option kind: one that must be given, one with a default. */
function optional<T>(parts: Omit<PassOption<T>, "help">, help: string, fallback: T): DefaultedOption<T> {
  return { ...parts, help, fallback: { value: fallback } };
}

/** The kinds of options that passes declare. */
export const option = {
  /** An integer of at least `least`. */
  integer: (help: string, { fallback, least = -Infinity }: { readonly fallback: number; readonly least?: number }) =>
    optional(integer(least), help, fallback),
  boolean: (help: string, fallback: boolean) => optional(truth, help, fallback),
  text: (help: string, fallback: string) => optional(text, help, fallback),
  /** One of a closed set of words. */
  word: <const W extends string>(help: string, words: readonly W[], fallback: NoInfer<W>) =>
    optional(word(words), help, fallback),
  /** Words from a closed set, parted by commas. */
  words: <const W extends string>(help: string, words: readonly W[], fallback: readonly NoInfer<W>[]) =>
    optional(list(word(words)), help, fallback),
  /** Integers, parted by commas. */
  integers: (help: string, fallback: readonly number[]) => optional(list(integer(-Infinity)), help, fallback),
  /** What the back end decided; must be given. */
  decisions: (help: string): PassOption<Decisions> => ({ ...decisions, help }),
} as const;
