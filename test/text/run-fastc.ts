/** Runs the command of a RUN line inside of the test's process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { moduleSha256 } from "../../src/ir/frozen.ts";
import { parseModule } from "../../src/ir/text/parse.ts";
import { runCli } from "../cli/run-cli.ts";
import type { RunLine, TestCase } from "./test-file.ts";

/** What `fastc` printed, and on both streams together in the order in which it came. */
export interface Output {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly both: string;
}

/** Runs the command on a case; `path` is that of the test file. */
export async function runFastc(
  run: RunLine,
  { path, testCase }: { readonly path: string; readonly testCase: TestCase },
): Promise<Output> {
  const folder = mkdtempSync(join(tmpdir(), "fastc-text-"));
  try {
    const input = join(folder, basename(path));
    writeFileSync(input, testCase.text);
    const known = new Map([...testCase.defines, ["sha256", await hashOf(run, testCase)]]);
    const args = run.args.map((arg) =>
      substituted(substituted(arg, known), known).replaceAll("%S", dirname(path)).replaceAll("%s", input),
    );
    return await callMain(args);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A text with each `%{name}` replaced; a name that nobody defined stays, and fails where it is used. */
function substituted(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(/%\{(\w+)\}/g, (whole, name: string) => known.get(name) ?? whole);
}

/** The hash of the case's module where the command or a definition asks for it. */
async function hashOf({ args }: RunLine, { text, defines }: TestCase): Promise<string> {
  if (![...args, ...defines.values()].some((word) => word.includes("%{sha256}"))) return "";
  return moduleSha256((await parseModule(text, { fileName: "the input" })).module);
}

async function callMain(args: readonly string[]): Promise<Output> {
  const printed: { readonly stream: "stdout" | "stderr"; readonly text: string }[] = [];
  const { status } = await runCli(args, {
    stdout: (text) => printed.push({ stream: "stdout", text }),
    stderr: (text) => printed.push({ stream: "stderr", text }),
    environment: { FASTC_DEBUG: "1" },
  });
  const textOf = (wanted?: "stdout" | "stderr"): string =>
    printed.flatMap(({ stream, text }) => (wanted === undefined || stream === wanted ? [text] : [])).join("");
  return { status, stdout: textOf("stdout"), stderr: textOf("stderr"), both: textOf() };
}
