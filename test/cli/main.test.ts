/** The command line as a whole: help, versions, wrong usage, and who prints where. */
import { describe, expect, it } from "vitest";
import { packageVersion } from "../../src/node/package.ts";
import { runCli } from "./run-cli.ts";

const commands = ["compile", "import", "hw", "bench", "search"];

describe("fastc", () => {
  it("prints its version on stdout", async () => {
    expect(await runCli(["--version"])).toEqual({ status: 0, stdout: `${packageVersion()}\n`, stderr: "" });
  });

  it("prints help on stdout, with every command", async () => {
    const { status, stdout, stderr } = await runCli(["--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const command of commands) expect(stdout).toContain(`\n  ${command} `);
  });

  it.each(commands)("has help and version for %s", async (command) => {
    for (const args of [
      [command, "--help"],
      ["help", command],
    ]) {
      const { status, stdout, stderr } = await runCli(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain(`Usage: fastc ${command} [options]`);
    }
    expect((await runCli([command, "--version"])).stdout).toBe(`${packageVersion()}\n`);
  });

  it.each([
    { args: [], says: "Usage: fastc" },
    { args: ["complie"], says: "error: unknown command 'complie'\n(Did you mean compile?)" },
    { args: ["--hlep"], says: "error: unknown option '--hlep'" },
    { args: ["import"], says: "error: missing required argument 'model'" },
    { args: ["compile"], says: "error: required option '--hw <design>' not specified" },
    { args: ["compile", "m.onnx", "--hw", "d", "--compiler", "gcc"], says: "Allowed choices are xla, fastc." },
    { args: ["compile", "m.onnx", "--hw", "d", "--format", "xml"], says: "Allowed choices are text, json." },
    { args: ["compile", "m.onnx", "--hw", "d", "--fusion", "all"], says: "Allowed choices are none, xla." },
    { args: ["compile", "m.onnx", "--hw", "d", "--batch", "0"], says: "It must be a positive integer." },
    { args: ["compile", "m.onnx", "--hw", "d", "--batch", "1.5"], says: "It must be a positive integer." },
    { args: ["compile", "m.onnx", "--hw", "d", "--dim", "seq"], says: "It must have the form NAME=VALUE." },
    { args: ["compile", "m.onnx", "--hw", "d", "--dim", "seq=-1"], says: "It must be a positive integer." },
    { args: ["compile", "m.onnx", "n.onnx", "--hw", "d"], says: "error: too many arguments" },
    {
      args: ["search", "m.onnx", "--space", "fast", "--trials", "1", "--optimizer", "magic"],
      says: "Allowed choices are local, random.",
    },
    {
      args: ["search", "m.onnx", "--space", "fast", "--trials", "1", "--tdp-limit", "-5"],
      says: "It must be a number greater than 0.",
    },
  ])("refuses $args", async ({ args, says }) => {
    const { status, stdout, stderr } = await runCli(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });

  it("reports a mistake of its own as such, with a stack only on request", async () => {
    const broken = {
      stdout: () => {
        throw new Error("bug: no pipes today");
      },
    };
    const { status, stderr } = await runCli(["--version"], broken);
    expect(status).toBe(1);
    expect(stderr).toContain("internal error: bug: no pipes today\n");
    expect(stderr).not.toContain("main.test.ts");
    const debug = await runCli(["--version"], { ...broken, environment: { FASTC_DEBUG: "1" } });
    expect(debug.stderr).toContain("main.test.ts");
  });
});
