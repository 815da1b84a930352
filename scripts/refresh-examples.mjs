// Runs the examples of README.md and docs/cli/*.md again and puts what they print now into the pages: npm run build && npm run examples
// (one page alone: node scripts/refresh-examples.mjs hw.md)
//
// An example is a fenced block of kind `console`: lines `$ fastc ...`, each followed by its output, stdout and stderr together.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const commandPages = readdirSync(join(root, "docs", "cli")).sort();
const wanted = process.argv.slice(2);
const pages = ["README.md", ...commandPages.map((name) => join("docs", "cli", name))].filter(
  (page) => wanted.length === 0 || wanted.some((name) => page.includes(name)),
);
const folder = mkdtempSync(join(tmpdir(), "fastc-examples-"));

/**
 * The output of a command line, run in a folder where `models`, `designs` and `docs` are those of the repository.
 * @param {string} command
 */
function outputOf(command) {
  const script = command.replace(/(^|\| )fastc\b/g, `$1"${process.execPath}" "${join(root, "bin/fastc.js")}"`);
  const { stdout } = spawnSync("sh", ["-c", `(${script}) 2>&1`], { cwd: folder, encoding: "utf8" });
  return stdout.trimEnd();
}

/**
 * The block with the output of each of its commands replaced.
 * @param {string} block
 */
function refreshed(block) {
  const commands = block.split("\n").filter((line) => line.startsWith("$ "));
  const parts = commands.map((command) =>
    [command, outputOf(command.slice(2))].filter((text) => text !== "").join("\n"),
  );
  return `${parts.join("\n")}\n`;
}

for (const name of ["models", "designs", "spaces", "docs", "problems", "architectures"])
  symlinkSync(join(root, name), join(folder, name));
try {
  for (const page of pages) {
    const path = join(root, page);
    const text = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text.replace(
        /(```console\n)(\$ fastc [^]*?)(```)/g,
        (_all, open, block, close) => open + refreshed(block) + close,
      ),
    );
    console.log(page);
  }
} finally {
  rmSync(folder, { recursive: true });
}
