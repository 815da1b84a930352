/** The user pages in docs/cli cover the commands: a page each, every option named. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { parseBenchSuite } from "../../src/report/bench/bench-suite.ts";
import { projectFile, runCli } from "./run-cli.ts";

describe("docs/cli", () => {
  it.each(commands.map(({ name }) => name))("names every option of fastc %s", async (name) => {
    const page = readFileSync(projectFile(`docs/cli/${name}.md`), "utf8");
    const { stdout } = await runCli([name, "--help"]);
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = ""]) => option);
    expect(options.length).toBeGreaterThan(2);
    expect(options.filter((option) => !["--help", "--version"].includes(option) && !page.includes(option))).toEqual([]);
  });

  it("shows the suite that its example runs", () => {
    const page = readFileSync(projectFile("docs/cli/bench.md"), "utf8");
    const shown = /```json\n([^]*?)```/.exec(page)?.[1] ?? "";
    const suite = readFileSync(projectFile("docs/suite.json"), "utf8");
    expect(parseBenchSuite(shown, "bench.md")).toEqual(parseBenchSuite(suite, "suite.json"));
  });
});
