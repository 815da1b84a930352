/** Options of every command that runs passes: what to print around them, and what to record. */
import type { Command } from "commander";
import { allPasses, opNames, passNames } from "../../index.ts";
import { nearestName } from "../../support/nearest-name.ts";
import { fail } from "../../support/diagnostics.ts";

/** Values of the options of `addPassOptions`. */
export interface PassFlags {
  /** Pass names, or `all`. */
  readonly printIrBefore: readonly string[];
  readonly printIrAfter: readonly string[];
  readonly printIrBeforeAll?: true;
  readonly printIrAfterAll?: true;
  readonly printIrAfterChange?: true;
  readonly printIrAfterFailure?: true;
  readonly printIrModuleScope?: true;
  readonly printIrDiff?: true;
  /** Names of patterns and ops; true for all. */
  readonly debugRewrites?: readonly string[] | true;
  readonly statistics?: true;
  readonly timing?: true;
  readonly verifyEach: boolean;
  readonly crashReproducer?: string;
  readonly dumpDir?: string;
}

/** Adds the options that say what happens around passes. */
export function addPassOptions(command: Command): Command {
  const names = (text: string, before: readonly string[]): readonly string[] => [...before, ...listed(text)];
  return command
    .option("--print-ir-before <passes>", "print the IR on stderr before these passes, parted by commas", names, [])
    .option("--print-ir-after <passes>", "print the IR on stderr after these passes, parted by commas", names, [])
    .option("--print-ir-before-all", "print the IR before every pass")
    .option("--print-ir-after-all", "print the IR after every pass")
    .option(
      "--print-ir-after-change",
      "print after a pass only where it changed the IR; alone: after every pass that did",
    )
    .option("--print-ir-after-failure", "print the IR as a pass that fails leaves it")
    .option("--print-ir-module-scope", "print the whole module also around passes that run on functions")
    .option("--print-ir-diff", "print what a pass changed instead of the whole IR; alone: for every pass that did")
    .option("--debug-rewrites [names]", "say why rewrite patterns refuse; of these patterns or ops only", (text) =>
      listed(text),
    )
    .option("--statistics", "print on stderr what passes counted, and how often patterns looked and matched")
    .option("--timing", "print on stderr how long passes took")
    .option("--verify-each", "verify the IR after every pass (default)")
    .option("--no-verify-each", "do not verify the IR after passes")
    .option("--crash-reproducer <file>", "when a pass fails, write the IR before it and the pass into this file")
    .option(
      "--dump-dir <dir>",
      "write the IR after every pass as NN-pass.mlir, and index.html that shows what changed",
    );
}

function listed(text: string): readonly string[] {
  return text.split(",").filter((name) => name !== "");
}

/** Whether a list of `--print-ir-before` or `--print-ir-after` names a pass. */
export function isNamed(list: readonly string[], name: string): boolean {
  return list.includes("all") || list.includes(name);
}

/** Refuses names of passes that do not exist. */
export function checkPassNames(flags: PassFlags): void {
  const lists = [
    ["--print-ir-before", flags.printIrBefore],
    ["--print-ir-after", flags.printIrAfter],
  ] as const;
  for (const [option, names] of lists) {
    const unknown = names.find((name) => name !== "all" && !passNames.includes(name));
    if (unknown === undefined) continue;
    const nearest = nearestName(unknown, passNames);
    fail({
      code: "pass-unknown",
      message: `there is no pass '${unknown}'`,
      at: [option],
      notes: [`passes are ${passNames.join(", ")}`],
      help: [nearest === undefined ? `${option}-all prints around every pass` : `did you mean '${nearest}'?`],
    });
  }
}

/** Refuses names of `--debug-rewrites` that neither a pattern of a pass nor an op has. */
export function checkRewriteNames({ debugRewrites = [] }: PassFlags): void {
  if (debugRewrites === true) return;
  const known = [...new Set(allPasses.flatMap(({ patterns }) => patterns.map(({ name }) => name))), ...opNames];
  const unknown = debugRewrites.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  fail({
    code: "pass-unknown",
    message: `there is no pattern or op '${unknown}'`,
    at: ["--debug-rewrites"],
    help: [
      nearest === undefined ? "docs/passes.md lists the patterns, docs/ir.md the ops" : `did you mean '${nearest}'?`,
    ],
  });
}
