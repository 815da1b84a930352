/** `fastc schedule`: each form of a schedule from the other, and what is said of files that are neither. */
import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./run-cli.ts";

const inFolder = temporaryFolder();

describe("fastc schedule", () => {
  beforeEach(async () => {
    const { status } = await runCli([
      "compile",
      "models/efficientnet-b0.onnx",
      "--hw",
      "tpu-v3",
      "-o",
      inFolder("out"),
    ]);
    expect(status).toBe(0);
  });

  it("makes each form from the other", async () => {
    const text = await runCli(["schedule", inFolder("out/schedule.json")]);
    expect(text.stdout).toBe(readFileSync(inFolder("out/schedule.mlir"), "utf8"));
    const written = await runCli([
      "schedule",
      inFolder("out/schedule.mlir"),
      "--to",
      "json",
      "-o",
      inFolder("again.json"),
    ]);
    expect(written).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(inFolder("again.json"), "utf8")).toBe(readFileSync(inFolder("out/schedule.json"), "utf8"));
  });

  it("says what is wrong with a file that is cut off, or no schedule", async () => {
    const json = readFileSync(inFolder("out/schedule.json"), "utf8");
    writeFileSync(inFolder("cut.json"), json.slice(0, 5000));
    const cut = await runCli(["schedule", inFolder("cut.json")]);
    expect(cut.status).toBe(2);
    expect(cut.stderr).toMatch(/error\[schedule-invalid\]: not JSON/);
    writeFileSync(inFolder("other.mlir"), "module {\n}\n");
    const other = await runCli(["schedule", inFolder("other.mlir")]);
    expect(other.status).toBe(2);
    expect(other.stderr).toContain("one sched.schedule and nothing else");
    const absent = await runCli(["schedule", inFolder("none.json")]);
    expect(absent.status).toBe(2);
  });
});
