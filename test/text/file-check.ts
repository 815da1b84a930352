/**
 * FileCheck for TypeScript: does a text have what the check lines of a test file say, in that order? Directives and their
 * meaning are LLVM's (llvm.org/docs/CommandGuide/FileCheck.html) without numeric variables: CHECK, -NEXT, -SAME, -NOT, -DAG,
 * -LABEL, -EMPTY, -COUNT-n.
 */
import type { CheckInput, Mark } from "./check-input.ts";
import { checkInput, markedLines } from "./check-input.ts";
import type { Directive } from "./check-lines.ts";
import { CheckFileError, readDirectives } from "./check-lines.ts";
import type { CheckPattern, Found } from "./check-pattern.ts";
import { exampleOf, findPattern, hasVariables, parsePattern, undefinedNames } from "./check-pattern.ts";
import { nearestLine } from "./nearest-line.ts";

/** How to check. */
export interface FileCheckOptions {
  /** Words that introduce directives; `CHECK` when not given. */
  readonly prefixes?: readonly string[];
  /** Name of the test file, for messages. */
  readonly fileName?: string;
}

/**
 * Checks a text against the directives of a test file.
 *
 * @returns one message for each part between labels that does not fit; empty when all fits
 * @throws CheckFileError when the test file has no directives or wrong ones
 */
export function fileCheck(testFile: string, text: string, options: FileCheckOptions = {}): readonly string[] {
  const { prefixes = ["CHECK"], fileName = "test" } = options;
  const checks = readDirectives(testFile, prefixes).map(patterned);
  if (checks.length === 0) throw new CheckFileError(`there is no line with ${prefixes.join(" or ")}:`);
  const state: State = { input: checkInput(text), known: new Map(), fileName };
  const sections = sectionsOf(checks, state);
  if (typeof sections === "string") return [sections];
  return sections.flatMap((section) => checkSection(section, state) ?? []);
}

interface Check extends Directive {
  readonly pattern: CheckPattern;
}

interface State {
  readonly input: CheckInput;
  readonly known: Map<string, string>;
  readonly fileName: string;
}

/** The directives from one label to the next, and the part of the input that they are about. */
interface Section {
  readonly checks: readonly Check[];
  readonly from: number;
  readonly to: number;
}

function patterned(directive: Directive): Check {
  try {
    return { ...directive, pattern: parsePattern(directive.text, directive.isLiteral) };
  } catch (error) {
    if (!(error instanceof CheckFileError)) throw error;
    throw new CheckFileError(`line ${directive.line}: ${error.message}`);
  }
}

/** Finds all labels first, so that a mistake before one does not hide what is behind it. */
function sectionsOf(checks: readonly Check[], state: State): readonly Section[] | string {
  const { text } = state.input;
  const sections: { checks: Check[]; from: number; to: number }[] = [{ checks: [], from: 0, to: text.length }];
  let position = 0;
  for (const check of checks) {
    if (check.kind !== "label") {
      sections.at(-1)?.checks.push(check);
      continue;
    }
    if (hasVariables(check.pattern)) {
      throw new CheckFileError(
        `line ${check.line}: ${check.name} is looked for before anything is captured: no variables`,
      );
    }
    const found = findPattern(check.pattern, text, { from: position, to: text.length, known: state.known });
    if (found === undefined) return missing(check, { from: position, to: text.length, state });
    const previous = sections.at(-1);
    if (previous !== undefined) previous.to = found.start;
    sections.push({ checks: [], from: found.end, to: text.length });
    position = found.end;
  }
  return sections;
}

/** Where a section has got to. */
interface Progress {
  /** End of what was found last. */
  position: number;
  /** CHECK-NOTs since then. */
  nots: Check[];
}

function checkSection({ checks, from, to }: Section, state: State): string | undefined {
  const progress: Progress = { position: from, nots: [] };
  const place = { to, state, progress };
  for (let index = 0; index < checks.length; index++) {
    const check = checks[index];
    if (check === undefined) continue;
    if (check.kind === "not") {
      progress.nots.push(check);
      continue;
    }
    const group = check.kind === "dag" ? dagGroup(checks, index) : [check];
    index += group.length - 1;
    const problem = check.kind === "dag" ? checkGroup(group, place) : checkOne(check, place);
    if (problem !== undefined) return problem;
  }
  return refuseNots(progress, { from: progress.position, to, state });
}

interface Place {
  readonly to: number;
  readonly state: State;
  readonly progress: Progress;
}

function dagGroup(checks: readonly Check[], from: number): readonly Check[] {
  const end = checks.findIndex((check, index) => index > from && check.kind !== "dag");
  return checks.slice(from, end < 0 ? undefined : end);
}

function checkOne(check: Check, { to, state, progress }: Place): string | undefined {
  for (let repetition = 0; repetition < check.count; repetition++) {
    const from = progress.position;
    const found = check.kind === "empty" ? findEmpty(state.input.text, from, to) : find(check, { from, to, state });
    if (typeof found === "string") return found;
    if (found === undefined) return missing(check, { from, to, state, repetition });
    const lineProblem = relatedLine(check, { from, found, state });
    if (lineProblem !== undefined) return lineProblem;
    const forbidden = refuseNots(progress, { from, to: found.start, state });
    if (forbidden !== undefined) return forbidden;
    accept(found, state);
    progress.position = found.end;
  }
  return undefined;
}

/** An empty line: a line break with another one or the end behind it. */
function findEmpty(text: string, from: number, to: number): Found | undefined {
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    if (at + 1 === text.length || text[at + 1] === "\n") return { start: at, end: at + 1, captured: new Map() };
  }
  return undefined;
}

/** What a directive says about the line on which its text stands. */
function relatedLine(
  check: Check,
  { from, found, state }: { readonly from: number; readonly found: Found; readonly state: State },
): string | undefined {
  const end = check.kind === "empty" ? found.end : found.start;
  const breaks = state.input.text.slice(from, end).split("\n").length - 1;
  const wanted = check.kind === "same" ? 0 : check.kind === "next" || check.kind === "empty" ? 1 : undefined;
  if (wanted === undefined || wanted === breaks) return undefined;
  const what =
    breaks === 0
      ? "on the same line as the one before it"
      : breaks === 1
        ? "on the next line"
        : `${breaks} lines below`;
  const should = wanted === 0 ? "on the same line" : "on the next line";
  return failure(check, `should be ${should} but is ${what}`, state, [
    mark(state, from, "the one before it ends here"),
    mark(state, found.start, "found here"),
  ]);
}

/** Texts in any order, none over another. */
function checkGroup(group: readonly Check[], { to, state, progress }: Place): string | undefined {
  const from = progress.position;
  const taken: Found[] = [];
  for (const check of group) {
    let searchFrom = from;
    let found = find(check, { from: searchFrom, to, state });
    for (;;) {
      if (typeof found === "string") return found;
      if (found === undefined) return missing(check, { from, to, state });
      const { start, end } = found;
      const over = taken.find((other) => start < other.end && other.start < end);
      if (over === undefined) break;
      searchFrom = over.end;
      found = find(check, { from: searchFrom, to, state });
    }
    accept(found, state);
    taken.push(found);
  }
  const first = Math.min(...taken.map((found) => found.start));
  const forbidden = refuseNots(progress, { from, to: first, state });
  progress.position = Math.max(...taken.map((found) => found.end));
  return forbidden;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

/** The next place where a directive matches; a message when it reads what was never captured. */
function find(check: Check, { from, to, state }: Range): Found | string | undefined {
  const [name] = undefinedNames(check.pattern, state.known);
  if (name !== undefined) {
    return failure(check, `reads [[${name}]], which nothing before it captured`, state, [
      mark(state, from, "at this point"),
    ]);
  }
  return findPattern(check.pattern, state.input.text, { from, to, known: state.known });
}

function accept(found: Found, state: State): void {
  for (const [name, text] of found.captured) state.known.set(name, text);
}

/** Checks the pending CHECK-NOTs in what was passed over, and forgets them. */
function refuseNots(progress: Progress, range: Range): string | undefined {
  const nots = progress.nots;
  progress.nots = [];
  for (const check of nots) {
    const found = find(check, range);
    if (found === undefined) continue;
    if (typeof found === "string") return found;
    return failure(check, "should not be here", range.state, [mark(range.state, found.start, "found here")]);
  }
  return undefined;
}

function missing(check: Check, range: Range & { readonly repetition?: number }): string {
  const { from, to, state, repetition = 0 } = range;
  const marks = [mark(state, from, "looked for from here")];
  const near = nearestLine(exampleOf(check.pattern, state.known), state.input.text, { from, to });
  if (near !== undefined) marks.push(mark(state, near, "possibly meant"));
  const times = check.count > 1 ? ` (found ${repetition} of ${check.count})` : "";
  return failure(check, `is not in the text${times}`, state, marks);
}

function mark({ input }: State, position: number, text: string): Mark {
  return { ...input.placeOf(position), text };
}

function failure(check: Check, problem: string, state: State, marks: readonly Mark[]): string {
  const used = check.pattern.parts.flatMap((part) => (part.kind === "use" ? [part.name] : []));
  const values = [...new Set(used)].filter((name) => state.known.has(name));
  return [
    `${state.fileName}:${check.line}: ${check.name} ${problem}`,
    `  ${check.source.trim()}`,
    ...values.map((name) => `  with [[${name}]] = ${state.known.get(name) ?? ""}`),
    markedLines(state.input, marks),
  ].join("\n");
}
