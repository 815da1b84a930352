/** The program as users start it, `bin/fastc.js` on the built `dist/`: streams, pipes, signals. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { efficientNetB0, projectFile, temporaryFolder } from "./run-cli.ts";
import { tinyOnnx } from "./tiny-onnx.ts";

const bin = projectFile("bin/fastc.js");
const isBuilt = existsSync(projectFile("dist/program/main.js"));
const inFolder = temporaryFolder();

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe.skipIf(!isBuilt)(`bin/fastc.js${isBuilt ? "" : " (skipped: dist/ is absent, run npm run build)"}`, () => {
  it("has status 2 and an empty stdout for bad input", () => {
    const { status, stdout, stderr } = run("compile", inFolder("absent.onnx"), "--hw", "fast-large");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe(`error[file-not-found]: no such file or directory\n  at ${inFolder("absent.onnx")}\n`);
  });

  it("prints the same bytes in two processes", () => {
    const args = ["compile", efficientNetB0, "--hw", "fast-small", "--format", "json"];
    const [first, second] = [run(...args, "-o", inFolder("a")), run(...args, "-o", inFolder("b"))];
    expect(first.status).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    for (const name of ["schedule.json", "schedule.mlir"]) {
      expect(readFileSync(inFolder(`b/${name}`))).toEqual(readFileSync(inFolder(`a/${name}`)));
    }
  });

  it("ends quietly when the reader closes the pipe", () => {
    const command = `"${process.execPath}" "${bin}" import "${efficientNetB0}" --debuginfo | head -n 1`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toHaveLength(2);
  });

  it("stops a search on SIGINT with status 130 and keeps the study and the best design", async () => {
    writeFileSync(inFolder("tiny.onnx"), tinyOnnx({ opType: "Relu", shape: ["batch", 1000] }));
    const outputs = ["--study", inFolder("s.jsonl"), "-o", inFolder("out")];
    const args = ["search", inFolder("tiny.onnx"), "--space", "fast", "--trials", "100000", ...outputs];
    const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let isStopped = false;
    child.stderr.on("data", (text: Buffer) => {
      // Once: a second Ctrl-C ends the process at once.
      if (!isStopped && text.includes("best")) isStopped = child.kill("SIGINT");
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect(status).toBe(130);
    expect(existsSync(inFolder("out/best.design.json"))).toBe(true);
    expect(readFileSync(inFolder("s.jsonl"), "utf8").endsWith("}\n")).toBe(true);
  }, 60_000);
});
