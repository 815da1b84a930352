/**
 * A test in text: `// RUN:` lines that say what is run, then cases, divided by lines `// -----`. Each case is run by itself.
 *
 * In the spelling of LLVM's lit: `// RUN: [not] fastc ARGUMENTS [2>&1] [| FileCheck %s [--check-prefix=A] [--check-prefixes=A,B]]`.
 * Without the pipe, the output is checked with the prefix CHECK. `%s` is the case as a file, `%S` the folder of the test file,
 * `%{name}` what a line `// DEFINE: %{name} = text` of the case says, and `%{sha256}` the hash of the case's module.
 */
import { CheckFileError } from "./check-lines.ts";

/** One RUN line. */
export interface RunLine {
  readonly line: number;
  readonly text: string;
  /** Arguments of `fastc`, with `%s` and `%S` still in them. */
  readonly args: readonly string[];
  /** `not`: an exit status other than 0 is expected. */
  readonly isFailure: boolean;
  /** `2>&1`: what is printed on stderr is checked as well. */
  readonly hasStderr: boolean;
  readonly prefixes: readonly string[];
}

type Range = readonly [least: number, largest: number];

/** How the numbers before and after are compared: `// REFERENCE:` lines. */
export interface ReferenceRule {
  /** Largest difference, relative to the largest number of the result; 0 is exact. */
  readonly tolerance: number;
  /** Smallest and largest of the random whole numbers that go in. */
  readonly inputs: Range;
  /** The same for inputs of integer types, which may be indices; undefined: as `inputs`. */
  readonly integers: Range | undefined;
  /** Why the reference is not run; undefined where it is. */
  readonly exemption: string | undefined;
}

/** One case. */
export interface TestCase {
  /** Its first comment in words, else its first function. */
  readonly name: string;
  readonly line: number;
  /** The case alone, behind as many empty lines as stand before it in the file: line numbers are the file's. */
  readonly text: string;
  readonly reference: ReferenceRule;
  /** Texts of `// DEFINE:` lines by name. */
  readonly defines: ReadonlyMap<string, string>;
}

/** A test file, read. */
export interface TestFile {
  readonly runs: readonly RunLine[];
  readonly cases: readonly TestCase[];
}

/** The rule where nothing else is said. */
export const exactReference: ReferenceRule = {
  tolerance: 0,
  inputs: [-4, 4],
  integers: undefined,
  exemption: undefined,
};

/** Reads a test file. @throws CheckFileError for bad RUN and REFERENCE lines, and when there is no RUN line */
export function readTestFile(text: string): TestFile {
  const lines = text.split("\n");
  const runs = linesOfKind("RUN", lines).map(({ text: command, line }) => runLine(command, line));
  if (runs.length === 0) throw new CheckFileError("there is no line with RUN:");
  const shared = referenceRule(headOf(lines), 0, exactReference);
  const cases = partsOf(lines).map(({ from, to }) => {
    const own = lines.slice(from, to);
    return {
      name: nameOf(own) ?? `case at line ${from + 1}`,
      line: from + 1,
      text: `${"\n".repeat(from)}${own.join("\n")}`,
      reference: referenceRule(own, from, shared),
      defines: definesOf(own),
    };
  });
  return { runs, cases };
}

/** The comment lines at the very top: what they say of the reference holds for all cases. */
function headOf(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines.slice(0, end < 0 ? undefined : end);
}

function partsOf(lines: readonly string[]): readonly { readonly from: number; readonly to: number }[] {
  const cuts = lines.flatMap((line, index) => (/^\/\/ -----\s*$/.test(line) ? [index] : []));
  return [-1, ...cuts].map((cut, index) => ({ from: cut + 1, to: cuts[index] ?? lines.length }));
}

function nameOf(lines: readonly string[]): string | undefined {
  const words = lines
    .map((line) => /^\s*\/\/ (?![A-Z][A-Z0-9-]+(?:\{\w+\})?:|expected-)(.+)$/.exec(line)?.[1])
    .find((comment) => comment !== undefined);
  const fn = lines.map((line) => /func\.func.*?(@[\w$.]+)/.exec(line)?.[1]).find((name) => name !== undefined);
  return words === undefined ? fn : words.replace(/[.,;]$/, "");
}

/** Texts of the lines of a kind, each with the lines that go on behind a backslash, and the last line's number. */
function linesOfKind(kind: "RUN" | "DEFINE", lines: readonly string[]): readonly { text: string; line: number }[] {
  const found: { text: string; line: number }[] = [];
  let open = "";
  lines.forEach((source, index) => {
    const text = new RegExp(`^// ${kind}:\\s*(.*)$`).exec(source)?.[1];
    if (text === undefined) return;
    const whole = open + text;
    open = whole.endsWith("\\") ? whole.slice(0, -1) : "";
    if (open === "") found.push({ text: whole, line: index + 1 });
  });
  if (open !== "") throw new CheckFileError(`the last ${kind} line ends in a backslash: ${open}`);
  return found;
}

function definesOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    linesOfKind("DEFINE", lines).map(({ text }) => {
      const [, name, value] = /^%\{(\w+)\}\s*=\s*(.*)$/.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new CheckFileError(`DEFINE: takes '%{name} = text', not '${text}'`);
      return [name, value] as const;
    }),
  );
}

function runLine(text: string, line: number): RunLine {
  const refuse = (message: string): never => {
    throw new CheckFileError(`line ${line}: ${message}\n  RUN: ${text}`);
  };
  const words = shellWords(text) ?? refuse("a quote is not closed");
  const pipe = words.indexOf("|");
  const [command, filter] = pipe < 0 ? [words, []] : [words.slice(0, pipe), words.slice(pipe + 1)];
  const isFailure = command[0] === "not";
  const [program, ...rest] = isFailure ? command.slice(1) : command;
  if (program !== "fastc") refuse(`runs ${program ?? "nothing"}, but only fastc can be run`);
  const hasStderr = rest.at(-1) === "2>&1";
  const prefixes = pipe < 0 ? ["CHECK"] : (filterPrefixes(filter) ?? refuse("the pipe must go to FileCheck %s"));
  return { line, text, args: hasStderr ? rest.slice(0, -1) : rest, isFailure, hasStderr, prefixes };
}

function filterPrefixes([program, file, ...options]: readonly string[]): readonly string[] | undefined {
  if (program !== "FileCheck" || file !== "%s") return undefined;
  if (options.length === 0) return ["CHECK"];
  const lists = options.map((option) => /^--check-prefix(?:es)?=(.+)$/.exec(option)?.[1]);
  return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list?.split(",") ?? []);
}

/** Words as a shell divides them: blanks outside of single and double quotes. */
function shellWords(text: string): readonly string[] | undefined {
  const pieces = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+|['"]/g) ?? [];
  if (pieces.some((piece) => piece === "'" || piece === '"')) return undefined;
  return pieces.map((piece) => piece.replace(/'([^']*)'|"([^"]*)"/g, (_all, single, double) => `${single ?? double}`));
}

function referenceRule(lines: readonly string[], offset: number, base: ReferenceRule): ReferenceRule {
  let rule = base;
  lines.forEach((source, index) => {
    const text = /^\s*\/\/ REFERENCE:\s*(.*)$/.exec(source)?.[1];
    if (text === undefined) return;
    const tolerance = /^within (\S+) \((.+)\)$/.exec(text)?.[1];
    const range = /^(inputs|integers) (-?\d+) to (-?\d+)$/.exec(text);
    const exemption = /^none \((.+)\)$/.exec(text)?.[1];
    if (tolerance !== undefined && Number(tolerance) > 0) rule = { ...rule, tolerance: Number(tolerance) };
    else if (range !== null) rule = { ...rule, [range[1] ?? ""]: [Number(range[2]), Number(range[3])] };
    else if (exemption !== undefined) rule = { ...rule, exemption };
    else {
      throw new CheckFileError(
        `line ${offset + index + 1}: REFERENCE: takes 'within NUMBER (why)', 'inputs LEAST to LARGEST', 'integers LEAST to LARGEST' or 'none (why)'\n  ${source.trim()}`,
      );
    }
  });
  return rule;
}
