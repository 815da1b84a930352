/**
 * Runs one case of a test in text, and says what is wrong with it. Besides its check lines, without being asked: the input
 * and what is printed are valid, printing and parsing again gives the same text in both forms, and the reference computes
 * the same numbers before and after.
 */
import { basename } from "node:path";
import type { Operation } from "../../src/ir/core.ts";
import type { ParseOptions } from "../../src/ir/text/parse.ts";
import { parseModule } from "../../src/ir/text/parse.ts";
import { printModule } from "../../src/ir/text/print.ts";
import { DiagnosticError } from "../../src/support/diagnostics.ts";
import { CheckFileError, readDirectives } from "./check-lines.ts";
import { differences } from "./compare-numbers.ts";
import { fileCheck } from "./file-check.ts";
import { runFastc } from "./run-fastc.ts";
import type { RunLine, TestCase, TestFile } from "./test-file.ts";

/** Everything that is wrong with a case; empty when it holds. `path` is the test file's. */
export async function runCase(path: string, file: TestFile, testCase: TestCase): Promise<readonly string[]> {
  const problems = checksAnything(file, testCase) ? [] : ["the case has no check line and expects no diagnostic"];
  const looked = new Set<string>();
  for (const run of file.runs) {
    const { ir, found } = await runOnce(run, path, testCase);
    problems.push(...found.map((problem) => `RUN: ${run.text}\n${problem}`));
    // RUN lines of one file mostly print the same IR with other things besides.
    if (ir === undefined || looked.has(ir)) continue;
    looked.add(ir);
    const allowUnregistered = run.args.includes("--allow-unregistered-dialect");
    problems.push(...(await irProblems(ir, testCase, { allowUnregistered })));
  }
  return problems;
}

function checksAnything({ runs }: TestFile, { text }: TestCase): boolean {
  const prefixes = [...new Set(runs.flatMap((run) => run.prefixes))];
  return readDirectives(text, prefixes).length > 0 || /expected-(error|warning|remark|note)/.test(text);
}

function expectsError({ text }: TestCase): boolean {
  return text.includes("expected-error");
}

/** What a RUN line finds, and the IR that it prints; undefined where it is meant to refuse its input. */
async function runOnce(
  run: RunLine,
  path: string,
  testCase: TestCase,
): Promise<{ readonly ir?: string; readonly found: readonly string[] }> {
  const result = await runFastc(run, { path, testCase });
  if (run.isFailure !== (result.status !== 0)) {
    return {
      found: [`ends with status ${result.status}${run.isFailure ? ", but should fail" : ""}\n${result.stderr}`],
    };
  }
  const found = checkLines(run, run.hasStderr ? result.both : result.stdout, { path, testCase });
  const isRefused = run.isFailure || (run.args.includes("--verify-diagnostics") && expectsError(testCase));
  return run.args[0] === "opt" && !isRefused ? { ir: result.stdout, found } : { found };
}

/** Check lines of other RUN lines only: nothing to check for this one. */
function checkLines(
  run: RunLine,
  text: string,
  { path, testCase }: { readonly path: string; readonly testCase: TestCase },
): readonly string[] {
  try {
    if (readDirectives(testCase.text, run.prefixes).length === 0) return [];
    return fileCheck(testCase.text, text, { prefixes: run.prefixes, fileName: basename(path) });
  } catch (error) {
    if (error instanceof CheckFileError) return [error.message];
    throw error;
  }
}

/** How IR is read: as the RUN line says. */
type Reading = Pick<ParseOptions, "allowUnregistered">;

/** The input must be valid, the output too; both must survive printing; the numbers must stay. */
async function irProblems(output: string, testCase: TestCase, reading: Reading): Promise<readonly string[]> {
  const before = await parsed(testCase.text, "the input", reading);
  const after = await parsed(output, "what is printed", reading);
  if (typeof before === "string") return [before];
  if (typeof after === "string") return [after];
  const problems = [
    ...(await roundTripProblems(before, "the input", reading)),
    ...(await roundTripProblems(after, "what is printed", reading)),
  ];
  return problems.length > 0 ? problems : differences(before, after, testCase.reference);
}

/** The verified module of a text, or why there is none. */
async function parsed(text: string, what: string, reading: Reading): Promise<Operation | string> {
  try {
    return (await parseModule(text, { fileName: what, verify: true, ...reading })).module;
  } catch (error) {
    if (error instanceof DiagnosticError) return `${what} cannot be read:\n${error.message}`;
    throw error;
  }
}

const forms = [
  { name: "pretty", options: { locations: true } },
  { name: "generic", options: { locations: true, generic: true } },
] as const;

async function roundTripProblems(module: Operation, what: string, reading: Reading): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name, options } of forms) {
    const text = printModule(module, options);
    const again = await parsed(text, `the ${name} form of ${what}`, reading);
    if (typeof again === "string") problems.push(again);
    else if (printModule(again, options) !== text)
      problems.push(
        `${what} is another text when it is parsed again in ${name} form:\n${text}\n${printModule(again, options)}`,
      );
  }
  return problems;
}
