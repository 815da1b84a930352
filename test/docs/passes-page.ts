/** The part of docs/passes.md that is derived from the passes: options, patterns with what they refuse, an example. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnyPass } from "../../src/passes/manager/pass.ts";
import type { AnyPassOption } from "../../src/passes/manager/pass-options.ts";
import { optionName } from "../../src/passes/manager/pass-options.ts";
import { materializingPasses, simplifyPipeline } from "../../src/passes/pipeline.ts";
import { allPasses } from "../../src/passes/registry.ts";
import { present } from "../../src/support/bug.ts";
import { projectPath } from "../frontend/onnx/testing.ts";
import { runFastc } from "../text/run-fastc.ts";
import { readTestFile } from "../text/test-file.ts";
import type { PatternComment } from "./pattern-comments.ts";
import { commentOfPattern, fileComment, patternComments } from "./pattern-comments.ts";

/** The generated part of the page, in Markdown. */
export async function passesPage(): Promise<string> {
  const comments = passFiles().flatMap(patternComments);
  const sections = [pipelinesText()];
  for (const pass of inPipelineOrder()) sections.push(await passSection(pass, comments));
  return sections.join("\n\n");
}

function pipelinesText(): string {
  const [simplify, materialise] = [simplifyPipeline(), materializingPasses].map((passes) =>
    passes.map(({ name }) => name).join(" → "),
  );
  return [
    "## The pipelines",
    "**Simplification** does not depend on the hardware and runs once for a model and batch:",
    `\`\`\`text\n${simplify}\n\`\`\``,
    "After it the module is frozen: its operations are numbered and its text is hashed. The back end decides on that module. " +
      "**Materialising** then writes the decisions into a copy:",
    `\`\`\`text\n${materialise}\n\`\`\``,
    "The other passes are for pipelines of your own.",
  ].join("\n\n");
}

function passFiles(): readonly string[] {
  const root = projectPath("src", "passes");
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(root, name));
}

/** In the order in which the pipelines first run them, then the others by name. */
function inPipelineOrder(): readonly AnyPass[] {
  const order = [...new Set([...simplifyPipeline(), ...materializingPasses].map((pass) => pass.name))];
  const place = (pass: AnyPass): number => (order.includes(pass.name) ? order.indexOf(pass.name) : order.length);
  return [...allPasses].sort((a, b) => place(a) - place(b));
}

async function passSection(pass: AnyPass, comments: readonly PatternComment[]): Promise<string> {
  const options = Object.entries(pass.options).map(([key, option]) => optionItem(key, option));
  const on = pass.runsOn === "func.func" ? "each function by itself" : "the module";
  return [
    `## \`${pass.name}\``,
    `${pass.summary} Runs on ${on}.`,
    fileComment(projectPath("src", "passes", `${pass.name}.ts`)),
    ...(options.length === 0 ? [] : ["Options:", options.join("\n")]),
    ...patternItems(pass, comments),
    await exampleText(pass),
  ].join("\n\n");
}

function optionItem(key: string, { help, placeholder, fallback, print }: AnyPassOption): string {
  // The default is a value of the option's own type.
  const words = fallback === undefined ? "must be given" : `\`${print(fallback.value as never)}\` when left out`;
  return `- \`${optionName(key)}=${placeholder}\`: ${help}; ${words}`;
}

/** Patterns that one declaration makes are one item. */
function patternItems(pass: AnyPass, comments: readonly PatternComment[]): readonly string[] {
  const byComment = new Map<PatternComment, string[]>();
  for (const { name } of pass.patterns) {
    const comment = commentOfPattern(name, comments);
    byComment.set(comment, [...(byComment.get(comment) ?? []), name]);
  }
  const items = [...byComment].map(([{ comment, reasons }, names]) => {
    const refusals = reasons.length === 0 ? "" : ` Not when: ${reasons.join("; ")}.`;
    return `- ${names.map((name) => `\`${name}\``).join(", ")}: ${inText(comment)}${inText(refusals)}`;
  });
  return items.length === 0 ? [] : ["Patterns, in the order in which they are tried:", items.join("\n")];
}

/** Text of a comment in Markdown: an arrow as such, and no sign that opens markup. */
function inText(text: string): string {
  return text.replaceAll("->", "→").replaceAll("<", "\\<");
}

/** The first case of the pass's test, and what the pass makes of it; the module that is put around functions is left out. */
async function exampleText(pass: AnyPass): Promise<string> {
  const path = projectPath("test", "passes", `${pass.name}.mlir`);
  const { runs, cases } = readTestFile(readFileSync(path, "utf8"));
  const [run, first] = [present(runs[0], "a RUN line"), present(cases[0], "a case")];
  const printed = await runFastc(run, { path, testCase: first });
  const before = first.text.split("\n").filter((line) => !/^\s*(\/\/.*)?$/.test(line));
  const isWrapped = before[0]?.startsWith("module") !== true && printed.stdout.startsWith("module {");
  const lines = printed.stdout.trimEnd().split("\n");
  const after = isWrapped ? lines.slice(1, -1).map((line) => line.replace(/^ {2}/, "")) : lines;
  return ["```mlir", ...before, "```", "", "becomes", "", "```mlir", ...after, "```"].join("\n");
}
