/** Runs the command line inside the test's process and catches what it prints. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach } from "vitest";
import type { CommandIo } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";

/** A run's exit status and what it printed. */
export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Path of a file of the project. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** EfficientNet-B0, symbolic batch, as it comes with fastc. */
export const efficientNetB0 = projectFile("models/efficientnet-b0.onnx");

/** Runs `fastc` with arguments. */
export async function runCli(args: readonly string[], surroundings: Partial<CommandIo> = {}): Promise<CliRun> {
  let stdout = "";
  let stderr = "";
  let time = 0;
  const status = await main(args, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    readStdin: () => "",
    isStdoutTty: false,
    isStderrTty: false,
    now: () => (time += 1),
    environment: {},
    onInterrupt: () => () => undefined,
    ...surroundings,
  });
  return { status, stdout, stderr };
}

/** A folder of its own for each test of the file; call it at the top level. */
export function temporaryFolder(): (name: string) => string {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fastc-cli-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name) => join(folder, name);
}
